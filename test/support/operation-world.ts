import { z } from 'zod';
import { defineOperation, type OperationKind } from '../../src/operations/define.js';
import { createEndNotifications } from '../../src/operations/end-notifications.js';
import { blobPrefix, inputBlobName } from '../../src/operations/names.js';
import { Operations } from '../../src/operations/operations.js';
import { createOperationRecords, hashKey, positionOf } from '../../src/operations/records.js';
import { applyRetention } from '../../src/operations/retention.js';
import { type Started, type StartRequest } from '../../src/operations/starter.js';
import { OperationError } from '../../src/platform/errors.js';
import { type BlobStore } from '../../src/platform/storage.js';
import { type Choose, Ending, exploreAll, Processes } from './interleaving.js';
import { MemoryTable } from './memory-table.js';
import { MemoryTaskHub } from './memory-task-hub.js';

export const testKind = defineOperation({
  kind: 'test.kind',
  input: z.object({ n: z.number() }),
  result: z.null(),
  run: () => {
    throw new Error('The task hub in memory runs no orchestrator.');
  },
});

export const ID = 'operation-under-test';
export const OTHER_ID = 'another-operation-id';
export const KEY = "a client's key";
export const OTHER_KEY = 'another key';

export type TestRequest = Omit<StartRequest<{ n: number }>, 'retry'>;

/** Processes of the app that share storage and a task hub in memory. */
export class OperationWorld {
  readonly table = new MemoryTable();
  readonly blobs = new Set<string>();
  readonly processes = new Processes();
  /** What is stored, read without steps. */
  readonly records = createOperationRecords(this.table);
  readonly #blobStore: Pick<BlobStore, 'put' | 'names' | 'copy' | 'deletePrefix'> = {
    put: (name) => Promise.resolve(void this.blobs.add(name)),
    names: (prefix) => Promise.resolve([...this.blobs].filter((name) => name.startsWith(prefix))),
    copy: (from, to) => {
      const isThere = this.blobs.has(from);
      if (isThere) this.blobs.add(to);
      return Promise.resolve(isThere);
    },
    deletePrefix: (prefix) => {
      for (const name of this.blobs) if (name.startsWith(prefix)) this.blobs.delete(name);
      return Promise.resolve();
    },
  };

  constructor(
    readonly hub = new MemoryTaskHub(),
    readonly kinds: readonly OperationKind[] = [testKind],
  ) {}

  /** The operations as a process of the app has them. */
  operations(process: string): Operations {
    const { processes } = this;
    return new Operations({
      client: processes.of(process, this.hub.client),
      kinds: this.kinds,
      records: createOperationRecords(processes.of(process, this.table)),
      blobs: processes.of(process, this.#blobStore as BlobStore),
      ends: createEndNotifications(),
      retry: { attempts: 3, firstWaitMs: 10 },
      retentionMs: 72 * 3_600_000,
    });
  }

  /** Starts an operation that stores a blob before; each call of storage and task hub is a step of the process. */
  start(process: string, change: Partial<TestRequest> = {}) {
    const blobs = this.processes.of(process, this.#blobStore);
    const prepare = (id: string) => blobs.put(inputBlobName(id), Buffer.of(), '');
    return this.operations(process).start({ kind: testKind, input: () => ({ n: 1 }), prepare, ...change });
  }

  /** A week later, all instances have ended, and retention runs. */
  async retain(): Promise<void> {
    for (const { instanceId } of this.hub.instances) this.hub.end(instanceId);
    jest.advanceTimersByTime(7 * 24 * 3_600_000);
    const fail = (_id: string, error: unknown) => {
      throw error;
    };
    valueOf(await this.processes.finish(applyRetention(this.operations('retention'), 60_000, fail)));
  }

  /** All that is stored of an operation. */
  async stored(id: string) {
    const [record, listed] = await Promise.all([this.records.find(id), this.records.list({}, 1_000)]);
    return {
      record,
      positions: listed.filter((entry) => entry.id === id).map(({ position }) => position),
      instances: this.hub.instances.filter(({ instanceId }) => instanceId === id),
      blobs: [...this.blobs].filter((name) => name.startsWith(blobPrefix(id))),
    };
  }
}

/** Each world's steps are named when one of its expectations fails. */
export async function inWorld<T>(test: (world: OperationWorld) => Promise<T>, hub = new MemoryTaskHub()): Promise<T> {
  const world = new OperationWorld(hub);
  try {
    return await test(world);
  } catch (cause) {
    throw new Error(`After ${world.processes.trace.join(', ')}: ${(cause as Error).message}`, { cause });
  } finally {
    jest.clearAllTimers();
  }
}

/** Runs a test with every sequence of choices; returns the number of runs that are not redundant. */
export const exploreWorlds = (
  test: (world: OperationWorld, choose: Choose) => Promise<unknown>,
  hub = () => new MemoryTaskHub(),
) => exploreAll((choose) => inWorld((world) => test(world, choose), hub()));

export function valueOf<T>(result: PromiseSettledResult<T> | undefined): T {
  if (result?.status === 'fulfilled') return result.value;
  throw new Error('The start failed.', { cause: result?.reason });
}

export function codeOf(result: PromiseSettledResult<Started> | undefined): string {
  if (result?.status === 'rejected' && result.reason instanceof OperationError) return result.reason.data.code;
  return result?.status ?? 'pending';
}

/** What makes a request repeatable. */
export const repeatable: [string, Partial<TestRequest>][] = [
  ['an Operation-Id', { operationId: ID }],
  ['an Idempotency-Key', { idempotencyKey: KEY }],
  ['both', { operationId: ID, idempotencyKey: KEY }],
  ['an Operation-Id and an alias', { operationId: ID, alias: 'a name' }],
];
/** Requests that only their starter knows. */
export const exclusive: [string, Partial<TestRequest>][] = [
  ['neither', {}],
  ['an id and an alias that the app chose', { ownId: ID, alias: 'a name' }],
];

/** The operation began so many times, has its record, its input and its blob, and is in the list. */
export async function expectStarted(world: OperationWorld, id: string, { starts = 1, n = 1 } = {}): Promise<void> {
  const { record, positions, instances, blobs } = await world.stored(id);
  expect(world.hub.starts.filter((started) => started === id)).toHaveLength(starts);
  expect(instances).toHaveLength(1);
  expect(record).toMatchObject({ id, kind: 'test.kind' });
  expect(record?.deletedAt).toBeUndefined();
  expect(instances[0]).toMatchObject({
    name: 'test_kind',
    input: { kind: 'test.kind', input: { n }, createdAt: record?.createdAt, retry: { attempts: 3, firstWaitMs: 10 } },
  });
  expect(positions).toContain(record && positionOf(record));
  expect(blobs).toHaveLength(1);
}

export async function expectBound(world: OperationWorld, { idempotencyKey, alias }: Partial<TestRequest>, id: string) {
  if (idempotencyKey !== undefined) {
    expect(await world.records.findKey(idempotencyKey)).toMatchObject({ id });
    expect(await world.records.find(id)).toMatchObject({ keyHash: hashKey(idempotencyKey) });
  }
  if (alias !== undefined) {
    expect(await world.records.findAlias(alias)).toBe(id);
    expect(await world.records.find(id)).toMatchObject({ alias });
  }
}

/** The list shows each operation once. */
export async function expectListedOnce(world: OperationWorld): Promise<void> {
  const { value } = valueOf(await world.processes.finish(world.operations('reader').list({ top: 100 })));
  const ids = value.map(({ id }) => id);
  expect(ids.sort()).toEqual(world.hub.instances.map(({ instanceId }) => instanceId).sort());
}

/** Retention finds all that is left, but rows of a start that stopped before its operation was listed. */
export async function expectForgotten(world: OperationWorld): Promise<void> {
  const listed = await world.records.list({}, 1_000);
  await world.retain();
  expect(world.hub.instances).toEqual([]);
  expect([...world.blobs]).toEqual([]);
  expect(await world.records.list({}, 1_000)).toEqual([]);
  for (const { id } of listed) {
    const record = await world.records.find(id);
    if (record) expect(record.expiredAt).toBeDefined();
  }
}

/** Lets the process go on for any number of steps, in any order of its concurrent ones, and stops it there. */
export async function crashAnywhere(
  world: OperationWorld,
  process: string,
  work: Promise<unknown>,
  choose: Choose,
): Promise<void> {
  new Ending(work);
  for (let steps = await world.processes.pending(process); steps.length > 0;) {
    const choice = choose(steps.length + 1);
    const step = steps[choice];
    if (!step) break;
    await world.processes.perform(step);
    steps = await world.processes.pending(process);
  }
  world.processes.crash(process);
}
