import { type IncomingMessage, type ServerResponse } from 'node:http';

/** Largest request body, in bytes (host contract, 3.3). */
export const MAX_BODY_BYTES = 104_857_600;

/** How long a client that was told 413 may go on sending before its connection is cut, in ms. */
const REFUSED_BODY_GRACE_MS = 2_000;

/** The client went away before its request was complete: nobody is left to answer. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** True when the request says that a body follows. */
export function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** True when the request says beforehand that its body is over the limit: no byte of it need be read. */
export function announcesTooMuch(request: IncomingMessage): boolean {
  return Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES;
}

/**
 * Collects a request's body, inviting it first when the client waits for that (`Expect: 100-continue`).
 *
 * @throws BodyTooLargeError as soon as the limit is passed; ClientGoneError when the connection ends early
 */
export function readBody(request: IncomingMessage, response: ServerResponse, limit: number): Promise<Buffer> {
  if (request.headers.expect !== undefined) response.writeContinue();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) reject(new BodyTooLargeError());
      else chunks.push(chunk);
    });
    request.on('end', () => {
      const [first] = chunks;
      resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks));
    });
    request.on('error', () => reject(new ClientGoneError()));
    request.on('close', () => {
      if (!request.complete) reject(new ClientGoneError());
    });
  });
}

/**
 * Answers 413 while the client still sends. The answer is complete at once; the connection is kept open a little for
 * the client to read it, because closing on unread data would destroy it on its way.
 */
export function refuseBody(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(413, { 'Content-Length': 0, Connection: 'close' });
  response.flushHeaders();
  const finish = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(finish, REFUSED_BODY_GRACE_MS);
  request.once('end', finish).once('close', finish).resume();
}
