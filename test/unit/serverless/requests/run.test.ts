import { DELIVER, WORK } from '../../../../src/serverless/names.js';
import { runOrchestrator as runRequest, type RunInput } from '../../../../src/serverless/requests/run.orchestrator.js';
import { runOrchestrator } from '../../../support/orchestrator-runner.js';

const ACCEPTED = Date.parse('2026-11-22T04:15:00.000Z');
const end = { state: 'succeed', at: ACCEPTED + 1_240 };
const delivered = { state: 'delivered', attempts: 1 };

const input: RunInput = {
  endpoint: 'gpu',
  createdAt: '2026-11-22T04:00:00.000Z',
  sequence: 7,
  requestID: '00000000-0007-4000-8000-000000000000',
  acceptedAt: ACCEPTED,
  deadline: ACCEPTED + 900_000,
  input: { text: '{}' },
  webhook: 'https://receiver.test/',
};

/** @param steps the results of the work, in their order */
function run(steps: unknown[], more: Partial<RunInput> = {}) {
  return runOrchestrator(runRequest, {
    input: { ...input, ...more },
    activities: {
      [WORK]: () => ({ ok: true, value: steps.shift() }),
      [DELIVER]: () => ({ ok: true, value: delivered }),
    },
  });
}

test('a request has one line in the log, with its id, endpoint, state and duration', async () => {
  const { result, logged } = await run([null, end]);
  expect(result).toEqual({ ...end, delivery: delivered });
  expect(logged).toEqual([`Request ${input.requestID} (gpu): succeed after 1240 ms`]);
});

test('the duration of a request that a version before started counts from its first step', async () => {
  const { logged } = await run([end], { acceptedAt: undefined, webhook: undefined });
  expect(logged).toEqual([`Request ${input.requestID} (gpu): succeed after 1240 ms`]);
});
