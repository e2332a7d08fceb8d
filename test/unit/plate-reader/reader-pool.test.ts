import { once } from 'node:events';
import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import path from 'node:path';
import { startReaderPool } from '../../../services/plate-reader/reader-pool.js';
import { createPlateServer } from '../../../services/plate-reader/server.js';
import { eventually } from '../../support/eventually.js';

const WORKER = path.join(__dirname, '../../support/scripted-reader.js');
const THREADS = 2;
const WAITING = 3;

let server: Server;
let pool: Awaited<ReturnType<typeof startReaderPool>>;
let url: string;
beforeEach(async () => {
  pool = await startReaderPool(THREADS, WORKER);
  server = createPlateServer({ reader: pool, concurrency: THREADS, waiting: WAITING }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await pool.close();
});

async function read(image: string, signal?: AbortSignal) {
  const answer = await fetch(`${url}/readPlateNumber`, { method: 'POST', body: image, signal: signal ?? null });
  const body = (await answer.json()) as { plate_number?: string; error?: string };
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), ...body };
}

test('parallel requests get the plates of their own images', async () => {
  const images = Array.from({ length: THREADS + WAITING }, (_, n) => `plate${n}`);
  const answers = await Promise.all(images.map((image) => read(image)));
  expect(answers.map(({ status, plate_number }) => [status, plate_number])).toEqual(
    images.map((image) => [200, image]),
  );
});

test('beyond the threads and the queue: 503 with Retry-After, and /health is answered', async () => {
  const held = new AbortController();
  const refused: unknown[] = [];
  const sent = Array.from({ length: THREADS + WAITING + 4 }, async () => refused.push(await read('hold', held.signal)));
  const ends = Promise.allSettled(sent);
  await eventually(() => Promise.resolve(refused.length >= 4 || undefined), 'the refusals');
  expect((await fetch(`${url}/health`)).status).toBe(200);
  held.abort();
  await ends;
  expect(refused).toEqual(Array(4).fill({ status: 503, retryAfter: '1', error: 'busy' }));
});

test.each(['exit', 'throw'])('a thread that ends (%s) is replaced, and the other images are read', async (end) => {
  const logged = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  for (let round = 0; round < THREADS + 1; round++) {
    const [ended, other] = await Promise.all([read(end), read('other')]);
    expect(ended).toMatchObject({ status: 500, error: 'internal error' });
    expect(other).toMatchObject({ status: 200, plate_number: 'other' });
  }
  expect(logged).toHaveBeenCalled();
  logged.mockRestore();
  const images = Array.from({ length: THREADS }, (_, n) => `plate${n}`);
  const answers = await Promise.all(images.map((image) => read(image)));
  expect(answers.map(({ plate_number }) => plate_number)).toEqual(images);
});

test('a thread that cannot start is an error', async () => {
  await expect(startReaderPool(1, path.join(__dirname, 'missing.js'))).rejects.toThrow('missing.js');
});
