import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Environment } from '../config/app-settings.js';

/** Largest request body, in bytes, unless the setting says otherwise (host contract, 3.3). */
const DEFAULT_BODY_BYTES = 104_857_600;

/** The limit for request bodies, in bytes: the setting of the genuine host, which ignores what is no number. */
export function bodyLimit({ FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: text }: Environment): number {
  const limit = Number(text);
  return Number.isSafeInteger(limit) && limit > 0 ? limit : DEFAULT_BODY_BYTES;
}

/** Time before the connection of a client that keeps sending after a refusal is closed, in ms. */
const REFUSED_BODY_GRACE_MS = 2_000;

/** The client disconnected before its request was complete. */
export class ClientDisconnectedError extends Error {
  override readonly name = 'ClientDisconnectedError';
}

/** The request's body exceeds the limit; the response is 500, as in the genuine host. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** Whether the request's headers announce a body. */
export function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Whether the body has no announced length: without stream mode the genuine host passes an empty body to the function,
 * because it reads a body only for a length above zero (GrpcMessageConversionExtensions.cs).
 */
export function hasUnknownLength({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined && headers['content-length'] === undefined;
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
  if (expectsContinue(request)) response.writeContinue();
  return readRest(request, limit);
}

/** Reads a body whose client does not wait, such as after `beginningOfBody`. Throws as `readBody` does. */
export function readRest(request: IncomingMessage, limit: number): Promise<Buffer> {
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
    request.resume(); // it may be paused
  });
}

/** Whether the client waits for `100 Continue` (RFC 9110, 10.1.1). The genuine host ignores other expectations. */
export function expectsContinue({ headers: { expect } }: IncomingMessage): boolean {
  return expect?.toLowerCase() === '100-continue';
}

/**
 * Waits for the beginning of a request's body and leaves the body unread; answers `Expect: 100-continue` first.
 *
 * @returns undefined for an empty body
 * @throws ClientDisconnectedError when the connection closes early
 */
export function beginningOfBody(request: IncomingMessage, response: ServerResponse): Promise<Buffer | undefined> {
  if (expectsContinue(request)) response.writeContinue();
  return new Promise((resolve, reject) => {
    const listeners = {
      data: (chunk: Buffer) => {
        request.pause();
        request.unshift(chunk);
        settle(() => resolve(chunk));
      },
      end: () => settle(() => resolve(undefined)),
      error: () => settle(() => reject(new ClientDisconnectedError())),
      close: () => settle(() => reject(new ClientDisconnectedError())),
    };
    const settle = (finish: () => void) => {
      for (const [event, listener] of Object.entries(listeners)) request.off(event, listener);
      finish();
    };
    for (const [event, listener] of Object.entries(listeners)) request.on(event, listener);
  });
}

/**
 * Answers without a body while the client is still sending. The connection stays open for a short time, because closing it
 * with unread data could discard the response before the client reads it.
 */
export function refuseBody(request: IncomingMessage, response: ServerResponse, status = 500): void {
  response.writeHead(status, { 'Content-Length': 0, Connection: 'close' });
  response.flushHeaders();
  const finish = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(finish, REFUSED_BODY_GRACE_MS);
  request.once('end', finish).once('close', finish).resume();
}
