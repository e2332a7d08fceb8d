import './no-telemetry.js';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Command, InvalidArgumentError } from 'commander';
import { createFaults } from '../faults.js';
import { startReaderThread, type ReaderThread } from './reader-thread.js';
import { createPlateServer } from './server.js';

interface Options {
  port: number;
  host: string;
  threads: number;
  faults: boolean;
}

/** How long requests may still take once the service is told to stop. */
const DRAIN_MS = 5_000;

const program = new Command('plate-reader')
  .description('Reads licence plates on images: POST /readPlateNumber with the image as the body.')
  .option('--port <number>', 'port to listen on; 0 takes a free one', integerBetween(0, 65_535), 7081)
  .option('--host <name>', 'address to listen on', '127.0.0.1')
  .option('--threads <number>', 'threads of the neural networks', integerBetween(1, 64), 1)
  .option('--faults', 'let clients switch on faults with POST /_faults (for tests)', false)
  .action(serve);

function integerBetween(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && text.trim() !== '' && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}

async function serve({ port, host, threads, faults }: Options): Promise<void> {
  const reader = await startReaderThread({ threads });
  const server = createPlateServer({ reader, ...(faults && { faults: createFaults() }) });
  server.listen(port, host);
  await once(server, 'listening');
  stopOnSignal(server, reader);
  console.log(`ready ${urlOf(server)}`);
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Takes no more requests, gives those under way a little time, and lets the process end; a second signal ends it. */
function stopOnSignal(server: Server, reader: ReaderThread): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.close(() => void reader.close());
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
    });
  }
}

program.parseAsync().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
