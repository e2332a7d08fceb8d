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
/** How long running requests may take after the signal to stop. */
const DRAIN_MS = 2_000;

const program = new Command('image-provider')
  .description('Serves images by ID: GET /images/{id}. The files are named <id>.jpg, .jpeg, .png or .webp.')
  .option('--port <number>', 'port to listen on; 0 selects a free port', integerBetween(0, 65_535), 7082)
  .option('--host <name>', 'address to listen on', '127.0.0.1')
  .addOption(
    new Option('--dir <folder>', 'folder of the images').env('IMAGES_DIR').default(SAMPLES, "the project's samples"),
  )
  .option('--faults', 'allow clients to set faults with POST /_faults (for tests)', false)
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
