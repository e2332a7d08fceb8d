import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { type AnnouncedFile } from './api.js';

/** Keeps the id of the folder's book; it is no file of the book. */
const MARK = '.longhaul-book.json';
const mark = z.object({ book: z.string() });

/** Files that are hashed at the same time. */
const HASHED_AT_ONCE = 8;

/** The id of the book that the folder was pushed to. */
export function bookOf(folder: string): string | undefined {
  const file = path.join(folder, MARK);
  if (!fs.existsSync(file)) return undefined;
  return mark.parse(JSON.parse(fs.readFileSync(file, 'utf8'))).book;
}

export function setBookOf(folder: string, book: string): void {
  fs.writeFileSync(path.join(folder, MARK), `${JSON.stringify({ book })}\n`);
}

/**
 * The files of a folder and of its folders with their hashes, in the order of their paths. Links are not followed.
 * @param onStep called with what is done
 */
export async function filesOf(folder: string, onStep: (text: string) => void): Promise<AnnouncedFile[]> {
  const paths = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((name) => name !== MARK)
    .sort();
  const files: AnnouncedFile[] = [];
  let count = 0;
  await concurrently([...paths.entries()], HASHED_AT_ONCE, async ([index, name]) => {
    files[index] = { path: name, ...(await hashOf(path.join(folder, name))) };
    onStep(`hashing: ${shareOf(++count, paths.length)}`);
  });
  return files;
}

export async function hashOf(file: string): Promise<{ hash: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  await pipeline(fs.createReadStream(file), async (chunks) => {
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      size += chunk.length;
      hash.update(chunk);
    }
  });
  return { hash: hash.digest('hex'), size };
}

/** In steps of ten percent, because each step may be a line. */
export function shareOf(count: number, of: number): string {
  return `${10 * Math.floor((10 * count) / of)} % of ${of} files`;
}

/** The place of a file in a folder. @throws for a path that leads out of it */
export function placeIn(folder: string, name: string): string {
  const place = path.resolve(folder, ...name.split('/'));
  if (!place.startsWith(path.resolve(folder) + path.sep)) throw new Error(`The path ${name} leads out of the folder.`);
  return place;
}

/** Runs all items in their order, at most so many at a time. The first failure stops it. */
export async function concurrently<T>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const runner = async () => {
    while (next < items.length && !failed) {
      try {
        await run(items[next++] as T);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, runner));
}
