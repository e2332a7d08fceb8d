import { addAbortSignal } from 'node:stream';
import { commonErrors, OperationError } from '../platform/errors.js';
import { type CallContext } from '../platform/http-client.js';
import {
  BodySourceError,
  createHttpConnection,
  TimeoutError,
  type BodySource,
  type OutboundRequest,
  type SendRequest,
} from '../platform/http-connection.js';
import { type AttemptResult } from './attempts.js';
import { signatureHeaders } from './signature.js';
import { createAddressCheck, webhookErrors, webhookUrl, type WebhookPolicy } from './webhook-url.js';

/** One attempt in all, redirects included; and the time in which a long body must advance. */
const ATTEMPT_MS = 10_000;
/** A long body gets more time: the slowest connection that it is sent over. */
const BYTES_PER_MS = 1_000;
/** Less than the five minutes after which receivers refuse a signature, which is made before the body is sent. */
const MAX_ATTEMPT_MS = 240_000;
const MAX_REDIRECTS = 3;
/** To one receiver. */
const MAX_CONNECTIONS = 64;
/** Longest body of an answer that is read to its end, so that its connection can be used again. */
const MAX_DISCARDED_BYTES = 4_096;

export interface Delivery {
  url: string;
  /** `webhook-id`: the same in all attempts. */
  id: string;
  /** Is added to the query of the URL. */
  query?: string;
  /** A source is opened for the signature and each time that it is sent. */
  body: Buffer | BodySource;
  contentType: string;
  /** Standard Webhooks, `whsec_…`. Undefined: the headers of a signature are not sent. */
  secrets?: readonly string[];
}

export interface WebhookSender {
  /**
   * One attempt; resolves with the status when the receiver answers 2xx.
   *
   * @throws OperationError `WebhookFailed`, which may be temporary, or `WebhookRefused`, which is final. Neither names
   *   the URL, whose query may hold secrets. When the source of the body fails, what it throws; 503 when it breaks off
   */
  send(delivery: Delivery, call: CallContext): Promise<number>;
}

interface SenderOptions extends WebhookPolicy {
  /** For one attempt at a short body, and the longest time without progress of any. */
  timeoutMs?: number;
}

/**
 * W1. Of a receiver's answer only the status counts: its body is neither stored nor waited for.
 * W2. An address is checked at each attempt, also when there is a connection already. Idle connections to receivers,
 *     which clients choose, are few and short-lived, so that they cannot accumulate.
 * W3. A redirect is a new URL and is checked like the first. Only 307 and 308 are followed, which keep the method and
 *     the body (RFC 9110, 15.4.8 and 15.4.9), and never from https to http.
 */
export function createWebhookSender(options: SenderOptions): WebhookSender {
  const { timeoutMs = ATTEMPT_MS } = options;
  const addresses = createAddressCheck(options);
  const send = createHttpConnection({ connections: MAX_CONNECTIONS, lookup: addresses?.lookup });
  const post = async (url: URL, { deadline, ...request }: SentRequest) => {
    await addresses?.check(url, Math.max(0, deadline - Date.now()), request.signal);
    const limits = { timeoutMs: Math.max(0, deadline - Date.now()), idleTimeoutMs: timeoutMs };
    return send({ method: 'POST', url, ...request, ...limits });
  };
  return {
    async send(delivery, { signal, traceParent }) {
      const { body } = delivery;
      let url = withQuery(webhookUrl(delivery.url, options), delivery.query);
      const deadline = Date.now() + Math.min(MAX_ATTEMPT_MS, timeoutMs + Math.ceil(lengthOf(body) / BYTES_PER_MS));
      const signed = await signatureOf(delivery, deadline, signal);
      const headers = {
        ...(traceParent !== undefined && { traceparent: traceParent }),
        ...headersOf(delivery),
        ...signed,
      };
      const request = { body, headers, signal, deadline };
      for (let redirects = 0; ; redirects++) {
        const { status, location } = await answerOf(post(url, request));
        if (status >= 200 && status < 300) return status;
        if (location === undefined || redirects === MAX_REDIRECTS)
          throw failed(`answered ${status}`, new AnsweredError(status));
        url = redirected(url, location, options);
      }
    },
  };
}

type SentRequest = Pick<OutboundRequest, 'body' | 'headers' | 'signal'> & {
  /** Of the whole attempt, in ms since the epoch. */
  deadline: number;
};

function lengthOf(body: Delivery['body']): number {
  return 'open' in body ? body.bytes : body.length;
}

function headersOf({ contentType }: Delivery): Record<string, string> {
  return { 'content-type': contentType, 'user-agent': 'longhaul-webhook' };
}

/** A source is read once for it. */
async function signatureOf(
  { secrets, id, body }: Delivery,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<object> {
  if (secrets === undefined) return {};
  const sign = (parts: Parameters<typeof signatureHeaders>[3]) =>
    signatureHeaders(secrets, id, Math.floor(Date.now() / 1_000), parts);
  if (!('open' in body)) return sign([body]);
  const inTime = AbortSignal.timeout(Math.max(0, deadline - Date.now()));
  const source = await body.open();
  try {
    return await sign(addAbortSignal(signal ? AbortSignal.any([signal, inTime]) : inTime, source));
  } catch (cause) {
    if (signal?.aborted) throw failed('was stopped', cause);
    if (cause instanceof OperationError) throw cause;
    throw commonErrors.ServiceUnavailable('The body of the webhook cannot be read.', { cause });
  }
}

/** The URL's own parameters stay as they were written: `URLSearchParams` would serialize them differently. */
function withQuery(url: URL, query: string | undefined): URL {
  if (query !== undefined) url.search = url.search === '' ? query : `${url.search}&${query}`;
  return url;
}

/** The receiver's answer is the failure. */
class AnsweredError extends Error {
  override readonly name = 'AnsweredError';

  constructor(readonly status: number) {
    super(`The receiver answered ${status}.`);
  }
}

/** @returns with the target of a redirect that is to be followed */
async function answerOf(call: ReturnType<SendRequest>): Promise<{ status: number; location?: string }> {
  try {
    const answer = await call;
    const { status, headers } = answer;
    answer.discard(MAX_DISCARDED_BYTES);
    const isFollowed = status === 307 || status === 308;
    return { status, ...(isFollowed && headers.location !== undefined && { location: headers.location }) };
  } catch (thrown) {
    if (thrown instanceof OperationError) throw thrown; // the address was refused
    if (thrown instanceof BodySourceError) throw thrown.cause;
    throw failed(reasonOf(thrown), thrown);
  }
}

function reasonOf(thrown: unknown): string {
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

/**
 * One attempt, in an activity. A failure of the receiver is a result, not an exception.
 *
 * @throws what the source of the body throws; 503 when it breaks off
 */
export async function attemptWebhook(
  sender: WebhookSender,
  delivery: Delivery,
  call: CallContext,
): Promise<AttemptResult> {
  try {
    return { statusCode: await sender.send(delivery, call) };
  } catch (thrown) {
    if (!(thrown instanceof OperationError) || !(thrown.data.code in webhookErrors)) throw thrown;
    const { message, retryable } = thrown.data;
    const { cause } = thrown;
    const statusCode = cause instanceof AnsweredError ? { statusCode: cause.status } : {};
    return { ...statusCode, error: message, ...(!retryable && { final: true }) };
  }
}
