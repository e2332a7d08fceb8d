import type http from 'node:http';
import { Readable } from 'node:stream';
import { createBlobStore, createTableStore } from '../../../src/platform/storage.js';
import { listen, type ScriptedServer } from '../../support/scripted-server.js';
import { arrayBuffersInUse } from '../../support/memory.js';

const KEY = Buffer.from('a key').toString('base64');

const LARGE = 300_000_000;

/** Containers, tables and a large blob exist; another blob's bytes stop in the middle; nothing else is answered. */
function serve({ url = '', method }: http.IncomingMessage, response: http.ServerResponse): void {
  if (method === 'POST' && url.endsWith('/Tables')) response.writeHead(204).end();
  else if (method === 'PUT' && url.includes('restype=container')) response.writeHead(201).end();
  else if (url.includes('/cut-off')) {
    response.writeHead(206, { 'content-length': 10, 'content-range': 'bytes 0-9/10', etag: '"1"' });
    response.write('12345');
  } else if (url.includes('/large')) {
    response.writeHead(206, { 'content-length': LARGE, 'content-range': `bytes 0-${LARGE - 1}/${LARGE}`, etag: '"1"' });
    const chunk = Buffer.alloc(1_000_000);
    Readable.from(Array.from({ length: LARGE / chunk.length }, () => chunk)).pipe(response);
  }
}

let server: ScriptedServer;
let connection: string;
beforeAll(async () => {
  server = await listen(serve);
  const endpoints = ['Blob', 'Table'].map((service) => `${service}Endpoint=${server.url}/account`);
  connection = [`DefaultEndpointsProtocol=http;AccountName=account;AccountKey=${KEY}`, ...endpoints].join(';');
});
afterAll(() => server.close());

/** So that a test need not wait as long as a client. */
const TIMEOUTS = { pingMs: 50, tableMs: 50, blobMs: 100 };
const rows = { partitionKey: 'p', rowKey: 'r' };
const unavailable = { data: { code: 'ServiceUnavailable', status: 503 } };

test('every call of a table that does not answer fails with 503', async () => {
  const table = createTableStore(connection, 'rows', TIMEOUTS);
  const calls = [
    table.insert(rows),
    table.put(rows),
    table.update(rows),
    table.get('p', 'r'),
    table.read('p', 'r'),
    table.delete('p', 'r'),
    table.query("PartitionKey eq 'p'", 10),
    table.transact([{ insert: rows }]),
    table.ping(),
  ];
  await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject(unavailable)));
});

test('every call of a blob container that does not answer fails with 503, and a blob whose bytes stop', async () => {
  const blobs = createBlobStore(connection, 'longhaul', TIMEOUTS);
  const calls = [
    blobs.put('silent', Buffer.from('x'), 'text/plain'),
    blobs.get('silent'),
    blobs.size('silent'),
    blobs.putStream('silent', [Buffer.from('x')] as unknown as AsyncIterable<Uint8Array>, 'text/plain'),
    blobs.stream('silent'),
    blobs.deletePrefix('silent'),
    blobs.folders('silent/'),
    blobs.ping(),
  ];
  // Its first bytes arrive in time on a busy machine too.
  const answered = createBlobStore(connection, 'longhaul', { ...TIMEOUTS, blobMs: 2_000 });
  const cutOff = readToFailure(await answered.stream('cut-off'));
  await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject(unavailable)));
  expect(await cutOff).toMatchObject({ text: '12345', failure: unavailable });
});

test('a stream keeps none of the bytes that were read', async () => {
  const blobs = createBlobStore(connection, 'longhaul');
  let bytes = 0;
  let kept = 0;
  for await (const chunk of (await blobs.stream('large')) ?? []) {
    bytes += (chunk as Buffer).length;
    if (bytes === LARGE) kept = arrayBuffersInUse();
  }
  expect(bytes).toBe(LARGE);
  expect(kept).toBeLessThan(LARGE / 2);
});

async function readToFailure(stream: Readable | undefined): Promise<{ text: string; failure?: unknown }> {
  let text = '';
  try {
    for await (const chunk of stream ?? []) text += String(chunk);
    return { text };
  } catch (failure) {
    return { text, failure };
  }
}
