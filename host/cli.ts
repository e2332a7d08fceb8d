#!/usr/bin/env node
import { Command, InvalidArgumentError, Option } from 'commander';
import { endProcess } from './process/process-exit.js';
import { logUncaughtErrors } from './process/uncaught-errors.js';
import { startupErrorOf } from './lifecycle/startup-errors.js';
import { DEFAULT_INSPECT_ADDRESS, parseInspectAddress } from './process/inspector.js';
import { type HostLog, LOG_THRESHOLDS, type LogThreshold } from './log.js';
import { DEFAULT_HOST, type HostOptions, MAX_PROCESSES, STATE_FOLDER } from './options.js';
import { parseSeed, SEEDS } from './weather/seed.js';

type Address = ReturnType<typeof parseInspectAddress>;

interface StartFlags {
  app: string;
  port?: number;
  host: string;
  state?: string;
  auth: boolean;
  watch: boolean;
  processes: number;
  /** The earlier name of `processes`. */
  workers?: number;
  weather?: number;
  inspect?: Address | true;
  inspectBrk?: Address | true;
  logLevel?: LogThreshold;
  logFormat: 'text' | 'json';
}

/** Time for running work to finish after the first Ctrl-C, in ms. */
const GRACE_MS = 10_000;
const RENAMED =
  '--workers is now --processes and runs the whole app in each process; the next release drops the old name.';

const examplesOf = (program: string) => `
Examples:
  npx ${program} start --app ./my-app --port 7081
  npx ${program} start --app ./my-app --processes 3 --weather random`;

/** `longhaul host`, and `longhaul-host` of the package. */
export function hostCommand(name = 'host', program = 'longhaul host'): Command {
  const cli = new Command(name)
    .description('Runs an Azure Functions app, with durable functions, locally.')
    .addHelpText('afterAll', examplesOf(program));
  cli
    .command('start', { isDefault: true })
    .description('load the app and serve it until stopped')
    .option('--app <dir>', "folder with the app's package.json and host.json", process.cwd())
    .addOption(
      new Option(
        '--port <number>',
        'port to listen on; 0 chooses a free port (default: Host.LocalHttpPort of local.settings.json, else 7071)',
      )
        .env('PORT')
        .argParser(readPort),
    )
    .option('--host <address>', 'address to listen on', DEFAULT_HOST)
    .option('--state <dir>', `folder of the host's own files (default: ${STATE_FOLDER} in the app's folder)`)
    .option('--auth', 'require function keys, as Azure does', false)
    .option('--watch', 'restart the app, on the same port and state, when its build changes', false)
    .addOption(
      new Option(
        '--processes <number>',
        `number of processes of the app, which share nothing but storage, up to ${MAX_PROCESSES}; 0 runs it in the host`,
      )
        .default(0)
        .argParser(readProcesses),
    )
    .addOption(new Option('--workers <number>').argParser(readProcesses).conflicts('processes').hideHelp())
    .addOption(
      new Option(
        '--weather <seed>',
        `behave as badly as Azure may (docs/host.md): ${SEEDS}, or random; a seed makes the same decisions again`,
      ).argParser(readSeed),
    )
    .addOption(
      new Option(
        '--inspect [address]',
        'open the debugger on [host:]port; each process of the app uses the next port',
      ).argParser(readInspect),
    )
    .addOption(
      new Option('--inspect-brk [address]', 'the same, and wait for a debugger before the app is loaded')
        .argParser(readInspect)
        .conflicts('inspect'),
    )
    .addOption(new Option('--log-level <level>', 'lowest level to log').choices(LOG_THRESHOLDS))
    .addOption(new Option('--log-format <format>', 'format of the log').choices(['text', 'json']).default('text'))
    .action((flags: StartFlags) => start(flags).catch(fail));
  return cli;
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('give a number from 0 (any free port) to 65535.');
}

function readProcesses(text: string): number {
  const count = Number(text);
  if (/^\d{1,3}$/.test(text) && count <= MAX_PROCESSES) return count;
  throw new InvalidArgumentError(`give a number from 0 to ${MAX_PROCESSES}.`);
}

function readSeed(text: string): number {
  try {
    return parseSeed(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function readInspect(text: string): Address {
  try {
    return parseInspectAddress(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** The host's modules are imported on demand, because the supervisor does not need them. */
async function start(flags: StartFlags): Promise<void> {
  const { watch, workers, ...rest } = flags;
  const options = optionsOf({ ...rest, processes: workers ?? rest.processes });
  const notices = workers === undefined ? [] : [RENAMED];
  await (watch ? supervise(options, notices) : serve(options, notices));
}

function optionsOf({
  app,
  state,
  inspect,
  inspectBrk,
  ...options
}: Omit<StartFlags, 'watch' | 'workers'>): HostOptions {
  const address = inspectBrk ?? inspect;
  const base = address === true ? DEFAULT_INSPECT_ADDRESS : address;
  const inspectAddress = base && { ...base, brk: inspectBrk !== undefined };
  return { ...options, appDir: app, stateDir: state, inspect: inspectAddress };
}

async function serve(options: HostOptions, notices: readonly string[]): Promise<void> {
  const { startHost } = await import('./host.js');
  const host = await startHost(options);
  logUncaughtErrors(host.log);
  logNotices(host.log, notices);
  stopOnSignals(host);
  printReady(host.url);
}

async function supervise(options: HostOptions, notices: readonly string[]): Promise<void> {
  const { Supervisor } = await import('./watch/supervisor.js');
  const supervisor = new Supervisor(options, printReady);
  logNotices(supervisor.log, notices);
  stopOnSignals(supervisor);
  await supervisor.run();
}

function logNotices(log: HostLog, notices: readonly string[]): void {
  for (const notice of notices) log.log('warning', 'Host.Startup', notice);
}

function printReady(url: string): void {
  process.stdout.write(`ready ${url}\n`);
}

/** The first signal stops the host gracefully, the second ends the process immediately. */
function stopOnSignals(running: { log: HostLog; stop(graceMs: number): Promise<void> }): void {
  let stopping = false;
  const stop = () => {
    if (stopping) endProcess(130);
    stopping = true;
    running.log.log('information', 'Host.Shutdown', 'Stopping. A second signal ends the host immediately.');
    running.stop(GRACE_MS).then(
      () => endProcess(0),
      () => endProcess(1),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function fail(thrown: unknown): void {
  process.stderr.write(`${startupErrorOf(thrown).message}\n`);
  endProcess(1);
}

if (require.main === module) hostCommand('longhaul-host', 'longhaul-host').parseAsync().catch(fail);
