import { OrchestrationRuntimeStatus as Runtime } from 'durable-functions';
import { type Instance } from '../../../src/operations/durable.js';
import { emptyQueue, type QueueState } from '../../../src/serverless/queue.js';
import { isDue } from '../../../src/serverless/retention.js';
import { type CustomStatus } from '../../../src/serverless/schemas.js';
import { statusOf } from '../../../src/serverless/status.js';

const END = Date.parse('2026-11-22T04:15:00.000Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ids = { serverlessID: 'one', requestID: 'a-request' };
const bytes = Buffer.from('a result');
const inline = { base64: bytes.toString('base64'), contentType: 'text/plain' };
const done: CustomStatus = { state: 'succeed', mode: 'async', sequence: 3, result: inline, endedAt: END };

function instanceOf(customStatus: CustomStatus | null, runtimeStatus = Runtime.Running): Instance {
  const times = { createdTime: new Date(END - HOUR), lastUpdatedTime: new Date(END) };
  return {
    name: 'serverless_request',
    instanceId: 'x',
    runtimeStatus,
    customStatus,
    input: null,
    output: null,
    ...times,
  };
}

function status(instance: Instance | undefined, { now = END, queue = {}, hasWorker = true } = {}) {
  const state: QueueState = { ...emptyQueue, last: 5, head: 1, workers: 1, ...queue };
  return statusOf(ids, instance, {
    blobs: {
      get: () => Promise.resolve(bytes),
      readUrl: (name, minutes) => Promise.resolve(`http://storage.test/${name}?minutes=${minutes}`),
    },
    queue: () => Promise.resolve(state),
    hasWorker,
    now,
  });
}
const shown = (customStatus: CustomStatus, options?: Parameters<typeof status>[1]) =>
  status(instanceOf(customStatus), options);

test('every status object has exactly the contract’s fields', async () => {
  expect(await shown(done)).toEqual({
    statusCode: 200,
    serverlessID: 'one',
    requestID: 'a-request',
    status: 'succeed',
    message: '',
    result: inline.base64,
  });
});

const waiting: CustomStatus = { state: 'queued', mode: 'async', sequence: 3 };

test.each<[string, Parameters<typeof status>[1]]>([
  ['position 2', {}],
  ['position 1', { queue: { gone: [[2, 2]] } }],
  ['no worker', { hasWorker: false }],
  ['no worker', { queue: { workers: 0 } }],
  ['worker failing: the worker answered 500; position 2', { queue: { failing: 'the worker answered 500' } }],
  ['about to be dropped', { queue: { head: 3 } }],
])('a queued request shows why it waits: %s', async (message, options) => {
  const object = { statusCode: 200, status: 'queueing', message, result: null };
  expect(await shown(waiting, options)).toMatchObject(object);
});

test('a request runs as soon as its queue has given it a place', async () => {
  const queue = { head: 3, running: [3] };
  expect(await shown(waiting, { queue })).toMatchObject({ status: 'running', message: '' });
});

test('before it has a sequence, a request is about to be queued', async () => {
  expect(await status(instanceOf(null, Runtime.Pending))).toMatchObject({ status: 'queueing', result: null });
});

test.each<[CustomStatus, object]>([
  [
    { state: 'running', mode: 'async' },
    { statusCode: 200, status: 'running', message: '' },
  ],
  [
    { state: 'failed', mode: 'async', error: 'why', endedAt: END },
    { statusCode: 500, status: 'failed', message: 'failed to handle message a-request: why' },
  ],
  [
    { state: 'canceled', mode: 'async', endedAt: END },
    { statusCode: 409, status: 'canceled' },
  ],
  [
    { state: 'expired', mode: 'async', endedAt: END },
    { statusCode: 408, status: 'expired', message: 'request timeout' },
  ],
  [
    { state: 'refused', mode: 'sync' },
    { statusCode: 404, status: 'not found', message: 'there is no such request' },
  ],
])('%j', async (customStatus, object) => {
  expect(await shown(customStatus)).toMatchObject({ ...object, result: null });
});

test.each<[CustomStatus['mode'], number]>([
  ['async', 2_000_000],
  ['sync', 10_000_000],
])('a result of an %s request is included up to %d bytes', async (mode, limit) => {
  const of = (length: number) => shown({ ...done, mode, result: { blob: 'b', bytes: length, contentType: 'x/y' } });
  expect(await of(limit)).toMatchObject({ statusCode: 200, result: inline.base64 });
  expect(await of(limit)).not.toHaveProperty('resultUrl');
  expect(await of(limit + 1)).toMatchObject({
    statusCode: 413,
    status: 'succeed',
    message: `the result of ${limit + 1} bytes is too large for this answer; fetch it from resultUrl within an hour`,
    result: null,
    resultUrl: 'http://storage.test/b?minutes=60',
  });
});

test.each([
  [30 * MINUTE, 'succeed', ''],
  [30 * MINUTE + 1, 'not found', 'it ended over 30 minutes ago'],
  [24 * HOUR, 'not found', 'it ended over 30 minutes ago'],
  [24 * HOUR + 1, 'not found', 'there is no such request'],
])('%d ms after its end it is: %s', async (age, wanted, message) => {
  const object = await shown(done, { now: END + age });
  expect(object).toMatchObject({ status: wanted, message, statusCode: wanted === 'succeed' ? 200 : 404 });
});

test('a record is kept for 24 hours after the end, and while its orchestrator runs', () => {
  const ended = instanceOf(done, Runtime.Completed);
  expect(isDue(ended, END + 24 * HOUR)).toBe(false);
  expect(isDue(ended, END + 24 * HOUR + 1)).toBe(true);
  expect(isDue(instanceOf(done, Runtime.Running), END + 48 * HOUR)).toBe(false);
});

test.each<[CustomStatus, string]>([
  [{ ...done, delivery: { state: 'pending', attempts: 0 } }, 'webhook pending after 0 attempts'],
  [
    { ...done, delivery: { state: 'pending', attempts: 1, error: 'It answered 500.' } },
    'webhook pending after 1 attempt: It answered 500.',
  ],
  [{ ...done, delivery: { state: 'delivered', attempts: 2 } }, 'webhook delivered after 2 attempts'],
  [
    { ...done, delivery: { state: 'given up', attempts: 6, error: 'It answered 500.' } },
    'webhook given up after 6 attempts: It answered 500.',
  ],
  [{ state: 'expired', mode: 'async', endedAt: END, delivery: { state: 'delivered', attempts: 1 } }, 'request timeout'],
  [
    { state: 'expired', mode: 'async', endedAt: END, delivery: { state: 'given up', attempts: 1, error: 'No.' } },
    'request timeout; webhook given up after 1 attempt: No.',
  ],
])('the message shows the delivery of the webhook: %#', async (customStatus, message) => {
  expect(await shown(customStatus)).toMatchObject({ message });
});

test.each([
  [Runtime.Terminated, 'canceled', 409],
  [Runtime.Failed, 'failed', 500],
])('a request that the task hub ended itself (%s) is %s', async (runtime, wanted, statusCode) => {
  expect(await status(instanceOf({ ...waiting, state: 'running' }, runtime))).toMatchObject({
    status: wanted,
    statusCode,
  });
  expect(await status(instanceOf(done, runtime))).toMatchObject({ status: 'succeed' });
});

test('an unknown request is not found', async () => {
  expect(await status(undefined)).toMatchObject({ statusCode: 404, message: 'there is no such request', result: null });
});
