import { once } from 'node:events';
import { type Server } from 'node:http';
import { type Socket } from 'node:net';
import { createFrontServer, type Handler, type Listener } from './listener.js';

const LOOK_EVERY_MS = 10;

/**
 * A listener without a port: its connections are accepted by another process and handed over one by one, so that the
 * port outlives this process.
 */
export class HandedOver {
  readonly #sockets = new Set<Socket>();
  /** Those whose first request has not come yet. */
  readonly #fresh = new Set<Socket>();
  #server: Server | undefined;

  /** @param port the one that clients know */
  readonly listen = async (_host: string, port: number, handler: Handler): Promise<Listener> => {
    this.#server = createFrontServer(handler);
    this.#server.prependListener('request', ({ socket }) => this.#fresh.delete(socket));
    await this.#startBookkeeping(this.#server);
    return { port, close: (graceMs) => this.#close(graceMs) };
  };

  adopt(socket: Socket): void {
    if (this.#server === undefined) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    this.#fresh.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#fresh.delete(socket);
    });
    this.#server.emit('connection', socket);
  }

  /** Resolves when every connection has brought a request, which is served then. Some never do: `maxMs` is for them. */
  async settle(maxMs: number): Promise<void> {
    await waitUntil(() => this.#fresh.size === 0, maxMs);
  }

  /** Node.js watches over a server's connections (idle ones, slow ones) only from when it listens somewhere. */
  async #startBookkeeping(server: Server): Promise<void> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }

  async #close(graceMs: number): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.close();
    await waitUntil(() => {
      server?.closeIdleConnections();
      return this.#sockets.size === 0;
    }, graceMs);
    for (const socket of this.#sockets) socket.destroy();
  }
}

async function waitUntil(done: () => boolean, maxMs: number): Promise<void> {
  const deadline = Date.now() + maxMs;
  while (!done() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}
