import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import axios, { type AxiosRequestConfig } from 'axios';
import { CallError, parseResult, parseStatus, parseSubmitted, type Answer, type JobStatus } from './answers.js';

const ATTEMPTS = 3;
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 60_000;
const STATUS_TIMEOUT_MS = 60_000;
/** For a slow line and a hundred megabytes. */
const TRANSFER_TIMEOUT_MS = 30 * 60_000;

export interface ClientOptions {
  /** Where the app is; its paths come after it. */
  url: string;
  /** The function key; in no message. */
  key: string | undefined;
  signal: AbortSignal;
  /** An attempt failed and there is another one. */
  onRetry?: (why: string, waitMs: number) => void;
}

export interface Result {
  text: string;
  lines: number;
  recommended: number;
}

/** The three calls of the bank-map contract. All of them reject with a CallError. */
export class BankMapClient {
  constructor(private readonly options: ClientOptions) {}

  /** Sends the zip, up to three times, and answers the job's id. @param onSent the part of the zip that is sent */
  submit(file: string, company: string, onSent: (part: number) => void): Promise<string> {
    const size = fs.statSync(file).size;
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': size,
      RecognitionForId: Buffer.from(company, 'utf8').toString('base64'),
    };
    return this.attempt(async () => {
      const data = fs.createReadStream(file);
      let over = false; // the library tells the last of its progress late
      const onUploadProgress = ({ loaded }: { loaded: number }) => {
        if (!over) onSent(size === 0 ? 1 : loaded / size);
      };
      try {
        const config = { method: 'POST', data, headers, onUploadProgress };
        return parseSubmitted(await this.send('api/map', TRANSFER_TIMEOUT_MS, config));
      } finally {
        over = true;
        data.destroy();
      }
    });
  }

  /** Asks once. */
  async status(job: string): Promise<JobStatus> {
    return parseStatus(await this.send(`api/status/${encodeURIComponent(job)}`, STATUS_TIMEOUT_MS));
  }

  /** Fetches the result, with up to three attempts. */
  result(job: string): Promise<Result> {
    return this.attempt(async () => {
      const answer = await this.send(`api/result/${encodeURIComponent(job)}`, TRANSFER_TIMEOUT_MS);
      return { text: answer.text, ...parseResult(answer) };
    });
  }

  private async attempt<T>(call: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call();
      } catch (thrown) {
        if (!(thrown instanceof CallError && thrown.mayPass) || attempt === ATTEMPTS) throw thrown;
        const backoff = FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
        const waitMs = Math.min(MAX_WAIT_MS, thrown.retryAfterMs ?? backoff);
        this.options.onRetry?.(thrown.message, waitMs);
        await pause(waitMs, undefined, { signal: this.options.signal });
      }
    }
  }

  private async send(path: string, timeoutMs: number, config: AxiosRequestConfig = {}): Promise<Answer> {
    const { url, key, signal } = this.options;
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
      throw new CallError(reasonOf(thrown, timeoutMs), 0);
    } finally {
      // An app that has refused an upload reads no more of it: the rest would wait for ever.
      for (const agent of Object.values(agents)) agent.destroy();
    }
  }
}

/** In words of our own and the system's: an HTTP library's error holds the URL, and so the key. */
function reasonOf(thrown: unknown, timeoutMs: number): string {
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === 'ERR_CANCELED') return `the app did not answer within ${timeoutMs / 1_000} s`;
  return `the app cannot be reached (${code ?? message})`;
}
