import http from 'node:http';
import https from 'node:https';
import { createAgents } from '../platform/http-client.js';

export interface WorkerPost {
  url: string;
  body: Buffer;
  headers: Record<string, string>;
  /** Cuts off the request, and the answer that is being read. */
  signal: AbortSignal;
  /** The request is on its way, whole. */
  onSent: () => void;
}

/** @returns an answer, whatever its status; rejects with what Node says of the connection */
export type PostToWorker = (post: WorkerPost) => Promise<http.IncomingMessage>;

/**
 * Bare requests, as axios does not say when one is on its way. There are as many connections to a worker's address as
 * its endpoint allows calls.
 */
export function createWorkerHttp(): PostToWorker {
  const agents = createAgents({ keepAlive: true, maxSockets: Infinity });
  const postOnce = ({ url, body, headers, signal, onSent }: WorkerPost) => {
    const target = new URL(url);
    const [{ request }, agent] = target.protocol === 'https:' ? [https, agents.httpsAgent] : [http, agents.httpAgent];
    const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    const options = { method: 'POST', agent, signal, headers: { ...headers, 'content-length': body.length } };
    const call = request(target, options, resolve);
    call.once('error', (error) => reject(Object.assign(error, { isStale: isStale(call, error) })));
    call.once('finish', onSent).end(body);
    return promise;
  };
  return async (post) => {
    try {
      return await postOnce(post);
    } catch (error) {
      if (!(error as { isStale?: boolean }).isStale) throw error;
      return postOnce(post);
    }
  };
}

/** The worker had closed the connection, kept open since an earlier call, before it could know of this one. */
function isStale(call: http.ClientRequest, { code }: NodeJS.ErrnoException): boolean {
  return call.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
}
