import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { bind } from '../http/listener.js';

/** Takes over a client's connection; `onFailure` returns it to the port. */
type ConnectionReceiver = (socket: Socket, onFailure: () => void) => void;

const BROKEN_APP =
  'The app could not be loaded. The reason is in the log; the host starts the app again when its build changes.\n';

/**
 * The port that clients connect to, which stays open while the app's process is replaced.
 *
 * P1 A connection is passed to the current receiver. Without one it waits, its data unread.
 * P2 While the app is broken, connections get 503 instead of waiting.
 */
export class PublicPort {
  readonly #server = net.createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.#accept(socket));
  readonly #waiting = new Set<Socket>();
  readonly #refusals = http.createServer((_request, response) => {
    response.writeHead(503, { 'Content-Type': 'text/plain', 'Retry-After': 1, Connection: 'close' }).end(BROKEN_APP);
  });
  #receiver: ConnectionReceiver | undefined;

  /** @throws ListenError when the port is in use or not allowed */
  static async open(host: string, port: number): Promise<PublicPort> {
    const publicPort = new PublicPort();
    await bind(publicPort.#server, host, port);
    return publicPort;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Passes connections to the receiver from now on, including the waiting ones. */
  forwardTo(receiver: ConnectionReceiver): void {
    this.#receiver = receiver;
    for (const socket of [...this.#waiting]) this.#pass(socket, receiver);
  }

  /** Lets connections wait until the next `forwardTo` or `refuse`. */
  hold(): void {
    this.#receiver = undefined;
  }

  /** P2 */
  refuse(): void {
    this.forwardTo((socket) => {
      this.#refusals.emit('connection', socket);
      socket.resume();
    });
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#waiting) socket.destroy();
  }

  #accept(socket: Socket): void {
    socket.on('error', () => undefined); // the client disconnected
    socket.once('close', () => this.#waiting.delete(socket));
    if (this.#receiver === undefined) this.#waiting.add(socket);
    else this.#pass(socket, this.#receiver);
  }

  #pass(socket: Socket, receiver: ConnectionReceiver): void {
    this.#waiting.delete(socket);
    receiver(socket, () => {
      if (!socket.destroyed) this.#accept(socket);
    });
  }
}
