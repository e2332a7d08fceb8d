import { once } from 'node:events';
import { request, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { createFaults } from '../../../services/faults.js';
import { InvalidImageError } from '../../../services/plate-reader/image.js';
import { type PlateReader, type Reading } from '../../../services/plate-reader/reader.js';
import { createPlateServer, type PlateServerOptions } from '../../../services/plate-reader/server.js';

const READING: Reading = {
  candidates: [
    { plateNumber: 'с181мв190', confidence: 0.98 },
    { plateNumber: 'c1b1mb190', confidence: 0.01 },
  ],
  box: { x: 10, y: 20, width: 100, height: 30 },
};

let server: Server | undefined;

afterEach(async () => {
  if (!server?.listening) return;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

/** A real server with a reader that the test provides. */
async function serve(readPlates: PlateReader['readPlates'], options: Partial<PlateServerOptions> = {}) {
  server = createPlateServer({ reader: { readPlates }, concurrency: 1, waiting: 32, ...options });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const post = (url: string, body: Buffer | string) =>
  fetch(`${url}/readPlateNumber`, { method: 'POST', body: Buffer.from(body) });

const setFault = (url: string, fault: unknown) =>
  fetch(`${url}/_faults`, { method: 'POST', body: JSON.stringify(fault) });

test('returns the best plate, its confidence and place, and the other candidates', async () => {
  const readPlates = jest.fn(() => Promise.resolve(READING));
  const answer = await post(await serve(readPlates), 'the image');
  expect(answer.status).toBe(200);
  await expect(answer.json()).resolves.toEqual({
    plate_number: 'с181мв190',
    confidence: 0.98,
    box: { x: 10, y: 20, width: 100, height: 30 },
    candidates: [
      { plate_number: 'с181мв190', confidence: 0.98 },
      { plate_number: 'c1b1mb190', confidence: 0.01 },
    ],
  });
  expect(readPlates).toHaveBeenCalledWith(Buffer.from('the image'));
});

test.each([
  ['no image', () => Promise.reject(new InvalidImageError('cut off')), 400, 'invalid image'],
  ['an image without a plate', () => Promise.resolve({ candidates: [] }), 422, 'no plate found'],
])('%s gets an error', async (_name, readPlates, status, error) => {
  const answer = await post(await serve(readPlates), 'bytes');
  expect(answer.status).toBe(status);
  await expect(answer.json()).resolves.toEqual({ error });
});

test('an unexpected error is a 500 without details', async () => {
  const logged = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const answer = await post(await serve(() => Promise.reject(new Error('secret path'))), 'bytes');
  expect(answer.status).toBe(500);
  await expect(answer.json()).resolves.toEqual({ error: 'internal error' });
  expect(logged).toHaveBeenCalled();
  logged.mockRestore();
});

test('a body over 20 MiB is rejected', async () => {
  const readPlates = jest.fn(() => Promise.resolve(READING));
  const url = await serve(readPlates);
  const call = request(`${url}/readPlateNumber`, { method: 'POST', headers: { 'Content-Length': 30_000_000 } });
  call.on('error', () => undefined); // the server closes the connection
  call.flushHeaders();
  const [answer] = (await once(call, 'response')) as [{ statusCode: number }];
  expect(answer.statusCode).toBe(413);
  expect(readPlates).not.toHaveBeenCalled();
  call.destroy();
});

test('returns 503 with Retry-After when the queue is full', async () => {
  let finish: (reading: Reading) => void = () => undefined;
  let begun: () => void = () => undefined;
  const started = new Promise<void>((resolve) => (begun = resolve));
  const readPlates = () => {
    begun();
    return new Promise<Reading>((resolve) => (finish = resolve));
  };
  const url = await serve(readPlates, { waiting: 0 });
  const first = post(url, 'one');
  await started;
  const second = await post(url, 'two');
  expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1']);
  finish(READING);
  expect((await first).status).toBe(200);
});

test('serves /health, and 404 for other paths', async () => {
  const url = await serve(() => Promise.resolve(READING));
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await fetch(`${url}/readPlateNumber`)).status).toBe(404);
  expect((await setFault(url, { mode: 'error' })).status).toBe(404);
});

test.each([
  ['error', 500, 'application/json'],
  ['nonsense', 200, 'application/json'],
  ['html', 200, 'text/html'],
  ['busy', 429, 'application/json'],
])('the fault %s applies to `count` requests', async (mode, status, contentType) => {
  const url = await serve(() => Promise.resolve(READING), { faults: createFaults() });
  expect((await setFault(url, { mode, count: 1 })).status).toBe(200);
  const hit = await post(url, 'image');
  expect([hit.status, hit.headers.get('content-type')]).toEqual([status, expect.stringContaining(contentType)]);
  expect(await hit.text()).not.toContain('plate_number');
  expect((await post(url, 'image')).status).toBe(200);
});

test('the fault reset breaks the connection', async () => {
  const url = await serve(() => Promise.resolve(READING), { faults: createFaults() });
  await setFault(url, { mode: 'reset' });
  await expect(post(url, 'image')).rejects.toThrow();
});

test('the fault cutOff reads the image and breaks the connection in the middle of the response', async () => {
  const url = await serve(() => Promise.resolve(READING), { faults: createFaults() });
  await setFault(url, { mode: 'cutOff' });
  const answer = await post(url, Buffer.alloc(5_000_000));
  expect(answer.status).toBe(200);
  await expect(answer.arrayBuffer()).rejects.toThrow('terminated');
});

test('an invalid fault is rejected and changes nothing', async () => {
  const url = await serve(() => Promise.resolve(READING), { faults: createFaults() });
  expect((await setFault(url, { mode: 'explode' })).status).toBe(400);
  expect((await setFault(url, { mode: 'error', count: 0 })).status).toBe(400);
  expect((await post(url, 'image')).status).toBe(200);
});
