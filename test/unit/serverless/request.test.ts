import { commonErrors } from '../../../src/platform/errors.js';
import { type Entered } from '../../../src/serverless/queue.js';
import { requestOrchestrator } from '../../../src/serverless/request.orchestrator.js';
import {
  type DeliveryInput,
  type RequestInput,
  type CustomStatus,
  type WorkerEnd,
} from '../../../src/serverless/schemas.js';
import { runOrchestrator, type Run, type RunOptions } from '../../support/orchestrator-runner.js';

/** Start of the runner's clock. */
const START = Date.parse('2026-11-22T04:15:00.000Z');
const TTL = 900_000;
const MINUTE = 60_000;
const ENTITY = '@serverless_queue@one';

const input: RequestInput = {
  endpoint: 'one',
  requestID: 'a-request',
  mode: 'async',
  input: { text: '{}' },
  webhook: 'http://hook.test/',
  deadline: START + TTL,
  workers: 1,
  maxSyncWaiting: 1,
  asOf: START,
  gapsMs: [5, 10, 20, 40, 80],
};
const result = { base64: 'e30=', contentType: 'application/json' };
const done: WorkerEnd = { state: 'succeed', at: START + 1, result };
const down = { ok: false, error: commonErrors.ServiceUnavailable('away').data };

interface Scene extends Partial<Omit<RunOptions, 'input'>> {
  input?: Partial<RequestInput>;
  entered?: Entered;
  grants?: number[];
}

function run({ input: change, entered, grants = [], activities, ...options }: Scene = {}): Promise<Run> {
  const replies: Record<string, unknown> = {
    enter: entered ?? { refused: false, sequence: 7, granted: true, after: 6 },
    leave: { grants, after: 8 },
  };
  return runOrchestrator(
    requestOrchestrator(() => undefined),
    {
      input: { ...input, ...change },
      entity: (_, operation) => replies[operation],
      activities: {
        serverless_callWorker: () => ({ ok: true, value: done }),
        serverless_settle: () => ({ ok: true, value: {} }),
        serverless_deleteBlobs: () => ({ ok: true, value: null }),
        ...activities,
      },
      ...options,
    },
  );
}

const waiting: Entered = { refused: false, sequence: 7, granted: false, after: 3 };
const names = ({ calls }: Run) => calls.map(([name]) => name.replace(ENTITY, 'queue'));
const last = ({ shown }: Run) => shown.at(-1) as CustomStatus;
const states = ({ shown }: Run) => shown.map((note) => (note as CustomStatus).state);
const inputOf = (of: Run, name: string) => of.calls.find(([called]) => called === name)?.[1];

test('a request with a place is served, leaves the queue and is delivered', async () => {
  const whole = await run({ grants: [9] });
  expect(names(whole)).toEqual(['queue enter', 'serverless_callWorker', 'queue leave', 'serverless_settle']);
  expect(inputOf(whole, `${ENTITY} leave`)).toEqual({ sequence: 7, failure: null });
  const delivery = { webhook: input.webhook, statusCode: 200, result, attempt: 1 };
  expect(inputOf(whole, 'serverless_settle')).toEqual({
    endpoint: 'one',
    requestID: 'a-request',
    grants: [9],
    after: 8,
    delivery,
  });
  expect(last(whole)).toEqual({
    state: 'succeed',
    mode: 'async',
    sequence: 7,
    result,
    endedAt: START + 1,
    delivery: { state: 'delivered', attempts: 1 },
  });
});

test('without a webhook and grants nothing follows the end', async () => {
  const whole = await run({ input: { mode: 'sync', webhook: undefined } });
  expect(names(whole)).toEqual(['queue enter', 'serverless_callWorker', 'queue leave']);
});

test('a refused request does nothing more', async () => {
  const whole = await run({ entered: { refused: true } });
  expect(names(whole)).toEqual(['queue enter']);
  expect(last(whole)).toEqual({ state: 'refused', mode: 'async' });
});

test('a queued request begins when it is granted a place', async () => {
  const whole = await run({ entered: waiting, raise: [{ turn: 2, name: 'turn', input: { after: 5 } }] });
  expect(inputOf(whole, 'serverless_callWorker')).toMatchObject({ sequence: 7, after: 5 });
  expect(states(whole)).toEqual(['running', 'succeed', 'succeed']);
  expect(whole.elapsedMs).toBeLessThan(TTL);
});

test.each<[string, Scene]>([
  ['immediately', { entered: { refused: false, sequence: 7, granted: 'ready', after: 5, boot: 'here' } as never }],
  ['later', { entered: waiting, raise: [{ turn: 2, name: 'turn', input: { after: 5, ready: 'here' } }] }],
])(
  'a request that an earlier version let begin before it had a place, %s, is served like one that has a place',
  async (_, scene) => {
    const whole = await run(scene);
    expect(inputOf(whole, 'serverless_callWorker')).toMatchObject({ sequence: 7, after: 5 });
    expect(states(whole)).toEqual(['running', 'succeed', 'succeed']);
  },
);

test('a request that waits for longer than its TTL leaves a millisecond after it', async () => {
  const whole = await run({ entered: waiting });
  expect(names(whole)).toEqual(['queue enter', 'queue leave', 'serverless_settle']);
  expect(last(whole)).toMatchObject({ state: 'expired', endedAt: START + TTL + 1 });
  expect(inputOf(whole, 'serverless_settle')).toMatchObject({
    delivery: { statusCode: 408, error: 'request timeout' },
  });
  expect(inputOf(whole, `${ENTITY} leave`)).toEqual({ sequence: 7 });
});

test('a request that is canceled while it waits is not served', async () => {
  const whole = await run({ entered: waiting, raise: [{ turn: 2, name: 'cancel' }] });
  expect(names(whole)).toEqual(['queue enter', 'queue leave', 'serverless_settle']);
  expect(last(whole)).toMatchObject({ state: 'canceled' });
});

test('a cancellation has precedence over a grant that arrives with it', async () => {
  const raise = [
    { turn: 2, name: 'turn', input: { after: 5 } },
    { turn: 2, name: 'cancel' },
  ];
  expect(states(await run({ entered: waiting, raise }))).not.toContain('succeed');
});

test('canceled while running, it shows that immediately and leaves when the worker has stopped', async () => {
  const whole = await run({
    raise: [{ turn: 2, name: 'cancel' }],
    duration: (name) => (name === 'serverless_callWorker' ? 1_000 : 0),
    activities: { serverless_callWorker: () => ({ ok: true, value: { state: 'canceled', at: START + 1_000 } }) },
  });
  expect(states(whole)).toEqual(['canceled', 'canceled']);
  expect(last(whole)).toMatchObject({ endedAt: START });
  expect(names(whole)).toEqual(['queue enter', 'serverless_callWorker', 'queue leave', 'serverless_settle']);
});

test.each<[WorkerEnd, Partial<CustomStatus>, Partial<DeliveryInput>]>([
  [
    { state: 'failed', at: START, error: 'the worker answered 500' },
    { state: 'failed', error: 'the worker answered 500' },
    { statusCode: 500, error: 'failed to handle message a-request: the worker answered 500' },
  ],
  [{ state: 'expired', at: START }, { state: 'expired' }, { statusCode: 408, error: 'request timeout' }],
  [
    { state: 'succeed', at: START, result: { blob: 'b', bytes: 2_000_000, contentType: 'x/y' } },
    { state: 'succeed' },
    { statusCode: 200 },
  ],
  [
    { state: 'succeed', at: START, result: { blob: 'b', bytes: 2_000_001, contentType: 'x/y' } },
    { state: 'succeed' },
    { statusCode: 413 },
  ],
])('the end %j', async (value, note, delivery) => {
  const whole = await run({ activities: { serverless_callWorker: () => ({ ok: true, value }) } });
  expect(last(whole)).toMatchObject(note);
  expect(inputOf(whole, 'serverless_settle')).toMatchObject({ delivery });
});

test('a call that fails on the app’s side is repeated, four attempts in all', async () => {
  const outcomes = [down, down, down, { ok: true, value: done }];
  const mended = await run({ activities: { serverless_callWorker: () => outcomes.shift() } });
  expect(last(mended)).toMatchObject({ state: 'succeed' });
  const broken = await run({ activities: { serverless_callWorker: () => down } });
  expect(names(broken).filter((name) => name === 'serverless_callWorker')).toHaveLength(4);
  expect(last(broken)).toMatchObject({ state: 'failed', error: 'away' });
});

test('a webhook has six attempts, with the waits between them', async () => {
  const failing = { ok: true, value: { error: 'The webhook answered 500.' } };
  const whole = await run({ activities: { serverless_settle: () => failing } });
  const attempts = whole.calls.filter(([name]) => name === 'serverless_settle');
  expect(attempts.map(([, given]) => (given as { delivery: DeliveryInput }).delivery.attempt)).toEqual([
    1, 2, 3, 4, 5, 6,
  ]);
  expect(whole.elapsedMs).toBe(5 + 10 + 20 + 40 + 80);
  expect(last(whole).delivery).toEqual({ state: 'given up', attempts: 6, error: 'The webhook answered 500.' });
});

test('grants are sent once, whether or not the webhook succeeds', async () => {
  const outcomes = [{ error: 'no' }, {}];
  const whole = await run({
    grants: [8, 9],
    activities: { serverless_settle: () => ({ ok: true, value: outcomes.shift() }) },
  });
  const given = whole.calls.filter(([name]) => name === 'serverless_settle').map(([, settled]) => settled);
  expect(given).toMatchObject([{ grants: [8, 9] }, { grants: [] }]);
  expect(last(whole).delivery).toEqual({ state: 'delivered', attempts: 2 });
});

test('a webhook whose failure is final is given up immediately', async () => {
  const whole = await run({
    activities: { serverless_settle: () => ({ ok: true, value: { error: 'no', final: true } }) },
  });
  expect(last(whole).delivery).toEqual({ state: 'given up', attempts: 1, error: 'no' });
});

test.each<[string, Partial<RequestInput>, WorkerEnd['result'], number]>([
  ['an input', { input: { blob: 'in' } }, result, 30],
  ['a result', {}, { blob: 'out', bytes: 2_000_000, contentType: 'x/y' }, 30],
  ['a result whose URL works for an hour', {}, { blob: 'out', bytes: 2_000_001, contentType: 'x/y' }, 90],
])('%s that is a blob is deleted when it is not shown any more', async (_, change, kept, minutes) => {
  const value = { ...done, at: START, result: kept };
  const whole = await run({ input: change, activities: { serverless_callWorker: () => ({ ok: true, value }) } });
  expect(names(whole).at(-1)).toBe('serverless_deleteBlobs');
  expect(whole.elapsedMs).toBe(minutes * MINUTE);
});

test('a built-in worker is started and polled, and its end is that of the request', async () => {
  const looks = [null, null, done];
  const whole = await run({
    input: { kind: 'plates.recognize' },
    activities: {
      serverless_startOperation: () => ({ ok: true, value: null }),
      serverless_lookAtOperation: () => ({ ok: true, value: looks.shift() }),
    },
  });
  expect(last(whole)).toMatchObject({ state: 'succeed', result });
});

test('a built-in worker is stopped when the TTL is over', async () => {
  const whole = await run({
    input: { kind: 'plates.recognize' },
    activities: {
      serverless_startOperation: () => ({ ok: true, value: null }),
      serverless_lookAtOperation: () => ({ ok: true, value: null }),
      serverless_cancelOperation: () => ({ ok: true, value: null }),
    },
  });
  expect(names(whole)).toContain('serverless_cancelOperation');
  expect(last(whole)).toMatchObject({ state: 'expired', endedAt: START + TTL + 1 });
});
