import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { InvalidFaultError, serveFault, type Fault, type Faults } from '../faults.js';
import { serveSwitches } from '../fault-routes.js';
import { BodyTooLargeError, sendJson } from '../http.js';
import { type ImageFile, type ImageFolder } from './images.js';

/** Additional fault modes: `truncated` sends half of the bytes, `huge` 25 MB that begin with the image. */
export const OWN_MODES = ['truncated', 'huge'] as const;
type OwnMode = (typeof OWN_MODES)[number];

const HUGE_BYTES = 25_000_000;
const IMAGE_PATH = /^\/images\/(0|[1-9]\d{0,15})$/;

interface Context {
  readonly images: ImageFolder;
  /** Serves `/_faults` and `/_requests`; without it, these paths return 404. */
  readonly faults?: Faults<OwnMode> | undefined;
}

/**
 * Creates the server, not yet listening. `GET /images/{id}` returns the image's bytes, or 404 `{"error"}`;
 * `GET /health` returns `{"status", "images"}`.
 */
export function createImageServer(context: Context): Server {
  return http.createServer((request, response) => {
    route(context, request, response).catch((thrown: unknown) => sendError(response, thrown));
  });
}

async function route(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const call = `${request.method ?? ''} ${path}`;
  if (context.faults && (await serveSwitches(context.faults, call, request, response))) return;
  request.resume();
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendJson(response, 405, { error: `${request.method ?? ''} is not supported` }, { Allow: 'GET, HEAD' });
  } else if (path === '/health') {
    sendJson(response, 200, { status: 'ok', images: context.images.size });
  } else {
    await sendImage(context, path, request, response);
  }
}

async function sendImage(
  { images, faults }: Context,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const id = imageIdOf(path);
  const fault: Fault<OwnMode> = faults?.next(id) ?? { mode: 'none' };
  if (await serveFault(fault, request, response)) return;
  const image = id === undefined ? undefined : await images.read(id);
  if (image) sendBytes(response, applyContentFault(image, fault.mode));
  else sendJson(response, 404, { error: id === undefined ? `nothing at ${path}` : `no image ${id}` });
}

/** The ID in `/images/{id}`: an integer from 0 to 2^53-1 without leading zeros; undefined for any other path. */
function imageIdOf(path: string): number | undefined {
  const id = Number(IMAGE_PATH.exec(path)?.[1] ?? Number.NaN);
  return Number.isSafeInteger(id) ? id : undefined;
}

function applyContentFault({ bytes, type }: ImageFile, mode: Fault<OwnMode>['mode']): ImageFile {
  if (mode === 'truncated') return { bytes: bytes.subarray(0, bytes.length >> 1), type };
  if (mode === 'huge') return { bytes: Buffer.concat([bytes], HUGE_BYTES), type };
  return { bytes, type };
}

function sendBytes(response: ServerResponse, { bytes, type }: ImageFile): void {
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': String(bytes.length) });
  response.end(bytes);
}

function sendError(response: ServerResponse, thrown: unknown): void {
  if (thrown instanceof InvalidFaultError || thrown instanceof BodyTooLargeError) {
    sendJson(response, 400, { error: thrown.message });
    return;
  }
  console.error(thrown);
  if (response.headersSent) response.destroy();
  else sendJson(response, 500, { error: 'internal error' });
}
