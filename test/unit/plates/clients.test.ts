import { createImageProvider } from '../../../src/plates/image-provider.js';
import { createPlateReader } from '../../../src/plates/plate-reader.js';
import { createServiceClient, type ServiceOptions } from '../../../src/platform/http-client.js';
import { startFakeService, type Answer, type FakeService } from '../../support/fake-service.js';

const jpeg = Buffer.from('ffd8ffe000104a46494600ffd9', 'hex');
let service: FakeService;
afterEach(() => service.close());

async function optionsFor(answers: Answer[], change: Partial<ServiceOptions> = {}): Promise<ServiceOptions> {
  service = await startFakeService(answers);
  return {
    baseUrl: service.url,
    totalTimeoutMs: 5_000,
    attempts: 3,
    maxBytes: 1_000,
    repeatable: ['get', 'post'],
    ...change,
  };
}

async function provider(answers: Answer[], change?: Partial<ServiceOptions>) {
  const options = await optionsFor(answers, change);
  return createImageProvider(
    createServiceClient(options, () => 0),
    options,
  ); // no jitter, no waiting
}

async function reader(answers: Answer[], change?: Partial<ServiceOptions>) {
  const options = await optionsFor(answers, change);
  return createPlateReader(
    createServiceClient(options, () => 0),
    options,
  );
}

const json = (value: unknown): Answer => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

describe('the image provider', () => {
  test('sends the image and learns the trace', async () => {
    const images = await provider([{ body: jpeg }]);
    await expect(images.getImage(7, { traceParent: '00-aa-bb-01' })).resolves.toEqual(jpeg);
    expect(service.requests).toEqual(['GET /images/7']);
    expect(service.headers[0]?.traceparent).toBe('00-aa-bb-01');
  });

  test('is called again after a temporary failure', async () => {
    const images = await provider([{ status: 503 }, { fault: 'reset' }, { body: jpeg }]);
    await expect(images.getImage(7, {})).resolves.toEqual(jpeg);
    expect(service.requests).toHaveLength(3);
  });

  test.each<[string, Answer, string, boolean, number]>([
    ['an unknown image is final', { status: 404 }, 'ImageNotFound', false, 1],
    ['a refusal is final', { status: 403 }, 'ImageRejected', false, 1],
    [
      'a redirect is not followed',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      'ImageRejected',
      false,
      1,
    ],
    ['a broken provider is asked three times', { status: 500 }, 'ImageProviderUnavailable', true, 3],
    ['a provider that hangs up is asked three times', { fault: 'reset' }, 'ImageProviderUnavailable', true, 3],
    [
      'a provider that hangs up within an image is asked three times',
      { fault: 'cutOff', body: jpeg },
      'ImageProviderUnavailable',
      true,
      3,
    ],
    ['a short wait is honored', { status: 429, headers: { 'retry-after': '0' } }, 'ImageProviderUnavailable', true, 3],
    [
      'a long wait is left to the durable retry',
      { status: 429, headers: { 'retry-after': '60' } },
      'ImageProviderUnavailable',
      true,
      1,
    ],
    ['HTML is no image', { body: '<html></html>' }, 'ImageInvalid', false, 1],
    ['nothing is no image', {}, 'ImageInvalid', false, 1],
    ['half an image is none', { body: jpeg.subarray(0, 8) }, 'ImageInvalid', false, 1],
    ['an endless image is none', { body: Buffer.alloc(2_000, jpeg) }, 'ImageInvalid', false, 1],
  ])('%s', async (_name, answer, code, retryable, attempts) => {
    const images = await provider([answer]);
    await expect(images.getImage(7, {})).rejects.toMatchObject({ data: { code, retryable } });
    expect(service.requests).toHaveLength(attempts);
  });

  test('is given up when its time is over', async () => {
    const images = await provider([{ fault: 'silent' }], { totalTimeoutMs: 50 });
    await expect(images.getImage(7, {})).rejects.toMatchObject({ data: { code: 'ImageProviderTimeout', status: 504 } });
  });

  test('is not called again after the call is aborted', async () => {
    const images = await provider([{ fault: 'silent' }]);
    const abort = new AbortController();
    const call = images.getImage(7, { signal: abort.signal });
    setImmediate(() => abort.abort(new Error('canceled')));
    await expect(call).rejects.toMatchObject({ data: { code: 'ImageProviderTimeout' } });
    expect(service.requests.length).toBeLessThanOrEqual(1);
  });

  test('that is not there at all is unavailable', async () => {
    const images = await provider([{}]);
    await service.close();
    await expect(images.getImage(7, {})).rejects.toMatchObject({
      data: { code: 'ImageProviderUnavailable', status: 503 },
    });
  });
});

describe('the plate reader', () => {
  test.each([
    [
      { plate_number: 'С181МВ 190', confidence: 0.99 },
      { plateNumber: 'с181мв190', confidence: 0.99 },
    ],
    [{ plate_number: 'C181MB190' }, { plateNumber: 'с181мв190' }],
    [{ plate_number: 'B-MW 123', confidence: 7, candidates: [] }, { plateNumber: 'bmw123' }],
  ])('reads %j', async (answer, reading) => {
    const plates = await reader([json(answer)]);
    await expect(plates.read(jpeg, {})).resolves.toEqual(reading);
    expect(service.requests).toEqual(['POST /readPlateNumber']);
  });

  test.each<[string, Answer, string, boolean, number]>([
    ['an unreadable image is final', { status: 400, body: '{"error":"invalid image"}' }, 'PlateUnreadable', false, 1],
    ['an image without a plate is final', { status: 422 }, 'PlateUnreadable', false, 1],
    ['an empty plate is none', json({ plate_number: ' - ' }), 'PlateUnreadable', false, 1],
    ['another refusal is a failure', { status: 415 }, 'PlateReaderFailed', false, 1],
    ['nonsense is a failure', json({ plate: 'x' }), 'PlateReaderFailed', false, 1],
    ['HTML is a failure', { body: '<html>' }, 'PlateReaderFailed', false, 1],
    ['an endless answer is a failure', { body: 'x'.repeat(2_000) }, 'PlateReaderFailed', false, 1],
    ['a failing reader is asked three times', { status: 500 }, 'PlateReaderUnavailable', true, 3],
    [
      'a busy reader is asked three times',
      { status: 429, headers: { 'retry-after': '0' } },
      'PlateReaderUnavailable',
      true,
      3,
    ],
    [
      'a reader whose queue is full is asked three times',
      { status: 503, headers: { 'retry-after': '0' } },
      'PlateReaderUnavailable',
      true,
      3,
    ],
    ['a reader that hangs up is asked three times', { fault: 'reset' }, 'PlateReaderUnavailable', true, 3],
    [
      'a reader that hangs up within its answer is asked three times',
      { fault: 'cutOff', ...json({ plate_number: 'с181мв190' }) },
      'PlateReaderUnavailable',
      true,
      3,
    ],
  ])('%s', async (_name, answer, code, retryable, attempts) => {
    const plates = await reader([answer]);
    await expect(plates.read(jpeg, {})).rejects.toMatchObject({ data: { code, retryable } });
    expect(service.requests).toHaveLength(attempts);
  });

  test('is given up when its time is over', async () => {
    const plates = await reader([{ fault: 'silent' }], { totalTimeoutMs: 50 });
    await expect(plates.read(jpeg, {})).rejects.toMatchObject({ data: { code: 'PlateReaderTimeout' } });
  });
});
