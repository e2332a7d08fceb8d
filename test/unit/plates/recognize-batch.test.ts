import { operationErrors } from '../../../src/operations/errors.js';
import { operationOrchestrator } from '../../../src/operations/operation.orchestrator.js';
import { type Envelope } from '../../../src/operations/schemas.js';
import { STORE_RESULT } from '../../../src/operations/stored-result.js';
import { RESUMED_EVENT } from '../../../src/operations/upstreams/names.js';
import { plateErrors } from '../../../src/plates/errors.js';
import { recognizeBatch } from '../../../src/plates/recognize-batch.orchestrator.js';
import {
  GET_REUSED,
  RECOGNIZE_IMAGES,
  reusedBlobName,
  STORE_REUSED,
  type ImageOutcome,
  type RecognizeBatchResult,
  type ReusedResult,
} from '../../../src/plates/schemas.js';
import { runOrchestrator, type Completion, type RunOptions } from '../../support/orchestrator-runner.js';

const unavailable = plateErrors.ImageProviderUnavailable('The image provider is failing.').data;
const notFound = plateErrors.ImageNotFound('There is no such image.').data;
const canceled = { ok: false, error: operationErrors.OperationCanceled('The operation was canceled.').data };
const NO_ROOM: ImageOutcome[] = [];

interface Group {
  imageIds: number[];
  forMs: number;
}

const read = (imageId: number): ImageOutcome => ({ ok: true, value: { plateNumber: `a${imageId}`, confidence: 0.9 } });
const failing = (): ImageOutcome => ({ ok: false, error: unavailable });

/** Runs a batch whose activities read as many images as their time allows. */
function runBatch(
  imageIds: number[],
  {
    image = read,
    msOf = () => 0,
    group,
    reused,
    version = recognizeBatch.version,
    ...more
  }: Partial<RunOptions> & Partial<Services> = {},
) {
  const input: Envelope = {
    kind: 'plates.recognizeBatch',
    input: { imageIds, ...(reused && { reused: 'a blob' }) },
    createdAt: '2026-11-22T04:15:00.000Z',
    retry: { attempts: 7, firstWaitMs: 2_000 },
    version,
  };
  const begun = (given: Group) => {
    let ms = 0;
    const count = given.imageIds.findIndex((id) => (ms += msOf(id)) >= given.forMs) + 1;
    return given.imageIds.slice(0, count || undefined);
  };
  const store = ({ result }: { result: unknown }) => {
    return { ok: true, value: { name: 'blob', bytes: JSON.stringify(result).length } };
  };
  const recognizeImages = (given: Group) => group?.(given) ?? { ok: true, value: begun(given).map(image) };
  return runOrchestrator(operationOrchestrator(recognizeBatch), {
    input,
    parts: recognizeBatch.subOrchestrators,
    activities: {
      [RECOGNIZE_IMAGES]: recognizeImages,
      [STORE_RESULT]: store,
      [GET_REUSED]: () => ({ ok: true, value: reused }),
      [STORE_REUSED]: () => ({ ok: true, value: null }),
    },
    duration: (name, given) =>
      name === RECOGNIZE_IMAGES ? begun(given as Group).reduce((ms, id) => ms + msOf(id), 0) : 0,
    ...more,
  });
}

interface Services {
  /** One attempt at an image. */
  image: (imageId: number) => ImageOutcome;
  /** Results that a retry reuses. */
  reused: ReusedResult[];
  /** Of the steps, at its start. */
  version: number | undefined;
  /** How long an attempt takes, ms. */
  msOf: (imageId: number) => number;
  /** The answer of an activity, instead of the attempts at its images. */
  group: (group: Group) => unknown;
}

const ids = (count: number) => Array.from({ length: count }, (_, index) => index);
const resultOf = ({ result }: { result: unknown }) => (result as { end: string; result: RecognizeBatchResult }).result;
const groupsOf = ({ calls }: { calls: [string, unknown][] }) =>
  calls.filter(([name]) => name === RECOGNIZE_IMAGES).map(([, input]) => (input as Group).imageIds);

test('answers in the order of the ids and reads a repeated id once', async () => {
  const run = await runBatch([7, 3, 7]);
  expect(run.result).toEqual({
    end: 'succeeded',
    result: {
      succeeded: 3,
      failed: 0,
      results: [7, 3, 7].map((imageId) => ({ imageId, plateNumber: `a${imageId}`, confidence: 0.9 })),
    },
  });
  expect(run.calls.map(([, input]) => input)).toEqual([
    { imageIds: [7], forMs: 2_000, operationId: 'operation-under-test' },
    { imageIds: [3], forMs: 2_000, operationId: 'operation-under-test' },
  ]);
});

test('a final error is an entry of the result and is tried once', async () => {
  const run = await runBatch([1, 2], { image: (id) => (id === 2 ? { ok: false, error: notFound } : read(id)) });
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

test('a retry reads the images that failed only, and its result is complete, in the order of the ids', async () => {
  const run = await runBatch([7, 3, 7, 5], { reused: [{ imageId: 7, plateNumber: 'reused' }] });
  expect(groupsOf(run)).toEqual([[3], [5]]);
  expect(resultOf(run)).toEqual({
    succeeded: 4,
    failed: 0,
    results: [
      { imageId: 7, plateNumber: 'reused' },
      { imageId: 3, plateNumber: 'a3', confidence: 0.9 },
      { imageId: 7, plateNumber: 'reused' },
      { imageId: 5, plateNumber: 'a5', confidence: 0.9 },
    ],
  });
  expect(run.shown[0]).toEqual({ progress: { total: 3, completed: 1, failed: 0 } });
});

test('what a retry reuses is the results without the failed images', () => {
  const result: RecognizeBatchResult = {
    succeeded: 1,
    failed: 1,
    results: [
      { imageId: 7, plateNumber: 'a7' },
      { imageId: 3, error: { code: 'ImageNotFound', message: 'There is no such image.' } },
    ],
  };
  const ended = { id: 'the-first-operation', input: { imageIds: [7, 3] }, result };
  const reused = reusedBlobName('the-retry-of-it-all');
  expect(recognizeBatch.retryFailedItems?.(ended, 'the-retry-of-it-all')).toEqual({
    input: { imageIds: [7, 3], reused },
    values: { [reused]: [{ imageId: 7, plateNumber: 'a7' }] },
  });
});

test('only images with a retryable error are tried again', async () => {
  let failures = 2;
  const run = await runBatch([1, 2], { image: (id) => (id === 2 && failures-- > 0 ? failing() : read(id)) });
  expect(resultOf(run)).toMatchObject({ succeeded: 2, failed: 0 });
  expect(groupsOf(run)).toEqual([[1], [2], [2], [2]]);
  expect(run.elapsedMs).toBe(2_000 + 4_000);
  expect(run.shown).toContainEqual({ progress: { total: 2, completed: 1, failed: 0 }, waitingFor: 'upstream' });
});

test.each([
  ['image by image in a small batch', 10, (id: number) => 100 * 1.3 ** id, 10],
  ['activity by activity in a large one', 100, () => 3_000, 5],
])('shows progress %s, never backwards', async (_name, count, msOf, steps) => {
  const run = await runBatch(ids(count), { msOf });
  const completed = run.shown.map((status) => (status as { progress: { completed: number } }).progress.completed);
  expect(completed).toEqual([...completed].sort((a, b) => a - b));
  expect(new Set(completed).size).toBeGreaterThanOrEqual(steps);
  expect(run.shown.at(-1)).toMatchObject({ progress: { total: count, completed: count, failed: 0 } });
});

test.each([
  [10, 9],
  [100, 95],
])('a slow image in a batch of %i delays no image of another activity', async (count, others) => {
  const run = await runBatch(ids(count), { msOf: (id) => (id === 0 ? 60_000 : 1_000) });
  expect(run.shown).toContainEqual({ progress: { total: count, completed: others, failed: 0 } });
  expect(run.elapsedMs).toBeLessThan(60_000 + 2_000);
});

describe('the window', () => {
  /** Counts the activities that run, with room for `most` of them. */
  function roomFor(most: number, msOf: () => number) {
    let free = most;
    let largest = 0;
    const group = ({ imageIds }: Group) => {
      const room = free-- > 0;
      return { ok: true, value: room ? imageIds.map(read) : NO_ROOM };
    };
    const duration = () => msOf();
    const deliver = (due: Completion[]) => {
      largest = Math.max(largest, due.length);
      free = most;
      return due;
    };
    return { group, duration, deliver, largest: () => largest };
  }

  test('at most 20 activities of a batch run at the same time', async () => {
    let waiting = 0;
    const run = await runBatch(ids(1_000), {
      msOf: () => 3_000,
      deliver: (due) => {
        waiting = Math.max(waiting, due.filter(({ name }) => name === RECOGNIZE_IMAGES).length);
        return due;
      },
    });
    expect(run.result).toMatchObject({ end: 'succeeded' });
    expect(waiting).toBe(20);
  });

  test('images without room are read later, and are no failed attempts', async () => {
    const run = await runBatch(
      ids(100),
      roomFor(3, () => 100),
    );
    expect(resultOf(run)).toMatchObject({ succeeded: 100, failed: 0 });
  });

  test('shrinks to the activities that find room', async () => {
    const run = await runBatch(
      ids(1_000),
      roomFor(3, () => 100),
    );
    const refused = groupsOf(run).length - 1_000 / 50;
    expect(refused).toBeLessThan(40);
  });

  test('a process with less room than the window costs few checks', async () => {
    // Room for 15 activities, each with one image of 2.5 s; the others end immediately.
    const working = new Set<number>();
    const firstOf = (given: unknown) => (given as Group).imageIds[0] ?? 0;
    const run = await runBatch(ids(100), {
      duration: (_name, given) => {
        if (working.size >= 15) return 0;
        working.add(firstOf(given));
        return 2_500;
      },
      group: (given) => ({ ok: true, value: working.delete(firstOf(given)) ? [read(firstOf(given))] : NO_ROOM }),
    });
    expect(resultOf(run)).toMatchObject({ succeeded: 100, failed: 0 });
    const events = 2 * groupsOf(run).length;
    expect(run.longestHistory).toBeLessThan(events + 200);
  });

  test('when no activity finds room, it waits durably, with growing waits, and says so', async () => {
    let refusals = 20 + 3;
    const group = ({ imageIds }: Group) => ({ ok: true, value: refusals-- > 0 ? NO_ROOM : imageIds.map(read) });
    const run = await runBatch(ids(40), { group });
    expect(resultOf(run)).toMatchObject({ succeeded: 40, failed: 0 });
    expect(run.elapsedMs).toBe(50 + 250 + 500 + 1_000 + 2_000); // the first is the first check of the 20

    expect(run.shown).toContainEqual({ progress: { total: 40, completed: 0, failed: 0 }, waitingFor: 'capacity' });
    expect(run.shown.at(-1)).toEqual({ progress: { total: 40, completed: 40, failed: 0 } });
  });

  test('a cancellation ends the wait for room', async () => {
    let turn = 1;
    const run = await runBatch(ids(2), {
      group: () => ({ ok: true, value: NO_ROOM }),
      raise: [{ turn: 3, name: 'cancel' }],
      deliver: (due) => (++turn === 3 ? [] : due), // the event arrives alone
    });
    expect(run.result).toEqual({ end: 'canceled' });
    expect(run.calls).toHaveLength(2);
  });
});

test('an activity that fails fails its images only', async () => {
  const group = ({ imageIds }: Group) => {
    return imageIds.includes(0) ? { ok: false, error: notFound } : { ok: true, value: imageIds.map(read) };
  };
  const run = await runBatch(ids(100), { group });
  expect(resultOf(run)).toMatchObject({ succeeded: 95, failed: 5 });
});

test('1,000 images of 3 s make a history of about 1,000 events', async () => {
  const run = await runBatch(ids(1_000), { msOf: () => 3_000 });
  expect(run.longestHistory).toBeLessThanOrEqual(1_100);
});

test('no history passes 1,000 events with 1,000 images that fail in every round', async () => {
  // Each result in a turn of its own is the longest history that there can be.
  const attempts = new Map<number, number>();
  const image = (id: number) => (attempts.set(id, (attempts.get(id) ?? 0) + 1), failing());
  const run = await runBatch(ids(1_000), { image, deliver: (due: Completion[]) => due.slice(0, 1) });
  expect([...attempts.values()]).toEqual(Array(1_000).fill(7));
  expect(run.longestHistory).toBeLessThanOrEqual(1_000);
});

test('a large result is stored, and the end names the blob', async () => {
  const run = await runBatch(ids(1_000), { image: () => ({ ok: true, value: { plateNumber: 'x'.repeat(60) } }) });
  expect(run.result).toEqual({ end: 'succeeded', resultBlob: 'blob', bytes: expect.any(Number) as number });
});

test.each([1, 2])('a cancellation in turn %i ends it as canceled once its images have stopped', async (turn) => {
  const run = await runBatch(ids(30), { group: () => canceled, raise: [{ turn, name: 'cancel' }] });
  expect(run.result).toEqual({ end: 'canceled' });
});

describe('the results of a canceled batch', () => {
  const storedOf = ({ calls }: { calls: [string, unknown][] }) =>
    calls.flatMap(([name, input]) => (name === STORE_REUSED ? [(input as { results: ReusedResult[] }).results] : []));
  const idsOf = (results: ReusedResult[] = []) => results.map(({ imageId }) => imageId);
  /** The first three groups read their images, the others are canceled. */
  const halfWay = (more: Parameters<typeof runBatch>[1] = {}) => {
    const groups: number[][] = [];
    const group = ({ imageIds }: Group) => (groups.push(imageIds) > 3 ? canceled : undefined);
    return runBatch(ids(1_000), { group, ...more }).then((run) => ({ run, groups }));
  };

  test('are stored once at its end, also of activities that end after the cancellation', async () => {
    const { run, groups } = await halfWay({ raise: [{ turn: 2, name: 'cancel' }] });
    expect(run.result).toEqual({ end: 'canceled' });
    const [stored, ...others] = storedOf(run);
    expect(others).toEqual([]);
    expect(idsOf(stored)).toEqual(groups.slice(0, 3).flat());
    expect(stored?.[0]).toEqual({ imageId: 0, plateNumber: 'a0', confidence: 0.9 });
  });

  test('have those that it reused itself', async () => {
    const reused = [{ imageId: 999, plateNumber: 'reused' }];
    const { run, groups } = await halfWay({ reused });
    expect(idsOf(storedOf(run)[0])).toEqual([999, ...groups.slice(0, 3).flat()]);
  });

  test('are not stored when there are none, nor by a batch that was started before version 3', async () => {
    expect(storedOf(await runBatch(ids(30), { group: () => canceled }))).toEqual([]);
    const { run } = await halfWay({ version: 2 });
    expect([storedOf(run), run.result]).toEqual([[], { end: 'canceled' }]);
  });
});

test('a cancellation that only an activity sees', async () => {
  const run = await runBatch(ids(30), { group: () => canceled });
  expect(run.result).toEqual({ end: 'canceled' });
});

test('a cancellation cuts the wait for a failing service short', async () => {
  const run = await runBatch([1], { image: failing, raise: [{ turn: 3, name: 'cancel' }] });
  expect(run.result).toEqual({ end: 'canceled' });
  expect(run.calls).toHaveLength(2);
});

describe('while a service is paused', () => {
  const HOUR = 3_600_000; // without the event of the resume, a batch looks itself so often
  const paused = { ok: false, error: operationErrors.UpstreamPaused('paused', { target: 'plateReader' }).data };

  test('a batch waits as a whole and begins no further activity', async () => {
    let begun = 0;
    const reads = new Map<number, number>();
    const run = await runBatch(ids(1_000), {
      group: () => (++begun > 5 && begun <= 20 ? paused : undefined),
      image: (id) => (reads.set(id, (reads.get(id) ?? 0) + 1), read(id)),
    });
    expect(resultOf(run)).toMatchObject({ succeeded: 1_000, failed: 0 });
    expect([...reads.values()]).toEqual(Array(1_000).fill(1));
    expect(run.shown).toContainEqual({ progress: { total: 1_000, completed: 250, failed: 0 }, waitingFor: 'paused' });
    expect([groupsOf(run).length, Math.floor(run.elapsedMs / HOUR)]).toEqual([20 + 20, 1]);
  });

  test('no attempt is counted, however often it is found paused', async () => {
    let begun = 0;
    const run = await runBatch(ids(30), { group: () => (++begun <= 10 * 15 ? paused : undefined) });
    expect(resultOf(run)).toMatchObject({ succeeded: 30, failed: 0 });
    expect(Math.floor(run.elapsedMs / HOUR)).toBe(10);
  });

  test('images that failed before have their attempts after the resume', async () => {
    let begun = 0;
    const run = await runBatch([1], { image: failing, group: () => (++begun === 3 ? paused : undefined) });
    expect(resultOf(run)).toMatchObject({ succeeded: 0, failed: 1 });
    expect(groupsOf(run)).toHaveLength(7 + 1);
  });

  test('the event of the resume ends the wait', async () => {
    let begun = 0;
    let turn = 1;
    const run = await runBatch([1], {
      group: () => (++begun === 1 ? paused : undefined),
      raise: [{ turn: 3, name: RESUMED_EVENT, input: true }],
      deliver: (due) => (++turn === 3 ? [] : due), // the event arrives alone
    });
    expect([resultOf(run).succeeded, run.elapsedMs]).toEqual([1, 0]);
  });
});

test('images that were not called are tried again after five seconds at the earliest, and no attempt is counted', async () => {
  const notCalled: ImageOutcome = { ok: false, error: { ...unavailable, notCalled: true } };
  const outcomes = [...Array<ImageOutcome>(6).fill(notCalled), ...Array<ImageOutcome>(6).fill(failing()), read(1)];
  const run = await runBatch([1], { image: () => outcomes.shift() ?? notCalled });
  expect([resultOf(run).succeeded, groupsOf(run).length]).toEqual([1, 13]);
  const always = await runBatch([1], { image: () => notCalled });
  expect([resultOf(always).failed, groupsOf(always).length]).toEqual([1, 7]);
  expect(always.elapsedMs).toBe(5_000 + 5_000 + 8_000 + 16_000 + 32_000 + 60_000);
});
