import { operationOrchestrator } from '../../../src/operations/operation.orchestrator.js';
import { type Envelope } from '../../../src/operations/schemas.js';
import { STORE_RESULT } from '../../../src/operations/stored-result.js';
import { plateErrors } from '../../../src/plates/errors.js';
import { recognizeBatch } from '../../../src/plates/recognize-batch.orchestrator.js';
import { RECOGNIZE_IMAGE, type RecognizeBatchResult } from '../../../src/plates/schemas.js';
import { operationErrors } from '../../../src/operations/errors.js';
import { runOrchestrator, type Completion, type RunOptions } from '../../support/orchestrator-runner.js';

const unavailable = plateErrors.ImageProviderUnavailable('The image provider is failing.').data;
const notFound = plateErrors.ImageNotFound('There is no such image.').data;
const canceled = operationErrors.OperationCanceled('The operation was canceled.').data;

const read = ({ imageId }: { imageId: number }) => ({
  ok: true,
  value: { plateNumber: `a${imageId}`, confidence: 0.9 },
});

function runBatch(
  imageIds: number[],
  recognizeImage: (input: { imageId: number }) => unknown,
  more: Partial<RunOptions> = {},
) {
  const input: Envelope = {
    kind: 'plates.recognizeBatch',
    input: { imageIds },
    createdAt: '2026-11-22T04:15:00.000Z',
    retry: { attempts: 7, firstWaitMs: 2_000 },
  };
  const store = ({ result }: { result: unknown }) => ({
    ok: true,
    value: { name: 'blob', bytes: JSON.stringify(result).length },
  });
  return runOrchestrator(operationOrchestrator(recognizeBatch), {
    input,
    parts: recognizeBatch.subOrchestrators,
    activities: { [RECOGNIZE_IMAGE]: recognizeImage, [STORE_RESULT]: store },
    ...more,
  });
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => index);
const resultOf = ({ result }: { result: unknown }) => (result as { end: string; result: RecognizeBatchResult }).result;

test('answers in the order of the ids and reads a repeated id once', async () => {
  const run = await runBatch([7, 3, 7], read);
  expect(run.result).toEqual({
    end: 'succeeded',
    result: {
      succeeded: 3,
      failed: 0,
      results: [7, 3, 7].map((imageId) => ({ imageId, plateNumber: `a${imageId}`, confidence: 0.9 })),
    },
  });
  expect(run.calls.map(([, input]) => input)).toEqual([
    { imageId: 7, operationId: 'operation-under-test' },
    { imageId: 3, operationId: 'operation-under-test' },
  ]);
});

test('a final error is an entry of the result and is tried once', async () => {
  const run = await runBatch([1, 2], (input) => (input.imageId === 2 ? { ok: false, error: notFound } : read(input)));
  expect(resultOf(run)).toEqual({
    succeeded: 1,
    failed: 1,
    results: [
      { imageId: 1, plateNumber: 'a1', confidence: 0.9 },
      { imageId: 2, error: { code: 'ImageNotFound', message: 'There is no such image.' } },
    ],
  });
  expect(run.calls).toHaveLength(2);
});

test('only images with a retryable error are tried again', async () => {
  let failures = 2;
  const run = await runBatch([1, 2], (input) =>
    input.imageId === 2 && failures-- > 0 ? { ok: false, error: unavailable } : read(input),
  );
  expect(resultOf(run)).toMatchObject({ succeeded: 2, failed: 0 });
  expect(run.calls.map(([, input]) => (input as { imageId: number }).imageId)).toEqual([1, 2, 2, 2]);
  expect(run.elapsedMs).toBe(2_000 + 4_000);
  expect(run.shown).toContainEqual({ progress: { total: 2, completed: 1, failed: 0 }, waitingFor: 'upstream' });
});

/** The first image of a chunk, or the image: later ones take longer, each step a third more than the one before. */
function slower(every: number) {
  return (_name: string, input: unknown) => {
    const { imageId, imageIds } = input as { imageId?: number; imageIds?: number[] };
    return 100 * 1.3 ** Math.floor((imageId ?? imageIds?.[0] ?? 0) / every);
  };
}

test.each([
  ['image by image in a small batch', 10, 10],
  ['chunk by chunk in a large one', 100, 10],
])('shows progress %s, never backwards', async (_name, count, steps) => {
  const run = await runBatch(ids(count), read, { duration: slower(count / steps) });
  const completed = run.shown.map((status) => (status as { progress: { completed: number } }).progress.completed);
  expect(completed).toEqual([...completed].sort((a, b) => a - b));
  expect(new Set(completed).size).toBeGreaterThanOrEqual(steps);
  expect(run.shown.at(-1)).toMatchObject({ progress: { total: count, completed: count, failed: 0 } });
});

test('a slow image at the head of a batch hides nothing of the others', async () => {
  const duration = (_name: string, input: unknown) => ((input as { imageId: number }).imageId === 0 ? 20_000 : 100);
  const run = await runBatch(ids(10), read, { duration });
  expect(run.shown).toContainEqual({ progress: { total: 10, completed: 9, failed: 0 } });
  expect(run.elapsedMs).toBe(20_000);
});

test('an hour of looking at slow images makes no long history', async () => {
  const run = await runBatch(ids(25), read, { duration: () => 3_600_000 });
  expect(run.longestHistory).toBeLessThan(600);
});

/** Each result in a turn of its own is the longest history that there can be. */
const oneByOne = { deliver: (due: Completion[]) => due.slice(0, 1) };

test('no history passes 1,000 events with chunks of images that fail in every round', async () => {
  const run = await runBatch(ids(100), () => ({ ok: false, error: unavailable }), oneByOne);
  expect(run.calls.filter(([name]) => name === RECOGNIZE_IMAGE)).toHaveLength(700);
  expect(run.longestHistory).toBeLessThanOrEqual(1_000);
});

test('no history passes 1,000 events with 1,000 images, of which each chunk has a history of its own', async () => {
  const run = await runBatch(ids(1_000), read, oneByOne);
  expect(run.calls.filter(([name]) => name === RECOGNIZE_IMAGE)).toHaveLength(1_000);
  expect(run.longestHistory).toBeLessThanOrEqual(1_000);
});

test('a large result is stored, and the end names the blob', async () => {
  const run = await runBatch(ids(1_000), () => ({ ok: true, value: { plateNumber: 'x'.repeat(60) } }));
  expect(run.result).toEqual({ end: 'succeeded', resultBlob: 'blob', bytes: expect.any(Number) as number });
});

test.each([1, 2])('a cancellation in turn %i ends it as canceled once its images have stopped', async (turn) => {
  const run = await runBatch(ids(30), () => ({ ok: false, error: canceled }), { raise: [{ turn, name: 'cancel' }] });
  expect(run.result).toEqual({ end: 'canceled' });
});

test('a cancellation cuts the wait for a failing service short', async () => {
  const run = await runBatch([1], () => ({ ok: false, error: unavailable }), { raise: [{ turn: 3, name: 'cancel' }] });
  expect(run.result).toEqual({ end: 'canceled' });
  expect(run.calls).toHaveLength(2);
});
