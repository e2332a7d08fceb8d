import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { InvocationContext } from '@azure/functions';
import { type OperationKind } from '../../../src/operations/define.js';
import { createEndNotifications } from '../../../src/operations/end-notifications.js';
import { createManyActivities } from '../../../src/operations/many/activities.js';
import { cancelMany, deleteMany, manyKinds } from '../../../src/operations/many/many.orchestrator.js';
import { ACT_ON_TARGETS, type ManyInput, type ManyResult } from '../../../src/operations/many/schemas.js';
import { inputBlobName } from '../../../src/operations/names.js';
import { operationOrchestrator } from '../../../src/operations/operation.orchestrator.js';
import { Operations } from '../../../src/operations/operations.js';
import { createOperationRecords } from '../../../src/operations/records.js';
import { commonErrors } from '../../../src/platform/errors.js';
import { type BlobStore } from '../../../src/platform/storage.js';
import { MemoryTable } from '../../support/memory-table.js';
import { MemoryTaskHub } from '../../support/memory-task-hub.js';
import { testKind } from '../../support/operation-world.js';
import { runOrchestrator, type Run } from '../../support/orchestrator-runner.js';

const invocation = new InvocationContext({ logHandler: () => undefined });
const OWN = 'the-operation-on-many';
const HOUR = 3_600_000;
/** Time that a large test may take on a busy machine, ms. */
const LONG_MS = 120_000;

type Blobs = Pick<BlobStore, 'get' | 'put' | 'create' | 'putStream' | 'deletePrefix'>;

class MemoryBlobs implements Blobs {
  readonly all = new Map<string, Buffer>();

  get = (name: string) => Promise.resolve(this.all.get(name));
  put = (name: string, bytes: Buffer) => Promise.resolve(void this.all.set(name, bytes));
  create = (name: string, bytes: Buffer) => {
    const isFree = !this.all.has(name);
    if (isFree) this.all.set(name, bytes);
    return Promise.resolve(isFree);
  };
  async putStream(name: string, source: AsyncIterable<Uint8Array>) {
    const bytes = await buffer(source);
    this.all.set(name, bytes);
    return bytes.length;
  }
  deletePrefix = (prefix: string) => {
    for (const name of this.all.keys()) if (name.startsWith(prefix)) this.all.delete(name);
    return Promise.resolve();
  };
}

/** A task hub whose instances end as soon as they are asked to. */
class ObedientTaskHub extends MemoryTaskHub {
  override async raiseEvent(id: string, name: string): Promise<void> {
    await super.raiseEvent(id, name);
    this.end(id, { end: 'canceled' });
  }
}

class World {
  readonly hub = new ObedientTaskHub();
  readonly blobs = new MemoryBlobs();
  readonly operations = new Operations({
    client: this.hub.client,
    kinds: [testKind, ...manyKinds],
    records: createOperationRecords(new MemoryTable()),
    blobs: this.blobs as unknown as BlobStore,
    ends: createEndNotifications(),
    retry: { attempts: 3, firstWaitMs: 10 },
    retentionMs: 72 * HOUR,
  });

  async start(count: number, kind: OperationKind<never> = testKind as never): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n++)
      ids.push((await this.operations.start({ kind, ownId: randomUUID(), input: () => ({ n }) as never })).id);
    return ids;
  }

  end(ids: readonly string[]): void {
    for (const id of ids) this.hub.end(id);
  }

  /** Runs the operation on many to its end. @param before runs before each activity */
  async run(
    kind: typeof cancelMany,
    target: { ids: string[] } | { filter: ManyInput['filter'] },
    before: (activity: string) => unknown = () => undefined,
  ): Promise<Run & { answer: ManyResult }> {
    let input: ManyInput;
    if ('ids' in target) {
      await this.blobs.put(inputBlobName(OWN), Buffer.from(JSON.stringify(target.ids)));
      input = { ids: { blob: inputBlobName(OWN), count: target.ids.length } };
    } else input = target;
    const activities = createManyActivities(() => this.operations, this.blobs);
    const watch = {
      run: <T>(_: string, work: (signal: AbortSignal) => Promise<T>) => work(new AbortController().signal),
    };
    const done = await runOrchestrator(operationOrchestrator(kind), {
      instanceId: OWN,
      input: {
        kind: kind.kind,
        input,
        createdAt: new Date(Date.now() + 1).toISOString(),
        retry: { attempts: 3, firstWaitMs: 10 },
      },
      activities: Object.fromEntries(
        Object.entries(activities).map(([name, activity]) => [
          name,
          async (raw: unknown) => {
            await before(name);
            return activity(watch)(raw, invocation);
          },
        ]),
      ),
    });
    const { resultBlob = '' } = done.result as { resultBlob?: string };
    return { ...done, answer: JSON.parse(this.blobs.all.get(resultBlob)?.toString() ?? 'null') as ManyResult };
  }

  statusOf = async (id: string) => (await this.operations.summary(id)).status;
}

const idsOf = ({ results }: ManyResult) => results.map(({ id }) => id);

test('ids: one outcome for each, in their order', async () => {
  const world = new World();
  const [running = '', ended = '', canceled = ''] = await world.start(3);
  world.end([ended]);
  world.hub.end(canceled, { end: 'canceled' });
  const { answer, shown } = await world.run(cancelMany, { ids: [ended, running, 'unknown-operation', canceled] });
  expect(answer).toEqual({
    succeeded: 2,
    failed: 2,
    results: [
      {
        id: ended,
        outcome: 'failed',
        error: { code: 'OperationAlreadyFinished', message: expect.any(String) as string },
      },
      { id: running, outcome: 'canceled' },
      {
        id: 'unknown-operation',
        outcome: 'failed',
        error: { code: 'OperationNotFound', message: 'There is no operation unknown-operation.' },
      },
      { id: canceled, outcome: 'canceled' },
    ],
  });
  expect(await world.statusOf(running)).toBe('Canceled');
  expect(shown.at(0)).toEqual({ progress: { total: 4, completed: 0, failed: 0 } });
  expect(shown.at(-1)).toEqual({ progress: { total: 4, completed: 2, failed: 2 } });
});

test('deleting: operations that have ended, and their records', async () => {
  const world = new World();
  const [running = '', ended = ''] = await world.start(2);
  world.end([ended]);
  const { answer } = await world.run(deleteMany, { ids: [running, ended] });
  expect(answer.results).toEqual([
    { id: running, outcome: 'failed', error: expect.objectContaining({ code: 'OperationNotFinished' }) as object },
    { id: ended, outcome: 'deleted' },
  ]);
  expect(world.hub.instances.map(({ instanceId }) => instanceId)).toEqual([running]);
  expect((await world.operations.list({ top: 10 })).value.map(({ id }) => id)).toEqual([running]);
});

describe('a filter', () => {
  test('cancels what has not ended, and deletes what has', async () => {
    const world = new World();
    const ids = await world.start(6);
    world.end(ids.slice(0, 2));
    const others = await world.start(1, cancelMany as never);
    const canceled = await world.run(cancelMany, { filter: { createdAfter: '2020-01-01T00:00:00Z' } });
    expect(idsOf(canceled.answer).sort()).toEqual(ids.slice(2).sort());
    await world.blobs.deletePrefix('');
    const deleted = await world.run(deleteMany, { filter: { status: 'Succeeded' } });
    expect(idsOf(deleted.answer).sort()).toEqual(ids.slice(0, 2).sort());
    await world.blobs.deletePrefix('');
    world.end(others);
    await world.run(deleteMany, { filter: { createdAfter: '2020-01-01T00:00:00Z' } });
    expect(world.hub.instances.map(({ instanceId }) => instanceId)).toEqual(others);
  });

  test.each([
    ['another kind', { kind: 'test.other' }],
    ['another status', { status: 'NotStarted' as const }],
    ['a time before', { createdBefore: '2020-01-01T00:00:00Z' }],
    ['a time after', { createdAfter: '2120-01-01T00:00:00Z' }],
  ])('of %s finds none', async (_, filter) => {
    const world = new World();
    await world.start(3);
    const { answer } = await world.run(cancelMany, { filter });
    expect(answer).toEqual({ succeeded: 0, failed: 0, results: [] });
    expect(world.hub.events).toEqual([]);
  });
});

test(
  '10,000 operations are canceled in one call while 1,000 others start',
  async () => {
    const world = new World();
    const ids = await world.start(10_000);
    let fresh: string[] = [];
    const starts = new Promise<void>((resolve, reject) =>
      setTimeout(() => {
        world
          .start(1_000)
          .then((started) => (fresh = started))
          .then(() => resolve(), reject);
      }, 2),
    );
    const { answer, longestHistory, calls, shown } = await world.run(cancelMany, { filter: { kind: 'test.kind' } });
    await starts;
    expect(answer).toMatchObject({ succeeded: 10_000, failed: 0 });
    expect(new Set(idsOf(answer))).toEqual(new Set(ids));
    expect(world.hub.events).toHaveLength(10_000);
    expect(await Promise.all(fresh.map(world.statusOf))).toEqual(Array(1_000).fill('Running'));
    expect(longestHistory).toBeLessThan(200);
    expect(Math.max(...calls.map(([, input]) => JSON.stringify(input).length))).toBeLessThan(1_000);
    expect(shown.at(-1)).toEqual({ progress: { total: 10_000, completed: 10_000, failed: 0 } });
  },
  LONG_MS,
);

describe('an activity that is interrupted', () => {
  /** Breaks off the first activity that acts, before it stores outcomes, as a crash does; then storage answers again. */
  function crashOnce(world: World) {
    let crashes = 0;
    const create = world.blobs.create.bind(world.blobs);
    world.blobs.create = (name, bytes) => {
      if (name.includes('/outcomes/') && crashes++ === 0)
        return Promise.reject(commonErrors.ServiceUnavailable('The process was killed.'));
      return create(name, bytes);
    };
    return () => crashes;
  }

  test.each([
    ['cancels', cancelMany, 'canceled'],
    ['deletes', deleteMany, 'deleted'],
  ])('%s each target once, and says so', async (_name, kind, outcome) => {
    const world = new World();
    const ids = await world.start(450);
    if (kind === deleteMany) world.end(ids);
    const crashes = crashOnce(world);
    const { answer, calls } = await world.run(kind, { ids });
    expect(answer).toEqual({ succeeded: 450, failed: 0, results: ids.map((id) => ({ id, outcome })) });
    expect(crashes()).toBe(4);
    expect(calls.filter(([name]) => name === ACT_ON_TARGETS)).toHaveLength(2);
    expect(world.hub.events).toHaveLength(kind === cancelMany ? 450 : 0);
    expect((await world.operations.list({ top: 100 })).value).toHaveLength(kind === cancelMany ? 100 : 0);
  });

  test('does not touch an operation that was started since with the id of a target', async () => {
    const world = new World();
    const [id = ''] = await world.start(1);
    world.end([id]);
    crashOnce(world);
    let acts = 0;
    const { answer } = await world.run(deleteMany, { ids: [id] }, async (activity) => {
      if (activity !== ACT_ON_TARGETS || ++acts !== 2) return;
      await world.operations.start({ kind: testKind, operationId: id, input: () => ({ n: 2 }) });
      world.end([id]);
    });
    expect(answer.results).toEqual([{ id, outcome: 'deleted' }]);
    expect(await world.statusOf(id)).toBe('Succeeded');
  });
});

test('a target that fails again and again fails alone', async () => {
  const world = new World();
  const [good = '', bad = ''] = await world.start(2);
  const { records } = world.operations;
  jest.spyOn(records, 'requestCancel').mockImplementation((id) => {
    if (id === bad) return Promise.reject(commonErrors.ServiceUnavailable('Storage cannot be reached.'));
    return Promise.resolve(true);
  });
  const { answer } = await world.run(cancelMany, { ids: [bad, good] });
  expect(answer.results).toEqual([
    { id: bad, outcome: 'failed', error: { code: 'ServiceUnavailable', message: 'Storage cannot be reached.' } },
    { id: good, outcome: 'canceled' },
  ]);
});
