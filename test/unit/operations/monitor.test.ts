import { OrchestrationRuntimeStatus } from 'durable-functions';
import { type Instance } from '../../../src/operations/durable.js';
import { monitorOf, summaryOf } from '../../../src/operations/monitor.js';
import { pollAfterSeconds } from '../../../src/platform/retry-after.js';
import { operationLocation } from '../../../src/operations/replies.js';
import { preferredWait } from '../../../src/operations/request-headers.js';
import { type OperationEnd } from '../../../src/operations/schemas.js';

const created = '2026-11-22T04:15:00.250Z';
const RETENTION = 72 * 3_600_000;

function instance(change: object): Instance {
  return {
    name: 'plates_recognize',
    instanceId: 'operation-under-test',
    createdTime: new Date('2026-11-22T04:15:00Z'),
    lastUpdatedTime: new Date('2026-11-22T04:15:00Z'),
    input: { createdAt: created },
    output: null,
    runtimeStatus: OrchestrationRuntimeStatus.Running,
    ...change,
  };
}

test.each([
  ['Pending', null, 'NotStarted', { waitingFor: 'capacity' }],
  ['Running', null, 'Running', {}],
  ['ContinuedAsNew', null, 'Running', {}],
  ['Suspended', null, 'Running', { waitingFor: 'paused' }],
  ['Terminated', 'an administrator’s reason', 'Canceled', {}],
  ['Failed', 'Orchestrator function failed: secret', 'Failed', { error: { code: 'InternalError', status: 500 } }],
  ['Completed', { end: 'succeeded', result: 1 }, 'Succeeded', {}],
  ['Completed', { end: 'canceled' }, 'Canceled', {}],
  [
    'Completed',
    { end: 'failed', error: { code: 'X', message: 'y', status: 404 } },
    'Failed',
    { error: { code: 'X', message: 'y', status: 404 } },
  ],
])('%s with %j is %s', (runtimeStatus, output, status, more) => {
  const summary = summaryOf(instance({ runtimeStatus, output }), 'plates.recognize', RETENTION);
  expect(summary).toMatchObject({ status, runtimeStatus, ...more });
  expect(JSON.stringify(summary)).not.toContain('secret');
  expect(summary.expiresDateTime !== undefined).toBe(['Succeeded', 'Failed', 'Canceled'].includes(status));
});

test('times have the starter’s milliseconds, and the last update is never before the start', () => {
  const { createdDateTime, lastUpdatedDateTime } = summaryOf(instance({}), 'plates.recognize', RETENTION);
  expect([createdDateTime, lastUpdatedDateTime]).toEqual([created, created]);
});

test('the last update is the last visible change, to the millisecond', () => {
  const change = { customStatus: { changedAt: Date.parse('2026-11-22T04:15:02.345Z') } };
  const updated = (more: object) => summaryOf(instance({ ...change, ...more }), 'k', RETENTION).lastUpdatedDateTime;
  const later = { lastUpdatedTime: new Date('2026-11-22T04:16:00Z') };
  expect(updated({})).toBe('2026-11-22T04:15:02.345Z');
  expect(updated(later)).toBe('2026-11-22T04:15:02.345Z'); // a turn that changed nothing visible
  expect(updated({ ...later, runtimeStatus: 'Completed', output: { end: 'canceled' } })).toBe(updated({}));
  expect(updated({ ...later, runtimeStatus: 'Suspended' })).toBe('2026-11-22T04:16:00.000Z');
  expect(updated({ ...later, runtimeStatus: 'Terminated' })).toBe('2026-11-22T04:16:00.000Z');
});

test('what has succeeded is complete, also when the last report is older', () => {
  const customStatus = { progress: { total: 100, completed: 70, failed: 10 } };
  const ended = { customStatus, runtimeStatus: 'Completed', output: { end: 'succeeded', result: 1 } };
  expect(summaryOf(instance(ended), 'k', RETENTION)).toMatchObject({
    progress: { total: 100, completed: 90, failed: 10 },
    percentComplete: 100,
  });
});

test.each([
  [{ total: 3, completed: 1, failed: 1 }, 66],
  [{ total: 3, completed: 2, failed: 1 }, 100],
  [{ total: 0, completed: 0, failed: 0 }, 100],
])('progress %j is %i percent', (progress, percentComplete) => {
  expect(summaryOf(instance({ customStatus: { progress } }), 'k', RETENTION)).toMatchObject({
    progress,
    percentComplete,
  });
});

test('a cancellation shows until it has taken effect', () => {
  const customStatus = { cancelRequested: true };
  expect(summaryOf(instance({ customStatus }), 'k', RETENTION).cancelRequested).toBe(true);
  const ended = summaryOf(
    instance({ customStatus, runtimeStatus: 'Completed', output: { end: 'canceled' } }),
    'k',
    RETENTION,
  );
  expect(ended).not.toHaveProperty('cancelRequested');
});

test.each([
  [0, 1],
  [9_999, 1],
  [10_000, 2],
  [30_000, 5],
  [120_000, 10],
  [86_400_000, 10],
])('an operation of %i ms is asked again after %i s', (age, seconds) => {
  expect(pollAfterSeconds(created, Date.parse(created) + age)).toBe(seconds);
});

test.each([
  ['wait=5', 5],
  ['respond-async, wait=10', 10],
  ['wait="7"', 7],
  ['Wait = 3', 3],
  ['wait=600', 60],
  ['wait=0', 0],
  ['wait=-1', undefined],
  ['await=5', undefined],
  ['respond-async', undefined],
])('Prefer: %s', (prefer, seconds) => {
  expect(preferredWait({ header: () => prefer })).toBe(seconds);
});

test('the monitor’s URL is the client’s, with its api-version and nothing else', () => {
  const url = new URL('https://api.test/plates/recognize?code=secret&api-version=1');
  expect(operationLocation(url, 'operation-under-test')).toBe(
    'https://api.test/status/operation-under-test?api-version=1',
  );
});

describe('what an activity stored', () => {
  const details = [{ code: 'X', message: 'y', target: 'z' }];
  const files: Record<string, unknown> = { 'result.json': { first: 1 }, 'details.json': details };
  const blobs = {
    get: (name: string) => Promise.resolve(name in files ? Buffer.from(JSON.stringify(files[name])) : undefined),
    readUrl: (name: string) => Promise.resolve(`http://storage.test/${name}`),
  };
  const read = (output: OperationEnd, isCompact?: boolean) => {
    const options = { retentionMs: RETENTION, blobs, isCompact };
    return monitorOf(instance({ runtimeStatus: 'Completed', output }), 'k', options);
  };

  test('is in the result, and all of it at resultLocation', async () => {
    const end = { end: 'succeeded' as const, resultBlob: 'result.json', bytes: 11 };
    expect(await read(end)).toMatchObject({ result: { first: 1 } });
    expect(await read(end)).not.toHaveProperty('resultLocation');
    const whole = 'http://storage.test/whole.json';
    expect(await read({ ...end, wholeBlob: 'whole.json' })).toMatchObject({
      result: { first: 1 },
      resultLocation: whole,
    });
    const large = await read({ ...end, bytes: 5_000_000, wholeBlob: 'whole.json' });
    expect([large.result, large.resultLocation]).toEqual([undefined, whole]);
  });

  test('is in the details of the error', async () => {
    const error = { code: 'X', message: 'y', status: 409 };
    const end: OperationEnd = { end: 'failed', error, detailsBlob: 'details.json', wholeBlob: 'whole.json' };
    expect(await read(end)).toMatchObject({
      status: 'Failed',
      error: { ...error, details },
      resultLocation: 'http://storage.test/whole.json',
    });
    expect(await read({ end: 'failed', error })).not.toHaveProperty('resultLocation');
  });

  test('is at resultLocation among many, if it is over 64 KiB', async () => {
    const end = { end: 'succeeded' as const, resultBlob: 'result.json' };
    expect(await read({ ...end, bytes: 65_536 }, true)).toMatchObject({ result: { first: 1 } });
    const large = await read({ ...end, bytes: 65_537 }, true);
    expect([large.result, large.resultLocation]).toEqual([undefined, 'http://storage.test/result.json']);
    const error = { code: 'X', message: 'y', status: 409 };
    const failed = await read({ end: 'failed', error, detailsBlob: 'details.json' }, true);
    expect([failed.error, failed.resultLocation]).toEqual([error, 'http://storage.test/details.json']);
  });
});
