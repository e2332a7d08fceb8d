import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type IncomingMessage, Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Capabilities } from './core-types.js';
import { AppLoadError } from './errors.js';

/** Passes a request to the library, which answers it when an invocation with its id runs (host contract, 2.8). */
export type ForwardRequest = (request: IncomingMessage, response: ServerResponse) => void;

/** Node.js publishes each server that starts to listen (documented under "Built-in Channels", "NET"). */
const LISTENING = 'tracing:net.server.listen:asyncEnd';

/**
 * Reads the library's capabilities. In stream mode the library opens an HTTP server for them. Library and host share a
 * process, so requests are passed to that server's handler instead of its port: there is no second connection, and the
 * port, which is open on all interfaces, can be closed (docs/host.md, "Streams without a proxy").
 *
 * @returns `forward` when the app set `enableHttpStream`
 * @throws AppLoadError when the server is not a node:http server of this process
 */
export async function openStreamServer(
  getCapabilities: () => Promise<Capabilities>,
): Promise<{ capabilities: Capabilities; forward?: ForwardRequest }> {
  const servers: unknown[] = [];
  const onListening = (message: unknown) => {
    servers.push((message as { server?: unknown }).server);
  };
  subscribe(LISTENING, onListening);
  const capabilities = await getCapabilities().finally(() => unsubscribe(LISTENING, onListening));
  const { HttpUri: uri } = capabilities;
  if (uri === undefined) return { capabilities };
  const server = servers.filter(isHttpServer).find((candidate) => serves(candidate, uri));
  if (server === undefined) throw new AppLoadError(unknownServer(uri));
  server.removeAllListeners('close').close(); // the library's listener would log that the server closed
  return { capabilities, forward: (request, response) => server.emit('request', request, response) };
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
    `The app sets enableHttpStream, and its @azure/functions accepts streams at ${uri}, where this process has no HTTP server. ` +
    'Use the version of @azure/functions that docs/host.md names, or remove enableHttpStream from app.setup.'
  );
}
