import { createEndNotifications } from '../../../src/operations/end-notifications.js';
import { Operations } from '../../../src/operations/operations.js';
import { createOperationRecords } from '../../../src/operations/records.js';
import { type BlobStore } from '../../../src/platform/storage.js';
import { settle } from '../../support/manual-clock.js';
import { MemoryTable } from '../../support/memory-table.js';
import { MemoryTaskHub } from '../../support/memory-task-hub.js';
import { testKind } from '../../support/operation-world.js';

beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance'] }));
afterEach(() => {
  jest.useRealTimers();
});

const WAIT_MS = 60_000;

/** An operation that has just been started, and a request that waits for its end. */
async function setUp({ ends = createEndNotifications(), first = true } = {}) {
  const hub = new MemoryTaskHub();
  const reads = jest.spyOn(hub, 'getStatus');
  const operations = new Operations({
    client: hub.client,
    kinds: [testKind],
    records: createOperationRecords(new MemoryTable()),
    blobs: {} as BlobStore,
    ends,
    retry: { attempts: 1, firstWaitMs: 1 },
    retentionMs: 72 * 3_600_000,
  });
  const started = await operations.start({ kind: testKind, input: () => ({ n: 1 }) });
  const answer = first ? operations.waitAfterStart(started, WAIT_MS) : operations.waitForEnd(started.id, WAIT_MS);
  return { hub, reads, ends, id: started.id, answer };
}

async function advance(ms: number): Promise<void> {
  await settle();
  await jest.advanceTimersByTimeAsync(ms);
}

test('a request that waits after its start is told of an end in this process, and reads the status once', async () => {
  const { hub, reads, ends, id, answer } = await setUp();
  await advance(100);
  hub.end(id);
  ends.notify(id);
  await advance(20);
  expect((await answer).status).toBe('Succeeded');
  expect(reads).toHaveBeenCalledTimes(1);
  expect(jest.getTimerCount()).toBe(0);
});

test('an end that was told before the request began to wait is not missed', async () => {
  const { hub, reads, ends, id, answer } = await setUp();
  hub.end(id);
  ends.notify(id);
  await advance(20);
  expect((await answer).status).toBe('Succeeded');
  expect(reads).toHaveBeenCalledTimes(1);
});

test('an end that is told before it is stored is read again, with growing gaps', async () => {
  const { hub, reads, ends, id, answer } = await setUp();
  await advance(100);
  ends.notify(id);
  await advance(20 + 40 + 80);
  expect(reads).toHaveBeenCalledTimes(3);
  hub.end(id);
  await advance(160);
  expect((await answer).status).toBe('Succeeded');
  expect(reads).toHaveBeenCalledTimes(4);
});

test('an end in another process is found with growing gaps', async () => {
  const { hub, reads, id, answer } = await setUp({ first: false });
  await advance(30_000);
  expect(reads.mock.calls.length).toBeLessThanOrEqual(20);
  const before = reads.mock.calls.length;
  hub.end(id);
  await advance(5_000);
  expect((await answer).status).toBe('Succeeded');
  expect(reads).toHaveBeenCalledTimes(before + 1);
});

test('a wait that is over answers with the status as it is', async () => {
  const { answer } = await setUp();
  await advance(WAIT_MS + 1);
  expect((await answer).status).toBe('Running');
  expect(jest.getTimerCount()).toBe(0);
});
