import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import axios, { type AxiosRequestConfig } from 'axios';
import { CallError, parseResult, parseStatus, parseSubmitted, type Answer, type JobStatus } from './answers.js';

const ATTEMPTS = 3;
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 60_000;
const STATUS_TIMEOUT_MS = 60_000;
/** Enough for 100 MB over a slow connection. */
const TRANSFER_TIMEOUT_MS = 30 * 60_000;

interface ClientOptions {
  /** Base URL of the app; the paths of the API are appended. */
  url: string;
  /** The function key. No message contains it. */
  key: string | undefined;
  signal: AbortSignal;
  /** Called when an attempt failed and another one follows. */
  onRetry?: (reason: string, waitMs: number) => void;
}

/** A finished result: its JSON text, the number of lines, and how many of them are recommended. */
export interface Result {
  text: string;
  lines: number;
  recommended: number;
}

/** The three calls of docs/contracts/bank-map.md. Each rejects with a CallError. */
export class BankMapClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Sends the zip, with up to three attempts, and returns the job ID. @param onSent called with the share sent, 0 to 1 */
  submit(file: string, company: string, onSent: (part: number) => void): Promise<string> {
    const size = fs.statSync(file).size;
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': size,
      RecognitionForId: Buffer.from(company, 'utf8').toString('base64'),
    };
    return this.#attempt(async () => {
      const data = fs.createReadStream(file);
      let over = false; // axios reports the last progress late
      const onUploadProgress = ({ loaded }: { loaded: number }) => {
        if (!over) onSent(size === 0 ? 1 : loaded / size);
      };
      try {
        const config = { method: 'POST', data, headers, onUploadProgress };
        return parseSubmitted(await this.#send('api/map', TRANSFER_TIMEOUT_MS, config));
      } finally {
        over = true;
        data.destroy();
      }
    });
  }

  /** The status of a job, without retries. */
  async status(job: string): Promise<JobStatus> {
    return parseStatus(await this.#send(`api/status/${encodeURIComponent(job)}`, STATUS_TIMEOUT_MS));
  }

  /** Fetches the result, with up to three attempts. */
  result(job: string): Promise<Result> {
    return this.#attempt(async () => {
      const answer = await this.#send(`api/result/${encodeURIComponent(job)}`, TRANSFER_TIMEOUT_MS);
      return { text: answer.text, ...parseResult(answer) };
    });
  }

  async #attempt<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call();
      } catch (thrown) {
        if (!(thrown instanceof CallError && thrown.isRetryable) || attempt === ATTEMPTS) throw thrown;
        const backoff = FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
        const waitMs = Math.min(MAX_WAIT_MS, thrown.retryAfterMs ?? backoff);
        this.#options.onRetry?.(thrown.message, waitMs);
        await sleep(waitMs, undefined, { signal: this.#options.signal });
      }
    }
  }

  async #send(path: string, timeoutMs: number, config: AxiosRequestConfig = {}): Promise<Answer> {
    const { url, key, signal } = this.#options;
    const agents = { httpAgent: new http.Agent(), httpsAgent: new https.Agent() };
    try {
      const { status, headers, data } = await axios.request<string>({
        ...config,
        ...agents,
        url: new URL(path, url.endsWith('/') ? url : `${url}/`).href,
        ...(key !== undefined && { params: { code: key } }),
        responseType: 'text',
        transformResponse: (text: string) => text,
        validateStatus: () => true,
        maxRedirects: 0, // following them would hold the whole upload in memory
        maxContentLength: Infinity,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      const retryAfter: unknown = headers['retry-after'];
      return { status, text: data, retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined };
    } catch (thrown) {
      signal.throwIfAborted();
      throw new CallError(describeFailure(thrown, url, timeoutMs), 0);
    } finally {
      // An app that refuses an upload does not read the rest of it: without this the socket would never close.
      for (const agent of Object.values(agents)) agent.destroy();
    }
  }
}

/** A message without the text of axios, whose errors contain the URL and therefore the key. */
function describeFailure(thrown: unknown, url: string, timeoutMs: number): string {
  const { code, message } = thrown as NodeJS.ErrnoException;
  const { origin } = new URL(url); // without a user and a password
  if (code === 'ERR_CANCELED') return `the app at ${origin} did not answer within ${timeoutMs / 1_000} s`;
  return `the app at ${origin} cannot be reached (${code ?? message})`;
}
