import { ContainerClient } from '@azure/storage-blob';
import { OperationFailedError, type BookUpload } from '@longhaul/client';
import { type AnnouncedFile, type BookApi } from './api.js';
import { bookOf, concurrently, filesOf, placeIn, setBookOf, shareOf } from './folder.js';

/** Files that are uploaded at the same time, and blocks of each. */
const UPLOADED_AT_ONCE = 16;
const BLOCKS_AT_ONCE = 4;
/** Finishes in all: files that are missing are uploaded again before the next one. */
const FINISHES = 3;

interface PushOptions {
  folder: string;
  /** Default: the book that the folder was pushed to before, else a new one. */
  book?: string;
  name?: string;
  /** Takes the book over from another client. */
  takeOver: boolean;
  clientVersion: string;
  onStep: (text: string) => void;
  signal: AbortSignal;
}

export interface Pushed {
  book: string;
  files: number;
  uploaded: number;
  uploadedBytes: number;
}

/** Makes a book the same as a folder. It continues where an interrupted push stopped. */
export async function push(api: BookApi, options: PushOptions): Promise<Pushed> {
  const { folder, name, takeOver, clientVersion, onStep, signal } = options;
  const files = await filesOf(folder, onStep);
  if (files.length === 0) throw new Error(`The folder ${folder} has no files.`);
  const request = { name, files, clientName: 'longhaul-books', clientVersion, becomeUploader: takeOver };
  const upload = await api.start(options.book ?? bookOf(folder) ?? 'new', request);
  setBookOf(folder, upload.bookId);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const sizes = (paths: readonly string[]) => paths.reduce((sum, path) => sum + (byPath.get(path)?.size ?? 0), 0);
  const send = (paths: readonly string[]) => uploadAll(folder, upload, paths, byPath, { onStep, signal });
  await send(upload.filesToUpload);
  await finish(api, upload, send);
  const uploaded = upload.filesToUpload;
  return { book: upload.bookId, files: files.length, uploaded: uploaded.length, uploadedBytes: sizes(uploaded) };
}

async function finish(
  api: BookApi,
  upload: BookUpload,
  send: (paths: readonly string[]) => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await api.finish(upload.bookId, upload.transactionId);
      return;
    } catch (thrown) {
      if (!(thrown instanceof OperationFailedError) || thrown.code !== 'UploadIncomplete') throw thrown;
      if (attempt === FINISHES)
        throw new Error(`${thrown.message} Files may have changed since the push began; push again.`, {
          cause: thrown,
        });
      await send(thrown.details.flatMap(({ target }) => target ?? []));
    }
  }
}

async function uploadAll(
  folder: string,
  { url, credentials }: BookUpload,
  paths: readonly string[],
  files: ReadonlyMap<string, AnnouncedFile>,
  { onStep, signal }: Pick<PushOptions, 'onStep' | 'signal'>,
): Promise<void> {
  const container = new ContainerClient(`${url}?${credentials.sasToken}`);
  let count = 0;
  await concurrently(paths, UPLOADED_AT_ONCE, async (path) => {
    if (!files.has(path)) throw new Error(`The app asks for ${path}, which was not announced.`);
    const blob = container.getBlockBlobClient(path);
    await blob.uploadFile(placeIn(folder, path), { concurrency: BLOCKS_AT_ONCE, abortSignal: signal });
    onStep(`uploading: ${shareOf(++count, paths.length)}`);
  });
}
