import {
  createHttpConnection,
  TimeoutError,
  type OutboundRequest,
  type SendRequest,
} from '../platform/http-connection.js';
import { OperationError } from '../platform/errors.js';
import type { CallContext } from '../platform/http-client.js';
import { signatureHeaders } from './signature.js';
import { createJudge, webhookErrors, webhookUrl, type WebhookPolicy } from './webhook-url.js';

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
/** To one receiver. */
const MAX_CONNECTIONS = 64;
/** An answer's longest body that is let through, for the sake of its connection. */
const MAX_DISCARDED_BYTES = 4_096;

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
 * W1. A receiver's answer is its status: its body is never kept, nor waited for.
 * W2. An address is judged at each attempt, also when there is a connection already. Idle connections to receivers,
 *     whom we do not choose, are few and short-lived, so that they cannot pile up.
 * W3. A redirect is a new URL and is judged like the first. Only 307 and 308 are followed, which keep the method and
 *     the body (RFC 9110, 15.4.8 and 15.4.9), and never from https to http.
 */
export function createWebhookSender(options: SenderOptions): WebhookSender {
  const { timeoutMs = ATTEMPT_MS } = options;
  const judge = createJudge(options);
  const send = createHttpConnection({ connections: MAX_CONNECTIONS, lookup: judge?.lookup });
  const post = async (
    url: URL,
    { deadline, ...request }: Pick<OutboundRequest, 'body' | 'headers' | 'signal'> & Bound,
  ) => {
    await judge?.judge(url, Math.max(0, deadline - Date.now()), request.signal);
    return send({ method: 'POST', url, ...request, timeoutMs: Math.max(0, deadline - Date.now()) });
  };
  return {
    async send(delivery, { signal, traceParent }) {
      const { body } = delivery;
      const headers = { ...(traceParent !== undefined && { traceparent: traceParent }), ...headersOf(delivery) };
      const request = { body, headers, signal, deadline: Date.now() + timeoutMs };
      let url = withOutcome(webhookUrl(delivery.url, options), delivery);
      for (let redirects = 0; ; redirects++) {
        const { status, location } = await answerOf(post(url, request));
        if (status >= 200 && status < 300) return;
        if (location === undefined || redirects === MAX_REDIRECTS) throw failed(`answered ${status}`);
        url = redirected(url, location, options);
      }
    },
  };
}

interface Bound {
  /** Of the whole attempt, in ms since the epoch. */
  deadline: number;
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
async function answerOf(call: ReturnType<SendRequest>): Promise<{ status: number; location?: string }> {
  try {
    const answer = await call;
    const { status, headers } = answer;
    answer.discard(MAX_DISCARDED_BYTES);
    const isFollowed = status === 307 || status === 308;
    return { status, ...(isFollowed && headers.location !== undefined && { location: headers.location }) };
  } catch (thrown) {
    if (thrown instanceof OperationError) throw thrown; // a lookup that refuses
    throw failed(wordsFor(thrown), thrown);
  }
}

function wordsFor(thrown: unknown): string {
  if (thrown instanceof TimeoutError) return 'did not answer in time';
  return (thrown as Error).name === 'AbortError' ? 'was stopped' : 'cannot be reached';
}

function redirected(from: URL, location: string, policy: WebhookPolicy): URL {
  const target = URL.parse(location, from.href);
  if (!target) throw failed('redirects to what is no URL');
  if (from.protocol === 'https:' && target.protocol === 'http:') throw failed('redirects from https to http');
  return webhookUrl(target.href, policy);
}

const failed = (what: string, cause?: unknown) => webhookErrors.WebhookFailed(`The webhook ${what}.`, { cause });
