import type http from 'node:http';
import { BLOCK_BYTES } from '../../../src/platform/blocks.js';
import { createBlobStore, createTableStore } from '../../../src/platform/storage.js';
import { listen, textOf, type ScriptedServer } from '../../support/scripted-server.js';

const KEY = Buffer.from('a key').toString('base64');

let server: ScriptedServer;
let connection: string;
/** What was stored, by method and path. */
let stored: Map<string, string>;

/** A storage service that is busy: it refuses the first request of each method and path. */
async function serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const { method = '', url = '' } = request;
  const body = await textOf(request);
  const name = `${method} ${url}`;
  const isKnown = stored.has(name);
  stored.set(name, body);
  const status = isKnown ? undefined : [503, 429][stored.size % 2];
  if (status !== undefined) response.writeHead(status, { 'x-ms-error-code': 'ServerBusy' }).end();
  else if (method === 'GET' || method === 'HEAD')
    response.writeHead(200, { 'content-length': 5, etag: '"1"' }).end('bytes');
  else
    response
      .writeHead(url.includes('/rows') || method === 'POST' ? 204 : 201, { etag: '"1"', 'x-ms-request-id': '1' })
      .end();
}

beforeEach(async () => {
  stored = new Map();
  server = await listen((request, response) => void serve(request, response));
  const endpoints = ['Blob', 'Table'].map((service) => `${service}Endpoint=${server.url}/account`);
  connection = [`DefaultEndpointsProtocol=http;AccountName=account;AccountKey=${KEY}`, ...endpoints].join(';');
});
afterEach(() => server.close());

test('each block of a streamed blob is sent again, and all are stored in their order', async () => {
  const blobs = createBlobStore(connection, 'longhaul');
  const bytes = Buffer.alloc(3 * BLOCK_BYTES + 5, 'x');
  bytes.write('begin');
  async function* source() {
    for (let from = 0; from < bytes.length; from += 700_000)
      yield await Promise.resolve(bytes.subarray(from, from + 700_000));
  }
  expect(await blobs.putStream('name', source(), 'text/plain')).toBe(bytes.length);
  const requests = [...stored].map(([name, body]) => ({
    search: new URL(name.split(' ')[1] ?? '', server.url).searchParams,
    body,
  }));
  const blocks = new Map(requests.map(({ search, body }) => [search.get('blockid') ?? '', body]));
  const list = requests.find(({ search }) => search.get('comp') === 'blocklist')?.body ?? '';
  const ids = [...list.matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(([, id = '']) => id);
  expect(ids.map((id) => blocks.get(id) ?? '').join('') === bytes.toString()).toBe(true);
  expect(ids).toHaveLength(4);
});

test('a source that fails is not read again, and its error is thrown', async () => {
  const blobs = createBlobStore(connection, 'longhaul');
  const failure = new Error('The client hung up.');
  async function* source() {
    yield await Promise.resolve(Buffer.from('x'));
    throw failure;
  }
  await expect(blobs.putStream('name', source(), 'text/plain')).rejects.toBe(failure);
  expect([...stored.keys()].filter((name) => name.includes('comp=blocklist'))).toEqual([]);
});

test('calls of blobs and tables are repeated', async () => {
  const blobs = createBlobStore(connection, 'longhaul');
  await blobs.put('name', Buffer.from('x'), 'text/plain');
  expect((await blobs.get('name'))?.toString()).toBe('bytes');
  await createTableStore(connection, 'rows').put({ partitionKey: 'p', rowKey: 'r' });
});
