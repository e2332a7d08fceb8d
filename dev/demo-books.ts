import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT, SAMPLES } from './plan.js';

/** The URL of the app, and a function key. */
interface App {
  url: string;
  key: string | undefined;
}

/**
 * Pushes the sample images as a book with the command line client, changes one, pushes again and pulls the book. Returns
 * false when more than the changed file travels, or when what comes back differs.
 */
export async function pushSamples(app: App, dir: string, print: (line: string) => void, signal: AbortSignal) {
  const [folder, copy] = [path.join(dir, 'book'), path.join(dir, 'book-copy')];
  const books = async (...args: string[]) => {
    print(`\nnpx longhaul books ${args.join(' ')}`);
    const line = await outputOf(['books', ...args], app, signal);
    print(`  ${line}`);
    return line;
  };
  await fs.cp(SAMPLES, folder, { recursive: true });
  const count = (await fs.readdir(folder)).length;
  const first = await books('push', folder, '--name', 'Samples');
  await fs.writeFile(path.join(folder, 'truth.tsv'), 'changed\n');
  const second = await books('push', folder);
  const pulled = await books('pull', second.split(':')[0] ?? '', copy);
  return (
    first.includes(`: ${count} of ${count} files uploaded`) &&
    second.includes(`: 1 of ${count} files uploaded`) &&
    pulled.includes(`: ${count} of ${count} files downloaded`) &&
    (await fs.readFile(path.join(copy, 'truth.tsv'), 'utf8')) === 'changed\n'
  );
}

/** The output of a command; its errors are those of this process. Throws when its exit code is not 0. */
async function outputOf(args: string[], { url, key }: App, signal: AbortSignal): Promise<string> {
  const env = { ...process.env, LONGHAUL_URL: url, ...(key !== undefined && { LONGHAUL_KEY: key }) };
  const command = [path.join(ROOT, 'dist/cli/longhaul.js'), ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'], signal, env });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close') as Promise<[number | null]>]);
  if (code !== 0) throw new Error(`longhaul ${args.join(' ')} ended with ${code}.`);
  return output.trim();
}
