import { createCancellationWatch } from '../../../src/operations/cancellation.js';
import { createOperationRecords } from '../../../src/operations/records.js';
import { settle } from '../../support/manual-clock.js';
import { MemoryTable } from '../../support/memory-table.js';

beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance'] }));
afterEach(() => {
  jest.useRealTimers();
});

const ID = 'operation-under-test';
const canceled = { data: { code: 'OperationCanceled', status: 409, retryable: false } };

async function setUp() {
  const records = createOperationRecords(new MemoryTable());
  await records.insert({ id: ID, kind: 'test.kind', fingerprint: '', createdAt: new Date().toISOString() });
  const reads = jest.spyOn(records, 'isCancelRequested');
  return {
    records,
    reads,
    watch: createCancellationWatch(records),
    cancel: () => records.requestCancel(ID, new Date()),
  };
}

async function advance(ms: number): Promise<void> {
  await settle();
  await jest.advanceTimersByTimeAsync(ms);
}

/** Work that the test ends. */
function work() {
  let end: (value: string) => void = () => undefined;
  const signals: AbortSignal[] = [];
  const run = (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<string>((resolve) => (end = resolve));
  };
  return { run, signals, end: (value: string) => end(value) };
}

/** Work that stops, with an error of its own, when its signal aborts. */
function stopping(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('socket hang up'))));
}

test('work that is not canceled: its value or its error, and no timer is left', async () => {
  const { watch } = await setUp();
  expect(await watch.run(ID, (signal) => Promise.resolve(signal.aborted))).toBe(false);
  await expect(watch.run(ID, () => Promise.reject(new Error('its own')))).rejects.toThrow('its own');
  expect(jest.getTimerCount()).toBe(0);
});

test('work of an operation that was canceled before does not begin', async () => {
  const { watch, cancel } = await setUp();
  await cancel();
  const begin = jest.fn();
  await expect(watch.run(ID, begin)).rejects.toMatchObject(canceled);
  expect(begin).not.toHaveBeenCalled();
  expect(jest.getTimerCount()).toBe(0);
});

test('work that was just scheduled begins without a read of storage, and is aborted within a second', async () => {
  const { watch, cancel, reads } = await setUp();
  const polledLate = Date.now() - 2_000;
  expect(await watch.run(ID, (signal) => Promise.resolve(signal.aborted), polledLate)).toBe(false);
  expect(reads).not.toHaveBeenCalled();
  const rejected = expect(watch.run(ID, stopping, Date.now())).rejects.toMatchObject(canceled);
  await cancel();
  await advance(1_000);
  await rejected;
});

test('work that was scheduled a while ago waits for a check, also beside work that did not', async () => {
  const { watch, cancel, reads } = await setUp();
  const { run, end } = work();
  const running = watch.run(ID, run, Date.now());
  await cancel();
  const begin = jest.fn();
  await expect(watch.run(ID, begin, Date.now() - 3_000)).rejects.toMatchObject(canceled);
  expect(begin).not.toHaveBeenCalled();
  expect(reads).toHaveBeenCalledTimes(1);
  end('too late');
  await expect(running).rejects.toMatchObject(canceled);
});

test('a cancellation aborts running work within a second', async () => {
  const { watch, cancel } = await setUp();
  const { run, signals, end } = work();
  const result = watch.run(ID, run);
  const rejected = expect(result).rejects.toMatchObject(canceled);
  await advance(2_500);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  await cancel();
  await advance(1_000);
  expect(signals[0]?.reason).toMatchObject(canceled);
  end('too late');
  await rejected;
  expect(jest.getTimerCount()).toBe(0);
});

test('work that stops with its own error is canceled all the same', async () => {
  const { watch, cancel } = await setUp();
  const rejected = expect(watch.run(ID, stopping)).rejects.toMatchObject(canceled);
  await settle();
  await cancel();
  await advance(1_000);
  await rejected;
});

test('a cancellation aborts all work of its operation and of no other', async () => {
  const { watch, cancel } = await setUp();
  const others = work();
  const other = watch.run('another-operation-id', others.run);
  const rejected = Promise.all(
    Array.from({ length: 5 }, () => expect(watch.run(ID, stopping)).rejects.toMatchObject(canceled)),
  );
  await settle();
  await cancel();
  await advance(1_000);
  await rejected;
  others.end('done');
  expect(await other).toBe('done');
});

test('one read per operation and second, however many activities run', async () => {
  const { watch, reads } = await setUp();
  const all = Array.from({ length: 50 }, work);
  const results = all.map(({ run }) => watch.run(ID, run));
  await settle();
  expect(reads).toHaveBeenCalledTimes(1);
  await advance(3_000);
  expect(reads).toHaveBeenCalledTimes(4);

  for (const { end } of all.slice(1)) end('done');
  await advance(2_000);
  expect(reads).toHaveBeenCalledTimes(6);
  all[0]?.end('done');
  expect(await Promise.all(results)).toHaveLength(50);
  await advance(5_000);
  expect(reads).toHaveBeenCalledTimes(6);
  expect(jest.getTimerCount()).toBe(0);
});

test('work that begins after all others have ended reads again', async () => {
  const { watch, cancel } = await setUp();
  await watch.run(ID, () => Promise.resolve());
  await cancel();
  await expect(watch.run(ID, () => Promise.resolve())).rejects.toMatchObject(canceled);
});

test('storage that does not answer delays work by 1.5 s at most, and checks do not accumulate', async () => {
  const { watch, reads } = await setUp();
  reads.mockReturnValue(new Promise(() => undefined));
  const { run, signals, end } = work();
  const result = watch.run(ID, run);
  await advance(1_499);
  expect(signals).toHaveLength(0);
  await advance(1);
  expect(signals).toHaveLength(1);
  await advance(10_000);
  expect(reads).toHaveBeenCalledTimes(1);
  end('done');
  expect(await result).toBe('done');
  expect(jest.getTimerCount()).toBe(0);
});

test('a read that is answered late still cancels', async () => {
  const { watch, reads } = await setUp();
  reads.mockImplementationOnce(() => new Promise((resolve) => setTimeout(() => resolve(true), 4_000)));
  const rejected = expect(watch.run(ID, stopping)).rejects.toMatchObject(canceled);
  await advance(4_000);
  await rejected;
  expect(jest.getTimerCount()).toBe(0);
});

test('a read that fails stops no work, and the next one is made a second later', async () => {
  const { watch, reads, cancel } = await setUp();
  await cancel();
  reads.mockRejectedValueOnce(new Error('connect ECONNREFUSED')).mockRejectedValueOnce(new Error('ETIMEDOUT'));
  const rejected = expect(watch.run(ID, stopping)).rejects.toMatchObject(canceled);
  await advance(1_999);
  expect(reads).toHaveBeenCalledTimes(2);
  await advance(1);
  await rejected;
});
