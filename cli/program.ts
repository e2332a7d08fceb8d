/** All commands of `longhaul`. */
import { Command } from 'commander';
import { completionCommand } from './completion.js';
import { version } from './version.js';

/** The commands: name, what each does, and its module, which is loaded when it is needed. */
const COMMANDS: readonly [string, string, () => Promise<Command>][] = [
  [
    'start',
    'run the local stack: storage, services and the app',
    async () => (await import('../dev/start.js')).startCommand(),
  ],
  [
    'demo',
    'try everything on the running stack, or on one of its own',
    async () => (await import('../dev/demo.js')).demoCommand(),
  ],
  [
    'host',
    'run a compiled Functions app on the embedded host',
    async () => (await import('../host/cli.js')).hostCommand(),
  ],
  ['plates', 'read the plates on images', async () => (await import('./commands/plates.js')).platesCommand()],
  [
    'bank-map',
    'map the lines of a bank statement to accounts',
    async () => (await import('./bank-map.js')).bankMapCommand(),
  ],
  ['files', 'upload files', async () => (await import('./commands/files.js')).filesCommand()],
  ['books', 'push folders to books, and pull books', async () => (await import('./books.js')).booksCommand()],
  [
    'status',
    'show an operation, or watch it to its end',
    async () => (await import('./commands/reading.js')).statusCommand(),
  ],
  ['list', 'list operations', async () => (await import('./commands/reading.js')).listCommand()],
  [
    'history',
    'show what happened during an operation',
    async () => (await import('./commands/history.js')).historyCommand(),
  ],
  ['cancel', 'cancel operations', async () => (await import('./commands/acting.js')).cancelCommand()],
  ['retry', 'start an operation again', async () => (await import('./commands/acting.js')).retryCommand()],
  ['delete', 'delete operations that have ended', async () => (await import('./commands/acting.js')).deleteCommand()],
  [
    'upstreams',
    'show, pause and resume outside services',
    async () => (await import('./commands/upstreams.js')).upstreamsCommand(),
  ],
  [
    'serverless',
    'manage serverless endpoints',
    async () => (await import('../admin/serverless.js')).serverlessCommand(),
  ],
  [
    'load-violations',
    'replace the base list of violations',
    async () => (await import('../admin/load-violations.js')).loadViolationsCommand(),
  ],
  [
    'completion',
    'print the completion script of a shell',
    () => Promise.resolve(completionCommand(() => programWith())),
  ],
];

/** The program. @param only the one command that is loaded; the others have name and summary. Default: all are loaded */
export async function programWith(only?: string): Promise<Command> {
  const program = new Command('npx longhaul')
    .version(version())
    .description('Runs Longhaul, and starts, watches and manages its operations.')
    .addHelpText(
      'after',
      '\nExamples:\n  npx longhaul start\n  npx longhaul plates 10022 9965\n\nnpx longhaul COMMAND --help describes a command. docs/cli.md is the guide.',
    );
  for (const [name, summary, load] of COMMANDS) {
    const command = only === undefined || only === name ? await load() : new Command(name);
    program.addCommand(command.summary(summary));
  }
  return throwing(program);
}

/** Lets a command and its subcommands throw what is wrong with their arguments, and name the help. */
function throwing(command: Command): Command {
  command.exitOverride().configureOutput({
    outputError: (text, write) => write(`${text.trimEnd()} (${pathOf(command)} --help)\n`),
  });
  command.commands.forEach(throwing);
  return command;
}

const pathOf = (command: Command): string => (command.parent ? `${pathOf(command.parent)} ` : '') + command.name();
