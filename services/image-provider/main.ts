import { once } from 'node:events';
import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createFaults } from '../faults.js';
import { ImageFolder } from './images.js';
import { createImageServer, OWN_MODES } from './server.js';

interface Options {
  port: number;
  host: string;
  dir: string;
  faults: boolean;
}

const SAMPLES = path.join(__dirname, '../../../services/image-provider/samples');
/** How long requests may still take once the service is told to stop. */
const DRAIN_MS = 2_000;

const program = new Command('image-provider')
  .description('Serves images by id: GET /images/{id}. Their files are named <id>.jpg, .jpeg, .png or .webp.')
  .option('--port <number>', 'port to listen on; 0 takes a free one', parsePort, 7082)
  .option('--host <name>', 'address to listen on', '127.0.0.1')
  .addOption(
    new Option('--dir <folder>', 'folder of the images').env('IMAGES_DIR').default(SAMPLES, "the project's samples"),
  )
  .option('--faults', 'let clients switch on faults with POST /_faults (for tests)', false)
  .action(serve);

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}

async function serve({ port, host, dir, faults }: Options): Promise<void> {
  const images = await ImageFolder.open(dir);
  const server = createImageServer({ images, faults: faults ? createFaults(OWN_MODES) : undefined });
  server.listen(port, host);
  await once(server, 'listening');
  stopOnSignal(server);
  console.log(`ready ${urlOf(server)}`);
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** Takes no more requests and lets those under way end; a second signal ends the process at once. */
function stopOnSignal(server: Server): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.close();
      setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
    });
  }
}

program.parseAsync().catch((thrown: unknown) => {
  console.error(`image-provider: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  process.exitCode = 1;
});
