import { Command, InvalidArgumentError, Option } from 'commander';
import { startStack } from './stack.js';
import { aborted, StoppedError, toldToStop } from './told-to-stop.js';

interface Options {
  port: number;
  dir: string;
  images?: string;
  imageProvider?: string;
  plateReader?: string;
  bankMapMl?: string;
  storage?: string;
  watch: boolean;
  workers?: string;
  inspect?: string | true;
  inspectBrk?: string | true;
}

const setting = (flags: string, description: string, name: string) => new Option(flags, description).env(name);

const program = new Command('npm start --')
  .description('Starts the app on its embedded host, with storage and the services it calls, until Ctrl-C.')
  .addOption(setting('--port <number>', 'port of the app', 'PORT').argParser(parsePort).default(7071))
  .addOption(
    setting('--dir <folder>', 'state of the host and data of the storage', 'LONGHAUL_DIR').default('.longhaul'),
  )
  .addOption(setting('--images <folder>', 'images, named <id>.jpg; by default the samples', 'IMAGES_DIR'))
  .addOption(setting('--image-provider <url>', 'an image provider to use instead of our own', 'IMAGE_PROVIDER_URL'))
  .addOption(setting('--plate-reader <url>', 'a plate reader to use instead of our own', 'PLATE_READER_URL'))
  .addOption(setting('--bank-map-ml <url>', 'a bank-map service to use instead of our own', 'BANK_MAP_ML_URL'))
  .addOption(
    setting('--storage <connection string>', 'a storage account to use instead of Azurite', 'AzureWebJobsStorage'),
  )
  .option('--watch', 'start the app anew when its build changes; `npx tsc --watch` beside it builds', false)
  .option('--workers <number>', 'processes that run the activities; by default the app runs them itself')
  .option('--inspect [address]', 'let a debugger attach to the app, [host:]port')
  .option('--inspect-brk [address]', 'the same, and wait for it before the app is loaded')
  .addHelpText('after', '\nAll other settings of the environment reach the app (docs/configuration.md).')
  .action(start);

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535; 0 takes a free port.');
}

/** Prints one line on stdout, `ready URL`; what the parts print goes to stderr. */
async function start(options: Options): Promise<void> {
  const { port, dir, images, imageProvider, plateReader, bankMapMl, storage } = options;
  const told = toldToStop();
  const death = new AbortController();
  const stack = await startStack({
    port,
    dir,
    ...(images !== undefined && { imagesDir: images }),
    external: { imageProvider, plateReader, bankMapMl, storage },
    hostArgs: hostArgs(options),
    signal: told,
    onLine: (part, line) => console.error(`${part} | ${line}`),
    onDeath: (message) => death.abort(message),
  });
  process.stdout.write(`ready ${stack.url}\n`);
  await aborted(AbortSignal.any([told, death.signal]));
  await stack.stop();
  if (death.signal.aborted) throw new Error(String(death.signal.reason));
}

/** What the host of the app is told besides where it is; it judges the values. */
function hostArgs({ watch, workers, inspect, inspectBrk }: Options): string[] {
  const flags = { workers, inspect, 'inspect-brk': inspectBrk, watch: watch || undefined };
  return Object.entries(flags).flatMap(([flag, value]) => {
    if (value === undefined) return [];
    return value === true ? [`--${flag}`] : [`--${flag}=${value}`];
  });
}

program.parseAsync().catch((thrown: unknown) => {
  if (thrown instanceof StoppedError) return;
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
});
