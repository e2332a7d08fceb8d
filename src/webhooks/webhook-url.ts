import { lookup, type LookupAddress } from 'node:dns';
import net, { type LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { defineErrors, OperationError } from '../platform/errors.js';
import { TimeoutError } from '../platform/http-connection.js';
import { RecentMap } from '../platform/recent-map.js';
import { isPublicAddress } from './addresses.js';

export const webhookErrors = defineErrors({
  WebhookRefused: { status: 400, retryable: false },
  WebhookFailed: { status: 502, retryable: true },
});

/** All addresses of a name. @throws what `dns.lookup` throws */
type Resolve = (name: string) => Promise<LookupAddress[]>;

/**
 * Which URLs may be called for a client (server-side request forgery):
 *
 * U1. Each URL is checked as the WHATWG parser reads it, which is how it is called: 127.1, 0x7f.1, 2130706433 and
 *     １２７.0.0.1 have become 127.0.0.1.
 * U2. A name passes only when all of its addresses pass.
 * U3. At each delivery a name is resolved once and checked. A new connection goes to one of exactly the addresses that
 *     were checked; a kept connection goes to the address that was checked when it was opened.
 */
export interface WebhookPolicy {
  /** Whether webhooks may go to addresses that are not public (setting SERVERLESS_PRIVATE_WEBHOOKS). */
  allowPrivate: boolean;
  /** Default: the system's resolver, as any connection uses it. */
  resolve?: Resolve;
  /** Default: `isPublicAddress`. */
  isPublic?: (address: string) => boolean;
}

/** As long as any URL in use (RFC 9110, 4.1). */
const MAX_LENGTH = 8_000;
/** A slow name server must not delay a request: its name is checked at delivery in any case. */
const ACCEPTANCE_MS = 2_000;
/** Many more than deliveries at a time: the connection is opened right after the check. */
const MAX_NAMES = 4_096;

const lookupAll = promisify(lookup);
const systemResolve: Resolve = (name) => lookupAll(name, { all: true });

/**
 * The check at acceptance, so that a client learns of a bad URL immediately. A name that cannot be resolved passes: the
 * cause may be temporary, and delivery checks again.
 *
 * @param refusal the error for the client, by the reason
 * @returns the URL as it is to be stored
 * @throws OperationError 400
 */
export async function checkWebhookUrl(
  text: unknown,
  policy: WebhookPolicy,
  refusal: (reason: Error) => OperationError = invalidArguments,
): Promise<URL> {
  try {
    const url = webhookUrl(text, policy);
    if (!policy.allowPrivate && isName(url)) await checkNameInTime(url.hostname, policy);
    return url;
  } catch (reason) {
    throw refusal(reason as Error);
  }
}

/** The message that the contract of serverless endpoints fixes; the reason is in the details. */
function invalidArguments(cause: Error): OperationError {
  const details = [{ code: 'WebhookRefused', message: cause.message, target: 'webhook' }];
  return webhookErrors.WebhookRefused('invalid request arguments', { target: 'webhook', details, cause });
}

/**
 * Checks all of a URL that does not need its name resolved.
 *
 * @throws OperationError `WebhookRefused` with the reason
 */
export function webhookUrl(text: unknown, { allowPrivate, isPublic }: WebhookPolicy): URL {
  const url = typeof text === 'string' && text.length <= MAX_LENGTH ? URL.parse(text) : null;
  if (!url) throw refused(`must be a URL of at most ${MAX_LENGTH} characters`);
  if (!/^https?:$/.test(url.protocol)) throw refused('must be http or https');
  if (url.username + url.password !== '') throw refused('must not have a user or a password');
  if (!allowPrivate && !mayBePublic(url, isPublic)) throw refused(NOT_PUBLIC);
  return url;
}

interface AddressCheck {
  /**
   * To be called right before each attempt, whether or not it needs a new connection (U2).
   *
   * @throws OperationError `WebhookRefused`; what the resolver throws; `TimeoutError`; the signal's reason
   */
  check(url: URL, timeoutMs: number, signal?: AbortSignal): Promise<void>;
  /** For the connections: gives the addresses of a name that were checked last (U3). */
  lookup: LookupFunction;
}

/** @returns undefined when webhooks may go to any address */
export function createAddressCheck(policy: WebhookPolicy): AddressCheck | undefined {
  if (policy.allowPrivate) return undefined;
  const checked = new RecentMap<string, LookupAddress[]>(MAX_NAMES);
  return {
    async check(url, timeoutMs, signal) {
      if (!isName(url)) return;
      const addresses = await within(timeoutMs, signal, publicAddresses(url.hostname, policy));
      checked.set(url.hostname, addresses);
    },
    lookup(name, { all }, done) {
      const addresses = checked.get(name) ?? [];
      if (all) done(null, addresses);
      else done(null, addresses[0]?.address ?? '', addresses[0]?.family);
    },
  };
}

async function within<T>(ms: number, signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const timeout = sleep(ms, undefined, {
    signal: AbortSignal.any([over.signal, ...(signal ? [signal] : [])]),
    ref: false,
  });
  try {
    return await Promise.race([
      work,
      timeout.then(() => {
        throw new TimeoutError();
      }),
    ]);
  } finally {
    over.abort();
  }
}

const NOT_PUBLIC = 'must be at a public address';
const refused = (reason: string) => webhookErrors.WebhookRefused(`The webhook ${reason}.`);

/** A name that is not resolved in time passes here. */
async function checkNameInTime(name: string, policy: WebhookPolicy): Promise<void> {
  const resolved = publicAddresses(name, policy).catch((cause: unknown) => {
    if (cause instanceof OperationError) throw cause;
  });
  await Promise.race([resolved, sleep(ACCEPTANCE_MS, undefined, { ref: false })]);
}

async function publicAddresses(name: string, policy: WebhookPolicy): Promise<LookupAddress[]> {
  const { resolve = systemResolve, isPublic = isPublicAddress } = policy;
  const addresses = await resolve(name);
  if (!addresses.every(({ address }) => isPublic(address))) throw refused(NOT_PUBLIC);
  return addresses;
}

const isName = ({ hostname }: URL) => net.isIP(unbracketed(hostname)) === 0;
const unbracketed = (hostname: string) => hostname.replace(/^\[|\]$/g, '');

/** Names are checked by their addresses, except `localhost`, which is loopback by definition (RFC 6761, 6.3). */
function mayBePublic(url: URL, isPublic = isPublicAddress): boolean {
  if (isName(url)) return !/(^|\.)localhost\.*$/.test(url.hostname);
  return isPublic(unbracketed(url.hostname));
}
