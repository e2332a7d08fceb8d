import { Command, InvalidArgumentError, Option } from 'commander';
import path from 'node:path';
import { startHost, type RunningHost } from './host.js';
import { LOG_THRESHOLDS, type LogThreshold } from './log.js';
import { DEFAULT_HOST, DEFAULT_PORT, STATE_FOLDER } from './options.js';

interface StartFlags {
  app: string;
  port: number;
  host: string;
  state?: string;
  auth: boolean;
  logLevel?: LogThreshold;
  logFormat: 'text' | 'json';
}

/** Longest time for work under way after the first Ctrl-C, in ms. */
const GRACE_MS = 10_000;

function program(): Command {
  const cli = new Command('longhaul-host').description('Runs an Azure Functions app, with durable functions, locally.');
  cli
    .command('start', { isDefault: true })
    .description('load the app and serve it until stopped')
    .option('--app <dir>', 'folder of the app: its package.json and host.json', path.join(__dirname, '../..'))
    .addOption(
      new Option('--port <number>', 'port to listen on; 0 takes a free one')
        .env('PORT')
        .default(DEFAULT_PORT)
        .argParser(readPort),
    )
    .option('--host <address>', 'address to listen on', DEFAULT_HOST)
    .option('--state <dir>', `folder of the host's own files (default: ${STATE_FOLDER} in the app's folder)`)
    .option('--auth', 'ask for function keys, as in the cloud', false)
    .addOption(new Option('--log-level <level>', 'lowest level to log').choices(LOG_THRESHOLDS))
    .addOption(new Option('--log-format <format>', 'how log lines look').choices(['text', 'json']).default('text'))
    .action(start);
  return cli;
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('give a number from 0 (a free one) to 65535.');
}

async function start(flags: StartFlags): Promise<void> {
  const { app, state, ...options } = flags;
  const host = await startHost({ ...options, appDir: app, stateDir: state });
  surviveApp(host);
  stopOnSignals(host);
  process.stdout.write(`ready ${host.url}\n`);
}

/** What the app throws where nobody catches it is a failure of the app, logged, and not the end of the host. */
function surviveApp({ log }: RunningHost): void {
  const report = (what: string) => (error: unknown) => {
    log.log('error', 'Host.App', `${what}: ${error instanceof Error ? error.stack : String(error)}`);
  };
  process.on('uncaughtException', report('An exception that nothing caught'));
  process.on('unhandledRejection', report('A rejected promise that nothing handled'));
}

/** The first signal stops in order, the second at once. */
function stopOnSignals(host: RunningHost): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(130);
    stopping = true;
    host.log.log('information', 'Host.Shutdown', 'Stopping. Once more ends the host at once.');
    host.stop(GRACE_MS).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** Errors whose message says it all: a stack would only hide what to do. */
const FOR_USERS = new Set(['AppLoadError', 'ConfigError', 'ListenError', 'StateInUseError']);

program()
  .parseAsync()
  .catch((error: unknown) => {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`${FOR_USERS.has(name) ? message : (stack ?? message)}\n`);
    process.exit(1);
  });
