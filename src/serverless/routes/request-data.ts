import { type RouteRequest } from '../../platform/http/route.js';
import { JsonLimitError } from '../../platform/json-scanner.js';
import { JsonEncodingError, membersOf, parseJson } from '../../platform/json-text.js';
import { contractErrors } from '../errors.js';
import { MAX_BODY_BYTES, policy } from '../schemas.js';

/** Of a body, arrays and objects inside of each other: many parsers of workers take no more. */
const MAX_DEPTH = 1_000;
/** Memory for a body whose length is not announced, bytes; it doubles when it is full. */
const FIRST_BYTES = 64 * 1024;
const NULL = Buffer.from('null');

export type RequestBody = Pick<RouteRequest, 'stream' | 'header'>;

interface RequestData {
  /** JSON text, as it was sent. */
  input: Buffer;
  webhook: unknown;
  ttlMs: number;
}

/** @throws OperationError 400 with the contract's messages */
export async function requestDataOf(request: RequestBody): Promise<RequestData> {
  const members = await membersIn(request, ['input', 'webhook', 'policy']);
  const input = members?.input;
  if (!input || input.equals(NULL)) throw contractErrors.badData();
  const given = policy.safeParse((await valueOf(members.policy)) ?? {});
  if (!given.success) throw contractErrors.badArguments();
  return { input, webhook: await valueOf(members.webhook), ttlMs: given.data.ttl };
}

/**
 * Some members of a body, parsed; undefined when the body is JSON, but no object.
 *
 * @throws OperationError 400 with the contract's messages
 */
export async function readMembers<Name extends string>(
  request: RequestBody,
  names: readonly Name[],
): Promise<Partial<Record<Name, unknown>> | undefined> {
  const members = await membersIn(request, names);
  if (!members) return undefined;
  const values: Partial<Record<Name, unknown>> = {};
  for (const name of names) values[name] = await valueOf(members[name]);
  return values;
}

/** The body is JSON of any media type: existing clients send various types. */
async function membersIn<Name extends string>(request: RequestBody, names: readonly Name[]) {
  const bytes = await readBytes(request);
  try {
    return await membersOf(bytes, names, MAX_DEPTH);
  } catch (cause) {
    throw cause instanceof JsonEncodingError ? contractErrors.unreadable(cause) : contractErrors.badData(cause);
  }
}

async function valueOf(member: Buffer | undefined): Promise<unknown> {
  try {
    return member && (await parseJson(member));
  } catch (cause) {
    throw cause instanceof JsonLimitError ? contractErrors.badArguments() : cause;
  }
}

/** Chunks are copied as they arrive: one copy of 20 MB at the end would stop the process for up to 100 ms. */
async function readBytes({ stream, header }: RequestBody): Promise<Buffer> {
  const announced = Number(header('content-length') ?? 0);
  if (announced > MAX_BODY_BYTES) throw contractErrors.tooLarge();
  let bytes: Buffer = Buffer.allocUnsafeSlow(announced > 0 ? announced : FIRST_BYTES);
  let length = 0;
  const read = async () => {
    for await (const chunk of stream ?? []) {
      const start = length;
      length += chunk.length;
      if (length > MAX_BODY_BYTES) return;
      if (length > bytes.length) bytes = enlarged(bytes, length);
      bytes.set(chunk, start);
    }
  };
  await read().catch((cause: unknown) => {
    throw contractErrors.unreadable(cause);
  });
  if (length > MAX_BODY_BYTES) throw contractErrors.tooLarge();
  return bytes.subarray(0, length);
}

function enlarged(bytes: Buffer, needed: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.min(MAX_BODY_BYTES, Math.max(needed, bytes.length * 2)));
  larger.set(bytes);
  return larger;
}
