import { z } from 'zod';
import { OrchestrationRuntimeStatus } from 'durable-functions';
import { defineActivity } from '../../../../src/operations/activities.js';
import { defineOperation } from '../../../../src/operations/define.js';
import { History } from '../../../../src/operations/reading/history.js';
import { type FoundOperation } from '../../../../src/operations/operations.js';
import { sensitive } from '../../../../src/platform/sensitive.js';
import { durableClientFor } from '../../../support/durable-client.js';
import { listen, type ScriptedServer } from '../../../support/scripted-server.js';

const ID = 'operation-under-test';
const SECRET = 'the-planted-secret';
const NOW = Date.parse('2026-11-22T05:00:00Z');

const workInput = z.object({ n: z.number(), url: sensitive(z.string()).optional() });
const workOutput = z.object({ token: sensitive(z.string()) });
const activities = new Map([
  ['test_work', defineActivity(workInput, () => Promise.resolve(null), { output: workOutput })],
]);
const kind = defineOperation({
  kind: 'test.kind',
  input: z.object({ n: z.number(), key: sensitive(z.string()).optional() }),
  result: z.object({ text: z.string(), credentials: sensitive(z.object({ sas: z.string() })).optional() }),
  run: () => {
    throw new Error('No orchestrator runs here.');
  },
});

/** Bodies of the task hub by instance, as the genuine host has them (docs/host.md). */
let instances: Record<string, object> = {};
let asked: string[] = [];
let hub: ScriptedServer;
beforeAll(async () => {
  hub = await listen((request, response) => {
    const url = new URL(request.url ?? '', 'http://hub');
    asked.push(url.search);
    const body = instances[decodeURIComponent(url.pathname.split('/').at(-1) ?? '')];
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
    response.end(body ? JSON.stringify(body) : '');
  });
});
afterAll(() => hub.close());
beforeEach(() => {
  instances = {};
  asked = [];
});

/** A time of the test's minute as the genuine host writes it. */
const at = (second: number) => `2026-11-22T04:15:${second.toFixed(7).padStart(10, '0')}Z`;
const ms = (second: number) => new Date(at(second)).toISOString();
const scheduled = (second: number) => at(second).replace('Z', '+00:00');

const instance = (runtimeStatus: string, historyEvents: Record<string, unknown>[]) => ({
  name: kind.functionName,
  instanceId: ID,
  runtimeStatus,
  input: null,
  customStatus: null,
  output: runtimeStatus === 'Running' ? null : historyEvents.at(-1)?.Result,
  createdTime: '2026-11-22T04:15:00Z',
  lastUpdatedTime: '2026-11-22T04:15:00Z',
  historyEvents,
});

const began = (input: object = { n: 1 }, name = kind.functionName) => ({
  EventType: 'ExecutionStarted',
  Input: JSON.stringify({ kind: 'test.kind', input, createdAt: at(0), retry: {} }),
  Correlation: null,
  Timestamp: at(0),
  FunctionName: name,
});
const ended = (second: number, Result: unknown, OrchestrationStatus = 'Completed') => ({
  EventType: 'ExecutionCompleted',
  OrchestrationStatus,
  Result,
  FailureDetails: null,
  Timestamp: at(second),
});
const completed = (from: number, to: number, Result: unknown, more: object = {}) => ({
  EventType: 'TaskCompleted',
  Result,
  Timestamp: at(to),
  ScheduledTime: scheduled(from),
  FunctionName: 'test_work',
  Input: null,
  ...more,
});
const ok = (value: unknown) => ({ ok: true, value });
const failed = (code: string, message = 'It failed.', retryable = true) => ({
  ok: false,
  error: { code, message, status: 503, retryable },
});

function historyOf() {
  const found = { kind, instance: {}, monitor: { status: 'Running' } } as unknown as FoundOperation;
  const operations = { find: () => Promise.resolve(found), now: () => NOW };
  return new History({ client: durableClientFor(hub.url), operations, activities }).of(ID);
}

test('an operation with attempts, waits and an event', async () => {
  instances[ID] = instance(OrchestrationRuntimeStatus.Completed, [
    began(),
    completed(1, 2, failed('ServiceUnavailable')),
    { EventType: 'TimerCreated', FireAt: at(4), Timestamp: at(2) },
    { EventType: 'TimerFired', FireAt: at(4), Timestamp: at(4.5) },
    completed(4.5, 5, ok({ n: 2 })),
    { EventType: 'TimerCreated', FireAt: at(50), Timestamp: at(5) },
    { EventType: 'EventRaised', Name: 'go', Input: 'true', ParentTraceContext: null, Timestamp: at(6) },
    { EventType: 'ExecutionSuspended', Reason: 'r', Timestamp: at(6) },
    { EventType: 'GenericEvent', Data: null, Timestamp: at(6) },
    ended(7, { end: 'succeeded', result: { text: 'x' } }),
  ]);
  const one = { attempt: 1, status: 'Succeeded' };
  expect(await historyOf()).toEqual({
    id: ID,
    kind: 'test.kind',
    status: 'Succeeded',
    spans: [
      {
        ...one,
        name: 'test.kind',
        type: 'orchestrator',
        startedDateTime: ms(0),
        endedDateTime: ms(7),
        input: { n: 1 },
        output: { text: 'x' },
      },
      {
        name: 'test.work',
        type: 'activity',
        attempt: 1,
        startedDateTime: ms(1),
        endedDateTime: ms(2),
        status: 'Failed',
        error: { code: 'ServiceUnavailable', message: 'It failed.' },
      },
      { ...one, name: 'timer', type: 'timer', startedDateTime: ms(2), endedDateTime: ms(4.5) },
      {
        ...one,
        name: 'test.work',
        type: 'activity',
        attempt: 2,
        startedDateTime: ms(4.5),
        endedDateTime: ms(5),
        output: { n: 2 },
      },
      { name: 'timer', type: 'timer', attempt: 1, startedDateTime: ms(5), status: 'Canceled' },
      { ...one, name: 'go', type: 'event', startedDateTime: ms(6), endedDateTime: ms(6), input: true },
    ],
  });
  expect(asked).toEqual([expect.stringContaining('showHistory=true&showHistoryOutput=true')]);
});

test('an operation that runs', async () => {
  instances[ID] = instance(OrchestrationRuntimeStatus.Running, [
    began(),
    { EventType: 'TaskScheduled', Name: 'test_work', Input: null, ParentTraceContext: null, Timestamp: at(1) },
    { EventType: 'TimerCreated', FireAt: '2026-11-22T06:00:00Z', Timestamp: at(2) },
    { EventType: 'TimerCreated', FireAt: at(3), Timestamp: at(2) },
  ]);
  const { status, spans } = await historyOf();
  expect(status).toBe('Running');
  expect(spans.map((span) => [span.type, span.status, span.endedDateTime])).toEqual([
    ['orchestrator', 'Running', undefined],
    ['activity', 'Running', undefined],
    ['timer', 'Running', undefined],
    ['timer', 'Canceled', undefined], // its time is long over
  ]);
});

test.each<[string, Record<string, unknown>, object]>([
  [
    'Terminated',
    ended(9, 'a reason', 'Terminated'),
    { status: 'Canceled', spans: [{ status: 'Canceled' }, { type: 'activity', status: 'Canceled' }] },
  ],
  [
    'Failed',
    ended(9, 'Orchestrator function failed: boom', 'Failed'),
    {
      spans: [
        { status: 'Failed', error: { code: 'InternalError', message: 'Orchestrator function failed: boom' } },
        {},
      ],
    },
  ],
  ['Completed', ended(9, { end: 'canceled' }), { spans: [{ status: 'Canceled' }, {}] }],
  [
    'Completed',
    ended(9, { end: 'failed', error: { code: 'X', message: 'y', status: 404 } }),
    { spans: [{ status: 'Failed', error: { code: 'X', message: 'y' } }, {}] },
  ],
  ['Completed', ended(9, { end: 'succeeded', resultBlob: 'b', bytes: 9 }), { spans: [{ status: 'Succeeded' }, {}] }],
])('an operation that ended as %s with %j', async (runtimeStatus, end, expected) => {
  const open = { EventType: 'TaskScheduled', Name: 'test_work', Input: null, Timestamp: at(1) };
  instances[ID] = instance(runtimeStatus, [began(), open, end]);
  expect(await historyOf()).toMatchObject(expected);
});

test('an activity that threw, and one that was canceled', async () => {
  const threw = {
    EventType: 'TaskFailed',
    Reason: 'Activity function failed: boom',
    Details: '…',
    FailureDetails: null,
  };
  instances[ID] = instance('Running', [
    began(),
    { ...completed(1, 2, undefined), ...threw },
    completed(3, 4, failed('OperationCanceled')),
  ]);
  expect((await historyOf()).spans.slice(1)).toMatchObject([
    { status: 'Failed', attempt: 1, error: { code: 'InternalError', message: 'Activity function failed: boom' } },
    { status: 'Canceled', attempt: 2 },
  ]);
});

test('activities side by side are first attempts, and their repetitions second ones', async () => {
  instances[ID] = instance('Running', [
    began(),
    ...Array.from({ length: 10 }, (_, n) => completed(1, 2 + n / 10, n % 2 ? failed('X') : ok(n))),
    ...Array.from({ length: 5 }, (_, n) => completed(5, 6 + n / 10, n === 0 ? failed('X') : ok(n))),
    completed(7, 8, ok(0)),
    completed(9, 10, ok(0)),
  ]);
  const attempts = (await historyOf()).spans.slice(1).map(({ attempt }) => attempt);
  expect(attempts).toEqual([...Array<number>(10).fill(1), ...Array<number>(5).fill(2), 3, 1]);
});

test('an activity after one whose failure is final is no second attempt', async () => {
  instances[ID] = instance('Running', [began(), completed(1, 2, failed('X', 'y', false)), completed(3, 4, ok(1))]);
  expect((await historyOf()).spans.slice(1)).toMatchObject([{ attempt: 1 }, { attempt: 1 }]);
});

test('sub-orchestrations are read, and their spans name them', async () => {
  const child = (n: number, more: object) => ({ InstanceId: `${ID}:${n}`, FunctionName: 'test_part', ...more });
  const sub = (from: number, to: number, n: number, value: unknown) => ({
    ...completed(from, to, value),
    EventType: 'SubOrchestrationInstanceCompleted',
    ...child(n, {}),
  });
  instances[ID] = instance('Running', [
    began(),
    sub(1, 5, 0, ok([1])),
    { EventType: 'SubOrchestrationInstanceCreated', Name: 'test_part', InstanceId: `${ID}:1`, Timestamp: at(2) },
    sub(2, 3, 2, failed('X')),
  ]);
  instances[`${ID}:0`] = instance('Completed', [began({}, 'test_part'), completed(2, 4, ok(1)), ended(5, ok([1]))]);
  instances[`${ID}:1`] = instance('Running', [
    began({}, 'test_part'),
    { EventType: 'TaskScheduled', Name: 'test_work', Input: null, Timestamp: at(6) },
  ]);
  // The third one is purged already.
  const { spans } = await historyOf();
  expect(spans.map(({ name, type, status, parent }) => [name, type, status, parent])).toEqual([
    ['test.kind', 'orchestrator', 'Running', undefined],
    ['test.part', 'subOrchestration', 'Succeeded', undefined],
    ['test.part', 'subOrchestration', 'Running', undefined],
    ['test.part', 'subOrchestration', 'Failed', undefined],
    ['test.work', 'activity', 'Succeeded', 1],
    ['test.work', 'activity', 'Running', 2],
  ]);
});

test('sub-orchestrations that have ended are read where the host does not say which they were', async () => {
  const sub = (from: number, to: number) => ({
    ...completed(from, to, ok([1]), { FunctionName: 'test_part' }),
    EventType: 'SubOrchestrationInstanceCompleted',
  });
  instances[ID] = instance('Running', [
    began(),
    sub(1.0000002, 3), // the one that was scheduled last ended first
    {
      EventType: 'SubOrchestrationInstanceCreated',
      Name: 'test_part',
      InstanceId: `${ID}:1`,
      Timestamp: at(1.0000001),
    },
    sub(1, 4),
  ]);
  for (const n of [0, 1, 2])
    instances[`${ID}:${n}`] = instance('Completed', [began({}, 'test_part'), completed(5 + n, 9, ok(n))]);
  const { spans } = await historyOf();
  const activities = spans.filter(({ type }) => type === 'activity');
  expect(activities.map(({ output }) => output)).toEqual([0, 1, 2]);
  expect(activities.map(({ parent = 0 }) => spans[parent]?.endedDateTime)).toEqual([ms(4), undefined, ms(3)]);
});

test.each([
  // Azure gives the time at which a timer was created, and rounds its wait down to whole seconds.
  ['Azure', 2, 4.9, 2, 4],
  ['Azure, of less than a second', 2, 2.9, 2, 2],
  ['Azure, of a time that is over', 2, 1, 2, 2],
  ['the embedded host', 2, 4, 4.2, 4.2],
])('a timer of %s has ended when it fired', async (_name, created, fireAt, fired, expected) => {
  const FireAt = at(fireAt);
  instances[ID] = instance('Running', [
    began(),
    { EventType: 'TimerCreated', FireAt, Timestamp: at(created) },
    { EventType: 'TimerFired', FireAt, Timestamp: at(fired) },
  ]);
  expect((await historyOf()).spans[1]).toMatchObject({ startedDateTime: ms(created), endedDateTime: ms(expected) });
});

test('inputs and outputs are cut at 1 KiB between two characters', async () => {
  const long = 'ё'.repeat(2_000);
  instances[ID] = instance('Running', [
    began({ n: 1, other: long }),
    completed(1, 2, ok(long)),
    completed(3, 4, ok({ text: long })),
    completed(5, 6, ok('x'.repeat(1_024))),
    completed(7, 8, failed('X', long)),
  ]);
  const [orchestrator, text, object, whole, error] = (await historyOf()).spans;
  expect(text?.output).toBe('ё'.repeat(512));
  expect(object?.output).toBe(`{"text":"${'ё'.repeat(507)}`);
  expect(whole?.output).toBe('x'.repeat(1_024));
  expect(error?.error?.message).toBe('ё'.repeat(512));
  expect(String(orchestrator?.input)).toMatch(/^\{"n":1,"other":"ё+$/);
});

test('a secret of each marked field appears in no span', async () => {
  const text = `GET https://x.test/${SECRET}?q failed`;
  instances[ID] = instance('Completed', [
    began({ n: 1, key: SECRET }),
    completed(1, 2, failed('X', text), { Input: JSON.stringify([JSON.stringify({ n: 1, url: SECRET })]) }),
    completed(3, 4, ok({ token: SECRET }), { Input: `[{"n":1,"url":"${SECRET}"}]` }),
    { ...completed(5, 6, null), EventType: 'TaskFailed', Reason: text, FailureDetails: { ErrorMessage: text } },
    completed(7, 8, ok([{ note: text, url: 'https://x.test/blob?sig=AbC%2F' }])),
    { EventType: 'EventRaised', Name: 'go', Input: JSON.stringify({ of: SECRET }), Timestamp: at(8) },
    ended(9, { end: 'succeeded', result: { text, credentials: { sas: SECRET } } }),
  ]);
  const shown = JSON.stringify(await historyOf());
  expect(shown).not.toContain(SECRET);
  expect(shown).not.toContain('AbC');
  expect(shown).toContain('"key":"[redacted]"');
  expect(shown).toContain('"url":"[redacted]"');
  expect(shown).toContain('"output":{"token":"[redacted]"}');
  expect(shown).toContain('"credentials":"[redacted]"');
});

test('of many spans the first and the last 500 are shown', async () => {
  const count = 12_345;
  instances[ID] = instance('Running', [
    began(),
    // They end in another order than that in which they began.
    ...Array.from({ length: count }, (_, n) => (n * 7_919) % count).map((n) => completed(1 + n / 1_000, 30, ok(n))),
  ]);
  const { spans, truncated } = await historyOf();
  expect([spans.length, truncated]).toEqual([1_000, true]);
  const outputs = spans.slice(1).map(({ output }) => output);
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);
  expect(outputs).toEqual([...numbers(0, 499), ...numbers(count - 500, count)]);
});

test('an operation that is gone when its history is read is 404', async () => {
  await expect(historyOf()).rejects.toMatchObject({ data: { code: 'OperationNotFound' } });
});

test('a task hub that fails is 503', async () => {
  instances[ID] = {}; // no status
  await expect(historyOf()).rejects.toMatchObject({ data: { code: 'ServiceUnavailable' } });
});
