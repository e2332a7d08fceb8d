import { startStack, type Stack } from '../support/test-stack.js';
import { Client, setFault } from '../support/client.js';

/** Enough for 25 MB on a busy machine. */
const TIMEOUT_MS = '4000';
const env = {
  IMAGE_PROVIDER_TIMEOUT_MS: TIMEOUT_MS,
  DURABLE_RETRY_ATTEMPTS: '2',
  DURABLE_RETRY_FIRST_WAIT_MS: '50',
  BREAKER_FAILURES: '0', // each test fails calls in a row
};
const IMAGE = 10022;

let stack: Stack;
let app: Client;
async function start(more: NodeJS.ProcessEnv = {}): Promise<void> {
  stack = await startStack({ services: ['imageProvider', 'plateReader'], faults: true, env: { ...env, ...more } });
  app = new Client(stack.url);
}
beforeEach(async () => {
  await fetch(`${stack.imageProvider.url}/_requests`, { method: 'DELETE' });
});
afterEach(async () => {
  await setFault(stack.imageProvider.url);
  await setFault(stack.plateReader.url);
});

type Row = [string, object, string, number];

async function expectFailure(code: string, status: number): Promise<void> {
  const direct = await app.get(`/plates/${IMAGE}`);
  expect([direct.status, direct.body.error?.code]).toEqual([status, code]);
  expect(direct.headers.get('x-ms-error-code')).toBe(code);
  expect(direct.headers.has('retry-after')).toBe(status === 503);

  const single = await app.finished(await app.post('/plates/recognize', { imageId: IMAGE }));
  expect(single).toMatchObject({ status: 'Failed', error: { code, message: expect.any(String) as string } });
  expect(single).not.toHaveProperty('result');

  const batch = await app.finished(await app.post('/plates/recognize-batch', { imageIds: [IMAGE] }));
  expect(batch).toMatchObject({
    status: 'Succeeded',
    result: { succeeded: 0, failed: 1, results: [{ imageId: IMAGE, error: { code } }] },
  });
}

describe('a service that fails', () => {
  // Nothing is read here, so the time-out may be short.
  beforeAll(() => start({ PLATE_READER_TIMEOUT_MS: TIMEOUT_MS }));
  afterAll(() => stack.stop());

  test.each<Row>([
    ['an unknown image', { mode: 'notFound' }, 'ImageNotFound', 404],
    ['forbidden', { mode: 'forbidden' }, 'ImageRejected', 502],
    ['an error', { mode: 'error' }, 'ImageProviderUnavailable', 503],
    ['429 with Retry-After', { mode: 'busy', retryAfter: 1 }, 'ImageProviderUnavailable', 503],
    ['a reset connection', { mode: 'reset' }, 'ImageProviderUnavailable', 503],
    ['half a response', { mode: 'cutOff' }, 'ImageProviderUnavailable', 503],
    ['no response in time', { mode: 'slow' }, 'ImageProviderTimeout', 504],
    ['HTML', { mode: 'html' }, 'ImageInvalid', 422],
    ['an empty body', { mode: 'empty' }, 'ImageInvalid', 422],
    ['half a JPEG', { mode: 'truncated' }, 'ImageInvalid', 422],
    ['25 MB', { mode: 'huge' }, 'ImageInvalid', 422],
  ])('the image provider responds with %s', async (_name, fault, code, status) => {
    await setFault(stack.imageProvider.url, fault);
    await expectFailure(code, status);
  });

  test.each<Row>([
    ['an error', { mode: 'error' }, 'PlateReaderUnavailable', 503],
    ['429 with Retry-After', { mode: 'busy', retryAfter: 1 }, 'PlateReaderUnavailable', 503],
    ['a reset connection', { mode: 'reset' }, 'PlateReaderUnavailable', 503],
    ['half a response', { mode: 'cutOff' }, 'PlateReaderUnavailable', 503],
    ['no response in time', { mode: 'slow' }, 'PlateReaderTimeout', 504],
    ['nonsense', { mode: 'nonsense' }, 'PlateReaderFailed', 502],
    ['HTML', { mode: 'html' }, 'PlateReaderFailed', 502],
    ['an empty body', { mode: 'empty' }, 'PlateReaderFailed', 502],
  ])('the plate reader responds with %s', async (_name, fault, code, status) => {
    await setFault(stack.plateReader.url, fault);
    await expectFailure(code, status);
  });

  test('the image provider is down', async () => {
    await stack.kill('imageProvider', 'SIGKILL');
    await expectFailure('ImageProviderUnavailable', 503);
    await stack.restart('imageProvider');
  });

  test('the plate reader is down', async () => {
    await stack.kill('plateReader', 'SIGKILL');
    await expectFailure('PlateReaderUnavailable', 503);
    await stack.restart('plateReader');
  });
});

describe('a reader that reads', () => {
  beforeAll(() => start());
  afterAll(() => stack.stop());

  test('an image that the reader cannot read', async () => {
    const noPlate = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const started = await app.send('POST', '/plates/recognize', {
      headers: { 'Content-Type': 'image/png' },
      body: noPlate,
    });
    expect(await app.finished(started)).toMatchObject({ status: 'Failed', error: { code: 'PlateUnreadable' } });
  });

  test('a temporary failure is retried: three short attempts, then a durable one', async () => {
    await setFault(stack.imageProvider.url, { mode: 'error', count: 4 });
    const monitor = await app.finished(await app.post('/plates/recognize', { imageId: IMAGE }));
    expect(monitor).toMatchObject({ status: 'Succeeded', result: { plateNumber: 'с181мв190' } });
    const seen = (await (await fetch(`${stack.imageProvider.url}/_requests`)).json()) as { mode: string }[];
    expect(seen.map(({ mode }) => mode)).toEqual(['error', 'error', 'error', 'error', 'none']);
  });

  test('one failing image does not delay others, and keeps its own error', async () => {
    await setFault(stack.imageProvider.url, { mode: 'slow', ids: [9965] });
    const monitor = await app.finished(await app.post('/plates/recognize-batch', { imageIds: [9965, IMAGE, 404404] }));
    expect(monitor).toMatchObject({
      status: 'Succeeded',
      result: {
        succeeded: 1,
        failed: 2,
        results: [
          { error: { code: 'ImageProviderTimeout' } },
          { plateNumber: 'с181мв190' },
          { error: { code: 'ImageNotFound' } },
        ],
      },
    });
  });
});
