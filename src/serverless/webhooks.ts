import type { Readable } from 'node:stream';
import axios, { type AxiosResponse } from 'axios';
import { OperationError } from '../platform/errors.js';
import { callConfig, createAgents, failureOf, type CallContext, type Failure } from '../platform/http-client.js';
import { signatureHeaders } from './signature.js';
import { judgingLookup, webhookErrors, webhookUrl, type WebhookPolicy } from './webhook-url.js';

/** Waits between the six attempts, each about twice the one before, five minutes in all. */
export const WEBHOOK_GAPS_MS: readonly number[] = [5_000, 15_000, 35_000, 80_000, 165_000];

/** The same waits, shortened or stretched so that they take `spanMs` in all. */
export function webhookGapsMs(spanMs: number): number[] {
  const whole = WEBHOOK_GAPS_MS.reduce((sum, gap) => sum + gap, 0);
  return WEBHOOK_GAPS_MS.map((gap) => Math.round((gap * spanMs) / whole));
}

/** One attempt in all, redirects included. */
const ATTEMPT_MS = 10_000;
const MAX_REDIRECTS = 3;

export interface Delivery {
  url: string;
  requestID: string;
  statusCode: number;
  body: Buffer;
  contentType: string;
  /** Standard Webhooks, `whsec_…`. */
  secret?: string;
  /** From 1. */
  attempt: number;
}

export interface WebhookSender {
  /**
   * One attempt; resolves when the receiver answers 2xx.
   *
   * @throws OperationError `WebhookFailed`, which may pass, or `WebhookRefused`, which is final. Neither names the URL,
   *   whose query may hold secrets
   */
  send(delivery: Delivery, call: CallContext): Promise<void>;
}

export interface SenderOptions extends WebhookPolicy {
  /** For one attempt. */
  timeoutMs?: number;
}

/**
 * W1. A receiver's answer is its status: its body is never read.
 * W2. Each attempt has connections of its own: an address is judged right before it is used, and idle connections to
 *     receivers, whom we do not choose, cannot pile up.
 * W3. A redirect is a new URL and is judged like the first. Only 307 and 308 are followed, which keep the method and
 *     the body (RFC 9110, 15.4.8 and 15.4.9), and never from https to http.
 */
export function createWebhookSender(options: SenderOptions): WebhookSender {
  const { allowPrivate, timeoutMs = ATTEMPT_MS } = options;
  const http = axios.create({
    ...createAgents({ keepAlive: false, ...(!allowPrivate && { lookup: judgingLookup(options) }) }),
    maxRedirects: 0,
    maxBodyLength: Infinity,
    proxy: false,
    responseType: 'stream',
    decompress: false,
    validateStatus: () => true,
  });
  return {
    async send(delivery, call) {
      const { headers, ...limits } = callConfig({ totalTimeoutMs: timeoutMs }, call);
      const config = { ...limits, headers: { ...headers, ...headersOf(delivery) } };
      let url = withOutcome(webhookUrl(delivery.url, options), delivery);
      for (let redirects = 0; ; redirects++) {
        const { status, location } = await answerOf(http.post<Readable>(url.href, delivery.body, config));
        if (status >= 200 && status < 300) return;
        if (location === undefined || redirects === MAX_REDIRECTS) throw failed(`answered ${status}`);
        url = redirected(url, location, options);
      }
    },
  };
}

function headersOf({ contentType, secret, requestID, body }: Delivery): Record<string, string> {
  const signed = secret === undefined ? {} : signatureHeaders(secret, requestID, Math.floor(Date.now() / 1_000), body);
  return { 'content-type': contentType, 'user-agent': 'longhaul-webhook', ...signed };
}

/** The URL's own parameters stay as they were written: `URLSearchParams` would write them anew. */
function withOutcome(url: URL, { requestID, statusCode }: Delivery): URL {
  const outcome = `requestID=${encodeURIComponent(requestID)}&statusCode=${statusCode}`;
  url.search = url.search === '' ? outcome : `${url.search}&${outcome}`;
  return url;
}

/** @returns with where to go on, when that is to be followed */
async function answerOf(call: Promise<AxiosResponse<Readable>>): Promise<{ status: number; location?: string }> {
  try {
    const { status, headers, data } = await call;
    data.destroy();
    const location: unknown = headers.location;
    const isFollowed = (status === 307 || status === 308) && typeof location === 'string';
    return { status, ...(isFollowed && { location }) };
  } catch (thrown) {
    // A lookup that refuses fails the connection, and axios wraps what it threw.
    if (thrown instanceof Error && thrown.cause instanceof OperationError) throw thrown.cause;
    const failure = failureOf(thrown);
    throw failure ? failed(wordsFor(failure), thrown) : thrown;
  }
}

function redirected(from: URL, location: string, policy: WebhookPolicy): URL {
  const target = URL.parse(location, from.href);
  if (!target) throw failed('redirects to what is no URL');
  if (from.protocol === 'https:' && target.protocol === 'http:') throw failed('redirects from https to http');
  return webhookUrl(target.href, policy);
}

const failed = (what: string, cause?: unknown) => webhookErrors.WebhookFailed(`The webhook ${what}.`, { cause });

function wordsFor(failure: Failure): string {
  switch (failure.kind) {
    case 'timeout':
      return 'did not answer in time';
    case 'aborted':
      return 'was stopped';
    case 'network':
    case 'tooLarge':
      return 'cannot be reached';
    case 'status':
      return `answered ${failure.status}`;
  }
}
