import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { withExamples } from '../../dev/examples.js';
import { UsageError } from '../../dev/exit.js';
import { appCommand, onApp, type App, type Flags } from '../app.js';
import { sizeOf, Progress } from '../progress.js';

/** `longhaul files`. */
export function filesCommand(): Command {
  const upload = appCommand(
    'upload',
    'Uploads a file of up to 5 GB. Run again, it continues an upload that was interrupted.',
    ['files upload film.docx', 'files upload film.docx --json'],
  )
    .argument('<file>', 'the file')
    .action((file: string, flags: Flags) => onApp(flags, (app) => uploadFile(app, file)));
  const group = new Command('files').description('Uploads files (docs/files-uploads.md).');
  return withExamples(group, 'files upload film.docx', 'files upload film.docx --json').addCommand(upload);
}

async function uploadFile(app: App, file: string): Promise<void> {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new UsageError(`File not found: ${file}.`);
  const memory = memoryOf(app.url, path.resolve(file), stat);
  const progress = new Progress(app.screen, sizeOf);
  app.afterInterrupt = 'The same command continues the upload.';
  const { id } = await app.longhaul.files.upload(await fs.openAsBlob(file), {
    name: path.basename(file),
    signal: app.signal,
    resume: read(memory),
    onStart: (token) => write(memory, token),
    onProgress: (stored, total) => progress.show(path.basename(file), stored, total ?? stat.size),
  });
  fs.rmSync(memory, { force: true });
  app.result({ id, name: path.basename(file), size: stat.size }, `${file}: file ${id}, ${sizeOf(stat.size)}`);
}

/** The file that keeps the token of an upload, so that another run continues it: of this app, and of this content. */
function memoryOf(url: string, file: string, { size, mtimeMs }: fs.Stats): string {
  const cache = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
  const name = createHash('sha256')
    .update(JSON.stringify([url, file, size, mtimeMs]))
    .digest('hex');
  return path.join(cache, 'longhaul/uploads', name);
}

const read = (memory: string) => (fs.existsSync(memory) ? fs.readFileSync(memory, 'utf8') : undefined);

/** Whoever has the token can write to the upload, so that only the user can read it. */
function write(memory: string, token: string): void {
  fs.mkdirSync(path.dirname(memory), { recursive: true, mode: 0o700 });
  fs.writeFileSync(memory, token, { mode: 0o600 });
}
