import { DELIVER, WORK } from '../../../../src/serverless/names.js';
import { type RunInput, runOrchestrator as run } from '../../../../src/serverless/requests/run.orchestrator.js';
import { type DeliverInput } from '../../../../src/serverless/schemas.js';
import { runOrchestrator } from '../../../support/orchestrator-runner.js';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-22T04:15:00.000Z');
const input: RunInput = {
  endpoint: 'plates',
  createdAt: '2026-11-22T00:00:00.000Z',
  requestID: 'r',
  sequence: 7,
  acceptedAt: START,
  deadline: START + 24 * HOUR,
  input: { text: '{"imageId":1}' },
  webhook: 'https://receiver.test/',
};
const end = { state: 'succeed', at: START + 1_240, result: { base64: 'MQ==', contentType: 'application/json' } };
const away = { ok: false, error: { code: 'ServiceUnavailable', message: 'away', status: 503, retryable: true } };

/** Runs a request whose worker ends, or storage is back, after so many looks at it. */
async function runFor(looks: number, meanwhile: object, more: Partial<RunInput> = {}) {
  const delivered: DeliverInput[] = [];
  let left = looks;
  const done = await runOrchestrator(run, {
    input: { ...input, ...more },
    activities: {
      [WORK]: () => (left-- > 0 ? meanwhile : { ok: true, value: end }),
      [DELIVER]: (given: DeliverInput) => {
        delivered.push(given);
        return { ok: true, value: { state: 'delivered', attempts: 1 } };
      },
    },
  });
  return { ...done, delivered };
}

test.each([
  ['a built-in worker that works', { ok: true, value: null }],
  ['storage that is away', away],
])(
  '%s for over half an hour does not make the history longer, and is looked at every 10 seconds',
  async (_, meanwhile) => {
    const short = await runFor(50, meanwhile);
    const long = await runFor(250, meanwhile);
    expect(long.longestHistory).toBeLessThanOrEqual(short.longestHistory);
    expect([short.histories, long.histories]).toEqual([2, 6]);
    expect(long.elapsedMs).toBeGreaterThan(HOUR / 2);
    expect(long.result).toEqual({ ...end, delivery: { state: 'delivered', attempts: 1 } });
    expect(long.shown).toEqual([]);
    expect(long.delivered).toMatchObject([{ requestID: 'r', attempt: 1, delivery: { statusCode: 200 } }]);
  },
);

test.each([
  ['with the trace of its call', { traceParent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }],
  ['of before, without one', {}],
])('each step of a request gets its trace, also in a later history: %s', async (_, more) => {
  const { calls, histories } = await runFor(60, { ok: true, value: null }, more);
  expect(histories).toBe(2);
  expect(new Set(calls.map(([name]) => name))).toEqual(new Set([WORK, DELIVER]));
  for (const [, given] of calls)
    expect((given as { traceParent?: string }).traceParent).toBe((more as { traceParent?: string }).traceParent);
});

test.each([
  ['from its acceptance', {}],
  ['that a version before started, from its first step', { acceptedAt: undefined, webhook: undefined }],
])('a request has one line in the log, with its endpoint, state and duration: %s', async (_, more) => {
  const { logged } = await runFor(1, { ok: true, value: null }, more);
  expect(logged).toEqual(['Request r (plates): succeed after 1240 ms']);
});
