import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { InvalidFaultError, serveFault, type Faults } from '../faults.js';
import { BodyTooLargeError, readBody, sendJson } from '../http.js';
import { InvalidImageError } from './image.js';
import { createWorkQueue, QueueFullError, type WorkQueue } from './queue.js';
import { type PlateReader, type Reading } from './reader.js';

/** The largest image that is accepted (docs/plate-reader.md). */
const MAX_IMAGE_BYTES = 20 * 1024 * 1024;
const MAX_FAULT_BYTES = 4_096;

/** `Retry-After` of the response when the queue is full, seconds. */
const RETRY_AFTER_S = '1';

export interface PlateServerOptions {
  readonly reader: PlateReader;
  /** Serves `POST /_faults`; without it, the path returns 404. */
  readonly faults?: Faults;
  /** Images read at a time: the threads of the reader. */
  readonly concurrency: number;
  /** Images that may wait; further ones get 503. */
  readonly waiting: number;
}

/** The response for each error; any other error is a 500. */
const ANSWERS = [
  { error: InvalidImageError, status: 400, body: 'invalid image', headers: {} },
  { error: BodyTooLargeError, status: 413, body: 'image too large', headers: {} },
  { error: QueueFullError, status: 503, body: 'busy', headers: { 'Retry-After': RETRY_AFTER_S } },
  { error: InvalidFaultError, status: 400, body: 'invalid fault', headers: {} },
] as const;

interface Context {
  readonly reader: PlateReader;
  readonly faults: Faults | undefined;
  readonly queue: WorkQueue;
}

/** Creates the plate reader's HTTP server (docs/plate-reader.md), not yet listening. */
export function createPlateServer(options: PlateServerOptions): Server {
  const { reader, faults, concurrency, waiting } = options;
  const context = { reader, faults, queue: createWorkQueue({ concurrency, waiting }) };
  return createServer((request, response) => {
    route(context, request, response).catch((thrown: unknown) => sendError(request, response, thrown));
  });
}

async function route(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://service');
  const call = `${request.method ?? ''} ${pathname}`;
  if (call === 'POST /readPlateNumber') await readPlateNumber(context, request, response);
  else if (call === 'POST /_faults' && context.faults) await setFault(context.faults, request, response);
  else {
    request.resume();
    if (call === 'GET /health') sendJson(response, 200, { status: 'ok' });
    else sendJson(response, 404, { error: 'not found' });
  }
}

async function readPlateNumber(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (context.faults && (await serveFault(context.faults.next(), request, response))) return;
  const image = await readBody(request, MAX_IMAGE_BYTES);
  const disconnected = new AbortController();
  response.once('close', () => disconnected.abort());
  const reading = await context.queue.run(disconnected.signal, () => context.reader.readPlates(image));
  sendReading(response, reading);
}

function sendReading(response: ServerResponse, { candidates, box }: Reading): void {
  const [best] = candidates;
  if (!best) {
    sendJson(response, 422, { error: 'no plate found' });
    return;
  }
  const wire = candidates.map(({ plateNumber, confidence }) => ({ plate_number: plateNumber, confidence }));
  sendJson(response, 200, { plate_number: best.plateNumber, confidence: best.confidence, box, candidates: wire });
}

async function setFault(faults: Faults, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request, MAX_FAULT_BYTES);
  sendJson(response, 200, faults.set(body.toString('utf8')));
}

function sendError(request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
  if (response.destroyed) return; // the client has disconnected
  if (!request.complete) response.setHeader('Connection', 'close'); // the rest of the body is not read
  const known = ANSWERS.find(({ error }) => thrown instanceof error);
  if (!known) console.error(thrown);
  const { status, body, headers } = known ?? { status: 500, body: 'internal error', headers: {} };
  sendJson(response, status, { error: body }, headers);
}
