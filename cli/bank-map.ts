/** `npm run bank-map`: sends a zip to the app, waits for its job and writes the result (docs/bank-map-cli.md). */
import fs from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { findApp, UNREACHABLE_HINT, withAppOptions, type AppFlags } from '../dev/running-stack.js';
import { CallError } from './answers.js';
import { BankMapClient, type Result } from './client.js';
import { followJob, JobEndedError } from './follow-job.js';
import { Screen } from './screen.js';

interface Options extends AppFlags {
  key?: string;
  company?: string;
  job?: string;
  out?: string;
  poll: number;
  maxWait: number;
}

/** The exit code after Ctrl-C, by the convention of shells: 128 plus the signal's number. */
const INTERRUPTED = 130;

const program = withAppOptions(new Command('npm run bank-map --'), 'BANK_MAP_URL')
  .description('Maps the lines of a bank statement to accounts and writes the mappings to a file.')
  .argument('[file]', 'zip file with the ledgers and the lines')
  .addOption(
    new Option('--key <key>', 'function key; as an environment variable it is hidden from other users').env(
      'BANK_MAP_KEY',
    ),
  )
  .option('--company <name>', 'name of the company')
  .option('--job <id>', 'wait for a job that is already submitted')
  .option('--out <file>', 'output file (default: the name of the zip, or of the job, with .mappings.json)')
  .option('--poll <seconds>', 'upper limit of the random wait between two polls', positive, 60)
  .option('--max-wait <minutes>', 'longest time to wait', positive, 30)
  .addHelpText(
    'after',
    `
Examples:
  npm run bank-map -- --company "UAB Demo" june.zip
  npm run bank-map -- --url https://app.example --job lucid_school_1 --out june.json`,
  )
  .action(run);

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1_440) return value;
  throw new InvalidArgumentError('It must be a number above 0 and up to 1440.');
}

async function run(file: string | undefined, options: Options): Promise<void> {
  const screen = new Screen(process.stderr);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  let job = options.job;
  try {
    options.url = findApp(options);
    const client = clientFor(options.url, options.key, interrupted.signal, screen);
    const out = writable(options.out ?? `${file ?? job ?? 'job'}.mappings.json`);
    job ??= await submit(client, file, options, screen);
    const { poll, maxWait } = options;
    await followJob(client, job, {
      pollMs: poll * 1_000,
      pollImmediately: options.job !== undefined,
      maxWaitMs: maxWait * 60_000,
      signal: interrupted.signal,
      onStatus: (status) => screen.show(`${job}: ${status}`),
    });
    write(await client.result(job), out, screen);
  } catch (thrown) {
    screen.print(interrupted.signal.aborted ? 'Interrupted.' : (thrown as Error).message);
    if (thrown instanceof CallError && thrown.status === 0) screen.print(UNREACHABLE_HINT);
    if (job !== undefined && !(thrown instanceof JobEndedError)) screen.print(resumeHint(job, file, options));
    process.exitCode = interrupted.signal.aborted ? INTERRUPTED : 1;
  }
}

function clientFor(url: string, key: string | undefined, signal: AbortSignal, screen: Screen): BankMapClient {
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
  if (file === undefined) throw new Error('Pass the zip file to map, or a job ID with --job.');
  if (company === undefined || company.trim() === '') throw new Error('Pass the name of the company with --company.');
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Error(`File not found: ${file}.`);
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
    throw new Error(`${file} cannot be written; pass another file with --out.`, { cause });
  }
}

/** Writes the result atomically, so that a file of this name is always complete. */
function write({ text, lines, recommended }: Result, out: string, screen: Screen): void {
  const temporary = `${out}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, text);
  fs.renameSync(temporary, out);
  screen.end();
  console.log(`${out}: ${lines} ${lines === 1 ? 'line' : 'lines'}, ${recommended} recommended`);
}

function resumeHint(job: string, file: string | undefined, { url, out }: Options): string {
  const target = out ?? (file === undefined ? undefined : `${file}.mappings.json`);
  const args = [
    ...(url === undefined ? [] : ['--url', url]),
    '--job',
    job,
    ...(target === undefined ? [] : ['--out', target]),
  ];
  return `To wait for the job: npm run bank-map -- ${args.map(quoted).join(' ')}`;
}

/** Quotes an argument for a POSIX shell. */
const quoted = (text: string) => (/^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

void program.parseAsync();
