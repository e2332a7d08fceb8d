import http from 'node:http';
import https from 'node:https';
import { createAgents } from '../platform/http-client.js';

export interface WorkerPost {
  url: URL;
  headers: Record<string, string>;
  body: Buffer;
  /** Cuts off the request, and the answer that is being read. */
  signal: AbortSignal;
  /** The request is on its way, whole. */
  onSent: () => void;
}

/**
 * One bare POST, on Node's own client: it writes at once. The one of bare-http.ts lets a tick pass before it uses a
 * connection again, and as calls begin one after the other, only one could begin in each tick.
 *
 * @returns an answer, whatever its status; rejects with what Node says of the connection
 */
export type PostToWorker = (post: WorkerPost) => Promise<http.IncomingMessage>;

/** There are as many connections to a worker's address as its endpoint allows calls. */
export function createWorkerHttp(): PostToWorker {
  const agents = createAgents({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: Infinity });
  return async (call) => {
    try {
      return await send(agents, call);
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      return send(agents, call);
    }
  };
}

/** A connection kept open was closed by the other side before it could know of the request. */
class Stale extends Error {}

type Agents = ReturnType<typeof createAgents>;

function send({ httpAgent, httpsAgent }: Agents, call: WorkerPost): Promise<http.IncomingMessage> {
  const { url, body, signal, onSent } = call;
  const [{ request }, agent] = url.protocol === 'https:' ? [https, httpsAgent] : [http, httpAgent];
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const headers = { ...call.headers, 'content-length': body.length };
  const sent = request(url, { method: 'POST', agent, signal, headers }, resolve);
  sent.on('error', (error) => reject(isStale(sent, error) ? new Stale() : error));
  sent.once('finish', onSent);
  sent.end(body);
  return promise;
}

function isStale(call: http.ClientRequest, { code }: NodeJS.ErrnoException): boolean {
  return call.reusedSocket && (code === 'ECONNRESET' || code === 'EPIPE');
}
