import { once } from 'node:events';
import { type IncomingMessage, request, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** A response with its headers as they were sent. */
export interface RawResponse {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Sends a path and headers unchanged, which `fetch` would normalize. The body has a Content-Length. */
export async function sendRaw(
  url: string,
  path: string,
  options: RequestOptions = {},
  body = '',
): Promise<RawResponse> {
  const { hostname, port } = new URL(url);
  const sent = request({ hostname, port, path, agent: false, ...options });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** Sends bytes on a connection and reads what comes back until it is closed. */
export async function sendBytes(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(Buffer.from(bytes, 'latin1'));
  return text(socket);
}
