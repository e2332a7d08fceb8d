import fs from 'node:fs';
import os from 'node:os';
import { Command, Option } from 'commander';
import { openInBrowser } from './open-in-browser.js';
import { type PartSpec } from './part.js';
import { stateFolderOption } from './running-stack.js';
import { checkSettings, identityStorage } from './settings.js';
import { startStack } from './stack.js';
import { aborted, StoppedError, stopSignal } from './stop-signal.js';

interface Options {
  port: string;
  host: string;
  dir: string;
  images?: string;
  imageProvider?: string;
  plateReader?: string;
  bankMapMl?: string;
  analyzer?: string;
  now?: string;
  learning?: string | true;
  storage?: string;
  auth: boolean;
  quiet: boolean;
  verbose: boolean;
  watch: boolean;
  open: boolean;
  processes?: string;
  /** The earlier name of `processes`. */
  workers?: string;
  weather?: string;
  inspect?: string | true;
  inspectBrk?: string | true;
}

const setting = (flags: string, description: string, name: string) => new Option(flags, description).env(name);

/** `longhaul start`. */
export const startCommand = () =>
  new Command('start')
    .description('Starts the app on its embedded host, with storage and the services that it calls, until Ctrl-C.')
    .addOption(setting('--port <number>', 'port of the app; 0 selects a free one', 'PORT').default('7071'))
    .addOption(setting('--host <address>', 'address that the app listens on', 'LONGHAUL_HOST').default('127.0.0.1'))
    .addOption(stateFolderOption('folder of the host state and the storage data'))
    .addOption(setting('--images <folder>', 'folder of images named <id>.jpg; default: the samples', 'IMAGES_DIR'))
    .addOption(
      setting('--image-provider <url>', 'image provider to use instead of the local one', 'IMAGE_PROVIDER_URL'),
    )
    .addOption(setting('--plate-reader <url>', 'plate reader to use instead of the local one', 'PLATE_READER_URL'))
    .addOption(setting('--bank-map-ml <url>', 'bank-map service to use instead of the local one', 'BANK_MAP_ML_URL'))
    .addOption(setting('--analyzer <url>', 'analyzer of files to use instead of the local one', 'ANALYZER_URL'))
    .addOption(setting('--now <time>', 'what the bank-map service takes for the current time', 'BANK_MAP_NOW'))
    .addOption(setting('--learning [mode]', 'bank-map limits learned from each zip: on or off', 'BANK_MAP_LEARNING'))
    .addOption(
      setting('--storage <connection string>', 'storage account to use instead of Azurite', 'AzureWebJobsStorage'),
    )
    .option('--open', 'open the console in a browser', false)
    .option('--watch', 'restart the app when its build changes; run `npx tsc --watch` in parallel', false)
    .option('--auth', 'require function keys, as Azure does (docs/host.md)', false)
    .addOption(new Option('--quiet', 'print the ready line and problems only').default(false).conflicts('verbose'))
    .option('--verbose', 'print every line of all parts, those of storage included', false)
    .addOption(
      setting(
        '--processes <number>',
        'processes of the app; default: the host runs it in its own',
        'LONGHAUL_PROCESSES',
      ),
    )
    .addOption(new Option('--workers <number>').hideHelp())
    .addOption(
      setting(
        '--weather <seed>',
        'behave as badly as Azure may (docs/host.md): a number, or random',
        'LONGHAUL_WEATHER',
      ),
    )
    .option('--inspect [address]', 'let a debugger attach to the app, [host:]port')
    .option('--inspect-brk [address]', 'the same, and wait for the debugger before the app is loaded')
    .addHelpText(
      'after',
      `
It prints \`ready URL\` on stdout and all else on stderr: a line for each part that serves, the address of the console, a line
for each operation that starts or ends, and the lines of the services and the app. All other environment variables are
passed to the app (docs/configuration.md).

Examples:
  npx longhaul start --auth --quiet
  PORT=8080 LONGHAUL_DIR=/tmp/longhaul npx longhaul start --images ./photos`,
    )
    .action((options: Options) =>
      start(options).catch((thrown: unknown) => {
        if (!(thrown instanceof StoppedError)) throw thrown; // that is its usual end
      }),
    );

/** Prints one line on stdout, `ready URL`; everything else goes to stderr. */
async function start(options: Options): Promise<void> {
  const { port, dir, images, imageProvider, plateReader, bankMapMl, analyzer, storage } = options;
  const note = (line: string) => console.error(line);
  const warnings = checkSettings({
    PORT: port,
    LONGHAUL_DIR: dir,
    IMAGES_DIR: images,
    IMAGE_PROVIDER_URL: imageProvider,
    PLATE_READER_URL: plateReader,
    BANK_MAP_ML_URL: bankMapMl,
    ANALYZER_URL: analyzer,
    BANK_MAP_NOW: options.now,
    BANK_MAP_LEARNING: options.learning === true ? 'on' : options.learning,
    LONGHAUL_PROCESSES: options.processes,
    LONGHAUL_WEATHER: options.weather,
    AzureWebJobsStorage: storage,
  });
  for (const warning of warnings) note(`warning: ${warning}`);
  const byIdentity = storage ? undefined : identityStorage();
  if (byIdentity && !options.quiet) note(`storage | ${byIdentity.blobs}, used by an identity`);
  fs.mkdirSync(os.tmpdir(), { recursive: true }); // TMPDIR may name a folder on a new volume
  const stop = stopSignal();
  const crash = new AbortController();
  const stack = await startStack({
    port: Number(port),
    dir,
    ...(images !== undefined && { imagesDir: images }),
    external: { imageProvider, plateReader, bankMapMl, analyzer, storage: byIdentity ?? storage },
    env: { LOG_STARTS: process.env.LOG_STARTS ?? 'true' },
    ...(options.processes !== undefined && { processes: Number(options.processes) }),
    ...(options.weather !== undefined && {
      weather: options.weather === 'random' ? 'random' : Number(options.weather),
    }),
    hostArgs: hostArgs(options),
    bankMapArgs: flagsOf({ now: options.now, learning: options.learning }),
    signal: AbortSignal.any([stop, crash.signal]),
    restarts: true,
    ...outputOf(options, note),
    onNotice: note,
    onCrash: (message) => crash.abort(new Error(message)),
  });
  process.stdout.write(`ready ${stack.url}\n`);
  if (!options.quiet) note(`console: ${stack.url}/console/`);
  if (options.open) await openInBrowser(`${stack.url}/console/`, note);
  await aborted(AbortSignal.any([stop, crash.signal]));
  if (crash.signal.aborted) note('stopping');
  await stack.stop();
  if (crash.signal.aborted) throw crash.signal.reason;
}

/** What is printed of the parts. */
function outputOf({ quiet, verbose }: Options, note: (line: string) => void) {
  if (quiet) return {};
  return {
    onServing: ({ name, url }: PartSpec) => note(`${name} | ready ${url}`),
    onLine: ({ name, ready, isChatty }: PartSpec, line: string) => {
      if (verbose) note(`${name} | ${line}`);
      else if (!isChatty && !ready.test(line)) note(`${name} | ${line.replace(OF_A_FUNCTION, '')}`);
    },
  };
}

/** Level and category of the lines that functions of the app log for information. */
const OF_A_FUNCTION = /(?<=^[\d:.]+ )INF Function\.\S+\.User: /;

/** Options that are passed on to the app's host, which validates them. */
function hostArgs({ host, auth, watch, workers, inspect, inspectBrk }: Options): string[] {
  const on = (flag: boolean) => flag || undefined;
  return flagsOf({ host, workers, inspect, 'inspect-brk': inspectBrk, auth: on(auth), watch: on(watch) });
}

function flagsOf(flags: Readonly<Record<string, string | true | undefined>>): string[] {
  return Object.entries(flags).flatMap(([flag, value]) => {
    if (value === undefined) return [];
    return value === true ? [`--${flag}`] : [`--${flag}=${value}`];
  });
}
