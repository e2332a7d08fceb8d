import { once } from 'node:events';
import { type Server } from 'node:http';
import { type Socket } from 'node:net';
import { createFrontServer, type Handler, type Listener } from './listener.js';

const SWEEP_MS = 20;

/**
 * A listener without a port: its connections are accepted by another process and handed over one by one, so that the
 * port outlives this process.
 */
export class HandedOver {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  /** @param port the one that clients know */
  readonly listen = async (_host: string, port: number, handler: Handler): Promise<Listener> => {
    this.#server = createFrontServer(handler);
    await this.#startBookkeeping(this.#server);
    return { port, close: (graceMs) => this.#close(graceMs) };
  };

  adopt(socket: Socket): void {
    if (this.#server === undefined) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#server.emit('connection', socket);
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
    const deadline = Date.now() + graceMs;
    while (this.#sockets.size > 0 && Date.now() < deadline) {
      server?.closeIdleConnections();
      await new Promise((resolve) => setTimeout(resolve, SWEEP_MS));
    }
    for (const socket of this.#sockets) socket.destroy();
  }
}
