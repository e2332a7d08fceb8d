import { operationOrchestrator } from '../../../src/operations/operation.orchestrator.js';
import { plateErrors } from '../../../src/plates/errors.js';
import { recognize } from '../../../src/plates/recognize.orchestrator.js';
import { RECOGNIZE_IMAGE } from '../../../src/plates/schemas.js';
import { runOrchestrator } from '../../support/orchestrator-runner.js';

const unavailable = plateErrors.ImageProviderUnavailable('The image provider is failing on image 7.').data;
const notFound = plateErrors.ImageNotFound('The image provider has no image 7.').data;

const envelope = (input: unknown, attempts = 7) => ({
  kind: 'plates.recognize',
  input,
  createdAt: '2026-11-22T04:15:00.000Z',
  retry: { attempts, firstWaitMs: 2_000 },
});

function run(input: unknown, recognizeImage: () => unknown, attempts?: number, turn?: number) {
  return runOrchestrator(operationOrchestrator(recognize), {
    instanceId: 'op-1',
    input: envelope(input, attempts),
    activities: { [RECOGNIZE_IMAGE]: recognizeImage },
    ...(turn && { raise: [{ turn, name: 'cancel' }] }),
  });
}

test.each([
  [{ imageId: 7 }, 7],
  [{ blob: 'operations/op-1/input' }, null],
])('reads %j', async (input, imageId) => {
  const { result } = await run(input, () => ({ ok: true, value: { plateNumber: 'ab123', confidence: 0.5 } }));
  expect(result).toEqual({ end: 'succeeded', result: { imageId, plateNumber: 'ab123', confidence: 0.5 } });
});

test.each([
  ['keeps a final error’s code and asks once', notFound, 7, 1, 0],
  ['tries a passing one seven times, over two minutes of durable time', unavailable, 7, 7, 122_000],
  ['tries as often as its starter says', unavailable, 1, 1, 0],
])('%s', async (_name, error, attempts, calls, elapsedMs) => {
  const done = await run({ imageId: 7 }, () => ({ ok: false, error }), attempts);
  const { retryable: _, ...shown } = error;
  expect(done.result).toEqual({ end: 'failed', error: shown });
  expect(done.calls).toEqual(Array(calls).fill([RECOGNIZE_IMAGE, { imageId: 7, noWait: true, operationId: 'op-1' }]));
  expect(done.elapsedMs).toBe(elapsedMs);
});

test.each([1, 2, 3])('is canceled in turn %i', async (turn) => {
  const done = await run({ imageId: 7 }, () => ({ ok: false, error: unavailable }), 7, turn);
  expect(done.result).toEqual({ end: 'canceled' });
});
