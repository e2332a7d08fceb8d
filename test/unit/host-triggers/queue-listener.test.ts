import { type QueueSettings } from '../../../host/config/queue-settings.js';
import { type HostLog } from '../../../host/log.js';
import { type MessageQueue, type QueueMessage } from '../../../host/triggers/queue/message-queue.js';
import { pollingDelayMs } from '../../../host/triggers/queue/polling-delay.js';
import { LEASE_MS } from '../../../host/triggers/queue/queue-delivery.js';
import { QueueListener } from '../../../host/triggers/queue/queue-listener.js';
import { ManualClock, settle } from '../../support/manual-clock.js';

/** Deliveries on a manual clock: lease renewal, release, unreachable storage, and the limit of concurrent messages. */

const MINUTE = 60_000;

interface StoredMessage {
  id: string;
  body: string;
  receipt: string;
  dequeueCount: number;
  visibleAt: number;
}

/** A queue in memory with the leases of Azure Storage. */
class MemoryQueue implements MessageQueue {
  readonly name = 'q';
  poisonName: string | undefined = 'q-poison';
  readonly poisoned: string[] = [];
  readonly asked: number[] = [];
  isUnreachable = false;
  messages: StoredMessage[] = [];
  #receipts = 0;

  constructor(readonly clock: ManualClock) {}

  put(...bodies: string[]): void {
    const fresh = { receipt: '', dequeueCount: 0, visibleAt: 0 };
    this.messages.push(...bodies.map((body) => ({ ...fresh, id: body, body })));
  }

  async receive(count: number, leaseMs: number): Promise<QueueMessage[]> {
    await this.#connect();
    this.asked.push(count);
    const found = this.messages.filter(({ visibleAt }) => visibleAt <= this.clock.now()).slice(0, count);
    const now = new Date(this.clock.now());
    return found.map((stored) => {
      stored.dequeueCount++;
      this.#lease(stored, leaseMs);
      return { ...stored, content: stored.body, insertedOn: now, expiresOn: now, nextVisibleOn: now };
    });
  }

  async lease(id: string, receipt: string, ms: number): Promise<string | undefined> {
    await this.#connect();
    const stored = this.#find(id, receipt);
    return stored && this.#lease(stored, ms);
  }

  async remove(id: string, receipt: string): Promise<void> {
    await this.#connect();
    const stored = this.#find(id, receipt);
    this.messages = this.messages.filter((other) => other !== stored);
  }

  async poison(body: string): Promise<void> {
    await this.#connect();
    this.poisoned.push(body);
  }

  #find(id: string, receipt: string): StoredMessage | undefined {
    return this.messages.find((stored) => stored.id === id && stored.receipt === receipt);
  }

  #lease(stored: StoredMessage, ms: number): string {
    stored.visibleAt = this.clock.now() + ms;
    return (stored.receipt = `r${++this.#receipts}`);
  }

  #connect(): Promise<void> {
    return this.isUnreachable ? Promise.reject(new Error('connect ECONNREFUSED')) : Promise.resolve();
  }
}

const SETTINGS: QueueSettings = {
  batchSize: 2,
  newBatchThreshold: 1,
  maxPollingIntervalMs: MINUTE,
  visibilityTimeoutMs: 0,
  maxDequeueCount: 3,
  messageEncoding: 'base64',
};

function setUp(settings: Partial<QueueSettings> = {}) {
  const clock = new ManualClock(0);
  const queue = new MemoryQueue(clock);
  const lines: string[] = [];
  const log: HostLog = { enabled: () => true, log: (level, _category, message) => lines.push(`${level} ${message}`) };
  const begun: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const run = ({ body }: QueueMessage) => {
    begun.push(body);
    return new Promise<void>((resolve, reject) => ends.set(body, { resolve, reject }));
  };
  const options = { functionName: 'fn', queue, settings: { ...SETTINGS, ...settings }, run, clock, log };
  const listener = new QueueListener(options);
  const end = async (body: string, error?: Error) => {
    if (error) ends.get(body)?.reject(error);
    else ends.get(body)?.resolve();
    await settle();
  };
  const start = async () => {
    listener.start();
    await settle();
  };
  return { clock, queue, lines, begun, listener, end, start };
}

test('the next batch is received when at most the threshold are running', async () => {
  const { queue, begun, start, end } = setUp();
  queue.put('a', 'b', 'c', 'd', 'e');
  await start();
  expect(begun).toEqual(['a', 'b']); // one more than the threshold of 1: no further batch yet
  await end('a');
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  await end('c');
  expect(begun).toHaveLength(4);
  await end('b');
  expect(begun).toHaveLength(5);
  expect(new Set(queue.asked)).toEqual(new Set([2]));
});

test('the lease is renewed while the function runs, and the message is deleted with the last receipt', async () => {
  const { clock, queue, begun, start, end } = setUp();
  queue.put('long');
  await start();
  await clock.advance(10 * LEASE_MS);
  expect(begun).toEqual(['long']);
  expect(queue.messages[0]).toMatchObject({ dequeueCount: 1, visibleAt: 10 * LEASE_MS + LEASE_MS });
  await end('long');
  expect(queue.messages).toEqual([]);
});

test('a failed message is delivered again after the visibility timeout, then moved to the poison queue', async () => {
  const { clock, queue, begun, start, end } = setUp({ visibilityTimeoutMs: 5 * MINUTE });
  queue.put('bad');
  await start();
  await end('bad', new Error('bang'));
  await clock.advance(4 * MINUTE);
  expect(begun).toHaveLength(1);
  await clock.advance(2 * MINUTE);
  expect(begun).toHaveLength(2);
  await end('bad', new Error('bang'));
  await clock.advance(7 * MINUTE);
  await end('bad', new Error('bang'));
  expect([begun.length, queue.poisoned, queue.messages]).toEqual([3, ['bad'], []]);
});

test('a message that was delivered too often is not run', async () => {
  const { queue, begun, start } = setUp();
  queue.put('crashes the host');
  queue.messages.forEach((stored) => (stored.dequeueCount = 3));
  await start();
  expect([begun, queue.poisoned, queue.messages]).toEqual([[], ['crashes the host'], []]);
});

test('without a poison queue a failed message is delivered again when its lease expires', async () => {
  const { clock, queue, begun, start, end } = setUp();
  queue.poisonName = undefined;
  queue.put('bad');
  await start();
  await end('bad', new Error('bang'));
  await clock.advance(LEASE_MS - 1);
  expect(begun).toHaveLength(1);
  await clock.advance(2 * MINUTE);
  expect(begun).toHaveLength(2);
});

test('with storage unreachable at the end of a run, the deletion is retried and the function does not run again', async () => {
  const { clock, queue, begun, lines, start, end } = setUp();
  queue.put('a');
  await start();
  queue.isUnreachable = true;
  await end('a');
  await clock.advance(3 * MINUTE);
  expect(queue.messages).toHaveLength(1);
  queue.isUnreachable = false;
  await clock.advance(20_000);
  expect(queue.messages).toEqual([]);
  expect(begun).toEqual(['a']);
  expect(lines.filter((line) => line.includes('cannot be'))).toEqual([
    'warning The message a cannot be deleted yet: connect ECONNREFUSED.',
    'warning The queue "q" cannot be read: connect ECONNREFUSED. The host keeps trying.',
  ]);
  expect(lines.at(-1)).toBe('information The queue "q" is read again.');
});

test('a failed lease renewal is retried; an expired lease leads to another delivery', async () => {
  const { clock, queue, begun, start, end } = setUp();
  queue.put('a');
  await start();
  queue.isUnreachable = true;
  await clock.advance(LEASE_MS - MINUTE);
  queue.isUnreachable = false;
  await clock.advance(2 * LEASE_MS); // renewed in time
  expect(begun).toEqual(['a']);
  queue.isUnreachable = true;
  await clock.advance(2 * LEASE_MS);
  queue.isUnreachable = false;
  await clock.advance(MINUTE);
  expect(begun).toEqual(['a', 'a']);
  await end('a');
  expect(queue.messages).toEqual([]);
});

test('an empty queue is polled less and less often, until this host sends a message', async () => {
  const { clock, queue, begun, listener, start } = setUp();
  await start();
  await clock.advance(60 * MINUTE);
  const polls = queue.asked.length;
  expect(polls).toBeLessThan(100);
  queue.put('a');
  listener.wake();
  await settle();
  expect([begun, queue.asked.length > polls]).toEqual([['a'], true]);
});

test('stop waits for running deliveries and starts no more', async () => {
  const { clock, queue, begun, listener, start, end } = setUp();
  queue.put('a');
  await start();
  let stopped = false;
  const stop = listener.stop().then(() => (stopped = true));
  queue.put('b');
  await clock.advance(10 * MINUTE);
  expect([stopped, begun]).toEqual([false, ['a']]);
  await end('a');
  await stop;
  expect(queue.messages.map(({ id }) => id)).toEqual(['b']);
});

test('a delivery that outlasts the stop is released, and its result changes nothing', async () => {
  const { queue, listener, start, end } = setUp();
  queue.put('a');
  await start();
  void listener.stop();
  await listener.release();
  expect(queue.messages).toMatchObject([{ id: 'a', visibleAt: 0 }]);
  await end('a', new Error('too late'));
  await end('a');
  expect(queue.messages).toHaveLength(1);
});

test('the delay between polls grows from 100 ms up to the limit', () => {
  const noJitter = () => 0.5;
  expect([0, 1, 2, 9, 10, 99].map((emptyPolls) => pollingDelayMs(emptyPolls, MINUTE, noJitter))).toEqual([
    100, 200, 400, 51_200, 60_000, 60_000,
  ]);
  expect(pollingDelayMs(5, MINUTE, () => 0)).toBe(2_560);
  expect(pollingDelayMs(0, MINUTE, () => 0)).toBe(100);
});
