import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { bind } from '../http/listener.js';

/** Takes over a client's connection; `lost` brings it back. */
export type Taker = (socket: Socket, lost: () => void) => void;

const BROKEN = 'The app could not be loaded. The log says why; the host starts it again when its build changes.\n';

/**
 * The port that clients know, while the processes behind it come and go.
 *
 * G1 A connection goes to whoever is at the gate; while nobody is, it waits with what it has sent unread.
 * G2 While the app is broken, connections are told so (503) instead of waiting for an unknown time.
 */
export class Gate {
  readonly #server = net.createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.#arrive(socket));
  readonly #waiting = new Set<Socket>();
  readonly #refusals = http.createServer((_request, response) => {
    response.writeHead(503, { 'Content-Type': 'text/plain', 'Retry-After': 1, Connection: 'close' }).end(BROKEN);
  });
  #taker: Taker | undefined;

  /** @throws ListenError when the port is taken or may not be used */
  static async open(host: string, port: number): Promise<Gate> {
    const gate = new Gate();
    await bind(gate.#server, host, port);
    return gate;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on connections go there, those that wait too. */
  letIn(taker: Taker): void {
    this.#taker = taker;
    for (const socket of [...this.#waiting]) this.#pass(socket, taker);
  }

  hold(): void {
    this.#taker = undefined;
  }

  /** G2 */
  refuse(): void {
    this.letIn((socket) => {
      this.#refusals.emit('connection', socket);
      socket.resume();
    });
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#waiting) socket.destroy();
  }

  #arrive(socket: Socket): void {
    socket.on('error', () => undefined); // a client that leaves is no matter here
    socket.once('close', () => this.#waiting.delete(socket));
    if (this.#taker === undefined) this.#waiting.add(socket);
    else this.#pass(socket, this.#taker);
  }

  #pass(socket: Socket, taker: Taker): void {
    this.#waiting.delete(socket);
    taker(socket, () => {
      if (!socket.destroyed) this.#arrive(socket);
    });
  }
}
