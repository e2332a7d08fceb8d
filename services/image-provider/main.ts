import path from 'node:path';
import { Command, Option } from 'commander';
import { createFaults } from '../faults.js';
import { integerBetween, serveUntilSignal } from '../serving.js';
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
  .option('--port <number>', 'port to listen on; 0 takes a free one', integerBetween(0, 65_535), 7082)
  .option('--host <name>', 'address to listen on', '127.0.0.1')
  .addOption(
    new Option('--dir <folder>', 'folder of the images').env('IMAGES_DIR').default(SAMPLES, "the project's samples"),
  )
  .option('--faults', 'let clients switch on faults with POST /_faults (for tests)', false)
  .action(serve);

async function serve({ port, host, dir, faults }: Options): Promise<void> {
  const images = await ImageFolder.open(dir);
  const server = createImageServer({ images, faults: faults ? createFaults(OWN_MODES) : undefined });
  await serveUntilSignal(server, { port, host, drainMs: DRAIN_MS });
}

program.parseAsync().catch((thrown: unknown) => {
  console.error(`image-provider: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  process.exitCode = 1;
});
