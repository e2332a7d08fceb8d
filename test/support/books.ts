import { createHash } from 'node:crypto';
import { ContainerClient } from '@azure/storage-blob';
import { type Answer, type Body, type Client } from './client.js';
import { eventually } from './eventually.js';

/** The content of a folder by path. */
export type Folder = Readonly<Record<string, string>>;

/** The result of `upload-start`. */
export interface Upload {
  bookId: string;
  transactionId: string;
  url: string;
  credentials: { sasToken: string; expiresDateTime: string };
  filesToUpload: string[];
  filesToUploadCount: number;
}

export const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

export const announced = (folder: Folder) =>
  Object.entries(folder).map(([path, content]) => ({ path, hash: sha256(content) }));

const CLIENT = { clientName: 'tests', clientVersion: '1.0' };

export const startUpload = (app: Client, id: string, folder: Folder, more: object = {}): Promise<Answer> =>
  app.post(`/books/${id}:upload-start`, { ...CLIENT, files: announced(folder), ...more });

/** Starts an upload and waits for its result. */
export async function started(app: Client, id: string, folder: Folder, more: object = {}): Promise<Upload> {
  const monitor = await app.finished(await startUpload(app, id, folder, more));
  expect(monitor).toMatchObject({ status: 'Succeeded' });
  return monitor.result as Upload;
}

/** The container with the credentials that the client got, without retries. */
export const containerOf = ({ url, credentials }: Pick<Upload, 'url' | 'credentials'>) =>
  new ContainerClient(`${url}?${credentials.sasToken}`, undefined, { retryOptions: { maxTries: 1 } });

const isBusy = (status: number | undefined) => status === undefined || status === 429 || status >= 500;

/** The answer of storage, or of the app after its redirect, when storage is not busy. */
export function answerOf(url: URL | string): Promise<Response> {
  return eventually(
    async () => {
      const response = await fetch(url);
      return isBusy(response.status) ? undefined : response;
    },
    `an answer of ${String(url)}`,
  );
}

/** The status of a call of the storage SDK when storage is not busy; 200 when it succeeds. */
export function statusOf(call: () => Promise<unknown>): Promise<number> {
  return eventually(async () => {
    try {
      await call();
      return 200;
    } catch (thrown) {
      const { statusCode } = thrown as { statusCode?: number };
      return isBusy(statusCode) ? undefined : statusCode;
    }
  }, 'an answer of storage');
}

/** Uploads the given paths of a folder. */
export async function upload(to: Upload, folder: Folder, paths: readonly string[] = to.filesToUpload): Promise<void> {
  const container = containerOf(to);
  for (const path of paths) {
    const content = folder[path] ?? '';
    const blob = container.getBlockBlobClient(path);
    expect(await statusOf(() => blob.upload(content, Buffer.byteLength(content)))).toBe(200);
  }
}

/** Finishes an upload and waits for the end. */
export async function finish(
  app: Client,
  { bookId, transactionId }: Pick<Upload, 'bookId' | 'transactionId'>,
  more: object = {},
): Promise<Body> {
  return app.finished(await app.post(`/books/${bookId}:upload-finish`, { transactionId, metadata: {}, ...more }));
}

/** A whole upload. */
export async function push(app: Client, id: string, folder: Folder, more: object = {}): Promise<Upload> {
  const to = await started(app, id, folder, more);
  await upload(to, folder);
  expect(await finish(app, to)).toMatchObject({ status: 'Succeeded', result: {} });
  return to;
}

/** What a reader gets: the content of all files. */
export async function pull(app: Client, id: string): Promise<Record<string, string>> {
  const content: Record<string, string> = {};
  for (let at: string | undefined = `/books/${id}`; at !== undefined;) {
    const { status, body, text } = await app.get(at);
    if (status !== 200) throw new Error(`GET ${at} answered ${status}: ${text}`);
    const { files, nextLink } = body as unknown as { files: { path: string }[]; nextLink?: string };
    for (const { path } of files) {
      const encoded = path.split('/').map(encodeURIComponent).join('/');
      const response = await answerOf(`${app.url}/books/${id}/files/${encoded}`);
      content[path] = await response.text();
    }
    at = nextLink;
  }
  return content;
}
