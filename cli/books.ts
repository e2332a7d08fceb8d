/** `npm run books`: pushes a folder to a book, and pulls a book into a folder (docs/books-cli.md). */
import fs from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { findApp, withAppOptions, type AppFlags } from '../dev/running-stack.js';
import { BookApi } from './books/api.js';
import { shareOf } from './books/folder.js';
import { pull } from './books/pull.js';
import { push } from './books/push.js';
import { Screen } from './screen.js';

interface Options extends AppFlags {
  key?: string;
}
interface PushFlags extends Options {
  name?: string;
  book?: string;
  takeOver: boolean;
}

/** The exit code after Ctrl-C, by the convention of shells: 128 plus the signal's number. */
const INTERRUPTED = 130;

const program = new Command('npm run books --').description('Keeps folders in step with books of the app.').addHelpText(
  'after',
  `
Examples:
  npm run books -- push ./folder --name "My book"
  npm run books -- pull 5f0c2d… ./copy`,
);

function command(name: string, description: string): Command {
  const key = new Option('--key <key>', 'function key; as an environment variable it is hidden from other users');
  return withAppOptions(program.command(name).description(description), 'BOOKS_URL').addOption(key.env('BOOKS_KEY'));
}

command('push', 'Uploads what has changed in a folder, and makes it the current version of its book.')
  .argument('<folder>', 'folder with the files')
  .option('--name <name>', 'name of the book')
  .option('--book <id>', 'book to change; default: that of the last push of this folder, else a new one')
  .option('--take-over', 'take the book over from another client that uploads it', false)
  .action((folder: string, flags: PushFlags) =>
    run(flags, async (api, screen, signal) => {
      const { name, book, takeOver } = flags;
      if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`${folder} is no folder.`);
      const onStep = (text: string) => screen.show(text);
      const done = await push(api, { name, book, takeOver, folder, clientVersion: version(), onStep, signal });
      const copied = done.files - done.uploaded;
      return `${done.book}: ${done.uploaded} of ${done.files} files uploaded (${done.uploadedBytes} bytes), ${copied} unchanged`;
    }),
  );

command('pull', 'Downloads the current version of a book, and verifies each file.')
  .argument('<book>', 'id of the book')
  .argument('<folder>', 'folder for the files')
  .action((book: string, folder: string, flags: Options) =>
    run(flags, async (api, screen, signal) => {
      const { files, downloaded } = await pull(api, { book, folder, onStep: (text) => screen.show(text), signal });
      return `${folder}: ${downloaded} of ${files} files downloaded, ${files - downloaded} unchanged`;
    }),
  );

/** Runs a command and prints the line that it returns. */
async function run(
  { key, ...flags }: Options,
  work: (api: BookApi, screen: Screen, signal: AbortSignal) => Promise<string>,
): Promise<void> {
  const screen = new Screen(process.stderr);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const { signal } = interrupted;
  try {
    const url = findApp(flags);
    const onProgress = (progress: { total: number; completed: number; failed: number }) =>
      screen.show(`checked: ${shareOf(progress.completed, progress.total)}`);
    const line = await work(new BookApi({ url, key, signal, onProgress }), screen, signal);
    screen.end();
    console.log(line);
  } catch (thrown) {
    screen.print(signal.aborted ? 'Interrupted; the same command continues.' : (thrown as Error).message);
    process.exitCode = signal.aborted ? INTERRUPTED : 1;
  }
}

function version(): string {
  const manifest = fs.readFileSync(path.join(__dirname, '../../package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

void program.parseAsync();
