import fs from 'node:fs';
import path from 'node:path';
import { SAMPLES } from '../../dev/plan.js';
import { startStack, type Stack } from '../support/test-stack.js';
import { Client } from '../support/client.js';

const truth = new Map(
  fs
    .readFileSync(path.join(SAMPLES, 'truth.tsv'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('\t') as [string, string])
    .map(([id, plate]) => [Number(id), plate]),
);
const sample = (id: number) => fs.readFileSync(path.join(SAMPLES, `${id}.jpg`));
const number = expect.any(Number) as number;
const read = (imageId: number | null, plateNumber: string) => ({
  imageId,
  plateNumber,
  confidence: number,
  box: { x: number, y: number, width: number, height: number },
  candidates: expect.arrayContaining([{ plateNumber, confidence: number }]) as object[],
});

/** These tests also run against a deployment whose provider has the samples: set LONGHAUL_URL and, if needed, LONGHAUL_KEY. */
let stack: Stack | undefined;
let app: Client;
beforeAll(async () => {
  const { LONGHAUL_URL: given, LONGHAUL_KEY: key } = process.env;
  stack = given ? undefined : await startStack({ services: ['imageProvider', 'plateReader'] });
  app = new Client(given ?? stack?.url ?? '', key);
});
afterAll(() => stack?.stop());

test('a client starts a recognition, polls it and gets the plate', async () => {
  const started = await app.post('/plates/recognize', { imageId: 10022 });
  expect(started.status).toBe(202);
  expect(started.headers.get('operation-location')).toBe(`${app.url}/status/${started.body.id}`);
  expect(started.headers.get('operation-id')).toBe(started.body.id);
  expect(started.headers.get('retry-after')).toBe('1');
  expect(started.body).toMatchObject({
    kind: 'plates.recognize',
    status: expect.stringMatching(/NotStarted|Running/) as string,
  });

  const monitor = await app.finished(started);
  expect(monitor).toMatchObject({
    id: started.body.id,
    status: 'Succeeded',
    runtimeStatus: 'Completed',
    result: read(10022, 'с181мв190'),
  });
  expect(Object.keys(monitor)).not.toContain('error');
});

test('a batch of all samples and an unknown image', async () => {
  const imageIds = [...truth.keys(), 404404];
  const started = await app.post('/plates/recognize-batch', { imageIds });
  const monitor = await app.finished(started);
  expect(monitor.result).toEqual({
    succeeded: truth.size,
    failed: 1,
    results: [
      ...[...truth].map(([id, plate]) => read(id, plate)),
      { imageId: 404404, error: { code: 'ImageNotFound', message: 'The image provider has no image 404404.' } },
    ],
  });
  expect(monitor).toMatchObject({
    percentComplete: 100,
    progress: { total: imageIds.length, completed: truth.size, failed: 1 },
  });
});

test('an image can be uploaded with the request', async () => {
  const body = sample(9965);
  const started = await app.send('POST', '/plates/recognize', { headers: { 'Content-Type': 'image/jpeg' }, body });
  expect(started.status).toBe(202);
  expect((await app.finished(started)).result).toEqual(read(null, 'о101но750'));
});

test('GET /plates/{imageId} returns the plate directly', async () => {
  const { status, body } = await app.get('/plates/10022');
  expect(status).toBe(200);
  expect(body).toEqual(read(10022, 'с181мв190'));
});

test('GET /plates/{imageId}/image passes the image on, and says why there is none', async () => {
  const key = process.env.LONGHAUL_KEY;
  const response = await fetch(`${app.url}/plates/10022/image`, { headers: key ? { 'x-functions-key': key } : {} });
  const { status, headers } = response;
  expect(status).toBe(200);
  expect(Buffer.from(await response.arrayBuffer()).equals(sample(10022))).toBe(true);
  expect(headers.get('content-type')).toBe('image/jpeg');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toBe("default-src 'none'");
  expect(await app.get('/plates/404404/image')).toMatchObject({
    status: 404,
    body: { error: { code: 'ImageNotFound' } },
  });
  expect(await app.get('/plates/x/image')).toMatchObject({ status: 400, body: { error: { code: 'InvalidImageId' } } });
});

test('Prefer: wait delays the response until the operation has ended', async () => {
  const { status, headers, body } = await app.post('/plates/recognize', { imageId: 10022 }, { Prefer: 'wait=20' });
  expect(status).toBe(200);
  expect(headers.get('preference-applied')).toBe('wait=20');
  expect(body).toMatchObject({ status: 'Succeeded', result: read(10022, 'с181мв190') });
});

const maxId = '9007199254740991';
test.each<[string, string, unknown, string, string | undefined]>([
  ['no ids', '/plates/recognize-batch', { imageIds: [] }, 'InvalidRequest', 'imageIds: expected 1 to 1000 ids, got 0.'],
  [
    '1001 ids',
    '/plates/recognize-batch',
    { imageIds: Array(1_001).fill(1) },
    'InvalidRequest',
    'imageIds: expected 1 to 1000 ids, got 1001.',
  ],
  [
    'ids that are not an array',
    '/plates/recognize-batch',
    { imageIds: 'all' },
    'InvalidRequest',
    'imageIds: expected an array of ids, got "all".',
  ],
  [
    'an empty object',
    '/plates/recognize-batch',
    {},
    'InvalidRequest',
    'imageIds: expected an array of ids, got nothing.',
  ],
  [
    'a negative id',
    '/plates/recognize',
    { imageId: -1 },
    'InvalidImageId',
    `imageId: expected a whole number from 0 to ${maxId}, got -1.`,
  ],
  ['a fractional id', '/plates/recognize', { imageId: 1.5 }, 'InvalidImageId', undefined],
  ['a huge id', '/plates/recognize', { imageId: 2 ** 53 }, 'InvalidImageId', undefined],
  ['an id that is text', '/plates/recognize', { imageId: '10022' }, 'InvalidImageId', undefined],
  ['an id that is null', '/plates/recognize', { imageId: null }, 'InvalidImageId', undefined],
  [
    'no id',
    '/plates/recognize',
    {},
    'InvalidImageId',
    `imageId: expected a whole number from 0 to ${maxId}, got nothing.`,
  ],
  ['an unknown field', '/plates/recognize', { imageId: 1, imageID: 2 }, 'InvalidRequest', undefined],
  ['an array', '/plates/recognize', [1], 'InvalidRequest', undefined],
])('400 for %s', async (_name, at, body, code, message) => {
  const answer = await app.post(at, body);
  expect(answer).toMatchObject({ status: 400, body: { error: { code, ...(message && { message }) } } });
  expect(answer.headers.get('x-ms-error-code')).toBe(code);
});

test('every invalid id of a batch is listed', async () => {
  const { body } = await app.post('/plates/recognize-batch', { imageIds: [1, -2, 3, 0.5] });
  expect(body.error).toMatchObject({
    code: 'InvalidImageId',
    details: [
      { code: 'InvalidImageId', target: 'imageIds[1]' },
      { code: 'InvalidImageId', target: 'imageIds[3]' },
    ],
  });
});

test.each(['-1', '1.5', 'abc', '1e3', '9007199254740992', '99999999999999999999'])(
  'GET /plates/%s is 400',
  async (id) => {
    expect(await app.get(`/plates/${id}`)).toMatchObject({
      status: 400,
      body: { error: { code: 'InvalidImageId', target: 'imageId' } },
    });
  },
);

test.each([
  ['invalid JSON', { body: '{"imageId":', headers: { 'Content-Type': 'application/json' } }, 400, 'InvalidJson'],
  ['an empty body', { headers: { 'Content-Type': 'application/json' } }, 400, 'InvalidJson'],
  ['another content type', { body: 'x', headers: { 'Content-Type': 'text/plain' } }, 415, 'UnsupportedMediaType'],
  ['a body that is not an image', { body: '<html>', headers: { 'Content-Type': 'image/png' } }, 422, 'ImageInvalid'],
  [
    'half an image',
    { body: sample(9965).subarray(0, 2_000), headers: { 'Content-Type': 'image/jpeg' } },
    422,
    'ImageInvalid',
  ],
  [
    'an image over 10 MB',
    { body: Buffer.alloc(10 * 1024 * 1024 + 1), headers: { 'Content-Type': 'image/jpeg' } },
    413,
    'PayloadTooLarge',
  ],
  [
    'JSON over the limit',
    { body: `"${'x'.repeat(1024 * 1024)}"`, headers: { 'Content-Type': 'application/json' } },
    413,
    'PayloadTooLarge',
  ],
])('%s is rejected at the start', async (_name, init, status, code) => {
  const answer = await app.send('POST', '/plates/recognize', init);
  expect(answer).toMatchObject({ status, body: { error: { code } } });
});

test.each([
  ['GET', '/nothing/here', 404, 'NotFound', null],
  ['POST', '/', 405, 'MethodNotAllowed', 'GET, HEAD'],
  ['GET', '/console/no-file.js', 404, 'NotFound', null],
  ['GET', '/plates/recognize', 400, 'InvalidImageId', null],
  ['PUT', '/plates/recognize', 405, 'MethodNotAllowed', 'POST, GET'],
  ['DELETE', '/plates/recognize-batch', 405, 'MethodNotAllowed', 'POST, GET'],
  ['POST', '/plates/10022', 405, 'MethodNotAllowed', 'GET'],
  ['PATCH', '/status', 405, 'MethodNotAllowed', 'GET'],
])('%s %s is %i', async (method, at, status, code, allow) => {
  const answer = await app.send(method, at);
  expect(answer).toMatchObject({ status, body: { error: { code } } });
  expect(answer.headers.get('allow')).toBe(allow);
});
