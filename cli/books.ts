/** `longhaul books`: pushes a folder to a book, and pulls a book into a folder (docs/books-cli.md). */
import fs from 'node:fs';
import { Command } from 'commander';
import { withExamples } from '../dev/examples.js';
import { UsageError } from '../dev/exit.js';
import { appCommand, onApp, type App, type Flags } from './app.js';
import { BookApi } from './books/api.js';
import { shareOf } from './books/folder.js';
import { pull } from './books/pull.js';
import { push } from './books/push.js';
import { version } from './version.js';

interface PushFlags extends Flags {
  name?: string;
  book?: string;
  takeOver: boolean;
}

/** `longhaul books`. */
export function booksCommand(): Command {
  const group = new Command('books').description('Keeps folders in step with books of the app.');
  return withExamples(group, 'books push ./folder --name "My book"', 'books pull 5f0c2d… ./copy')
    .addCommand(pushCommand())
    .addCommand(pullCommand());
}

const pushCommand = () =>
  appCommand(
    'push',
    'Uploads what has changed in a folder, and makes it the current version of its book. Run again, it continues.',
    ['books push ./folder --name "My book"', 'books push ./folder --book 5f0c2d… --take-over'],
    'BOOKS',
  )
    .argument('<folder>', 'folder with the files')
    .option('--name <name>', 'name of the book')
    .option('--book <id>', 'book to change; default: that of the last push of this folder, else a new one')
    .option('--take-over', 'take the book over from another client that uploads it', false)
    .action((folder: string, flags: PushFlags) =>
      onApp(flags, async (app) => {
        const { name, book, takeOver } = flags;
        if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory())
          throw new UsageError(`${folder} is no folder.`);
        const { onStep, signal } = stepsOf(app);
        const done = await push(apiOf(app), { name, book, takeOver, folder, clientVersion: version(), onStep, signal });
        const { files, uploaded, uploadedBytes } = done;
        const line = `${done.book}: ${uploaded} of ${files} files uploaded (${uploadedBytes} bytes), ${files - uploaded} unchanged`;
        app.result(done, line);
      }),
    );

const pullCommand = () =>
  appCommand(
    'pull',
    'Downloads the current version of a book, and verifies each file. Run again, it continues.',
    ['books pull 5f0c2d… ./copy', 'books pull 5f0c2d… ./copy --json'],
    'BOOKS',
  )
    .argument('<book>', 'id of the book')
    .argument('<folder>', 'folder for the files')
    .action((book: string, folder: string, flags: Flags) =>
      onApp(flags, async (app) => {
        const { files, downloaded } = await pull(apiOf(app), { book, folder, ...stepsOf(app) });
        const line = `${folder}: ${downloaded} of ${files} files downloaded, ${files - downloaded} unchanged`;
        app.result({ book, files, downloaded }, line);
      }),
    );

function stepsOf(app: App) {
  app.afterInterrupt = 'The same command continues.';
  return { onStep: (text: string) => app.screen.show(text), signal: app.signal };
}

function apiOf({ url, key, signal, screen }: App): BookApi {
  const onProgress = ({ completed, total }: { total: number; completed: number }) =>
    screen.show(`checked: ${shareOf(completed, total)}`);
  return new BookApi({ url, key, signal, onProgress });
}
