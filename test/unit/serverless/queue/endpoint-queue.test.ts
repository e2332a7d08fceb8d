import '../../../support/no-waits.js';
import {
  abandoning,
  canceling,
  claiming,
  droppingAll,
  droppingPage,
  entering,
  expiring,
  finishing,
  losing,
  started,
  type Entered,
} from '../../../../src/serverless/queue/changes.js';
import { EndpointQueue, factsOf } from '../../../../src/serverless/queue/endpoint-queue.js';
import {
  emptyQueue,
  isWaiting,
  queuedIn,
  type Limits,
  type QueueState,
} from '../../../../src/serverless/queue/queue.js';
import { queueOfRow, QUEUE_ROW } from '../../../../src/serverless/queue/queue-row.js';
import { requestOfRow, type RequestRecord } from '../../../../src/serverless/requests/request-row.js';
import { faultyTable, type Fault } from '../../../support/faulty-table.js';
import { MemoryTable } from '../../../support/memory-table.js';

const PARTITION = 'endpoint@1';
const LIMITS: Limits = { workers: 2, maxQueued: 1_000, maxSyncWaiting: 10, asOf: 1 };
const HOUR = 3_600_000;

interface World {
  table: MemoryTable;
  granted: RequestRecord[];
  dropped: RequestRecord[];
  process(faultOf?: () => Fault): EndpointQueue;
  state(): QueueState;
  requests(): RequestRecord[];
}

function newWorld(): World {
  const table = new MemoryTable();
  const granted: RequestRecord[] = [];
  const dropped: RequestRecord[] = [];
  return {
    table,
    granted,
    dropped,
    process: (faultOf = () => 'none') =>
      new EndpointQueue({
        table: faultyTable(table, faultOf),
        partition: PARTITION,
        first: () => Promise.resolve(emptyQueue),
        onGranted: (requests) => Promise.resolve(void granted.push(...requests)),
        onDropped: (requests) => Promise.resolve(void dropped.push(...requests)),
      }),
    state() {
      const row = table.rows.find(({ rowKey }) => rowKey === QUEUE_ROW);
      return row ? queueOfRow(row) : emptyQueue;
    },
    requests: () => table.rows.filter(({ rowKey }) => rowKey !== QUEUE_ROW).map(requestOfRow),
  };
}

const request = (more: Partial<RequestRecord> = {}) => ({
  mode: 'async' as const,
  acceptedAt: Date.now(),
  deadline: Date.now() + HOUR,
  owner: '',
  input: { text: '{}' },
  webhook: 'https://receiver.test/',
  ...more,
});

async function enter(queue: EndpointQueue, more: Partial<RequestRecord> = {}, limits: Partial<Limits> = {}) {
  return queue.change(entering(request(more), { ...LIMITS, ...limits }));
}

function accepted(entered: Entered): RequestRecord {
  if (entered.refused) throw new Error(`refused: ${entered.refused}`);
  return entered.request;
}

const succeeded = () => ({ state: 'succeed' as const, at: Date.now() });
const chunks = <T>(items: readonly T[], size: number) =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
const sequences = (requests: readonly RequestRecord[]) => requests.map(({ sequence }) => sequence);

/** What must hold of what is stored, at every moment. */
function expectInvariants(world: World, workers: number): void {
  const { granted } = world;
  const queue = world.state();
  const requests = world.requests();
  const open = requests.filter(({ end }) => !end);
  const waiting = open.filter((one) => isWaiting(queue, factsOf(one)));
  expect(sequences(requests)).toEqual(Array.from({ length: queue.last }, (_, index) => index + 1));
  expect(queue.waiting).toBe(waiting.length);
  expect(queue.waitingSync).toBe(waiting.filter(({ mode }) => mode === 'sync').length);
  expect(queue.places.length).toBeLessThanOrEqual(workers);
  expect(new Set(queue.places.map(({ sequence }) => sequence)).size).toBe(queue.places.length);
  if (queue.places.length < queue.workers) expect(queue.waiting + queue.again.length).toBe(0);
  const ended = requests.length - open.length;
  expect(queue.minutes.reduce((sum, { finished }) => sum + finished, 0)).toBe(ended);
  const gauges = { queued: queuedIn(queue), running: queue.places.length };
  if (queue.last > 0) expect(queue.minutes.at(-1)).toMatchObject(gauges);
  const order = sequences(granted);
  expect(new Set(order).size).toBe(order.length);
}

test('requests get places in the order of their sequences, at most as many as there are workers', async () => {
  const world = newWorld();
  const queue = world.process();
  const entered = await Promise.all(Array.from({ length: 5 }, () => enter(queue)));
  expect(sequences(entered.map(accepted))).toEqual([1, 2, 3, 4, 5]);
  expect(entered.map((one) => !one.refused && one.hasPlace)).toEqual([true, true, false, false, false]);
  await queue.change(finishing(2, succeeded(), null));
  await queue.change(finishing(1, succeeded(), null));
  expect(sequences(world.granted)).toEqual([3, 4]);
  expectInvariants(world, 2);
});

test('changes of one process that wait for storage are stored together', async () => {
  const world = newWorld();
  const queue = world.process();
  let transactions = 0;
  const transact = world.table.transact.bind(world.table);
  world.table.transact = (writes) => {
    transactions++;
    return transact(writes);
  };
  await Promise.all(Array.from({ length: 50 }, () => enter(queue)));
  expect(transactions).toBeLessThanOrEqual(2);
  expectInvariants(world, 2);
});

test.each([
  ['an asynchronous request beyond the longest queue', { workers: 0, maxQueued: 1 }, 'async', 'full'],
  ['a synchronous request without workers', { workers: 0 }, 'sync', 'busy'],
  ['a synchronous request beyond those that may wait', { workers: 0, maxSyncWaiting: 0 }, 'sync', 'busy'],
] as const)('%s is refused and leaves nothing', async (_, limits, mode, refused) => {
  const world = newWorld();
  const queue = world.process();
  await enter(queue, {}, limits);
  expect(await enter(queue, { mode }, limits)).toEqual({ refused });
  expect(world.requests()).toHaveLength(1);
});

test('a request that waits, has a place or has ended can be canceled, and ends once', async () => {
  const world = newWorld();
  const queue = world.process();
  const [first, second, third] = [
    accepted(await enter(queue)),
    accepted(await enter(queue)),
    accepted(await enter(queue)),
  ];
  const cancel = ({ sequence, requestID }: RequestRecord) => queue.change(canceling(sequence, requestID));
  await queue.change(finishing(2, succeeded(), null));
  expect((await cancel(second))?.end?.state).toBe('succeed');
  expect((await cancel(third))?.end?.state).toBe('canceled');
  expect((await cancel(first))?.end?.state).toBe('canceled');
  expect(await queue.change(canceling(1, 'another id'))).toBeUndefined();
  expect(world.state().places.map(({ sequence }) => sequence)).toEqual([1, 3]);
  expect((await queue.change(finishing(1, succeeded(), null))).state).toBe('canceled');
  expect(world.state().canceled).toEqual([3]);
  expectInvariants(world, 2);
});

test('a clean-up drops asynchronous requests that wait, and synchronous ones go on', async () => {
  const world = newWorld();
  const queue = world.process();
  const [, waits, waitsSync] = [
    await enter(queue, {}, { workers: 1 }),
    await enter(queue, {}, { workers: 1 }),
    await enter(queue, { mode: 'sync', owner: 'p' }, { workers: 1 }),
  ].map(accepted);
  await queue.change(droppingAll());
  const after = accepted(await enter(queue, {}, { workers: 1 }));
  expect(await queue.change(droppingPage(queue))).toEqual({ more: false });
  expect(sequences(world.dropped)).toEqual([waits?.sequence]);
  expect(world.state().undelivered).toEqual([waits?.sequence]);
  await queue.change(started([waits?.sequence ?? 0]));
  expect(world.state().undelivered).toEqual([]);
  await queue.change(finishing(1, succeeded(), null));
  expect(sequences(world.granted)).toEqual([waitsSync?.sequence]);
  await queue.change(finishing(3, succeeded(), null));
  expect(sequences(world.granted)).toEqual([waitsSync?.sequence, after.sequence]);
  expectInvariants(world, 1);
});

test('a queue with 10,000 gaps has a state as small as an empty one', async () => {
  const world = newWorld();
  const queue = world.process();
  const limits = { workers: 0, maxQueued: 1_000_000 };
  const entered = await Promise.all(Array.from({ length: 20_000 }, () => enter(queue, {}, limits)));
  const odd = entered.map(accepted).filter(({ sequence }) => sequence % 2 === 1);
  // Changes that are made together share a transaction.
  for (const some of chunks(odd, 100)) {
    await Promise.all(some.map(({ sequence, requestID }) => queue.change(canceling(sequence, requestID))));
    await queue.change(started(sequences(some)));
  }
  const row = world.table.rows.find(({ rowKey }) => rowKey === QUEUE_ROW);
  expect(JSON.stringify(row).length).toBeLessThan(1_000);
  expect(world.state()).toMatchObject({ waiting: 10_000, last: 20_000 });
  await queue.change(droppingAll());
  expect(world.state()).toMatchObject({ waiting: 0, head: 20_000 });
});

test('the row of a queue with 1,000 places fits into a column', async () => {
  const world = newWorld();
  const queue = world.process();
  const limits = { workers: 1_000, maxQueued: 10_000 };
  await Promise.all(Array.from({ length: 1_000 }, () => enter(queue, {}, limits)));
  const deadline = Date.now() + HOUR;
  await Promise.all(
    Array.from({ length: 1_000 }, (_, index) => queue.change(claiming({ sequence: index + 1, deadline }, '12345678'))),
  );
  const row = world.table.rows.find(({ rowKey }) => rowKey === QUEUE_ROW);
  expect(String(row?.places).length).toBeLessThan(32_768);
  expect(world.state().places).toHaveLength(1_000);
});

test('a request past its TTL does not get a place', async () => {
  const world = newWorld();
  const queue = world.process();
  await enter(queue, {}, { workers: 1 });
  const late = accepted(await enter(queue, { deadline: Date.now() - 1 }, { workers: 1 }));
  const next = accepted(await enter(queue, {}, { workers: 1 }));
  await queue.change(finishing(1, succeeded(), null));
  expect(sequences(world.granted)).toEqual([next.sequence]);
  expect(sequences(world.dropped)).toEqual([late.sequence]);
  await queue.change(expiring([next.sequence])); // it has a place
  expect(world.requests().map(({ end }) => end?.state)).toEqual(['succeed', 'expired', undefined]);
});

test('requests that enter after those of another process are stored without reads of their rows', async () => {
  const world = newWorld();
  const [queue, other] = [world.process(), world.process()];
  await enter(queue, {}, { workers: 1 });
  await enter(other, {}, { workers: 1 });
  const get = jest.spyOn(world.table, 'get');
  const entered = await Promise.all(Array.from({ length: 20 }, () => enter(queue, {}, { workers: 1 })));
  expect(sequences(entered.map(accepted))).toEqual(Array.from({ length: 20 }, (_, index) => index + 3));
  expect(get).not.toHaveBeenCalled();
});

test.each([['answer lost'], ['refused', 'answer lost'], ['answer lost', 'answer lost']] as Fault[][])(
  'a request enters once, although storage answers with: %s %s',
  async (...faults) => {
    const world = newWorld();
    const queue = world.process(() => faults.shift() ?? 'none');
    accepted(await enter(queue));
    expect(world.requests()).toHaveLength(1);
    expectInvariants(world, 2);
  },
);

test('changes of many rows share transactions of at most 100', async () => {
  const world = newWorld();
  const queue = world.process();
  const late = { deadline: Date.now() - 1 };
  await Promise.all(Array.from({ length: 150 }, () => enter(queue, late, { workers: 0 })));
  const chunk = (from: number) => queue.change(expiring(Array.from({ length: 30 }, (_, index) => from + index)));
  const chunks = [1, 31, 61, 91, 121].map(chunk);
  await Promise.all([...chunks, ...Array.from({ length: 60 }, () => enter(queue))]);
  expect(sequences(world.dropped)).toHaveLength(150);
  expectInvariants(world, 2);
});

test('a place belongs to the first process that claims it, until that one is gone', async () => {
  const world = newWorld();
  const [queue, other] = [world.process(), world.process()];
  await enter(queue);
  expect(await queue.change(claiming({ sequence: 1, deadline: Date.now() + HOUR }, 'one'))).toBe('claimed');
  expect(await queue.change(claiming({ sequence: 1, deadline: Date.now() + HOUR }, 'one'))).toBe('claimed');
  expect(await other.change(claiming({ sequence: 1, deadline: Date.now() + HOUR }, 'two'))).toEqual({ owner: 'one' });
  await other.change(losing(1, 'two'));
  expect(world.state().places).toHaveLength(1);
  await other.change(losing(1, 'one'));
  // Its place is free for others, until a process begins again.
  expect(world.state()).toMatchObject({ places: [], lost: [1] });
  expect(await other.change(claiming({ sequence: 1, deadline: Date.now() + HOUR }, 'two'))).toBe('claimed');
  await other.change(finishing(1, succeeded(), null));
  expect(await queue.change(claiming({ sequence: 1, deadline: Date.now() + HOUR }, 'one'))).toBe('ended');
});

test('a synchronous request whose process is gone has ended', async () => {
  const world = newWorld();
  const queue = world.process();
  await enter(queue, { mode: 'sync', owner: 'one' }, { workers: 1 });
  await enter(queue, { mode: 'sync', owner: 'one' }, { workers: 1 });
  const end = { state: 'failed' as const, at: Date.now(), error: 'gone' };
  await queue.change(abandoning(2, end));
  await queue.change(losing(1, 'one'));
  expect(world.requests().map((one) => one.end?.state)).toEqual(['failed', 'failed']);
  expect(world.state().places).toEqual([]);
});

/** A sequence of numbers from 0 to 1 that a seed determines (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

test.each(Array.from({ length: 30 }, (_, seed) => seed))(
  'three processes and a storage that fails: no sequence twice, no cap exceeded, one end each (seed %d)',
  async (seed) => {
    const random = randomFrom(seed);
    const pick = <T>(options: readonly T[]) => options[Math.floor(random() * options.length)] as T;
    const world = newWorld();
    const faultOf = () => pick<Fault>(['none', 'none', 'none', 'none', 'refused', 'answer lost', 'late']);
    const processes = ['a', 'b', 'c'].map((owner) => ({ owner, queue: world.process(faultOf) }));
    const workers = 1 + Math.floor(random() * 4);
    const ends = new Map<number, string>();
    const known: RequestRecord[] = [];

    const step = async () => {
      const { owner, queue } = pick(processes);
      const one = known.length > 0 ? pick(known) : undefined;
      const kind = pick(['enter', 'enter', 'enter', 'finish', 'finish', 'cancel', 'claim', 'lose', 'drop', 'page']);
      if (kind === 'enter' || !one) known.push(accepted(await enter(queue, {}, { workers })));
      else if (kind === 'finish' && world.state().places.some(({ sequence }) => sequence === one.sequence))
        ends.set(one.sequence, (await queue.change(finishing(one.sequence, succeeded(), null))).state);
      else if (kind === 'cancel') await queue.change(canceling(one.sequence, one.requestID));
      else if (kind === 'claim')
        await queue.change(claiming({ sequence: one.sequence, deadline: Date.now() + HOUR }, owner));
      else if (kind === 'lose') await queue.change(losing(one.sequence, owner));
      else if (kind === 'drop' && random() < 0.2) await queue.change(droppingAll());
      else if (kind === 'page') await queue.change(droppingPage(queue));
    };
    for (let round = 0; round < 40; round++) {
      await Promise.all(Array.from({ length: 1 + Math.floor(random() * 6) }, step));
      expectInvariants(world, workers);
    }
    // A request that entered although the answer was lost did not enter again.
    const stored = new Map(world.requests().map((one) => [one.sequence, one]));
    expect(sequences(known).sort((a, b) => a - b)).toEqual([...stored.keys()]);
    for (const { sequence, requestID } of known) expect(stored.get(sequence)?.requestID).toBe(requestID);
    for (const [sequence, state] of ends) expect(stored.get(sequence)?.end?.state).toBe(state);
  },
);
