import { analyze } from '../../../../src/files/analysis/analyze.orchestrator.js';
import {
  CHECK_RUN,
  DOWNLOAD_BEGAN,
  END_RUN,
  RESULT_CAME,
  STORE_RESULT_ROWS,
  TELL_ANALYZER,
  type RunState,
} from '../../../../src/files/analysis/schemas.js';
import { filesErrors } from '../../../../src/files/errors.js';
import { operationErrors } from '../../../../src/operations/errors.js';
import { operationOrchestrator } from '../../../../src/operations/operation.orchestrator.js';
import { commonErrors, type OperationError } from '../../../../src/platform/errors.js';
import { runOrchestrator, type RunOptions } from '../../../support/orchestrator-runner.js';

const ID = 'operation-under-test';
const START = Date.parse('2026-11-22T04:15:00.000Z');
const SECOND = 1_000;
const RESULT = { analysisId: 3, violationsQuantity: 5, scenes: 2 };

const ok = (value: unknown) => ({ ok: true, value });
const failed = ({ data }: OperationError) => ({ ok: false, error: data });
const waiting = (keyNumber: number): RunState => ({
  phase: 'waiting',
  keyNumber,
  dueAt: START + keyNumber * 90 * SECOND,
});
const downloading: RunState = { phase: 'downloading', dueAt: START + 3_600 * SECOND };
const posted: RunState = { phase: 'posted' };
const ended: RunState = { phase: 'failed', error: filesErrors.DownloadNotBegun('Too late.').data };

/** Timers never fire: only events end a wait. */
const withoutTimers: RunOptions['deliver'] = (due) => due.filter(({ name }) => name !== 'timer');

interface Options extends Partial<RunOptions> {
  /** What the row says at each check; the last one again and again. */
  states: (RunState | OperationError)[];
  tell?: (call: number) => unknown;
}

async function run({ states, tell = () => ok(null), ...options }: Options) {
  let checks = 0;
  let tells = 0;
  const activities = {
    [CHECK_RUN]: () => {
      const state = states[Math.min(checks++, states.length - 1)];
      return state instanceof Error ? failed(state) : ok(state);
    },
    [TELL_ANALYZER]: () => tell(++tells),
    [STORE_RESULT_ROWS]: () => ok(RESULT),
    [END_RUN]: () => ok(null),
  };
  const retry = { attempts: 3, firstWaitMs: 1_000 };
  const createdAt = '2026-11-22T04:15:00.000Z';
  const input = { kind: analyze.kind, input: { analysisId: 3, run: 1 }, createdAt, retry };
  const done = await runOrchestrator(operationOrchestrator(analyze), { instanceId: ID, input, activities, ...options });
  const called = done.calls.map(([name]) => name.replace('files_', ''));
  return {
    ...done,
    called,
    inputs: (name: string) => done.calls.filter(([each]) => each === name).map(([, each]) => each),
  };
}

test('each key is told once, and the end of the run is that of its row', async () => {
  const done = await run({ states: [waiting(1), waiting(2), waiting(3), ended] });
  expect(done.called).toEqual([
    ...['checkRun', 'tellAnalyzer', 'checkRun', 'tellAnalyzer', 'checkRun', 'tellAnalyzer'],
    ...['checkRun', 'endRun'],
  ]);
  expect(done.inputs(TELL_ANALYZER)).toMatchObject([{ keyNumber: 1 }, { keyNumber: 2 }, { keyNumber: 3 }]);
  expect(done.elapsedMs).toBe(270 * SECOND);
  expect(done.result).toMatchObject({ end: 'failed', error: { code: 'DownloadNotBegun' } });
});

test('events end the waits, and the result is stored', async () => {
  const done = await run({
    states: [waiting(1), downloading, posted],
    raise: [
      { turn: 4, name: DOWNLOAD_BEGAN },
      { turn: 5, name: RESULT_CAME },
    ],
    deliver: withoutTimers,
  });
  expect(done.called).toEqual(['checkRun', 'tellAnalyzer', 'checkRun', 'checkRun', 'storeResultRows']);
  expect(done.result).toEqual({ end: 'succeeded', result: RESULT });
  expect(done.shown.at(-1)).toEqual({ progress: { total: 4, completed: 4, failed: 0 } });
});

test('without events the row is read again at growing intervals', async () => {
  const done = await run({ states: [downloading, downloading, downloading, downloading, downloading, posted] });
  expect(done.elapsedMs).toBe((60 + 120 + 240 + 300 + 300) * SECOND);
  expect(done.result).toEqual({ end: 'succeeded', result: RESULT });
});

test('an event that came before the wait, twice or in the wrong phase does no harm', async () => {
  const done = await run({
    states: [waiting(1), waiting(1), waiting(1), downloading, downloading, posted],
    raise: [
      { turn: 1, name: DOWNLOAD_BEGAN },
      { turn: 1, name: DOWNLOAD_BEGAN },
      { turn: 2, name: RESULT_CAME },
    ],
  });
  expect(done.result).toEqual({ end: 'succeeded', result: RESULT });
  expect(done.inputs(TELL_ANALYZER)).toHaveLength(1);
});

test('while the analyzer cannot be reached, it is told again of the same key, and the monitor says so', async () => {
  const away = failed(filesErrors.AnalyzerUnavailable('It answered 503.'));
  const done = await run({
    states: [waiting(1), waiting(1), waiting(1), ended],
    tell: (call) => (call < 3 ? away : ok(null)),
  });
  expect(done.inputs(TELL_ANALYZER)).toHaveLength(3);
  expect(done.shown).toContainEqual({ waitingFor: 'upstream' });
  expect(done.shown.at(-1)).not.toHaveProperty('waitingFor');
});

test('an analyzer that refuses is told of the next key only', async () => {
  const refused = failed(filesErrors.AnalyzerRefused('It answered 400.'));
  const done = await run({ states: [waiting(1), waiting(1), waiting(2), ended], tell: () => refused });
  expect(done.inputs(TELL_ANALYZER)).toMatchObject([{ keyNumber: 1 }, { keyNumber: 2 }]);
});

test('a failure of storage is no end of the run', async () => {
  const away = commonErrors.ServiceUnavailable('Storage cannot be reached.');
  const done = await run({ states: [...Array.from({ length: 12 }, () => away), posted] });
  expect(done.result).toEqual({ end: 'succeeded', result: RESULT });
});

test('a cancellation ends a wait and the run', async () => {
  const done = await run({
    states: [waiting(1)],
    raise: [{ turn: 4, name: 'cancel', input: true }],
    deliver: withoutTimers,
  });
  expect(done.result).toEqual({ end: 'canceled' });
  expect(done.inputs(END_RUN)).toMatchObject([{ error: { code: operationErrors.OperationCanceled.code } }]);
});
