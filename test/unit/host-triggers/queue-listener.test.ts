import { type QueueSettings } from '../../../host/config/queue-settings.js';
import { type HostLog } from '../../../host/log.js';
import { type MessageQueue, type QueueMessage } from '../../../host/triggers/queue/message-queue.js';
import { pollingDelayMs } from '../../../host/triggers/queue/polling-delay.js';
import { LEASE_MS } from '../../../host/triggers/queue/queue-delivery.js';
import { QueueListener } from '../../../host/triggers/queue/queue-listener.js';
import { ManualClock, settle } from '../../support/manual-clock.js';

/** Deliveries on a clock that stands still: renewal, give-back, storage that goes, and how much runs at once. */

const MINUTE = 60_000;

interface Kept {
  id: string;
  body: string;
  receipt: string;
  dequeueCount: number;
  visibleAt: number;
}

/** A queue in memory that keeps leases as the service does. */
class MemoryQueue implements MessageQueue {
  readonly name = 'q';
  poisonName: string | undefined = 'q-poison';
  readonly poisoned: string[] = [];
  readonly asked: number[] = [];
  isAway = false;
  messages: Kept[] = [];
  #receipts = 0;

  constructor(readonly clock: ManualClock) {}

  put(...bodies: string[]): void {
    const fresh = { receipt: '', dequeueCount: 0, visibleAt: 0 };
    this.messages.push(...bodies.map((body) => ({ ...fresh, id: body, body })));
  }

  async receive(count: number, leaseMs: number): Promise<QueueMessage[]> {
    await this.#reach();
    this.asked.push(count);
    const found = this.messages.filter(({ visibleAt }) => visibleAt <= this.clock.now()).slice(0, count);
    const now = new Date(this.clock.now());
    return found.map((kept) => {
      kept.dequeueCount++;
      this.#hold(kept, leaseMs);
      return { ...kept, content: kept.body, insertedOn: now, expiresOn: now, nextVisibleOn: now };
    });
  }

  async lease(id: string, receipt: string, ms: number): Promise<string | undefined> {
    await this.#reach();
    const kept = this.#find(id, receipt);
    return kept && this.#hold(kept, ms);
  }

  async remove(id: string, receipt: string): Promise<void> {
    await this.#reach();
    const kept = this.#find(id, receipt);
    this.messages = this.messages.filter((other) => other !== kept);
  }

  async poison(body: string): Promise<void> {
    await this.#reach();
    this.poisoned.push(body);
  }

  #find(id: string, receipt: string): Kept | undefined {
    return this.messages.find((kept) => kept.id === id && kept.receipt === receipt);
  }

  #hold(kept: Kept, ms: number): string {
    kept.visibleAt = this.clock.now() + ms;
    return (kept.receipt = `r${++this.#receipts}`);
  }

  #reach(): Promise<void> {
    return this.isAway ? Promise.reject(new Error('connect ECONNREFUSED')) : Promise.resolve();
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

test('a batch more is asked for when no more than the threshold are left', async () => {
  const { queue, begun, start, end } = setUp();
  queue.put('a', 'b', 'c', 'd', 'e');
  await start();
  expect(begun).toEqual(['a', 'b']); // one over the threshold of 1: nothing more for now
  await end('a');
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  await end('c');
  expect(begun).toHaveLength(4);
  await end('b');
  expect(begun).toHaveLength(5);
  expect(new Set(queue.asked)).toEqual(new Set([2]));
});

test('a message is held for as long as its function runs, and deleted with the last receipt', async () => {
  const { clock, queue, begun, start, end } = setUp();
  queue.put('long');
  await start();
  await clock.advance(10 * LEASE_MS);
  expect(begun).toEqual(['long']);
  expect(queue.messages[0]).toMatchObject({ dequeueCount: 1, visibleAt: 10 * LEASE_MS + LEASE_MS });
  await end('long');
  expect(queue.messages).toEqual([]);
});

test('a failed one comes again at once, then after the visibility timeout, then goes to the poison queue', async () => {
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

test('one that has come too often already is not run', async () => {
  const { queue, begun, start } = setUp();
  queue.put('crashes the host');
  queue.messages.forEach((kept) => (kept.dequeueCount = 3));
  await start();
  expect([begun, queue.poisoned, queue.messages]).toEqual([[], ['crashes the host'], []]);
});

test('without a poison queue a failed one waits for the end of its lease', async () => {
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

test('storage that is away at the end of a run is asked again, and the function does not run again', async () => {
  const { clock, queue, begun, lines, start, end } = setUp();
  queue.put('a');
  await start();
  queue.isAway = true;
  await end('a');
  await clock.advance(3 * MINUTE);
  expect(queue.messages).toHaveLength(1);
  queue.isAway = false;
  await clock.advance(20_000);
  expect(queue.messages).toEqual([]);
  expect(begun).toEqual(['a']);
  expect(lines.filter((line) => line.includes('cannot be'))).toEqual([
    'warning The message a cannot be deleted yet: connect ECONNREFUSED.',
    'warning The queue "q" cannot be read: connect ECONNREFUSED. It is tried again until it can.',
  ]);
  expect(lines.at(-1)).toBe('information The queue "q" is read again.');
});

test('a lease that cannot be renewed is tried again; one that ran out means another delivery', async () => {
  const { clock, queue, begun, start, end } = setUp();
  queue.put('a');
  await start();
  queue.isAway = true;
  await clock.advance(LEASE_MS - MINUTE);
  queue.isAway = false;
  await clock.advance(2 * LEASE_MS); // renewed in time
  expect(begun).toEqual(['a']);
  queue.isAway = true;
  await clock.advance(2 * LEASE_MS);
  queue.isAway = false;
  await clock.advance(MINUTE);
  expect(begun).toEqual(['a', 'a']);
  await end('a');
  expect(queue.messages).toEqual([]);
});

test('an empty queue is asked less and less often, until this host puts something in', async () => {
  const { clock, queue, begun, listener, start } = setUp();
  await start();
  await clock.advance(60 * MINUTE);
  const looks = queue.asked.length;
  expect(looks).toBeLessThan(100);
  queue.put('a');
  listener.wake();
  await settle();
  expect([begun, queue.asked.length > looks]).toEqual([['a'], true]);
});

test('stop waits for what runs and begins nothing more', async () => {
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

test('what outlasts the stop is given back, and its end changes nothing more', async () => {
  const { queue, listener, start, end } = setUp();
  queue.put('a');
  await start();
  void listener.stop();
  await listener.giveBack();
  expect(queue.messages).toMatchObject([{ id: 'a', visibleAt: 0 }]);
  await end('a', new Error('too late'));
  await end('a');
  expect(queue.messages).toHaveLength(1);
});

test('waits between looks grow from 100 ms and end at the limit', () => {
  const middle = () => 0.5;
  expect([0, 1, 2, 9, 10, 99].map((inVain) => pollingDelayMs(inVain, MINUTE, middle))).toEqual([
    100, 200, 400, 51_200, 60_000, 60_000,
  ]);
  expect(pollingDelayMs(5, MINUTE, () => 0)).toBe(2_560);
  expect(pollingDelayMs(0, MINUTE, () => 0)).toBe(100);
});
