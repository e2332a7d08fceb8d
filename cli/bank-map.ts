/** `npm run bank-map`: sends a zip to the app, waits for its job and writes the result; see docs/bank-map-cli.md. */
import fs from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { BankMapClient, type Result } from './client.js';
import { follow, JobEndedError } from './follow.js';
import { Screen } from './screen.js';

interface Options {
  url: string;
  key?: string;
  company?: string;
  job?: string;
  out?: string;
  poll: number;
  maxWait: number;
}

/** What a program ended by Ctrl-C answers, by the shells' custom: 128 and the signal's number. */
const STOPPED = 130;

const program = new Command('npm run bank-map --')
  .description('Has the lines of a bank statement mapped to accounts, and writes the mappings.')
  .argument('[file]', 'the zip with the ledgers and the lines')
  .addOption(new Option('--url <url>', 'where the app is').env('BANK_MAP_URL').default('http://127.0.0.1:7071'))
  .addOption(new Option('--key <key>', 'function key; the setting hides it from other users').env('BANK_MAP_KEY'))
  .option('--company <name>', 'whose books they are')
  .option('--job <id>', 'wait for a job that was submitted before')
  .option('--out <file>', 'where the result goes (default: the zip’s name, or the job’s, with .mappings.json)')
  .option('--poll <seconds>', 'between two looks a random part of this passes', positive, 60)
  .option('--max-wait <minutes>', 'when to give up waiting', positive, 30)
  .action(run);

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1_440) return value;
  throw new InvalidArgumentError('It must be a number over 0 and up to 1440.');
}

async function run(file: string | undefined, options: Options): Promise<void> {
  const screen = new Screen(process.stderr);
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort());
  let job = options.job;
  try {
    const client = clientFor(options, stopped.signal, screen);
    const out = writable(options.out ?? `${file ?? job ?? 'job'}.mappings.json`);
    job ??= await submit(client, file, options, screen);
    const { poll, maxWait } = options;
    await follow(client, job, {
      pollMs: poll * 1_000,
      atOnce: options.job !== undefined,
      maxWaitMs: maxWait * 60_000,
      signal: stopped.signal,
      onLook: (status) => screen.show(`${job}: ${status}`),
    });
    write(await client.result(job), out, screen);
  } catch (thrown) {
    screen.say(stopped.signal.aborted ? 'Stopped.' : (thrown as Error).message);
    if (job !== undefined && !(thrown instanceof JobEndedError)) screen.say(howToGoOn(job, file, options));
    process.exitCode = stopped.signal.aborted ? STOPPED : 1;
  }
}

function clientFor({ url, key }: Options, signal: AbortSignal, screen: Screen): BankMapClient {
  if (!['http:', 'https:'].includes(URL.parse(url)?.protocol ?? '')) throw new Error('--url must be an http(s) URL.');
  return new BankMapClient({
    url,
    key,
    signal,
    onRetry: (why, waitMs) => screen.say(`${why}; trying again in ${(waitMs / 1_000).toFixed(1)} s`),
  });
}

async function submit(
  client: BankMapClient,
  file: string | undefined,
  { company }: Options,
  screen: Screen,
): Promise<string> {
  if (file === undefined) throw new Error('Name the zip that is to be mapped, or a job with --job.');
  if (company === undefined || company.trim() === '') throw new Error('Say whose books they are with --company.');
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Error(`There is no file ${file}.`);
  const job = await client.submit(file, company, (part) =>
    screen.show(`sending ${file}: ${10 * Math.floor(part * 10)} %`),
  );
  screen.show(`${job}: submitted`);
  return job;
}

/** The file, if it can be written: better to know before the job than after it. */
function writable(file: string): string {
  try {
    fs.accessSync(path.dirname(file), fs.constants.W_OK);
    return file;
  } catch (cause) {
    throw new Error(`${file} cannot be written; name another file with --out.`, { cause });
  }
}

/** Whole or not at all: a file of this name is a result. */
function write({ text, lines, recommended }: Result, out: string, screen: Screen): void {
  const work = `${out}.${process.pid}.tmp`;
  fs.writeFileSync(work, text);
  fs.renameSync(work, out);
  screen.end();
  console.log(`${out}: ${lines} ${lines === 1 ? 'line' : 'lines'}, ${recommended} recommended`);
}

function howToGoOn(job: string, file: string | undefined, { url, out }: Options): string {
  const target = out ?? (file === undefined ? undefined : `${file}.mappings.json`);
  const args = ['--url', url, '--job', job, ...(target === undefined ? [] : ['--out', target])];
  return `To wait for the job: npm run bank-map -- ${args.map(quoted).join(' ')}`;
}

/** As a shell takes it. */
const quoted = (text: string) => (/^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

void program.parseAsync();
