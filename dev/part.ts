import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Readable, type Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const LOG_LINES_KEPT = 500;
const LOG_LINES_SHOWN = 20;
const STOP_GRACE_MS = 5_000;
const DEADLINE_STEP_MS = 1_000;
const PARENT_WATCH = path.join(__dirname, 'parent-watch.js');

export interface PartSpec {
  name: string;
  /** The script and its arguments. */
  args: readonly string[];
  /** Environment variables in addition to those of this process. */
  env?: Readonly<Record<string, string>>;
  /** The address that it serves at, for messages; without secrets. */
  url: string;
  /** Matches the stdout line that reports that the process serves requests. */
  ready: RegExp;
  /** Its lines are of no interest unless something is wrong. */
  isChatty?: boolean;
  cwd: string;
}

export interface PartEvents {
  /** A line of stdout or stderr. */
  line(part: PartSpec, line: string): void;
  /** The process ended, after it had served, without `stop` or `kill`. @param how such as `ended (SIGKILL)` */
  died(part: Part, how: string): void;
}

/** Resolves when this process has run for the time. A machine that stands still for a minute counts as one step. */
async function runFor(ms: number, signal: AbortSignal): Promise<void> {
  for (let left = ms; left > 0; left -= DEADLINE_STEP_MS) {
    await sleep(Math.min(left, DEADLINE_STEP_MS), undefined, { signal, ref: false });
  }
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * One process of the stack. It runs in a session of its own, so that Ctrl-C reaches only the parent, which then stops
 * the parts in order. If the parent is killed, parent-watch.ts ends the process.
 */
export class Part {
  #child: Child | undefined;
  #exited: Promise<unknown> = Promise.resolve();
  #ready = false;
  #shouldRun = false;
  readonly #lines: string[] = [];

  readonly #events: PartEvents;

  constructor(
    readonly spec: PartSpec,
    events: PartEvents,
  ) {
    this.#events = events;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** The latest lines of its stdout and stderr. */
  get log(): readonly string[] {
    return this.#lines;
  }

  /** Starts the process and resolves when it serves. Rejects, with its last lines, when it ends or the deadline passes. */
  async start(deadlineMs: number): Promise<void> {
    if (this.#child) throw new Error(`${this.spec.name} is already running.`);
    this.#ready = false;
    this.#shouldRun = true;
    const serving = this.#spawn();
    const serves = new AbortController();
    try {
      await Promise.race([
        serving,
        this.#exited.then(() => Promise.reject(new Error(this.describe('ended before it served')))),
        runFor(deadlineMs, serves.signal).then(() =>
          Promise.reject(new Error(this.describe(`did not serve within ${deadlineMs / 1_000} s`))),
        ),
      ]);
      this.#ready = true;
    } finally {
      serves.abort();
    }
  }

  /** Sends the signal and resolves when the process is gone. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#shouldRun = false;
    this.#child?.kill(signal);
    await this.#exited;
  }

  /** Sends SIGTERM, and SIGKILL when the process still runs after five seconds. */
  async stop(): Promise<void> {
    const child = this.#child;
    const force = setTimeout(() => {
      this.#events.line(this.spec, 'did not stop in time and was killed');
      child?.kill('SIGKILL');
    }, STOP_GRACE_MS);
    await this.kill('SIGTERM');
    clearTimeout(force);
  }

  /** A message with the last lines of the process. @param what happened to it */
  describe(what: string): string {
    const lines = this.#lines.slice(-LOG_LINES_SHOWN).map((line) => `  ${line}`);
    return [`${this.spec.name} ${what}.`, ...(lines.length ? ['Its last lines:', ...lines] : [])].join('\n');
  }

  /** Resolves when the new process reports that it serves; stays pending when it does not. */
  #spawn(): Promise<void> {
    const { args, env, cwd, ready } = this.spec;
    const child = spawn(process.execPath, ['--require', PARENT_WATCH, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    child.stdin.on('error', () => undefined); // the pipe only shows that the parent runs; the child may end first
    createInterface(child.stderr).on('line', (line) => this.#note(line));
    const stdout = createInterface(child.stdout).on('line', (line) => this.#note(line));
    this.#child = child;
    this.#exited = once(child, 'close').then(([code, signal]) => {
      if (this.#child === child) this.#child = undefined;
      this.#reportEnd(code as number | null, signal as string | null);
    });
    return new Promise((resolve) => {
      stdout.on('line', (line) => {
        if (ready.test(line)) resolve();
      });
    });
  }

  #note(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > LOG_LINES_KEPT) this.#lines.shift();
    this.#events.line(this.spec, line);
  }

  #reportEnd(code: number | null, signal: string | null): void {
    if (!this.#shouldRun || !this.#ready) return;
    this.#shouldRun = false;
    this.#events.died(this, `ended (${signal ?? `code ${code ?? '?'}`})`);
  }
}
