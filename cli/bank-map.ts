/** `longhaul bank-map`: sends a zip to the app, waits for its job and writes the result (docs/bank-map-cli.md). */
import fs from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { CommandError, EXIT, UsageError } from '../dev/exit.js';
import { UNREACHABLE_HINT } from '../dev/running-stack.js';
import { CallError } from './answers.js';
import { appCommand, onApp, quoted, type App, type Flags } from './app.js';
import { BankMapClient, type Result } from './client.js';
import { followJob, JobEndedError } from './follow-job.js';
import { type Screen } from './screen.js';

interface Options extends Flags {
  company?: string;
  job?: string;
  out?: string;
  poll: number;
  maxWait: number;
}

/** `longhaul bank-map`. */
export const bankMapCommand = () =>
  appCommand(
    'bank-map',
    'Maps the lines of a bank statement to accounts and writes the mappings to a file.',
    [
      'bank-map --company "UAB Demo" june.zip',
      'bank-map --url https://app.example --job lucid_school_1 --out june.json',
    ],
    'BANK_MAP',
  )
    .argument('[file]', 'zip file with the ledgers and the lines')
    .option('--company <name>', 'name of the company')
    .option('--job <id>', 'wait for a job that is already submitted')
    .option('--out <file>', 'output file (default: the name of the zip, or of the job, with .mappings.json)')
    .option('--poll <seconds>', 'upper limit of the random wait between two polls', positive, 60)
    .option('--max-wait <minutes>', 'longest time to wait', positive, 30)
    .action((file: string | undefined, options: Options) => onApp(options, (app) => run(app, file, options)));

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1_440) return value;
  throw new InvalidArgumentError('It must be a number above 0 and up to 1440.');
}

async function run(app: App, file: string | undefined, options: Options): Promise<void> {
  const { screen, signal } = app;
  let job = options.job;
  try {
    const client = clientFor(app);
    const out = writable(options.out ?? `${file ?? job ?? 'job'}.mappings.json`);
    job ??= await submit(client, file, options, screen);
    app.afterInterrupt = resumeHint(app, job, file, options);
    const { poll, maxWait } = options;
    await followJob(client, job, {
      pollMs: poll * 1_000,
      pollImmediately: options.job !== undefined,
      maxWaitMs: maxWait * 60_000,
      signal,
      onStatus: (status) => screen.show(`${job}: ${status}`),
    });
    report(app, job, write(await client.result(job), out));
  } catch (thrown) {
    if (signal.aborted || thrown instanceof UsageError) throw thrown;
    const isAway = thrown instanceof CallError && thrown.status === 0;
    const goesOn = job !== undefined && !(thrown instanceof JobEndedError);
    const lines = [
      (thrown as Error).message,
      ...(isAway ? [UNREACHABLE_HINT] : []),
      ...(goesOn ? [resumeHint(app, job ?? '', file, options)] : []),
    ];
    throw new CommandError(lines.join('\n'), isAway ? EXIT.unreachable : EXIT.failed, { cause: thrown });
  }
}

function clientFor({ url, key, signal, screen }: App): BankMapClient {
  return new BankMapClient({
    url,
    key,
    signal,
    onRetry: (reason, waitMs) => screen.print(`${reason}; retrying in ${(waitMs / 1_000).toFixed(1)} s`),
  });
}

async function submit(
  client: BankMapClient,
  file: string | undefined,
  { company }: Options,
  screen: Screen,
): Promise<string> {
  if (file === undefined) throw new UsageError('Pass the zip file to map, or a job ID with --job.');
  if (company === undefined || company.trim() === '')
    throw new UsageError('Pass the name of the company with --company.');
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) throw new UsageError(`File not found: ${file}.`);
  const job = await client.submit(file, company, (part) =>
    screen.show(`sending ${file}: ${10 * Math.floor(part * 10)} %`),
  );
  screen.show(`${job}: submitted`);
  return job;
}

/** Returns `file`. Throws when it cannot be written, so that the error comes before the job and not after it. */
function writable(file: string): string {
  try {
    fs.accessSync(path.dirname(file), fs.constants.W_OK);
    return file;
  } catch (cause) {
    throw new UsageError(`${file} cannot be written; pass another file with --out.`, { cause });
  }
}

/** Writes the result atomically, so that a file of this name is always complete. */
function write({ text, lines, recommended }: Result, out: string) {
  const temporary = `${out}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, text);
  fs.renameSync(temporary, out);
  return { file: out, lines, recommended };
}

function report(app: App, job: string, { file, lines, recommended }: ReturnType<typeof write>): void {
  app.result(
    { job, file, lines, recommended },
    `${file}: ${lines} ${lines === 1 ? 'line' : 'lines'}, ${recommended} recommended`,
  );
}

function resumeHint(app: App, job: string, file: string | undefined, { out }: Options): string {
  const target = out ?? (file === undefined ? undefined : `${file}.mappings.json`);
  const args = ['--url', app.url, '--job', job, ...(target === undefined ? [] : ['--out', target])];
  return `To wait for the job: npx longhaul bank-map ${args.map(quoted).join(' ')}`;
}
