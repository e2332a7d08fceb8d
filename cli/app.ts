/** What the commands that call the app share. */
import { type WriteStream } from 'node:tty';
import { createClient, type LonghaulClient, type Monitor } from '@longhaul/client';
import { Command } from 'commander';
import { withExamples } from '../dev/examples.js';
import { CommandError, EXIT } from '../dev/exit.js';
import { findApp, withAppOptions, type AppFlags } from '../dev/running-stack.js';
import { stopSignal } from '../dev/stop-signal.js';
import { Progress } from './progress.js';
import { Screen } from './screen.js';

/** How long the first call is repeated, so that an app that does not run is reported in seconds; ms. */
export const FIRST_RETRY_MS = 3_000;

/** The options of every command that calls the app. */
export interface Flags extends AppFlags {
  json: boolean;
}

/** A command with the options of all that call the app. @param earlier as for `withAppOptions` */
export function appCommand(name: string, description: string, examples: [string, string], earlier?: string): Command {
  const command = withAppOptions(new Command(name), earlier).option(
    '--json',
    'print JSON, and nothing else, on stdout',
    false,
  );
  return withExamples(command.description(description), ...examples);
}

/** The app that a command calls, and where it prints. */
export class App {
  readonly url: string;
  readonly key: string | undefined;
  readonly isJson: boolean;
  readonly signal: AbortSignal;
  readonly screen = new Screen(process.stderr);
  /** Reports an app that cannot be reached in seconds. */
  readonly longhaul: LonghaulClient;
  /** Goes on through a restart of the app. */
  readonly patient: LonghaulClient;
  /** What to do after Ctrl-C. */
  afterInterrupt = '';
  readonly #urlOption: string;

  constructor(flags: Flags, signal: AbortSignal) {
    this.url = findApp(flags);
    this.key = flags.key;
    this.isJson = flags.json;
    this.signal = signal;
    this.#urlOption = flags.url === undefined ? '' : ` --url ${quoted(flags.url)}`;
    this.longhaul = createClient({ baseUrl: this.url, key: flags.key, retryMs: FIRST_RETRY_MS });
    this.patient = createClient({ baseUrl: this.url, key: flags.key });
  }

  /** A command for a person who has called this one. */
  command(...args: string[]): string {
    return `npx longhaul ${args.map(quoted).join(' ')}${this.#urlOption}`;
  }

  print(text: string): void {
    this.screen.end();
    process.stdout.write(`${text}\n`);
  }

  printJson(value: unknown): void {
    this.print(JSON.stringify(value, undefined, 2));
  }

  /** Prints what a command has done, for a program or for a person. */
  result(json: unknown, text: string): void {
    if (this.isJson) this.printJson(json);
    else this.print(text);
  }

  /**
   * Follows an operation to its end, with progress, and returns its final monitor. Ctrl-C ends the wait only.
   * @param onMonitor called with each monitor
   */
  async follow<R>(id: string, onMonitor: (monitor: Monitor<R>) => void = () => undefined): Promise<Monitor<R>> {
    this.afterInterrupt = `The operation goes on. To wait for it: ${this.command('status', id, '--watch')}\nTo cancel it: ${this.command('cancel', id)}`;
    const { signal } = this;
    const progress = new Progress(this.screen);
    let last = (await this.longhaul.operations.get(id, { signal })) as Monitor<R>;
    for await (const monitor of this.patient.resume<R>(id).updates({ signal })) {
      last = monitor;
      const { status, progress: counts, waitingFor } = monitor;
      const label = waitingFor === undefined ? status : `${status}, waits for ${waitingFor}`;
      if (counts) progress.show(label, counts.completed + counts.failed, counts.total, counts.failed);
      else this.screen.show(label);
      onMonitor(monitor);
    }
    this.screen.end();
    this.afterInterrupt = '';
    return last;
  }

  /** The whole result of an operation that has ended. @throws OperationFailedError, OperationCanceledError */
  resultOf<R>({ id }: Monitor<R>): Promise<R> {
    return this.patient.resume<R>(id).result({ signal: this.signal });
  }
}

/** Runs a command on the app. Its failures are told by `failureOf`. */
export async function onApp(flags: Flags, work: (app: App) => Promise<void>): Promise<void> {
  const signal = stopSignal();
  const app = new App(flags, signal);
  try {
    await work(app);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    throw new CommandError(`Interrupted. ${app.afterInterrupt}`.trim(), EXIT.interrupted, { cause: thrown });
  } finally {
    app.screen.end();
  }
}

/** Quotes an argument for a POSIX shell. */
export const quoted = (text: string) => (/^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The width of the terminal of a stream, in columns; that of a standard one when it is no terminal. */
export const columnsOf = (stream: Partial<WriteStream>) => stream.columns ?? 100;
