import os from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createFaults } from '../faults.js';
import { lockFolder } from '../folder-lock.js';
import { integerBetween, serveUntilSignal, temporaryFolder } from '../serving.js';
import { JobStore } from './job-store.js';
import { Jobs } from './jobs.js';
import { CALLS, createBankMapServer, OWN_CALLS, OWN_MODES } from './server.js';

interface Options {
  port: number;
  host: string;
  threads: number;
  memory: number;
  waiting: number;
  retention: number;
  now?: string;
  learning: 'on' | 'off';
  errorShare: number;
  state?: string;
  faults: boolean;
}

/** How long running requests may take after the signal to stop. */
const DRAIN_MS = 2_000;
const CLEAN_UP_INTERVAL_MS = 60_000;
const MS_PER_HOUR = 3_600_000;
const MIB = 1024 * 1024;

const cores = os.availableParallelism();
/** Three quarters of the memory divided by the cores, between 512 MiB and V8's limit of about 4 GiB. */
const memoryPerJob = Math.min(4_096, Math.max(512, Math.floor((0.75 * os.totalmem()) / MIB / cores)));

const program = new Command('bank-map-ml')
  .description('Maps bank-statement lines to accounts: POST /jobs with a company, the URL of its zip and a name.')
  .option('--port <number>', 'port to listen on; 0 selects a free port', integerBetween(0, 65_535), 7083)
  .option('--host <name>', 'address to listen on', '127.0.0.1')
  .option('--threads <number>', 'jobs that run at a time, each in a thread', integerBetween(1, 256), cores)
  .option('--memory <MiB>', 'memory that a job can use', integerBetween(64, 1_048_576), memoryPerJob)
  .option('--waiting <number>', 'jobs that can wait for a thread', integerBetween(0, 100_000), 100)
  .option('--retention <hours>', 'how long a job and its output are kept after its end', integerBetween(1, 8_760), 24)
  .addOption(
    new Option('--now <time>', 'time from which the age of lines is counted, ISO 8601 (default: the clock)')
      .env('BANK_MAP_NOW')
      .argParser(isoTime),
  )
  .addOption(
    new Option('--learning [mode]', 'learn limits and scores from the history of each zip')
      .env('BANK_MAP_LEARNING')
      .choices(['on', 'off'])
      .preset('on')
      .default('off'),
  )
  .option('--error-share <share>', 'with learning, accepted share of errors among recommended mappings', share, 0.005)
  .option('--state <folder>', 'folder of jobs and outputs (default: a temporary folder)')
  .option('--faults', 'allow clients to set faults with POST /_faults (for tests)', false)
  .action(serve);

function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError('It must be a number between 0 and 1, such as 0.005.');
}

function isoTime(text: string): string {
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  throw new InvalidArgumentError('It must be a time such as 2026-11-28T00:00:00Z.');
}

async function serve(options: Options): Promise<void> {
  const { port, host, threads, memory, waiting, retention, now, learning, errorShare, state, faults } = options;
  const folder = state ?? temporaryFolder('bank-map-ml');
  lockFolder(folder);
  const store = JobStore.open(folder);
  const jobs = new Jobs({
    store,
    threads,
    waiting,
    memoryMb: memory,
    retentionMs: retention * MS_PER_HOUR,
    settings: { now, learning: learning === 'on', errorShare },
  });
  setInterval(() => jobs.deleteExpired(), CLEAN_UP_INTERVAL_MS).unref();
  const server = createBankMapServer({
    jobs,
    faults: faults ? createFaults(OWN_MODES, CALLS, OWN_CALLS) : undefined,
  });
  await serveUntilSignal(server, { port, host, drainMs: DRAIN_MS, close: () => jobs.close() });
}

program.parseAsync().catch((thrown: unknown) => {
  console.error(`bank-map-ml: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  process.exitCode = 1;
});
