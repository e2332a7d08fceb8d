import { type ServerResponse } from 'node:http';

/** Sends a response without a body. */
export function sendEmpty(response: ServerResponse, status: number): void {
  response.writeHead(status, status === 204 ? [] : ['Content-Length', '0']).end();
}

/** Sends a text. */
export function sendText(response: ServerResponse, status: number, text: string): void {
  sendBytes(response, status, { 'Content-Type': 'text/plain; charset=utf-8' }, text);
}

/** Sends a JSON response. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  sendBytes(response, status, { 'Content-Type': 'application/json; charset=utf-8' }, JSON.stringify(body));
}

/** Sends a response with the Content-Length of `body`. */
export function sendBytes(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> | undefined,
  body: string | Uint8Array,
): void {
  const flat = ['Content-Length', String(typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength)];
  for (const name in headers) flat.push(name, headers[name] ?? '');
  response.writeHead(status, flat);
  endWith(response, body);
}

/** Up to this size copying is cheaper than a second buffer in the system call, in bytes (measured). */
const MERGE_BYTES = 65_536;

/**
 * Ends a response with a body. Node.js writes a string together with the headers, but a buffer separately, at twice the
 * cost. Latin-1 converts bytes to a string without loss.
 */
export function endWith(response: ServerResponse, body: string | Uint8Array): void {
  if (typeof body === 'string') response.end(body);
  else if (body.byteLength > MERGE_BYTES) response.end(body);
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'), 'latin1');
}
