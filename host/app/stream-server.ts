import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Capabilities } from './core-types.js';
import { AppLoadError } from './errors.js';

/** Gives a request to the library, which answers it once an invocation with its id runs (host contract, 2.8). */
export type HandOver = (request: IncomingMessage, response: ServerResponse) => void;

/** Node publishes every server that has begun to listen (documented under "Built-in Channels", "NET"). */
const LISTENING = 'tracing:net.server.listen:asyncEnd';

/**
 * Asks the library for its capabilities. In stream mode it opens a server for the host's requests meanwhile; library
 * and host share a process here, so a request is given to that server's own handler instead of to its port. This spares
 * each request a second connection and a second parse, and lets the port be closed: it listens on every interface.
 *
 * @returns `handOver` when the app set `enableHttpStream`
 * @throws AppLoadError when the server is not one of node:http's in this process
 */
export async function openStreamServer(
  getCapabilities: () => Promise<Capabilities>,
): Promise<{ capabilities: Capabilities; handOver?: HandOver }> {
  const servers: unknown[] = [];
  const see = (message: unknown) => {
    servers.push((message as { server?: unknown }).server);
  };
  subscribe(LISTENING, see);
  const capabilities = await getCapabilities().finally(() => unsubscribe(LISTENING, see));
  const { HttpUri: uri } = capabilities;
  if (uri === undefined) return { capabilities };
  const server = servers.filter(isHttpServer).find((candidate) => serves(candidate, uri));
  if (server === undefined) throw new AppLoadError(unknownServer(uri));
  server.removeAllListeners('close').close(); // the library would say in the log that it ends
  return { capabilities, handOver: (request, response) => server.emit('request', request, response) };
}

function isHttpServer(server: unknown): server is Server {
  return server instanceof Server;
}

function serves(server: Server, uri: string): boolean {
  const address = server.address() as AddressInfo | null;
  return server.listenerCount('request') > 0 && address?.port === Number(new URL(uri).port);
}

function unknownServer(uri: string): string {
  return (
    `The app sets enableHttpStream, and its @azure/functions takes streams at ${uri}, where this host finds no server ` +
    'of this process. Use the version of @azure/functions that docs/host.md names, or take it out of app.setup.'
  );
}
