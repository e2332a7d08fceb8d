import { bookErrors } from '../../../src/books/errors.js';
import {
  BEGIN_FINISH,
  BEGIN_UPLOAD,
  CHECK_FILES,
  RELEASE_FINISH,
  RELEASE_UPLOAD,
  STORE_PROBLEMS,
  STORE_UPLOAD,
  SWITCH_VERSION,
  type PageReport,
} from '../../../src/books/schemas.js';
import { uploadFinish } from '../../../src/books/upload-finish.orchestrator.js';
import { uploadStart } from '../../../src/books/upload-start.orchestrator.js';
import { type OperationKind } from '../../../src/operations/define.js';
import { operationOrchestrator } from '../../../src/operations/operation.orchestrator.js';
import { commonErrors } from '../../../src/platform/errors.js';
import { runOrchestrator, type RunOptions } from '../../support/orchestrator-runner.js';

const ok = (value: unknown) => ({ ok: true, value });
const away = { ok: false, error: commonErrors.ServiceUnavailable('away').data };
const stored = { name: 'operations/op-1/result.json', bytes: 12, whole: 'operations/op-1/whole.json' };
const report = (change: Partial<PageReport> = {}) => ok({ present: 10, absent: 0, left: 0, bytes: 100, ...change });
const PAGES = 30;
const begun = ok({ version: 'v', base: 'b', pages: PAGES, files: 10 * PAGES });

const startInput = {
  bookId: 'book',
  isNew: false,
  clientName: 'c',
  clientVersion: '1',
  becomeUploader: false,
  fingerprint: 'f',
  files: 10 * PAGES,
  pages: PAGES,
};
const finishInput = { bookId: 'book', transactionId: 'v', metadata: {}, becomeUploader: false };

interface CheckCall {
  page: number;
  isContinued: boolean;
}

async function run<In, Out>(kind: OperationKind<In, Out>, input: object, options: Partial<RunOptions>) {
  const done = await runOrchestrator(operationOrchestrator(kind), {
    ...options,
    instanceId: 'op-1',
    input: { kind: kind.kind, input, createdAt: '2026-11-22T04:15:00.000Z', retry: { attempts: 3, firstWaitMs: 100 } },
    activities: {
      [BEGIN_UPLOAD]: () => begun,
      [BEGIN_FINISH]: () => begun,
      [CHECK_FILES]: () => report(),
      [STORE_UPLOAD]: () => ok(stored),
      [STORE_PROBLEMS]: () => ok(stored),
      [SWITCH_VERSION]: () => ok(null),
      [RELEASE_UPLOAD]: () => ok(null),
      [RELEASE_FINISH]: () => ok(null),
      ...options.activities,
    },
  });
  const count = (name: string) => done.calls.filter(([called]) => called === name).length;
  return { ...done, count };
}

const start = (options: Partial<RunOptions> = {}) => run(uploadStart, startInput, options);
const finish = (options: Partial<RunOptions> = {}) => run(uploadFinish, finishInput, options);

test('a start checks each page once, shows progress and ends with names of blobs', async () => {
  const done = await start({ duration: (name) => (name === CHECK_FILES ? 1_000 : 0) });
  expect(done.result).toEqual({ end: 'succeeded', resultBlob: stored.name, bytes: 12, wholeBlob: stored.whole });
  expect([done.count(CHECK_FILES), done.count(RELEASE_UPLOAD)]).toEqual([PAGES, 0]);
  const progress = done.shown.map((status) => (status as { progress?: { completed: number } }).progress?.completed);
  expect(progress.at(-1)).toBe(10 * PAGES);
  expect(new Set(progress).size).toBeGreaterThan(3);
});

test('no more than eight pages are checked at the same time', async () => {
  let most = 0;
  await start({
    duration: (name) => (name === CHECK_FILES ? 1_000 : 0),
    deliver: (waiting) => {
      most = Math.max(most, waiting.filter(({ name }) => name === CHECK_FILES).length);
      return waiting;
    },
  });
  expect(most).toBe(8);
});

test('a page that is not done is continued, and one whose error may pass is checked again', async () => {
  const calls: CheckCall[] = [];
  const done = await start({
    activities: {
      [CHECK_FILES]: (call: CheckCall) => {
        const before = calls.filter(({ page }) => page === call.page).length;
        calls.push({ page: call.page, isContinued: call.isContinued });
        if (call.page === 3 && before < 2) return report({ present: 2, left: 8 });
        return call.page === 5 && before < 2 ? away : report();
      },
    },
  });
  expect(done.result).toMatchObject({ end: 'succeeded' });
  expect(calls.filter(({ page }) => page === 3).map(({ isContinued }) => isContinued)).toEqual([false, true, true]);
  expect(calls.filter(({ page }) => page === 5).map(({ isContinued }) => isContinued)).toEqual([false, false, false]);
  expect(calls.length).toBe(PAGES + 4);
});

test('the history of 100 pages is short', async () => {
  const done = await start({
    activities: { [BEGIN_UPLOAD]: () => ok({ version: 'v', pages: 100, files: 100_000 }) },
    duration: (name) => (name === CHECK_FILES ? 20_000 : 0),
  });
  expect(done.count(CHECK_FILES)).toBe(100);
  expect(done.longestHistory).toBeLessThan(1_500);
});

test.each<[string, Partial<RunOptions>, object]>([
  [
    'whose storage is away',
    { activities: { [CHECK_FILES]: () => away } },
    { end: 'failed', error: { code: 'ServiceUnavailable' } },
  ],
  [
    'that is refused',
    { activities: { [BEGIN_UPLOAD]: () => ({ ok: false, error: bookErrors.UploadInProgress('busy').data }) } },
    { end: 'failed', error: { code: 'UploadInProgress', status: 409 } },
  ],
  ['that is canceled', { raise: [{ turn: 3, name: 'cancel', input: true }] }, { end: 'canceled' }],
  ['that is canceled before it began', { raise: [{ turn: 1, name: 'cancel', input: true }] }, { end: 'canceled' }],
])('a start %s frees the book', async (_name, options, result) => {
  const done = await start(options);
  expect(done.result).toMatchObject(result);
  expect(done.calls.at(-1)?.[0]).toBe(RELEASE_UPLOAD);
});

test('a finish switches the version when all files are there', async () => {
  const done = await finish();
  expect(done.result).toEqual({ end: 'succeeded', result: {} });
  expect(done.calls.at(-1)).toEqual([SWITCH_VERSION, { ...finishInput, bytes: 100 * PAGES, operationId: 'op-1' }]);
});

test('a finish with absent files switches nothing, and the client can upload again', async () => {
  const done = await finish({
    activities: { [CHECK_FILES]: ({ page }: CheckCall) => report(page === 7 ? { present: 8, absent: 2 } : {}) },
  });
  expect(done.result).toMatchObject({
    end: 'failed',
    error: { code: 'UploadIncomplete', message: expect.stringMatching(/^2 of 300 files/) as string },
    detailsBlob: stored.name,
    wholeBlob: stored.whole,
  });
  expect(done.count(SWITCH_VERSION)).toBe(0);
  expect(done.calls.slice(-2).map(([name]) => name)).toEqual([STORE_PROBLEMS, RELEASE_FINISH]);
});

test('a finish of the current version has nothing to do', async () => {
  const done = await finish({
    activities: { [BEGIN_FINISH]: () => ok({ version: 'v', pages: 0, files: 0, isDone: true }) },
  });
  expect(done.result).toEqual({ end: 'succeeded', result: {} });
  expect(done.calls.length).toBe(1);
});
