import { Readable } from 'node:stream';
import { csvLine } from '../../platform/csv.js';
import { commonErrors } from '../../platform/errors.js';
import { errorReply } from '../../platform/http/dispatch.js';
import { acceptedType } from '../../platform/http/media-type.js';
import { type Reply, type RouteRequest } from '../../platform/http/route.js';
import { JsonObjectReader } from '../../platform/json-stream.js';
import { type BlobStore } from '../../platform/storage.js';
import { type ResultTable } from '../define.js';
import { operationErrors } from '../errors.js';
import { inlineResultOf, isFinal, storedResultOf } from '../monitor.js';
import { type FoundOperation } from '../operations.js';
import { pollHeaders } from '../replies.js';
import { type Monitor } from '../schemas.js';

const JSON_TYPE = 'application/json';
export const CSV_TYPE = 'text/csv';

/** Longest item of a table, and longest other member of its result, that is held in memory, bytes. */
const MAX_ITEM_BYTES = 4 * 1024 * 1024;
/** Lines are sent in parts of about so many characters. */
const PART_LENGTH = 64 * 1024;

/**
 * The result of an operation, alone. A stored one is streamed, whole also where the monitor has the first entries of a
 * list only.
 * @throws OperationError 406 `NotAcceptable`, 500 `InternalError`, 503
 */
export async function resultReply(
  request: Pick<RouteRequest, 'header'>,
  { kind, instance, monitor }: FoundOperation,
  blobs: Pick<BlobStore, 'stream'>,
): Promise<Reply> {
  if (monitor.status !== 'Succeeded') return noResult(monitor);
  const type = acceptedType(request, kind.table ? [JSON_TYPE, CSV_TYPE] : [JSON_TYPE]);
  const { storedResult } = storedResultOf(instance);
  const stored = storedResult && (await storedBytes(blobs, storedResult.whole ?? storedResult.name));
  const isTable = type === CSV_TYPE && kind.table !== undefined;
  const headers = {
    'Content-Type': `${type}; charset=utf-8${isTable ? '; header=present' : ''}`,
    'Content-Disposition': `${isTable ? 'attachment' : 'inline'}; filename="${fileName(monitor, isTable ? 'csv' : 'json')}"`,
    'Cache-Control': 'no-store',
    Vary: 'Accept',
  };
  if (!isTable || !kind.table) {
    return { status: 200, headers, body: stored ? Readable.toWeb(stored) : JSON.stringify(inlineResultOf(instance)) };
  }
  const items = stored ? storedItems(stored, kind.table.rows) : inlineItems(inlineResultOf(instance), kind.table.rows);
  return {
    status: 200,
    headers,
    body: Readable.toWeb(Readable.from(csvParts(kind.table, items), { objectMode: false })),
  };
}

/** An id has only characters that a file name may have. */
function fileName({ kind, id }: Monitor, extension: string): string {
  return `${kind}-${id}.${extension}`;
}

function noResult(monitor: Monitor): Reply {
  const { id, status, error } = monitor;
  if (!isFinal(status)) {
    const { data } = operationErrors.OperationNotFinished(`Operation ${id} is still running; it has no result yet.`);
    const reply = errorReply(data);
    return { ...reply, headers: { ...reply.headers, ...pollHeaders(monitor) } };
  }
  const { code, message, target } = error ?? operationErrors.OperationCanceled('The operation was canceled.').data;
  const details = [{ code, message, ...(target !== undefined && { target }) }];
  const text = `Operation ${id} has ended as ${status} and has no result.`;
  return errorReply(operationErrors.OperationHasNoResult(text, { details }).data);
}

async function storedBytes(blobs: Pick<BlobStore, 'stream'>, name: string): Promise<Readable> {
  const bytes = await blobs.stream(name);
  if (!bytes) throw commonErrors.InternalError('The stored result is missing.');
  return bytes;
}

function* inlineItems(result: unknown, rows: string): Generator {
  yield* (result as Record<string, unknown[] | undefined>)[rows] ?? [];
}

/** The items of an array in a JSON object, read while its bytes arrive. */
async function* storedItems(bytes: Readable, rows: string): AsyncGenerator {
  let items: unknown[] = [];
  const reader = new JsonObjectReader({
    arrays: [rows],
    valueBytes: MAX_ITEM_BYTES,
    onValue: (name, value, index) => {
      if (name === rows && index !== undefined) items.push(value);
    },
  });
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    reader.write(chunk);
    const read = items;
    items = [];
    yield* read;
  }
  reader.end();
}

/** The lines of a table as bytes. */
async function* csvParts(
  { columns, cells }: ResultTable,
  items: Iterable<unknown> | AsyncIterable<unknown>,
): AsyncGenerator<Buffer> {
  let part = csvLine(columns);
  for await (const item of items) {
    part += csvLine(cells(item));
    if (part.length < PART_LENGTH) continue;
    yield Buffer.from(part);
    part = '';
  }
  yield Buffer.from(part);
}
