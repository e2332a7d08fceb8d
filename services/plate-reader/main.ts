import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Command, InvalidArgumentError } from 'commander';
import sharp from 'sharp';
import { createFaults } from '../faults.js';
import { createPlateReader } from './reader.js';
import { createPlateServer } from './server.js';

interface Options {
  port: number;
  host: string;
  threads: number;
  faults: boolean;
}

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
  sharp.concurrency(threads);
  const reader = await createPlateReader({ threads });
  const server = createPlateServer({ reader, ...(faults && { faults: createFaults() }) });
  server.listen(port, host);
  await once(server, 'listening');
  stopOnSignal(server);
  console.log(`ready ${urlOf(server)}`);
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Takes no more requests, finishes those under way, and lets the process end; a second signal ends it at once. */
function stopOnSignal(server: Server): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.close();
      server.closeIdleConnections();
    });
  }
}

program.parseAsync().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
