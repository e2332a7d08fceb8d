import http from 'node:http';
import https from 'node:https';
import type { createAgents } from '../platform/http-client.js';

export interface Post {
  url: URL;
  body: Buffer;
  headers: http.OutgoingHttpHeaders;
  /** Cuts off the request, and the answer that is being read. */
  signal: AbortSignal;
  /** The request is on its way, whole. */
  onSent?: () => void;
}

/** What Node says of a connection; `isStale`: one kept open, closed by the other side before it could know of this request. */
export type PostError = NodeJS.ErrnoException & { isStale?: boolean };

/**
 * One bare request: axios does not say when one is on its way, and takes more than twice the processor's time.
 * @returns an answer, whatever its status; rejects with a PostError
 */
export function post(
  agents: ReturnType<typeof createAgents>,
  { url, body, headers, signal, onSent }: Post,
): Promise<http.IncomingMessage> {
  const [{ request }, agent] = url.protocol === 'https:' ? [https, agents.httpsAgent] : [http, agents.httpAgent];
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const options = { method: 'POST', agent, signal, headers: { ...headers, 'content-length': body.length } };
  const call = request(url, options, resolve);
  call.on('error', (error: PostError) => reject(Object.assign(error, { isStale: isStale(call, error) })));
  if (onSent) call.once('finish', onSent);
  call.end(body);
  return promise;
}

function isStale(call: http.ClientRequest, { code }: NodeJS.ErrnoException): boolean {
  return call.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
}
