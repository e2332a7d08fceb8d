import './no-telemetry.js';
import { Command } from 'commander';
import { createFaults } from '../faults.js';
import { integerBetween, serveUntilSignal } from '../serving.js';
import { startReaderThread } from './reader-thread.js';
import { createPlateServer } from './server.js';

interface Options {
  port: number;
  host: string;
  threads: number;
  faults: boolean;
}

/** How long running requests may take after the signal to stop. */
const DRAIN_MS = 5_000;

const program = new Command('plate-reader')
  .description('Reads license plates in images: POST /readPlateNumber with the image as the body.')
  .option('--port <number>', 'port to listen on; 0 selects a free port', integerBetween(0, 65_535), 7081)
  .option('--host <name>', 'address to listen on', '127.0.0.1')
  .option('--threads <number>', 'threads of the neural networks', integerBetween(1, 64), 1)
  .option('--faults', 'allow clients to set faults with POST /_faults (for tests)', false)
  .action(serve);

async function serve({ port, host, threads, faults }: Options): Promise<void> {
  const reader = await startReaderThread({ threads });
  const server = createPlateServer({ reader, ...(faults && { faults: createFaults() }) });
  await serveUntilSignal(server, { port, host, drainMs: DRAIN_MS, close: () => reader.close() });
}

program.parseAsync().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
