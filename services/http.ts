import { type IncomingMessage, type ServerResponse } from 'node:http';

/** The body of the request is larger than the limit. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/**
 * Reads the whole body.
 *
 * @throws {BodyTooLargeError} above `maxBytes`, immediately when `Content-Length` is larger
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new BodyTooLargeError('The body is too large.');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new BodyTooLargeError('The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** Sends JSON, unless the client has disconnected or the headers are already sent. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

/** An error that a service answers, with its message. */
export interface AnsweredError {
  readonly error: new (...args: never[]) => Error;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers an error of a request: a known one with its message, any other one, which is logged, with 500. */
export function sendError(
  answers: readonly AnsweredError[],
  request: IncomingMessage,
  response: ServerResponse,
  thrown: unknown,
): void {
  if (response.destroyed) return; // the client has disconnected
  if (!request.complete) response.setHeader('Connection', 'close'); // the rest of the body is not read
  const known = answers.find(({ error }) => thrown instanceof error);
  if (!known) console.error(thrown);
  const message = known ? (thrown as Error).message : 'The service failed on this request.';
  sendJson(response, known?.status ?? 500, { error: message }, known?.headers);
}
