import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type net from 'node:net';
import { type AddressInfo } from 'node:net';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A port that serves. */
export interface Listener {
  readonly port: number;
  /** Takes no new connections; resolves when the open ones ended, the idle at once, the others at most after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** The port cannot be had. The message says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** As the product's server has them: sizes in bytes, times in ms. */
const MAX_HEADER_BYTES = 32_768;
const HEADERS_TIMEOUT_MS = 30_000;
/** Longest time for a whole request: 100 MiB at under 200 KB a second. */
const REQUEST_TIMEOUT_MS = 600_000;
/** Longer than the few seconds that clients keep an idle connection, so that no request meets a closing one. */
const KEEP_ALIVE_MS = 130_000;
const IDLE_SWEEP_MS = 20;

export type Listen = (host: string, port: number, handler: Handler) => Promise<Listener>;

/** @throws ListenError when the port is taken or may not be used */
export async function listen(host: string, port: number, handler: Handler): Promise<Listener> {
  const server = createFrontServer(handler);
  await bind(server, host, port);
  return { port: (server.address() as AddressInfo).port, close: (graceMs) => close(server, graceMs) };
}

/** A server that is not bound yet. */
export function createFrontServer(handler: Handler): Server {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
    },
    handler,
  );
  server.on('checkContinue', handler); // readBody invites the body, once it is wanted
  return server;
}

/** @throws ListenError when the port is taken or may not be used */
export function bind(server: net.Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      reject(new ListenError(reasonOf(error, host, port), { cause: error }));
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

function reasonOf(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use. Stop what uses it, or choose another with --port (0 takes a free one).`;
    case 'EACCES':
      return `Port ${port} on ${host} may not be used by this user. Choose one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine. Choose another with --host.`;
    default:
      return `Port ${port} on ${host} cannot be opened: ${error.message}`;
  }
}

function close(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // A connection that becomes idle only now would be kept alive.
    const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(sweep);
      // What was cut says so to its request's function one turn of the loop after the server is told.
      setImmediate(() => setImmediate(resolve));
    });
  });
}
