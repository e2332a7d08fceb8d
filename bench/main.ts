import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Argument, Command } from 'commander';
import { ROOT, SAMPLES } from '../dev/plan.js';
import { formatTable } from '../dev/table.js';
import { benchBankMap } from './bank-map/index.js';
import { benchBankMapUpload } from './bank-map-upload.js';
import { benchBatch } from './batch.js';
import { benchBooks } from './books.js';
import { benchConsole } from './console/index.js';
import { benchClient } from './client.js';
import { FIGURE_HEADINGS, figureRow, reachesTarget, type Findings } from './figures.js';
import { benchBodies } from './bodies/index.js';
import { benchFiles } from './files/index.js';
import { benchHost } from './host/index.js';
import { benchHistory } from './history.js';
import { benchHttp } from './http.js';
import { benchPackage } from './package.js';
import { benchPlates, describeWrong } from './plates.js';
import { benchSequence } from './sequence.js';
import { benchFairness } from './fairness/index.js';
import { benchServerless } from './serverless/index.js';
import { benchStart } from './start.js';
import { benchStorage } from './storage/index.js';
import { benchWatch } from './watch.js';
import { benchWorkers } from './workers.js';

interface Options {
  jsonDir: string;
  dir?: string;
  minutes?: number;
  queued?: number;
  files?: number;
}

const BENCHMARKS: Readonly<Record<string, (options: Options) => Promise<Findings>>> = {
  start: benchStart,
  watch: benchWatch,
  workers: benchWorkers,
  http: benchHttp,
  sequence: benchSequence,
  batch: benchBatch,
  bodies: benchBodies,
  host: benchHost,
  history: benchHistory,
  'bank-map': benchBankMap,
  'bank-map-upload': benchBankMapUpload,
  files: benchFiles,
  serverless: benchServerless,
  storage: benchStorage,
  fairness: benchFairness,
  books: benchBooks,
  client: benchClient,
  console: benchConsole,
  package: benchPackage,
  plates: async ({ dir = SAMPLES }) => {
    const report = await benchPlates({ dir });
    return { ...report, notes: describeWrong(report) };
  },
};

const program = new Command('npm run bench --')
  .description('Runs benchmarks, prints tables and stores the figures as JSON.')
  .addArgument(new Argument('[names...]', 'benchmarks to run; default: all').choices(Object.keys(BENCHMARKS)))
  .option('--json-dir <folder>', 'folder of the JSON files', path.join(ROOT, 'bench/results'))
  .option('--minutes <number>', 'host: duration of the memory measurement; default: 60 rounds', Number)
  .option('--queued <number>', 'serverless: requests in the long queue', Number)
  .option('--files <number>', 'books: small files; there is a large one for each hundred of them', Number)
  .option('--dir <folder>', 'plates: folder of images with a truth file; default: the samples')
  .action(run);

async function run(names: string[], options: Options): Promise<void> {
  for (const name of names.length > 0 ? names : Object.keys(BENCHMARKS)) {
    const machine = describeMachine();
    const findings = await BENCHMARKS[name]?.(options);
    if (!findings) continue;
    process.stdout.write(
      `\n${name} (${describeLoad(machine)})\n${formatTable(FIGURE_HEADINGS, findings.figures.map(figureRow))}\n`,
    );
    if (findings.mustReachTargets && !findings.figures.every(reachesTarget)) process.exitCode = 1;
    if (findings.notes) process.stdout.write(`\n${findings.notes}\n`);
    await store(name, options.jsonDir, { name, machine, ...findings });
  }
}

/** Properties of the machine that figures depend on; the load average is from before the benchmark. */
function describeMachine() {
  const [cpu] = os.cpus();
  return {
    date: new Date().toISOString(),
    node: process.version,
    platform: `${os.platform()} ${os.release()} ${os.arch()}`,
    cores: os.availableParallelism(),
    cpu: cpu?.model,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    loadAverage: os.loadavg(),
  };
}

/** Shown with the figures, because those of a busy machine are not reliable. */
function describeLoad({ cores, loadAverage: [lastMinute = 0] }: ReturnType<typeof describeMachine>): string {
  return `${cores} cores, load average ${lastMinute.toFixed(1)} before`;
}

async function store(
  name: string,
  dir: string,
  content: Findings & { name: string; machine: ReturnType<typeof describeMachine> },
): Promise<void> {
  await fs.mkdir(dir, { recursive: true });
  const file = path.join(dir, `${content.machine.date.slice(0, 10)}-${name}.json`);
  await fs.writeFile(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

program.parseAsync().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
