import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy whose connections a test can break. */
export interface Relay {
  readonly url: string;
  /** The number of connections so far. */
  readonly connections: number;
  /** Closes all connections; new ones are accepted. */
  cut(): void;
  close(): void;
}

/** Forwards connections to the address of `url`. */
export async function startRelay(url: string): Promise<Relay> {
  const { hostname, port } = new URL(url);
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((near) => {
    connections++;
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => undefined).once('close', () => open.delete(socket));
    }
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => open.forEach((socket) => socket.destroy());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    cut,
    close: () => {
      server.close();
      cut();
    },
  };
}
