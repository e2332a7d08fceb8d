import os from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { createFaults } from '../faults.js';
import { integerBetween, serveUntilSignal, temporaryFolder } from '../serving.js';
import { Analyses } from './analyses.js';
import { createAnalyzerServer, OWN_MODES } from './server.js';

interface Options {
  port: number;
  host: string;
  allowOrigin: string[];
  concurrency: number;
  queue: number;
  maxFileMb: number;
  maxTextMb: number;
  timeoutSeconds: number;
  memoryMb: number;
  faults: boolean;
}

/** How long running requests may take after the signal to stop. */
const DRAIN_MS = 2_000;
const MB = 1_000_000;

const program = new Command('analyzer')
  .description(
    'Analyzes film scripts: POST /analyze with the key and the URL of a file; the result is posted to the URL.',
  )
  .requiredOption('--allow-origin <origin>', 'origin of URLs that are downloaded; can be repeated', origins)
  .option('--port <number>', 'port to listen on; 0 selects a free port', integerBetween(0, 65_535), 7084)
  .option('--host <name>', 'address to listen on', '127.0.0.1')
  .option('--concurrency <number>', 'analyses that run at a time', integerBetween(1, 64), os.availableParallelism())
  .option('--queue <number>', 'analyses that can wait; further ones get 503', integerBetween(0, 100_000), 100)
  .option('--max-file-mb <MB>', 'largest file', integerBetween(1, 10_240), 200)
  .option('--max-text-mb <MB>', 'largest text of a file, in UTF-8', integerBetween(1, 100), 10)
  .option('--timeout-seconds <seconds>', 'time of one analysis, without the download', integerBetween(1, 86_400), 120)
  .option('--memory-mb <MB>', 'resident memory of the process of one analysis', integerBetween(150, 65_536), 500)
  .option('--faults', 'allow clients to set faults with POST /_faults (for tests)', false)
  .action(serve);

/** Adds an origin to those of earlier options. */
function origins(text: string, before: string[] = []): string[] {
  const origin = URL.parse(text)?.origin;
  if (origin === undefined || !/^https?:/.test(origin) || !`${origin}/`.startsWith(text)) {
    throw new InvalidArgumentError('It must be an origin such as http://127.0.0.1:7071.');
  }
  return [...before, origin];
}

async function serve(options: Options): Promise<void> {
  const { port, host, allowOrigin, concurrency, queue, maxFileMb, maxTextMb, timeoutSeconds, memoryMb } = options;
  const analyses = new Analyses({
    concurrency,
    waiting: queue,
    dir: temporaryFolder('analyzer'),
    maxFileBytes: maxFileMb * MB,
    limits: { timeoutMs: timeoutSeconds * 1_000, memoryMb, maxTextBytes: maxTextMb * MB },
    log: (line) => console.log(line),
  });
  const faults = options.faults ? createFaults(OWN_MODES, ['analyze']) : undefined;
  const server = createAnalyzerServer({ analyses, origins: allowOrigin, faults });
  await serveUntilSignal(server, { port, host, drainMs: DRAIN_MS, close: () => analyses.close() });
}

program.parseAsync().catch((thrown: unknown) => {
  console.error(`analyzer: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  process.exitCode = 1;
});
