import { createHttpDriver } from '../../../src/bank-map/ml/http-driver.js';
import { createServiceClient } from '../../../src/platform/http-client.js';
import { outputText } from '../../support/ml-output.js';
import { startFakeService, type Answer, type FakeService } from '../../support/fake-service.js';

let service: FakeService;
afterEach(() => service.close());

/** A service that never answers is given up soon; all others have the time that a busy machine needs. */
async function driver(...answers: Answer[]) {
  const isSilent = answers.some(({ fault }) => fault === 'silent');
  service = await startFakeService(answers);
  const options = {
    baseUrl: service.url,
    totalTimeoutMs: isSilent ? 300 : 10_000,
    attempts: 2,
    maxBytes: 1_000,
    repeatable: ['get', 'post'],
  };
  return createHttpDriver(
    createServiceClient(options, () => 0),
    options,
  );
}

const json = (value: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
const submission = {
  company: 'UAB "Ąžuolas" & Co',
  inputUrl: 'http://blobs.test/work/1.zip?sig=s',
  jobName: 'a_b_0123456789',
};

test('a job is submitted, looked at, fetched and stopped as the service’s contract says', async () => {
  const ml = await driver(
    json({ name: 'a_b_0123456789', status: 'Queued' }, 201),
    json({ name: 'a_b_0123456789', status: 'Running', progress: 12 }),
    json({ name: 'a_b_0123456789', status: 'Failed', error: 'no lines', progress: null }),
    { body: '{"company":"x"}' },
    json({}),
  );
  await expect(ml.submit(submission, {})).resolves.toBe('a_b_0123456789');
  expect(JSON.parse(service.bodies[0] ?? '')).toEqual(submission);
  await expect(ml.status('a/b?', {})).resolves.toEqual({ status: 'Running', progress: 12 });
  await expect(ml.status('x', {})).resolves.toEqual({ status: 'Failed', error: 'no lines' });
  expect(await outputText(ml, 'x')).toBe('{"company":"x"}');
  await expect(ml.cancel('x', {})).resolves.toBeUndefined();
  expect(service.requests).toEqual([
    'POST /jobs',
    'GET /jobs/a%2Fb%3F',
    'GET /jobs/x',
    'GET /jobs/x/output',
    'POST /jobs/x/cancel',
  ]);
});

test('a state that is not known yet is no failure; a job that is not there is lost, and needs no stopping', async () => {
  const ml = await driver(json({ status: 'Hibernating' }), { status: 404 });
  await expect(ml.status('x', {})).resolves.toEqual({ status: 'Unknown' });
  await expect(ml.status('x', {})).resolves.toBeUndefined();
  await expect(ml.cancel('x', {})).resolves.toBeUndefined();
  await expect(ml.output('x', {})).resolves.toBeUndefined();
});

test.each<[string, Answer, string, boolean, number]>([
  ['429', { status: 429 }, 'MlServiceUnavailable', true, 2],
  ['500', { status: 500 }, 'MlServiceUnavailable', true, 2],
  ['a reset', { fault: 'reset' }, 'MlServiceUnavailable', true, 2],
  ['silence', { fault: 'silent' }, 'MlServiceTimeout', true, 1],
  ['400', { status: 400 }, 'MlServiceRejected', false, 1],
  ['HTML', { body: '<html>' }, 'MlServiceRejected', false, 1],
  ['too much', { body: Buffer.alloc(2_000) }, 'MlServiceRejected', false, 1],
])('%s', async (_name, answer, code, retryable, attempts) => {
  const ml = await driver(answer);
  await expect(ml.submit(submission, {})).rejects.toMatchObject({ data: { code, retryable } });
  expect(service.requests).toHaveLength(attempts);
  await expect(ml.status('x', {})).rejects.toMatchObject({ data: { code, retryable } });
});

test('an output that breaks off is tried again by the caller', async () => {
  const ml = await driver({ body: '{"company":"x"}', fault: 'cutOff' });
  await expect(outputText(ml, 'x')).rejects.toMatchObject({
    data: { code: 'MlServiceUnavailable', retryable: true },
  });
});

test('errors do not hold the input’s URL', async () => {
  const ml = await driver({ status: 400, body: 'sig=s' });
  const error: unknown = await ml.submit(submission, {}).catch((thrown: unknown) => thrown);
  expect(JSON.stringify((error as { data: object }).data)).not.toContain('sig');
});
