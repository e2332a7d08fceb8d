import { ApiError } from './errors.js';
import { backoffMs, type CallOptions, type Http } from './http.js';
import { sleep } from './time.js';

/** The bytes of one request. A lost connection costs at most these. */
const PART_BYTES = 4_000_000;
const PART_MS = 600_000;
/** Failed requests in a row that store no byte. */
const MAX_FAILURES = 10;
/** Another request has written to the upload, still does, or the bytes were damaged on the way. */
const CONTINUED = [409, 423, 460];
const GONE = [404, 410];

/** A file: a `Blob`, such as a `File` of a page or one of `fs.openAsBlob`, or a stream of unknown length. */
export type UploadSource = Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

export interface UploadOptions extends CallOptions {
  /** The name of the file; its extension must be of an accepted type. @default that of a `File` */
  name?: string | undefined;
  /** Called with the stored bytes, and with all bytes when they are known. */
  onProgress?: ((stored: number, total: number | undefined) => void) | undefined;
  /** Called when the upload has begun, with what `resume` takes later. */
  onStart?: ((token: string) => void) | undefined;
  /** Goes on with an upload that began earlier, of the same `Blob`. One that is gone, or of another length, begins again. */
  resume?: string | undefined;
}

/** A stored file. */
export interface UploadedFile {
  /** Its number. */
  id: number;
}

/** Uploads a file by tus 1.0 (https://tus.io/protocols/resumable-upload). @throws ApiError */
export async function upload(http: Http, source: UploadSource, options: UploadOptions): Promise<UploadedFile> {
  const tus = new Tus(http, options.signal);
  const name = options.name ?? (source as Partial<File>).name ?? 'file';
  if (source instanceof Blob) return uploadParts(tus, new BlobParts(source), { ...options, name });
  const parts = new StreamParts(source);
  try {
    return await uploadParts(tus, parts, { ...options, name });
  } finally {
    await parts.close();
  }
}

async function uploadParts(
  tus: Tus,
  parts: BlobParts | StreamParts,
  options: UploadOptions & { name: string },
): Promise<UploadedFile> {
  const { name, signal, onProgress } = options;
  const token = (await resumed(tus, options.resume, parts.total)) ?? (await tus.create(name, parts.total));
  options.onStart?.(token);
  for (let [state, failures] = [await tus.state(token), 0]; ;) {
    onProgress?.(state.offset, parts.total);
    if (state.file !== undefined) return { id: state.file };
    const before = state.offset;
    try {
      state = await tus.append(token, state, await parts.at(before));
    } catch (thrown) {
      const isPassing = thrown instanceof ApiError && (thrown.retryable || CONTINUED.includes(thrown.status));
      if (!isPassing || ++failures > MAX_FAILURES) throw thrown;
      await sleep(thrown.retryAfterMs + backoffMs(failures), signal);
      state = await tus.state(token);
    }
    if (state.offset > before) failures = 0;
  }
}

/** The token of an earlier upload that can go on. */
async function resumed(tus: Tus, token: string | undefined, total: number | undefined): Promise<string | undefined> {
  if (token === undefined || total === undefined) return undefined;
  try {
    const { length } = await tus.state(token);
    return length === total ? token : undefined;
  } catch (thrown) {
    if (thrown instanceof ApiError && GONE.includes(thrown.status)) return undefined;
    throw thrown;
  }
}

/** A part of a file, and the length of the whole file when it is known. */
interface Part {
  bytes: Blob | Uint8Array<ArrayBuffer>;
  total: number | undefined;
}

interface State {
  /** Stored bytes. */
  offset: number;
  /** Bytes of the file, when the app knows them. */
  length: number | undefined;
  /** Number of the file once it is whole. */
  file: number | undefined;
}

/** The calls of the protocol. An upload is named by the last segment of its URL. */
class Tus {
  readonly #http: Http;
  readonly #signal: AbortSignal | undefined;

  constructor(http: Http, signal: AbortSignal | undefined) {
    this.#http = http;
    this.#signal = signal;
  }

  async create(name: string, total: number | undefined): Promise<string> {
    const { headers } = await this.#send('POST', '', {
      ...(total === undefined ? { 'Upload-Defer-Length': '1' } : { 'Upload-Length': String(total) }),
      'Upload-Metadata': `filename ${base64(name)}`,
    });
    const token = /([^/]+)\/?$/.exec(headers.get('location') ?? '')?.[1];
    if (token !== undefined) return token;
    const message = 'The answer to the new upload has no Location that this page or process can read.';
    throw new ApiError({ status: 201, code: 'AnswerNotReadable', message, retryable: false });
  }

  async state(token: string): Promise<State> {
    return stateOf((await this.#send('HEAD', `${token}/`)).headers);
  }

  /** Not repeated by itself: after a lost answer only `state` knows what is stored. */
  async append(token: string, { offset, length }: State, { bytes, total }: Part): Promise<State> {
    const headers = {
      'Content-Type': 'application/offset+octet-stream',
      'Upload-Offset': String(offset),
      ...(total !== length && { 'Upload-Length': String(total) }), // may be told once
    };
    const answer = await this.#send('PATCH', `${token}/`, headers, bytes);
    return { ...stateOf(answer.headers), length: total ?? length };
  }

  #send(method: string, path: string, headers: Record<string, string> = {}, body?: Part['bytes']) {
    return this.#http.send(method, `/files/tus/${path}`, {
      headers: { 'Tus-Resumable': '1.0.0', ...headers },
      ...(body && { body, isRepeatable: false, timeoutMs: PART_MS }),
      signal: this.#signal,
    });
  }
}

function stateOf(headers: Headers): State {
  const [length, file] = [headers.get('upload-length'), headers.get('x-file-id')];
  return {
    offset: Number(headers.get('upload-offset')),
    length: length === null ? undefined : Number(length),
    file: file === null ? undefined : Number(file),
  };
}

class BlobParts {
  readonly #blob: Blob;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  get total(): number {
    return this.#blob.size;
  }

  at(offset: number): Part {
    return { bytes: this.#blob.slice(offset, offset + PART_BYTES), total: this.total };
  }
}

/** Parts of a stream. The last one is kept, because a lost connection may have stored only some of it. */
class StreamParts {
  readonly #chunks: AsyncIterator<Uint8Array>;
  /** Bytes that are read and not known to be stored, from `#begin` on. */
  #held: Uint8Array<ArrayBuffer> = new Uint8Array();
  #begin = 0;
  total: number | undefined;

  constructor(source: Exclude<UploadSource, Blob>) {
    this.#chunks = 'getReader' in source ? chunksOf(source) : source[Symbol.asyncIterator]();
  }

  /** Releases the source. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async at(offset: number): Promise<Part> {
    const pieces = [this.#held.subarray(offset - this.#begin)];
    let size = pieces[0]?.length ?? 0;
    while (size <= PART_BYTES && this.total === undefined) {
      const next = await this.#chunks.next();
      if (next.done) this.total = offset + size;
      else {
        pieces.push(next.value as Uint8Array<ArrayBuffer>);
        size += next.value.length;
      }
    }
    this.#held = new Uint8Array(await new Blob(pieces).arrayBuffer());
    this.#begin = offset;
    return { bytes: this.#held.subarray(0, PART_BYTES), total: this.total };
  }
}

/** Not every browser can iterate a stream. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}

/** The UTF-8 bytes of a text in base64. */
export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
