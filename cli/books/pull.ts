import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '@longhaul/client';
import { type AnnouncedFile, type BookApi } from './api.js';
import { concurrently, hashOf, placeIn, setBookOf, shareOf } from './folder.js';

/** Files that are downloaded at the same time. */
const DOWNLOADED_AT_ONCE = 8;
/** Versions that are begun: another client may finish an upload meanwhile. */
const VERSIONS = 5;

/** Attempts at a file, and the waits between them, ms. */
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 500;

interface PullOptions {
  book: string;
  folder: string;
  onStep: (text: string) => void;
  signal: AbortSignal;
}

export interface Pulled {
  version: string;
  files: number;
  downloaded: number;
}

/**
 * Brings the current version of a book into a folder. Each file is verified by its hash before it replaces one that is
 * there; files that are not in the book are left.
 */
export async function pull(api: BookApi, options: PullOptions): Promise<Pulled> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await pullVersion(api, options);
    } catch (thrown) {
      const isReplaced = thrown instanceof ApiError && thrown.code === 'BookVersionNotFound';
      if (!(isReplaced || thrown instanceof ReplacedError) || attempt === VERSIONS) throw thrown;
      options.onStep('another version is the current one now; beginning again');
    }
  }
}

async function pullVersion(api: BookApi, { book, folder, onStep, signal }: PullOptions): Promise<Pulled> {
  const { version, files } = await listed(api, book);
  fs.mkdirSync(folder, { recursive: true });
  let count = 0;
  let downloaded = 0;
  await concurrently(files, DOWNLOADED_AT_ONCE, async (file) => {
    const place = placeIn(folder, file.path);
    const isThere = fs.existsSync(place) && (await hashOf(place)).hash === file.hash;
    if (!isThere) {
      await download(await api.fileUrl(book, version, file.path), place, file, signal);
      downloaded++;
    }
    onStep(`downloading: ${shareOf(++count, files.length)}`);
  });
  setBookOf(folder, book);
  return { version, files: files.length, downloaded };
}

/** The version that is read is not the current one any more. */
class ReplacedError extends Error {
  override readonly name = 'ReplacedError';
}

/** All files of the current version. @throws ReplacedError when it changes between two pages */
async function listed(api: BookApi, book: string): Promise<{ version: string; files: AnnouncedFile[] }> {
  let page = await api.book(book);
  const version = page.currentVersion?.id;
  if (version === undefined) throw new Error(`Book ${book} has no version yet.`);
  const files = page.files;
  while (page.nextLink !== undefined) {
    page = await api.nextPage(book, page.nextLink);
    if (page.currentVersion?.id !== version) throw new ReplacedError('Another version is the current one.');
    files.push(...page.files);
  }
  return { version, files };
}

async function download(url: string, place: string, { path: name, hash }: AnnouncedFile, signal: AbortSignal) {
  const response = await fetchFile(url, signal);
  if (response.status === 404) throw new ReplacedError(`${name} is not there any more.`);
  if (!response.ok || !response.body) throw new Error(`Storage answered ${response.status} for ${name}.`);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  const temporary = `${place}.${process.pid}.tmp`;
  try {
    await pipeline(Readable.fromWeb(response.body), fs.createWriteStream(temporary));
    if ((await hashOf(temporary)).hash !== hash) throw new Error(`${name} arrived with another hash.`);
    fs.renameSync(temporary, place);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** Repeats the call while storage does not answer, or answers with a status that may pass. Only the URL's origin is told: it is a secret. */
async function fetchFile(url: string, signal: AbortSignal): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, { signal });
      if ((response.status !== 429 && response.status < 500) || attempt === ATTEMPTS) return response;
      await response.body?.cancel();
    } catch (cause) {
      signal.throwIfAborted();
      if (attempt === ATTEMPTS) throw new Error(`${new URL(url).origin} cannot be reached.`, { cause });
    }
    await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2), undefined, { signal });
  }
}
