import { ApiError } from '@longhaul/client';
import { api, download } from '../../api/connection.js';
import { errorOf } from '../../api/save.js';
import { Store } from '../../store.js';

/** An upload of this browser. It is kept over a reload; the bytes of its file are not, since a page loses them. */
export interface Upload {
  /** Names it at the app; undefined until it has begun. */
  token: string | undefined;
  name: string;
  size: number;
  /** As the file system has it, ms since the epoch. */
  lastModified: number;
  /** Stored bytes. */
  stored: number;
  /** `waiting`: after a reload, for its file. */
  state: 'sending' | 'paused' | 'waiting' | 'failed' | 'done';
  error?: unknown;
  /** The number of the file once it is whole. */
  file?: number;
  /** When this page began to send it, and the bytes that were stored then. */
  began?: { at: number; stored: number };
}

/** What is kept: all of an upload but its state. */
type Kept = Pick<Upload, 'token' | 'name' | 'size' | 'lastModified' | 'stored'>;

const KEY = 'longhaul-uploads';
const TUS = { 'Tus-Resumable': '1.0.0' };

/** The uploads of this page, by keys of their own. */
export const uploads = new Store<ReadonlyMap<string, Upload>>(new Map(kept()));
const files = new Map<string, File>();
const senders = new Map<string, AbortController>();

function kept(): [string, Upload][] {
  const stored = JSON.parse(localStorage.getItem(KEY) ?? '[]') as Kept[];
  return stored.map((upload, index) => [`kept-${index}`, { ...upload, state: 'waiting' }]);
}

function change(key: string, changes: Partial<Upload> | undefined): void {
  const after = new Map(uploads.get());
  const before = after.get(key);
  if (changes === undefined) after.delete(key);
  else if (before) after.set(key, { ...before, ...changes });
  uploads.set(after);
  const left = [...after.values()].filter(({ token, state }) => token !== undefined && state !== 'done');
  const keep = left.map(({ token, name, size, lastModified, stored }): Kept => ({
    token,
    name,
    size,
    lastModified,
    stored,
  }));
  localStorage.setItem(KEY, JSON.stringify(keep));
}

/** Begins an upload, or goes on with the one that waits for this very file. */
export function add(file: File): void {
  const waiting = [...uploads.get()].find(([, upload]) => upload.state === 'waiting' && isOf(file, upload));
  if (waiting) {
    goOn(waiting[0], file);
    return;
  }
  const key = `${file.name}-${performance.now()}`;
  const { name, size, lastModified } = file;
  uploads.set(
    new Map([...uploads.get(), [key, { token: undefined, name, size, lastModified, stored: 0, state: 'sending' }]]),
  );
  goOn(key, file);
}

/** Whether it is the file of the upload, by what a page can see without reading it. */
export function isOf(file: File, { name, size, lastModified }: Upload): boolean {
  return file.name === name && file.size === size && file.lastModified === lastModified;
}

/** Goes on from the bytes that the app has. @param file needed after a reload */
export function goOn(key: string, file = files.get(key)): void {
  if (file) void send(key, file);
}

async function send(key: string, file: File): Promise<void> {
  const sender = new AbortController();
  files.set(key, file);
  senders.set(key, sender);
  change(key, { state: 'sending', error: undefined, began: undefined });
  try {
    const { id } = await api().files.upload(file, {
      resume: uploads.get().get(key)?.token,
      signal: sender.signal,
      onStart: (token) => change(key, { token }),
      onProgress: (stored) => {
        const began = uploads.get().get(key)?.began ?? { at: Date.now(), stored };
        change(key, { stored, began });
      },
    });
    change(key, { state: 'done', file: id });
  } catch (thrown) {
    if (!sender.signal.aborted) change(key, { state: 'failed', error: thrown });
  }
}

/** Stops sending; what is stored stays. */
export function pause(key: string): void {
  senders.get(key)?.abort();
  change(key, { state: 'paused' });
}

/** Ends the upload and deletes what is stored of it. @throws ApiError */
export async function cancel(key: string): Promise<void> {
  senders.get(key)?.abort();
  change(key, { state: 'paused' });
  const token = uploads.get().get(key)?.token;
  if (token !== undefined) await api().request('DELETE', `/files/tus/${token}/`, { headers: TUS }).catch(ignoreGone);
  dismiss(key);
}

/** Takes an upload that has ended off the page. */
export function dismiss(key: string): void {
  files.delete(key);
  change(key, undefined);
}

function ignoreGone(thrown: unknown): void {
  if (!(thrown instanceof ApiError && [404, 410].includes(thrown.status))) throw thrown;
}

/**
 * Asks the app what it has of the uploads that wait: some may be whole, or gone. @returns how many there were
 * @throws ApiError
 */
export async function lookAtWaiting(): Promise<number> {
  let asked = 0;
  for (const [key, { token, state, size }] of uploads.get()) {
    if (state !== 'waiting') continue;
    asked += 1;
    const answer = await download(`/files/tus/${token}/`, { method: 'HEAD', headers: TUS });
    const { status, headers } = answer;
    if (uploads.get().get(key)?.state !== 'waiting') continue; // its file was chosen meanwhile
    const file = headers.get('x-file-id');
    if (file !== null) change(key, { state: 'done', stored: size, file: Number(file) });
    else if (status === 200) change(key, { stored: Number(headers.get('upload-offset')) });
    else if ([404, 410].includes(status)) change(key, { stored: 0 });
    else throw await errorOf(answer);
  }
  return asked;
}
