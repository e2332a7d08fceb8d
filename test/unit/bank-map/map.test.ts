import { bankMapErrors } from '../../../src/bank-map/errors.js';
import { mapStatements } from '../../../src/bank-map/map.orchestrator.js';
import {
  POLL_JOB,
  RELEASE_JOB,
  STORE_OUTPUT,
  SUBMIT_JOB,
  type JobPoll,
  type MapInput,
} from '../../../src/bank-map/schemas.js';
import { operationOrchestrator } from '../../../src/operations/operation.orchestrator.js';
import { runOrchestrator, type RunOptions } from '../../support/orchestrator-runner.js';

const input: MapInput = {
  company: 'hum',
  jobName: 'lucid_school_dqmm25308q',
  zip: 'work/op-1.zip',
  traceId: 'trace',
  timeoutMs: 3_600_000,
  pollMs: 1_000,
};
const stored = { name: 'operations/op-1/result.json', bytes: 12 };
const away = { ok: false, error: bankMapErrors.MlServiceUnavailable('away').data };
const ok = (value: unknown) => ({ ok: true, value });
const look = (found: Partial<JobPoll> & object) => ok({ lost: false, ...found });
const completed = look({ status: 'Completed' });

/** Answers of an activity in turn, the last one repeatedly. */
function inTurn(...answers: unknown[]) {
  let next = 0;
  return () => answers[Math.min(next++, answers.length - 1)];
}

interface Script {
  submit?: () => unknown;
  look?: () => unknown;
  output?: () => unknown;
  release?: () => unknown;
  raise?: RunOptions['raise'];
  change?: Partial<MapInput>;
}

async function run({ submit, look, output, release, raise, change }: Script) {
  const done = await runOrchestrator(operationOrchestrator(mapStatements), {
    instanceId: 'op-1',
    input: {
      kind: 'bankMap.map',
      input: { ...input, ...change },
      createdAt: '2026-11-22T04:15:00.000Z',
      retry: { attempts: 5, firstWaitMs: 2_000 },
    },
    activities: {
      [SUBMIT_JOB]: submit ?? (() => ok(input.jobName)),
      [POLL_JOB]: look ?? (() => completed),
      [STORE_OUTPUT]: output ?? (() => ok(stored)),
      [RELEASE_JOB]: release ?? (() => ok(null)),
    },
    ...(raise && { raise }),
  });
  const count = (name: string) => done.calls.filter(([called]) => called === name).length;
  const released = done.calls.filter(([called]) => called === RELEASE_JOB).map(([, told]) => told);
  return { ...done, count, released };
}

const gone = { zip: input.zip, operationId: 'op-1' };

test('a completed job: its result is stored, its zip is deleted', async () => {
  const done = await run({
    look: inTurn(look({ status: 'Queued' }), look({ status: 'Running', progress: 40 }), completed),
  });
  expect(done.result).toEqual({ end: 'succeeded', resultBlob: stored.name, bytes: stored.bytes });
  expect(done.released).toEqual([gone]);
  expect(done.shown).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ note: { status: 'Queued' } }),
      expect.objectContaining({ note: { status: 'Running' }, progress: { total: 100, completed: 40, failed: 0 } }),
      expect.objectContaining({ note: { status: 'Finalizing' } }),
    ]),
  );
});

test('submitting is tried five times over half a minute, and no job is left to stop', async () => {
  const done = await run({ submit: () => away });
  expect(done.result).toMatchObject({ end: 'failed', error: { code: 'MlServiceUnavailable' } });
  expect([done.count(SUBMIT_JOB), done.elapsedMs]).toEqual([5, 30_000]);
  expect(done.released).toEqual([gone]);
});

test('a service that is away while the job runs is waited for', async () => {
  const done = await run({ look: inTurn(look({ status: 'Running' }), ...Array<unknown>(20).fill(away), completed) });
  expect(done.result).toMatchObject({ end: 'succeeded' });
  expect(done.shown).toContainEqual({ note: { status: 'NotResponding' }, waitingFor: 'upstream' });
});

test('a service that is away when the result is to be fetched is waited for', async () => {
  const done = await run({ output: inTurn(...Array<unknown>(12).fill(away), ok(stored)) });
  expect(done.result).toMatchObject({ end: 'succeeded' });
  expect(done.count(STORE_OUTPUT)).toBe(13);
});

test('a missing output ends with the job’s time-out', async () => {
  const done = await run({ output: () => away });
  expect(done.result).toMatchObject({ end: 'failed', error: { code: 'MlServiceUnavailable' } });
  expect(done.elapsedMs).toBeLessThan(input.timeoutMs + 62_000);
});

test('a job that was lost is submitted again, twice at most', async () => {
  const lost = ok({ lost: true });
  const found = await run({ look: inTurn(lost, lost, completed) });
  expect([found.result, found.count(SUBMIT_JOB)]).toMatchObject([{ end: 'succeeded' }, 3]);
  const late = await run({ output: inTurn(ok(null), ok(stored)) });
  expect([late.result, late.count(SUBMIT_JOB)]).toMatchObject([{ end: 'succeeded' }, 2]);
  const never = await run({ look: () => lost });
  expect([never.result, never.count(SUBMIT_JOB)]).toMatchObject([{ end: 'failed', error: { code: 'MlJobLost' } }, 3]);
  expect(never.released).toEqual([gone]);
});

test.each([
  ['Failed', { error: 'no history' }, 'MlJobFailed', 'The ML job failed: no history'],
  ['Failed', {}, 'MlJobFailed', 'The ML job failed: no reason given'],
  ['Canceled', {}, 'MlJobCanceled', 'The ML job was canceled at the ML service.'],
] as const)('a job that is %s %j', async (status, more, code, message) => {
  const done = await run({ look: () => look({ status, ...more }) });
  expect(done.result).toMatchObject({ end: 'failed', error: { code, message } });
  expect(done.released).toEqual([gone]);
});

test('a job that never ends is stopped when its time is over; an hour fits into a short history', async () => {
  const done = await run({ look: () => look({ status: 'Running' }) });
  expect(done.result).toMatchObject({
    end: 'failed',
    error: { code: 'MlJobTimeout', message: 'The ML job took longer than 3600 seconds.' },
  });
  expect(done.elapsedMs).toBeGreaterThanOrEqual(input.timeoutMs);
  expect(done.elapsedMs).toBeLessThan(input.timeoutMs + 30_000);
  expect(done.released).toEqual([{ ...gone, cancel: input.jobName }]);
  expect(done.longestHistory).toBeLessThan(1_500);
});

test('a refused submission is not repeated', async () => {
  const refused = { ok: false, error: bankMapErrors.MlServiceRejected('no').data };
  expect((await run({ submit: () => refused })).count(SUBMIT_JOB)).toBe(1);
  expect((await run({ look: () => refused })).count(POLL_JOB)).toBe(1);
  expect((await run({ output: () => refused })).count(STORE_OUTPUT)).toBe(1);
});

test.each([1, 2, 3, 4, 5, 6])('canceled in turn %i, the job is canceled and the zip is deleted', async (turn) => {
  const done = await run({ look: () => look({ status: 'Running' }), raise: [{ turn, name: 'cancel' }] });
  expect(done.result).toEqual({ end: 'canceled' });
  expect(done.released).toEqual([{ ...gone, cancel: input.jobName }]);
});

test('stopping the job is tried again while the service is away', async () => {
  const release = inTurn(away, away, ok(null));
  const done = await run({ look: () => look({ status: 'Running' }), raise: [{ turn: 3, name: 'cancel' }], release });
  expect([done.result, done.released.length]).toEqual([{ end: 'canceled' }, 3]);
});

test('a service that names its jobs itself is polled by that name', async () => {
  const done = await run({ submit: () => ok('azureml-7'), look: inTurn(look({ status: 'Running' }), completed) });
  expect(done.calls).toContainEqual([POLL_JOB, { job: 'azureml-7', operationId: 'op-1' }]);
  expect(done.calls).toContainEqual([STORE_OUTPUT, { job: 'azureml-7', operationId: 'op-1' }]);
});
