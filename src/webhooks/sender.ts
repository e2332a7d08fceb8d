import { OperationError } from '../platform/errors.js';
import { type CallContext } from '../platform/http-client.js';
import {
  createHttpConnection,
  TimeoutError,
  type OutboundRequest,
  type SendRequest,
} from '../platform/http-connection.js';
import { type AttemptResult } from './attempts.js';
import { signatureHeaders } from './signature.js';
import { createAddressCheck, webhookErrors, webhookUrl, type WebhookPolicy } from './webhook-url.js';

/** One attempt in all, redirects included. */
const ATTEMPT_MS = 10_000;
const MAX_REDIRECTS = 3;
/** To one receiver. */
const MAX_CONNECTIONS = 64;
/** Longest body of an answer that is read to its end, so that its connection can be used again. */
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
   * @throws OperationError `WebhookFailed`, which may be temporary, or `WebhookRefused`, which is final. Neither names
   *   the URL, whose query may hold secrets
   */
  send(delivery: Delivery, call: CallContext): Promise<void>;
}

interface SenderOptions extends WebhookPolicy {
  /** For one attempt. */
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
  const post = async (
    url: URL,
    { deadline, ...request }: Pick<OutboundRequest, 'body' | 'headers' | 'signal'> & Limits,
  ) => {
    await addresses?.check(url, Math.max(0, deadline - Date.now()), request.signal);
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

interface Limits {
  /** Of the whole attempt, in ms since the epoch. */
  deadline: number;
}

function headersOf({ contentType, secret, requestID, body }: Delivery): Record<string, string> {
  const signed = secret === undefined ? {} : signatureHeaders(secret, requestID, Math.floor(Date.now() / 1_000), body);
  return { 'content-type': contentType, 'user-agent': 'longhaul-webhook', ...signed };
}

/** The URL's own parameters stay as they were written: `URLSearchParams` would serialize them differently. */
function withOutcome(url: URL, { requestID, statusCode }: Delivery): URL {
  const outcome = `requestID=${encodeURIComponent(requestID)}&statusCode=${statusCode}`;
  url.search = url.search === '' ? outcome : `${url.search}&${outcome}`;
  return url;
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

/** One attempt, in an activity. A failure of the receiver is a result, not an exception. */
export async function attemptWebhook(
  sender: WebhookSender,
  delivery: Delivery,
  call: CallContext,
): Promise<AttemptResult> {
  try {
    await sender.send(delivery, call);
    return {};
  } catch (thrown) {
    const { data } = OperationError.from(thrown);
    return { error: data.message, ...(!data.retryable && { final: true }) };
  }
}
