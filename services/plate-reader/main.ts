import './no-telemetry.js';
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { createFaults } from '../faults.js';
import { integerBetween, serveUntilSignal } from '../serving.js';
import { startReaderPool } from './reader-pool.js';
import { createPlateServer } from './server.js';

interface Options {
  port: number;
  host: string;
  threads: number;
  waiting: number;
  faults: boolean;
}

/** How long running requests may take after the signal to stop. */
const DRAIN_MS = 5_000;

const program = new Command('plate-reader')
  .description('Reads license plates in images: POST /readPlateNumber with the image as the body.')
  .option('--port <number>', 'port to listen on; 0 selects a free port', integerBetween(0, 65_535), 7081)
  .option('--host <name>', 'address to listen on', '127.0.0.1')
  .option('--threads <number>', 'images read at a time', integerBetween(1, 64), availableParallelism())
  .option('--waiting <number>', 'images that may wait; further ones get 503', integerBetween(0, 10_000), 32)
  .option('--faults', 'allow clients to set faults with POST /_faults (for tests)', false)
  .action(serve);

async function serve({ port, host, threads, waiting, faults }: Options): Promise<void> {
  const reader = await startReaderPool(threads);
  const server = createPlateServer({
    reader,
    concurrency: threads,
    waiting,
    ...(faults && { faults: createFaults() }),
  });
  await serveUntilSignal(server, { port, host, drainMs: DRAIN_MS, close: () => reader.close() });
}

program.parseAsync().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
