import { once } from 'node:events';
import { type Server } from 'node:http';
import { type Socket } from 'node:net';
import { pollUntil } from '../waiting.js';
import { createHttpServer, type Handler, type Listener } from './listener.js';

const POLL_INTERVAL_MS = 10;

/**
 * A listener without a port: another process accepts the connections and transfers them to this one, so that the port
 * stays open when this process ends (see watch/supervisor.ts).
 */
export class TransferredConnections {
  readonly #sockets = new Set<Socket>();
  /** Connections without a request so far. */
  readonly #unused = new Set<Socket>();
  #server: Server | undefined;

  /** Replaces `listen` of http/listener.ts. @param port the port that clients connect to */
  readonly listen = async (_host: string, port: number, handler: Handler): Promise<Listener> => {
    this.#server = createHttpServer(handler);
    this.#server.prependListener('request', ({ socket }) => this.#unused.delete(socket));
    await this.#startConnectionChecks(this.#server);
    return { port, close: (graceMs) => this.#close(graceMs) };
  };

  /** Serves a transferred connection. */
  adopt(socket: Socket): void {
    if (this.#server === undefined) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    this.#unused.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#unused.delete(socket);
    });
    this.#server.emit('connection', socket);
  }

  /** Resolves when each connection has sent a request, but after `timeoutMs` at the latest. */
  async firstRequests(timeoutMs: number): Promise<void> {
    await pollUntil(() => this.#unused.size === 0, { intervalMs: POLL_INTERVAL_MS, timeoutMs });
  }

  /** Node.js applies its timeouts for idle and slow connections only to a server that listens. */
  async #startConnectionChecks(server: Server): Promise<void> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }

  async #close(graceMs: number): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.close();
    const isClosed = () => {
      server?.closeIdleConnections();
      return this.#sockets.size === 0;
    };
    await pollUntil(isClosed, { intervalMs: POLL_INTERVAL_MS, timeoutMs: graceMs });
    for (const socket of this.#sockets) socket.destroy();
  }
}
