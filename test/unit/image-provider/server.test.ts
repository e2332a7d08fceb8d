import { once } from 'node:events';
import fs from 'node:fs/promises';
import { request, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createFaults } from '../../../services/faults.js';
import { ImageFolder } from '../../../services/image-provider/images.js';
import { createImageServer, OWN_MODES } from '../../../services/image-provider/server.js';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4]);
const outside = 'not an image, and not in the folder';

let root: string;
let dir: string;
let server: Server;
let url: string;

beforeEach(async () => {
  root = await fs.mkdtemp(path.join(os.tmpdir(), 'images-'));
  dir = path.join(root, 'images');
  await fs.mkdir(dir);
  await fs.writeFile(path.join(root, '1.jpg'), outside);
  for (const name of ['7.jpg', '8.PNG', '9.webp', '10.jpeg', 'x11.jpg', '012.jpg', '13.txt']) {
    await fs.writeFile(path.join(dir, name), JPEG);
  }
  server = await serve(true);
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  await fs.rm(root, { recursive: true });
});

async function serve(faults: boolean): Promise<Server> {
  const images = await ImageFolder.open(dir);
  const started = createImageServer({ images, faults: faults ? createFaults(OWN_MODES) : undefined });
  started.listen(0, '127.0.0.1');
  await once(started, 'listening');
  url = `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  return started;
}

const get = (target: string) => fetch(url + target);
const setFault = (fault: unknown) => fetch(`${url}/_faults`, { method: 'POST', body: JSON.stringify(fault) });

/** The `Content-Length` of a response, and how many bytes arrived until the connection broke. */
async function bytesOf(response: Response): Promise<{ announced: number; received: number }> {
  let received = 0;
  const counting = (async () => {
    for await (const bytes of response.body ?? []) received += (bytes as Uint8Array).length;
  })();
  await expect(counting).rejects.toThrow('terminated');
  return { announced: Number(response.headers.get('content-length')), received };
}

/** Sends the path unchanged: fetch would remove the dots. */
async function rawStatus(target: string): Promise<number | undefined> {
  const call = request(`${url}/`, { path: target }).end();
  const [response] = (await once(call, 'response')) as [{ statusCode?: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

test.each([
  [7, 'image/jpeg'],
  [8, 'image/png'],
  [9, 'image/webp'],
  [10, 'image/jpeg'],
])('image %s has the type %s', async (id, type) => {
  const response = await get(`/images/${id}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(JPEG);
});

test.each(['404404', '11', '12', '012', '13', '-7', '7.0', '1e1', '9007199254740992', '7/', '', '7%2e'])(
  'there is no image at /images/%s',
  async (id) => {
    const response = await get(`/images/${id}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: expect.any(String) as string });
  },
);

test.each([
  '/images/../1',
  '/images/..%2f1',
  '/images/%2e%2e/1.jpg',
  '/images/..\\1',
  '//images/7',
  '/images/7/../../1',
])('the path %s is not found', async (target) => {
  expect(await rawStatus(target)).toBe(404);
});

test('an image that is added later is found, a deleted one is not', async () => {
  expect((await get('/images/77')).status).toBe(404);
  await fs.writeFile(path.join(dir, '77.jpg'), JPEG);
  expect((await get('/images/77')).status).toBe(200);
  await fs.rm(path.join(dir, '77.jpg'));
  expect((await get('/images/77')).status).toBe(404);
});

test('serves /health, and 405 for other methods', async () => {
  expect(await (await get('/health')).json()).toEqual({ status: 'ok', images: 4 });
  const response = await fetch(`${url}/images/7`, { method: 'PUT', body: 'x' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test('without --faults there are no fault switches', async () => {
  server.close();
  server = await serve(false);
  expect((await setFault({ mode: 'error' })).status).toBe(405);
  expect((await get('/_requests')).status).toBe(404);
  expect((await get('/images/7')).status).toBe(200);
});

test.each([
  ['error', 500],
  ['busy', 429],
  ['notFound', 404],
  ['forbidden', 403],
  ['none', 200],
])('the fault %s returns %s', async (mode, status) => {
  await setFault({ mode, retryAfter: 3 });
  const response = await get('/images/7');
  expect(response.status).toBe(status);
  expect(response.headers.get('retry-after')).toBe(mode === 'busy' ? '3' : null);
});

test.each([
  ['html', 'text/html', expect.any(Number)],
  ['empty', 'application/octet-stream', 0],
  ['truncated', 'image/jpeg', 4],
  ['huge', 'image/jpeg', 25_000_000],
])('the fault %s sends %s of %s bytes', async (mode, type, length) => {
  await setFault({ mode });
  const response = await get('/images/7');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe(type);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(bytes.length).toEqual(length);
  if (type === 'image/jpeg') expect(bytes.subarray(0, 4)).toEqual(JPEG.subarray(0, 4));
});

test('the fault reset breaks the connection', async () => {
  await setFault({ mode: 'reset' });
  await expect(get('/images/7')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
});

test('the fault cutOff breaks the connection in the middle of the body', async () => {
  await setFault({ mode: 'cutOff' });
  const response = await get('/images/7');
  expect(response.status).toBe(200);
  const { announced, received } = await bytesOf(response);
  expect([announced, received]).toEqual([20_000, 10_000]);
});

test('a slow response is complete, and a client can stop waiting for it', async () => {
  await setFault({ mode: 'slow', delayMs: 20 });
  expect((await get('/images/7')).status).toBe(200);
  await setFault({ mode: 'slow' });
  await expect(fetch(`${url}/images/7`, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
});

test('faults apply to their ids and their number of requests, and requests are recorded', async () => {
  await setFault([
    { mode: 'error', ids: [7], count: 2 },
    { mode: 'notFound', ids: [8] },
  ]);
  const statuses: number[] = [];
  for (const id of [7, 8, 9, 7, 7, 8]) statuses.push((await get(`/images/${id}`)).status);
  expect(statuses).toEqual([500, 404, 200, 500, 200, 404]);
  const seen = (await (await get('/_requests')).json()) as { id: number; mode: string }[];
  expect(seen.map(({ id, mode }) => [id, mode])).toEqual([
    [7, 'error'],
    [8, 'notFound'],
    [9, 'none'],
    [7, 'error'],
    [7, 'none'],
    [8, 'notFound'],
  ]);
  await fetch(`${url}/_requests`, { method: 'DELETE' });
  expect(await (await get('/_requests')).json()).toEqual([]);
});

test.each([{ mode: 'wrong' }, { mode: 'slow', delayMs: -1 }, { mode: 'error', count: 0.5 }, 'error', { mod: 'error' }])(
  'the fault %j is rejected and changes nothing',
  async (fault) => {
    expect((await setFault(fault)).status).toBe(400);
    expect((await get('/images/7')).status).toBe(200);
  },
);
