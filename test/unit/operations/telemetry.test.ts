import { z } from 'zod';
import { defineOperation } from '../../../src/operations/define.js';
import { operationOrchestrator } from '../../../src/operations/operation.orchestrator.js';
import { type Operation } from '../../../src/operations/operation.js';
import { useTelemetry, type Telemetry } from '../../../src/platform/telemetry/index.js';
import { runOrchestrator } from '../../support/orchestrator-runner.js';

/** What an orchestrator exports, and what its activities get (docs/telemetry.md). */

const ID = 'operation-under-test';
const TRACE = {
  start: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  own: '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01',
};

const kind = defineOperation({
  kind: 'test.kind',
  input: z.object({}),
  result: z.unknown(),
  *run(operation: Operation) {
    yield* operation.step('first', {});
    return yield* operation.step('second', {});
  },
});

interface Exported {
  ends: Parameters<Telemetry['operationEnded']>[0][];
  metrics: [string, number, object][];
}

function record(): Exported {
  const exported: Exported = { ends: [], metrics: [] };
  useTelemetry({
    isOn: true,
    startSpan: ({ parent }) => ({ traceParent: parent, event: () => undefined, end: () => undefined }),
    within: (_traceParent, work) => work(),
    current: () => undefined,
    operationEnded: (end) => void exported.ends.push(end),
    record: (...metric) => void exported.metrics.push(metric),
    observe: () => undefined,
  });
  return exported;
}

function run(trace?: typeof TRACE) {
  let failures = 2;
  const failed = { ok: false, error: { code: 'Busy', status: 503, message: 'busy', retryable: true } };
  const input = { kind: 'test.kind', input: {}, createdAt: '2026-11-22T04:14:59.000Z', trace };
  return runOrchestrator(operationOrchestrator(kind), {
    instanceId: ID,
    input: { ...input, retry: { attempts: 5, firstWaitMs: 1_000 } },
    activities: {
      first: () => (failures-- > 0 ? failed : { ok: true, value: 1 }),
      second: () => ({ ok: true, value: 2 }),
    },
  });
}

test('all attempts at a step get the span of their operation, which is exported once with its times', async () => {
  const { ends, metrics } = record();
  const { calls } = await run(TRACE);
  const given = { operationId: ID, traceParent: TRACE.own };
  expect(calls).toEqual([
    ['first', given],
    ['first', given],
    ['first', given],
    ['second', given],
  ]);
  const attributes = { 'longhaul.operation.kind': 'test.kind', 'longhaul.operation.status': 'Succeeded' };
  expect(ends).toEqual([
    {
      name: 'test.kind',
      trace: TRACE,
      startedAt: Date.parse('2026-11-22T04:14:59.000Z'),
      endedAt: Date.parse('2026-11-22T04:15:03.000Z'), // after waits of 1 and 2 s
      attributes: { 'longhaul.operation.id': ID, ...attributes },
    },
  ]);
  const retry = ['operationRetries', 1, { 'longhaul.operation.kind': 'test.kind' }];
  expect(metrics).toEqual([retry, retry, ['operationsFinished', 1, attributes], ['operationDuration', 4, attributes]]);
});

test('an operation that was started without telemetry has the same history as before, and no span', async () => {
  const { ends, metrics } = record();
  const { calls } = await run();
  expect(calls.map(([, input]) => input)).toEqual(Array(4).fill({ operationId: ID }));
  expect(ends).toEqual([]);
  expect(metrics.map(([name]) => name)).toContain('operationsFinished');
});
