import { Command, InvalidArgumentError, Option } from 'commander';
import { startStack } from './stack.js';
import { aborted, StoppedError, stopSignal } from './stop-signal.js';

interface Options {
  port: number;
  dir: string;
  images?: string;
  imageProvider?: string;
  plateReader?: string;
  bankMapMl?: string;
  analyzer?: string;
  now?: string;
  learning?: string | true;
  storage?: string;
  watch: boolean;
  processes?: string;
  /** The earlier name of `processes`. */
  workers?: string;
  weather?: string;
  inspect?: string | true;
  inspectBrk?: string | true;
}

const setting = (flags: string, description: string, name: string) => new Option(flags, description).env(name);

const program = new Command('npm start --')
  .description('Starts the app on its embedded host, with storage and the services that it calls, until Ctrl-C.')
  .addOption(setting('--port <number>', 'port of the app', 'PORT').argParser(parsePort).default(7071))
  .addOption(
    setting('--dir <folder>', 'folder of the host state and the storage data', 'LONGHAUL_DIR').default('.longhaul'),
  )
  .addOption(setting('--images <folder>', 'folder of images named <id>.jpg; default: the samples', 'IMAGES_DIR'))
  .addOption(setting('--image-provider <url>', 'image provider to use instead of the local one', 'IMAGE_PROVIDER_URL'))
  .addOption(setting('--plate-reader <url>', 'plate reader to use instead of the local one', 'PLATE_READER_URL'))
  .addOption(setting('--bank-map-ml <url>', 'bank-map service to use instead of the local one', 'BANK_MAP_ML_URL'))
  .addOption(setting('--analyzer <url>', 'analyzer of files to use instead of the local one', 'ANALYZER_URL'))
  .addOption(setting('--now <time>', 'what the bank-map service takes for the current time', 'BANK_MAP_NOW'))
  .addOption(setting('--learning [mode]', 'bank-map limits learned from each zip: on or off', 'BANK_MAP_LEARNING'))
  .addOption(
    setting('--storage <connection string>', 'storage account to use instead of Azurite', 'AzureWebJobsStorage'),
  )
  .option('--watch', 'restart the app when its build changes; run `npx tsc --watch` in parallel', false)
  .option('--processes <number>', 'number of processes of the app; default: the host runs it in its own')
  .addOption(new Option('--workers <number>').hideHelp())
  .option('--weather <seed>', 'behave as badly as Azure may (docs/host.md): a whole number, or random')
  .option('--inspect [address]', 'let a debugger attach to the app, [host:]port')
  .option('--inspect-brk [address]', 'the same, and wait for the debugger before the app is loaded')
  .addHelpText('after', '\nAll other environment variables are passed to the app (docs/configuration.md).')
  .action(start);

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('It must be an integer from 0 to 65535; 0 selects a free port.');
}

/** Prints one line on stdout, `ready URL`; the output of the parts goes to stderr. */
async function start(options: Options): Promise<void> {
  const { port, dir, images, imageProvider, plateReader, bankMapMl, analyzer, storage } = options;
  const stop = stopSignal();
  const crash = new AbortController();
  const stack = await startStack({
    port,
    dir,
    ...(images !== undefined && { imagesDir: images }),
    external: { imageProvider, plateReader, bankMapMl, analyzer, storage },
    hostArgs: hostArgs(options),
    bankMapArgs: flagsOf({ now: options.now, learning: options.learning }),
    signal: stop,
    onLine: (part, line) => console.error(`${part} | ${line}`),
    onCrash: (message) => crash.abort(message),
  });
  process.stdout.write(`ready ${stack.url}\n`);
  await aborted(AbortSignal.any([stop, crash.signal]));
  await stack.stop();
  if (crash.signal.aborted) throw new Error(String(crash.signal.reason));
}

/** Options that are passed on to the app's host, which validates them. */
function hostArgs({ watch, processes, workers, weather, inspect, inspectBrk }: Options): string[] {
  return flagsOf({ processes, workers, weather, inspect, 'inspect-brk': inspectBrk, watch: watch || undefined });
}

function flagsOf(flags: Readonly<Record<string, string | true | undefined>>): string[] {
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
