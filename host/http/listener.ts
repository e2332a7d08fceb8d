import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, type Server as NetServer } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { pollUntil } from '../waiting.js';
import { MAX_HEAD_BYTES } from './request-head.js';

/** Handles one request. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An open port. */
export interface Listener {
  readonly port: number;
  /** Accepts no more connections; resolves when the open ones have ended: idle ones now, others after `graceMs` at most. */
  close(graceMs: number): Promise<void>;
}

/** The port cannot be opened. The message says what to do. */
class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Limits of the genuine host's server, in ms. */
const HEADERS_TIMEOUT_MS = 30_000;
/** Limit for a whole request: 100 MiB at 175 KB per second. */
const REQUEST_TIMEOUT_MS = 600_000;
/** Longer than clients keep idle connections, so that no request is sent to a closing one. */
const KEEP_ALIVE_MS = 130_000;
const POLL_INTERVAL_MS = 20;

/** Opens a port. */
export type Listen = (host: string, port: number, handler: Handler) => Promise<Listener>;

/**
 * Opens a port in this process.
 *
 * @throws ListenError when the port is in use or not allowed
 */
export async function listen(host: string, port: number, handler: Handler): Promise<Listener> {
  const server = createHttpServer(handler);
  await bind(server, host, port);
  return { port: (server.address() as AddressInfo).port, close: (graceMs) => close(server, graceMs) };
}

/** A server that does not listen yet. */
export function createHttpServer(handler: Handler): Server {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEAD_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
    },
    handler,
  );
  server.on('checkContinue', handler); // the reader of the body answers the expectation
  server.on('checkExpectation', handler); // the genuine host ignores other expectations
  return server;
}

/**
 * Lets a server listen.
 *
 * @throws ListenError when the port is in use or not allowed
 */
export function bind(server: NetServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      reject(new ListenError(messageOf(error, host, port), { cause: error }));
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

function messageOf(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use. Stop the process that uses it, or choose another port with --port (0 chooses a free port).`;
    case 'EACCES':
      return `Port ${port} on ${host} is not allowed for this user. Choose a port above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine. Choose another address with --host.`;
    default:
      return `Port ${port} on ${host} cannot be opened: ${error.message}`;
  }
}

async function close(server: Server, graceMs: number): Promise<void> {
  let isClosed = false;
  const closed = new Promise<void>((resolve) => server.close(() => resolve())).then(() => (isClosed = true));
  // A connection that becomes idle later would be kept alive.
  const closeIdle = () => {
    server.closeIdleConnections();
    return isClosed;
  };
  void pollUntil(closeIdle, { intervalMs: POLL_INTERVAL_MS, timeoutMs: graceMs }).then(() => {
    server.closeAllConnections();
  });
  await closed;
  // The functions of closed connections are notified in the next iteration of the event loop.
  await setImmediate();
  await setImmediate();
}
