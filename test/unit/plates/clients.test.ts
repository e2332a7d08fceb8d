import { buffer } from 'node:stream/consumers';
import { createImageProvider } from '../../../src/plates/image-provider.js';
import { createPlateReader } from '../../../src/plates/plate-reader.js';
import { createServiceClient, type ServiceOptions } from '../../../src/platform/http-client.js';
import { startFakeService, type Answer, type FakeService } from '../../support/fake-service.js';

const jpeg = Buffer.from('ffd8ffe000104a46494600ffd9', 'hex');
const jpegOf = (length: number) => Buffer.concat([jpeg, Buffer.alloc(length)]);
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

  test('passes an image on as it arrives', async () => {
    const images = await provider([{ status: 503 }, { body: jpeg, headers: { 'content-type': 'text/html' } }]);
    const { mediaType, bytes } = await images.streamImage(7, {});
    expect(mediaType).toBe('image/jpeg');
    expect(await buffer(bytes)).toEqual(jpeg);
    expect(service.requests).toEqual(['GET /images/7', 'GET /images/7']);
  });

  test.each<[string, Answer, string]>([
    ['an unknown image', { status: 404, body: jpeg }, 'ImageNotFound'],
    ['a refusal', { status: 403 }, 'ImageRejected'],
    ['a failure', { status: 500 }, 'ImageProviderUnavailable'],
    ['HTML', { body: '<html><body>no image</body></html>' }, 'ImageInvalid'],
    ['nothing', {}, 'ImageInvalid'],
    ['silence', { fault: 'silent' }, 'ImageProviderTimeout'],
  ])('does not pass on %s', async (_name, answer, code) => {
    const images = await provider([answer], { totalTimeoutMs: answer.fault ? 50 : 5_000 });
    await expect(images.streamImage(7, {})).rejects.toMatchObject({ data: { code } });
  });

  test.each<[string, Answer]>([
    ['breaks off', { fault: 'cutOff', body: jpegOf(900) }],
    ['is endless', { body: jpegOf(2_000) }],
  ])('ends with an error when the image %s', async (_name, answer) => {
    const images = await provider([answer]);
    const read = async () => buffer((await images.streamImage(7, {})).bytes);
    await expect(read()).rejects.toThrow();
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

  test('says where the plate is, and what else it may be, most probable first', async () => {
    const candidates = [
      { plate_number: 'C181MB190', confidence: 0.9 },
      { plate_number: 'с181мв190', confidence: 0.05 }, // the same number
      { plate_number: 'c1b1mb190', confidence: 7 },
      { plate_number: 'с182мв190', confidence: 0.01 },
      { plate_number: 'с183мв190', confidence: 0.04 },
      { plate_number: ' - ' },
      { plate_number: 'x'.repeat(33) },
      'nonsense',
    ];
    const box = { x: 10.4, y: 20.6, width: 99.5, height: 30, angle: 3 };
    const plates = await reader([json({ plate_number: 'C181MB190', box, candidates })]);
    await expect(plates.read(jpeg, {})).resolves.toEqual({
      plateNumber: 'с181мв190',
      box: { x: 10, y: 21, width: 100, height: 30 },
      candidates: [
        { plateNumber: 'с181мв190', confidence: 0.9 },
        { plateNumber: 'с183мв190', confidence: 0.04 },
        { plateNumber: 'с182мв190', confidence: 0.01 },
        { plateNumber: 'c1b1mb190' },
      ],
    });
  });

  test.each([
    ['a negative place', { x: -3, y: 0, width: 9, height: 9 }],
    ['no size', { x: 3, y: 0, width: 0.2, height: 9 }],
    ['a side that is missing', { x: 3, y: 0, width: 9 }],
    ['texts', { x: '3', y: '0', width: '9', height: '9' }],
    ['no object', [3, 0, 9, 9]],
  ])('is read without a box of %s, and without candidates that are no list', async (_name, box) => {
    const plates = await reader([json({ plate_number: 'C181MB190', box, candidates: 'nonsense' })]);
    await expect(plates.read(jpeg, {})).resolves.toEqual({ plateNumber: 'с181мв190' });
  });

  test('is read with the first ten candidates', async () => {
    const numbers = Array.from({ length: 12 }, (_, index) => `b${index}`);
    const candidates = numbers.map((plate_number) => ({ plate_number }));
    const plates = await reader([json({ plate_number: 'b0', candidates })]);
    const reading = await plates.read(jpeg, {});
    expect(reading.candidates?.map(({ plateNumber }) => plateNumber)).toEqual(numbers.slice(0, 10));
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
