import { type z } from 'zod';
import { commonErrors, OperationError, type ErrorDetail } from '../errors.js';
import { JsonLimitError } from '../json-scanner.js';
import { JsonEncodingError, MAX_PARSED_BYTES, parseJson } from '../json-text.js';
import { FORM_TYPES, parseForm } from './form.js';
import { type RawRequest, type Route, type RouteRequest } from './route.js';

type Body = Pick<RouteRequest, 'json' | 'binary' | 'stream'>;

/**
 * Reads the body that a route declares.
 * @throws OperationError 400 `InvalidJson` or `InvalidRequest`, 413 `PayloadTooLarge`, 415 `UnsupportedMediaType`
 */
export async function readBody(route: Route, request: RawRequest): Promise<Body> {
  const none = { json: undefined, binary: undefined, stream: undefined };
  if (!hasBody(route)) return none;
  const mediaType = mediaTypeOf(request);
  if (route.stream && (route.stream.anyType || route.stream.types.includes(mediaType))) {
    checkLength(request, route.stream.maxBytes);
    return { ...none, stream: request.body ?? noBytes() };
  }
  if (route.binary?.types.includes(mediaType)) {
    return { ...none, binary: { mediaType, bytes: await readBytes(request, route.binary.maxBytes) } };
  }
  if (route.json && formTypes(route).includes(mediaType)) {
    const bytes = await readBytes(request, MAX_PARSED_BYTES);
    return { ...none, json: parseWith(route.json, await parseForm(bytes, request.headers.get('content-type') ?? '')) };
  }
  if (route.json && route.isJsonOptional && mediaType === '' && isWithoutBody(request)) {
    return { ...none, json: parseWith(route.json, {}) };
  }
  if (!route.json || !jsonTypes(route).includes(mediaType)) throw unsupported(route, mediaType);
  return { ...none, json: parseWith(route.json, await readJson(request)) };
}

export function hasBody({ json, binary, stream }: Route): boolean {
  return json !== undefined || binary !== undefined || stream !== undefined;
}

/** Media types of JSON that a route takes. */
export function jsonTypes({ json, jsonTypes: types = ['application/json'] }: Route): readonly string[] {
  return json ? types : [];
}

/** A body has a length or is chunked (RFC 9112, 6.3). */
function isWithoutBody({ headers }: RawRequest): boolean {
  return Number(headers.get('content-length') ?? 0) === 0 && !headers.has('transfer-encoding');
}

/** Media types of bodies other than JSON. */
export function bytesTypes({ binary, stream }: Route): readonly string[] {
  return [...(binary?.types ?? []), ...(stream?.types ?? [])];
}

/** Media types of forms that a route takes instead of JSON. */
export function formTypes({ formBody }: Route): readonly string[] {
  return formBody ? FORM_TYPES : [];
}

async function* noBytes(): AsyncGenerator<Uint8Array> {
  // the request has no body
}

function mediaTypeOf(request: RawRequest): string {
  return (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function unsupported(route: Route, mediaType: string): OperationError {
  const types = [...jsonTypes(route), ...formTypes(route), ...bytesTypes(route)];
  const got = mediaType === '' ? 'none' : `"${mediaType.slice(0, 100)}"`;
  return commonErrors.UnsupportedMediaType(`Content-Type: expected ${types.join(' or ')}, got ${got}.`, {
    target: 'Content-Type',
  });
}

async function readBytes(request: RawRequest, maxBytes: number): Promise<Buffer> {
  checkLength(request, maxBytes);
  const bytes = Buffer.from(await request.arrayBuffer());
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  return bytes;
}

/** Refuses a body by its announced length. */
function checkLength(request: RawRequest, maxBytes: number): void {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

function tooLarge(maxBytes: number): OperationError {
  return commonErrors.PayloadTooLarge(`The body is longer than the ${maxBytes} bytes that this call takes.`);
}

async function readJson(request: RawRequest): Promise<unknown> {
  const bytes = await readBytes(request, MAX_PARSED_BYTES);
  if (bytes.toString('latin1').trim() === '') throw commonErrors.InvalidJson('The body is empty; send a JSON object.');
  try {
    return await parseJson(bytes);
  } catch (cause) {
    const { message } = cause as Error;
    if (cause instanceof JsonLimitError) throw commonErrors.InvalidRequest(`The body has ${message}.`, { cause });
    if (cause instanceof JsonEncodingError) throw commonErrors.InvalidJson('The body is not UTF-8 text.', { cause });
    throw commonErrors.InvalidJson(`The body is not JSON: ${message.slice(0, 200)}.`, { cause });
  }
}

/**
 * Parses a value; the error names all problems.
 * @throws OperationError 400; its code is the problems' own where a schema gives all of them one (`params.code`)
 */
export function parseWith<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidRequest(parsed.error.issues.map(detailOf));
}

function detailOf(issue: z.core.$ZodIssue): ErrorDetail {
  const target = issue.path.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : path === '' ? String(key) : `${path}.${String(key)}`),
    '',
  );
  const code =
    issue.code === 'custom' && typeof issue.params?.code === 'string'
      ? issue.params.code
      : commonErrors.InvalidRequest.code;
  const text = issue.message.slice(0, MAX_MESSAGE);
  const message = target === '' ? text : `${target.slice(0, MAX_MESSAGE)}: ${text}`;
  return { code, message: message.endsWith('.') ? message : `${message}.`, ...(target !== '' && { target }) };
}

/** Longest text of a client's keys and values in a message, characters. */
const MAX_MESSAGE = 300;
/** Most details in an answer. */
export const MAX_DETAILS = 50;

/** 400 that names the problems. @param count of all problems, where `problems` has the first ones only */
export function invalidRequest(problems: ErrorDetail[], count = problems.length): OperationError {
  const [first, ...others] = problems;
  const message = first?.message ?? 'The request is not valid.';
  const sameCode = first !== undefined && others.every(({ code }) => code === first.code);
  return new OperationError({
    code: sameCode ? first.code : commonErrors.InvalidRequest.code,
    status: commonErrors.InvalidRequest.status,
    retryable: false,
    message:
      count <= 1 ? message : `${message} ${count - 1} more${count > MAX_DETAILS ? ', the first ones' : ''} in details.`,
    ...(first?.target !== undefined && { target: first.target }),
    details: problems.slice(0, MAX_DETAILS),
  });
}
