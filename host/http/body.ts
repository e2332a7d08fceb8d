import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Environment } from '../config/app-settings.js';

/** Largest request body, in bytes, unless the setting says otherwise (host contract, 3.3). */
const DEFAULT_BODY_BYTES = 104_857_600;

/** The limit for request bodies, in bytes: the setting of the genuine host, which ignores what is no number. */
export function bodyLimit({ FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: text }: Environment): number {
  const limit = Number(text);
  return Number.isSafeInteger(limit) && limit > 0 ? limit : DEFAULT_BODY_BYTES;
}

/** Time before the connection of a client that keeps sending after a 413 is closed, in ms. */
const REFUSED_BODY_GRACE_MS = 2_000;

/** The client disconnected before its request was complete. */
export class ClientDisconnectedError extends Error {
  override readonly name = 'ClientDisconnectedError';
}

/** The request's body exceeds the limit; the response is 413. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
  /** By which an app that reads a streamed body tells it from a lost connection. */
  readonly statusCode = 413;
}

/** Whether the request's headers announce a body. */
export function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Whether the request's Content-Length exceeds the limit: its body need not be read. */
export function announcesTooLargeBody(request: IncomingMessage, limit: number): boolean {
  return Number(request.headers['content-length'] ?? 0) > limit;
}

/**
 * Reads a request's body; answers `Expect: 100-continue` first.
 *
 * @throws BodyTooLargeError as soon as the limit is exceeded; ClientDisconnectedError when the connection closes early
 */
export function readBody(request: IncomingMessage, response: ServerResponse, limit: number): Promise<Buffer> {
  if (announcesTooLargeBody(request, limit)) return Promise.reject(new BodyTooLargeError());
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
    request.on('error', () => reject(new ClientDisconnectedError()));
    request.on('close', () => {
      if (!request.complete) reject(new ClientDisconnectedError());
    });
  });
}

/**
 * Answers 413 while the client is still sending. The connection stays open for a short time, because closing it with
 * unread data could discard the response before the client reads it.
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
