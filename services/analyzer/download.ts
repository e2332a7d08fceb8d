import { type FileHandle, open } from 'node:fs/promises';
import { type IncomingHttpHeaders } from 'node:http';
import { type Dispatcher } from 'undici';
import { asRetryable, send } from './connection.js';
import { AnalysisFailure } from './failure.js';
import { AUDIENCES, type Audience } from './rating/audiences.js';
import { retried, RetryableError, type RetryPolicy } from './retries.js';

const MB = 1_000_000;

/** What the headers of the download say about the file. */
export interface FileInfo {
  /** Empty without a `Content-Disposition`. */
  readonly name: string;
  readonly targetAudience: Audience | null;
}

/** The key is old or unknown (404): the analysis is no longer wanted under it. */
export class KeyGoneError extends Error {
  override readonly name = 'KeyGoneError';
}

interface DownloadOptions {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly retries: RetryPolicy;
}

/**
 * Downloads the URL to a file. After a broken connection it continues with `Range` and `If-Range`, if the server names a
 * strong ETag or a modification time; else it starts again.
 *
 * @throws {KeyGoneError} on 404
 * @throws {AnalysisFailure} when the file is too large, the server refuses it, or all attempts fail
 */
export async function download(url: string, file: string, options: DownloadOptions): Promise<FileInfo> {
  const transfer = new Transfer(url, file, options);
  const { retries, signal } = options;
  try {
    return await retried(
      retries,
      signal,
      () => transfer.attempt(),
      () => transfer.received,
    );
  } catch (thrown) {
    if (!(thrown instanceof RetryableError)) throw thrown;
    throw new AnalysisFailure('DownloadFailed', `The file cannot be downloaded: ${thrown.message}.`, { cause: thrown });
  } finally {
    await transfer.close();
  }
}

/** The download of one file over several requests. */
class Transfer {
  /** Bytes in the file. */
  received = 0;
  /** The value of `If-Range` for these bytes. */
  #validator: string | undefined;
  #handle: FileHandle | undefined;
  readonly #url: string;
  readonly #file: string;
  readonly #options: DownloadOptions;

  constructor(url: string, file: string, options: DownloadOptions) {
    this.#url = url;
    this.#file = file;
    this.#options = options;
  }

  async attempt(): Promise<FileInfo> {
    this.#handle ??= await open(this.#file, 'w', 0o600); // before the request: bytes that wait are lost when it breaks off
    const isResumed = this.received > 0 && this.#validator !== undefined;
    const response = await send(this.#url, {
      method: 'GET',
      headers: {
        'accept-encoding': 'identity',
        ...(isResumed && { range: `bytes=${this.received}-`, 'if-range': this.#validator }),
      },
      signal: this.#options.signal,
    });
    const expected = this.#begin(response);
    await this.#write(response, this.#handle);
    if (expected !== undefined && this.received < expected) throw new RetryableError('the download is incomplete');
    return infoOf(response.headers);
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }

  /** Checks the status and where the body begins. @returns the size of the whole file, if the server says it */
  #begin(response: Dispatcher.ResponseData): number | undefined {
    const { statusCode, headers } = response;
    if (statusCode === 200) {
      this.received = 0;
      this.#validator = validatorOf(headers);
      const size = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
      if (size !== undefined && size > this.#options.maxBytes) {
        response.body.destroy();
        throw this.#tooLarge();
      }
      return size;
    }
    const [, start, size] = /^bytes (\d+)-\d+\/(\d+)$/.exec(String(headers['content-range'])) ?? [];
    if (statusCode === 206 && Number(start) === this.received) return Number(size);
    response.body.on('error', () => undefined).destroy();
    if (statusCode === 404) throw new KeyGoneError('The key is old or unknown.');
    if (statusCode !== 206 && statusCode !== 416) {
      throw new AnalysisFailure('DownloadFailed', `The file cannot be downloaded: the app answered ${statusCode}.`);
    }
    this.#validator = undefined; // the next attempt begins at the first byte
    throw new RetryableError('the app sent another range');
  }

  async #write(response: Dispatcher.ResponseData, handle: FileHandle): Promise<void> {
    const chunks = response.body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const next = () =>
      chunks.next().catch((cause: unknown) => {
        throw asRetryable(cause);
      });
    for (let chunk = await next(); !chunk.done; chunk = await next()) {
      if (this.received + chunk.value.length > this.#options.maxBytes) {
        response.body.destroy();
        throw this.#tooLarge();
      }
      await handle.write(chunk.value, 0, chunk.value.length, this.received);
      this.received += chunk.value.length;
    }
    await handle.truncate(this.received); // an earlier attempt can have left more
  }

  #tooLarge(): AnalysisFailure {
    return new AnalysisFailure('FileTooLarge', `The file is larger than ${this.#options.maxBytes / MB} MB.`);
  }
}

/** A weak ETag cannot be used with ranges (RFC 9110, 13.1.5). */
function validatorOf({ etag, 'last-modified': modified }: IncomingHttpHeaders): string | undefined {
  return etag?.startsWith('"') ? etag : modified;
}

function infoOf(headers: IncomingHttpHeaders): FileInfo {
  const audience = headers['x-file-target-audience'];
  return {
    name: nameOf(headers['content-disposition'] ?? ''),
    targetAudience: AUDIENCES.find((known) => known === audience) ?? null,
  };
}

/** The file name of a `Content-Disposition`: `filename*` (RFC 5987) before `filename`. */
export function nameOf(disposition: string): string {
  const [, encoded] = /;\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition) ?? [];
  if (encoded !== undefined) {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded; // not a valid encoding: the name is only a hint
    }
  }
  const [, quoted, token] = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition) ?? [];
  return quoted?.replace(/\\(.)/g, '$1') ?? token ?? '';
}
