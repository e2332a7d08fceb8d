import '../../support/fake-waits.js';
import { commonErrors } from '../../../src/platform/errors.js';
import { Ending, type Choose } from '../../support/interleaving.js';
import { MemoryTaskHub } from '../../support/memory-task-hub.js';
import {
  codeOf,
  crashAnywhere,
  exclusive,
  expectBound,
  expectListedOnce,
  expectForgotten,
  expectStarted,
  exploreWorlds,
  ID,
  inWorld,
  KEY,
  OTHER_ID,
  OTHER_KEY,
  type OperationWorld,
  repeatable,
  valueOf,
  type TestRequest,
} from '../../support/operation-world.js';

beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance'] }));
afterEach(() => {
  jest.useRealTimers();
});

/** Longer than a starter waits for another one's instance. */
const STALL_MS = 3_500;

const other = { input: () => ({ n: 2 }) };
const fails = { prepare: () => Promise.reject(commonErrors.ServiceUnavailable('Storage is away.')) };

/** Lets the process go on to its end, with a long wait where it waits, or stops it before any of its steps. */
async function crashOrFinish(world: OperationWorld, process: string, work: Promise<unknown>, choose: Choose) {
  const end = new Ending(work);
  for (
    let [step] = await world.processes.pending(process);
    !end.value;
    [step] = await world.processes.pending(process)
  ) {
    if (!step) world.processes.advance(STALL_MS);
    else if (choose(2) === 0) await world.processes.perform(step);
    else break;
  }
  world.processes.crash(process);
}

describe('one start', () => {
  test.each([...repeatable, ...exclusive])('with %s', (_, request) =>
    inWorld(async (world) => {
      const { id, isNew, pending } = valueOf(await world.processes.finish(world.start('a', request)));
      expect(isNew).toBe(true);
      expect(pending).toMatchObject({ id, kind: 'test.kind', status: 'NotStarted', waitingFor: 'capacity' });
      if (request.operationId ?? request.ownId) expect(id).toBe(ID);
      await expectStarted(world, id);
      await expectBound(world, request, id);
    }),
  );

  test.each(repeatable)('with %s again: the same operation, also after its end', (_, request) =>
    inWorld(async (world) => {
      const first = valueOf(await world.processes.finish(world.start('a', request)));
      expect(valueOf(await world.processes.finish(world.start('b', request)))).toEqual({ ...first, isNew: false });
      world.hub.end(first.id);
      expect(valueOf(await world.processes.finish(world.start('b', request)))).toEqual({ ...first, isNew: false });
      await expectStarted(world, first.id);
    }),
  );

  test('with an id again: the alias of the first one, also when that was interrupted', () =>
    inWorld(async (world) => {
      const aliases: (string | undefined)[] = [];
      const input = (_id: string, given?: string) => {
        aliases.push(given);
        return { n: 1 };
      };
      const start = (process: string, alias: string) =>
        world.start(process, { operationId: ID, alias, identity: 'the same', input });
      new Ending(start('crashed', 'first'));
      const [insert] = await world.processes.pending('crashed');
      if (insert) await world.processes.perform(insert);
      world.processes.crash('crashed');
      const results = [];
      for (const alias of ['second', 'third']) results.push(valueOf(await world.processes.finish(start('a', alias))));
      expect(results).toMatchObject([
        { isNew: true, alias: 'first' },
        { isNew: false, alias: 'first' },
      ]);
      expect(aliases).toEqual(['first']);
      expect(await world.records.findAlias('first')).toBe(ID);
      for (const alias of ['second', 'third']) expect(await world.records.findAlias(alias)).toBeUndefined();
    }));

  test.each(repeatable)('with %s of another request is refused', (_, request) =>
    inWorld(async (world) => {
      const { id } = valueOf(await world.processes.finish(world.start('a', request)));
      const code = request.idempotencyKey === undefined ? 'OperationIdReused' : 'IdempotencyKeyReused';
      expect(codeOf(await world.processes.finish(world.start('b', { ...request, ...other })))).toBe(code);
      await expectStarted(world, id);
      await expectBound(world, request, id);
    }),
  );

  test('a key that came with a refused id is free for another request', () =>
    inWorld(async (world) => {
      await world.processes.finish(world.start('a', { operationId: ID }));
      const refused = { operationId: ID, idempotencyKey: KEY, ...other };
      expect(codeOf(await world.processes.finish(world.start('b', refused)))).toBe('OperationIdReused');
      const { id } = valueOf(await world.processes.finish(world.start('c', { idempotencyKey: KEY })));
      expect(id).not.toBe(ID);
    }));

  test('further keys of an operation are free when it is deleted', () =>
    inWorld(async (world) => {
      const keys = [KEY, OTHER_KEY, 'a third key'];
      for (const idempotencyKey of keys)
        await world.processes.finish(world.start('a', { operationId: ID, idempotencyKey }));
      world.hub.end(ID);
      valueOf(await world.processes.finish(world.operations('a').delete(ID)));
      for (const idempotencyKey of keys) expect(await world.records.findKey(idempotencyKey)).toBeUndefined();
      expect(world.table.rows).toEqual([]);
    }));

  test('a key that came with an expired id is free', () =>
    inWorld(async (world) => {
      await world.processes.finish(world.start('a', { operationId: ID }));
      await world.records.markExpired(ID, new Date());
      await world.processes.finish(world.start('b', { operationId: ID, idempotencyKey: KEY }));
      expect(await world.records.findKey(KEY)).toBeUndefined();
    }));

  test('an expired id is refused', () =>
    inWorld(async (world) => {
      await world.processes.finish(world.start('a', { operationId: ID }));
      await world.records.markExpired(ID, new Date());
      expect(codeOf(await world.processes.finish(world.start('b', { operationId: ID })))).toBe('OperationExpired');
    }));

  test('an alias that is taken is refused and stays with its operation', () =>
    inWorld(async (world) => {
      await world.processes.finish(world.start('a', { ownId: ID, alias: 'a name' }));
      const second = world.start('b', { ownId: OTHER_ID, alias: 'a name' });
      expect(codeOf(await world.processes.finish(second))).toBe('ServiceUnavailable');
      expect(world.hub.starts).toEqual([ID]);
      await world.processes.finish(world.operations('retention').purge({ id: OTHER_ID, alias: 'a name' }));
      expect(await world.records.findAlias('a name')).toBe(ID);
    }));

  test('the answer of the task hub is lost, but the instance began', () =>
    inWorld(async (world) => {
      const startNew = world.hub.startNew.bind(world.hub);
      jest.spyOn(world.hub, 'startNew').mockImplementation(async (...call) => {
        await startNew(...call);
        throw new Error('socket hang up');
      });
      expect(valueOf(await world.processes.finish(world.start('a', { operationId: ID })))).toMatchObject({ id: ID });
      await expectStarted(world, ID);
    }));

  test.each([...repeatable, ...exclusive])(
    'with %s, and attempts of the task hub that fail: one instance',
    (_, request) =>
      inWorld(async (world) => {
        const fails = new Error('The operation failed with an unexpected status code: 500.');
        jest.spyOn(world.hub, 'startNew').mockRejectedValueOnce(fails).mockRejectedValueOnce(fails);
        jest.spyOn(world.hub, 'getStatus').mockRejectedValueOnce(fails);
        const { id } = valueOf(await world.processes.finish(world.start('a', request)));
        await expectStarted(world, id);
        await expectBound(world, request, id);
      }),
  );

  test('the answer is lost, the instance ends, and the task hub fails meanwhile: one instance', () =>
    inWorld(async (world) => {
      const startNew = world.hub.startNew.bind(world.hub);
      jest.spyOn(world.hub, 'startNew').mockImplementation(async (...call) => {
        await startNew(...call);
        world.hub.end(ID);
        throw new Error('socket hang up');
      });
      jest.spyOn(world.hub, 'getStatus').mockRejectedValueOnce(new Error('connect ECONNREFUSED'));
      expect(valueOf(await world.processes.finish(world.start('a', { operationId: ID })))).toMatchObject({ id: ID });
      await expectStarted(world, ID);
    }));

  test('the task hub cannot be reached for long: 503 within 10 s, and the same request succeeds later', () =>
    inWorld(async (world) => {
      const startNew = jest.spyOn(world.hub, 'startNew').mockRejectedValue(new Error('connect ECONNREFUSED'));
      const request = { operationId: ID, idempotencyKey: KEY };
      const begun = Date.now();
      expect(codeOf(await world.processes.finish(world.start('a', request)))).toBe('ServiceUnavailable');
      expect(Date.now() - begun).toBeLessThanOrEqual(10_000);
      expect(startNew.mock.calls.length).toBeGreaterThan(3);
      startNew.mockRestore();
      expect(valueOf(await world.processes.finish(world.start('b', request))).isNew).toBe(true);
      await expectStarted(world, ID);
      await expectBound(world, request, ID);
    }));
});

describe('a preparation that fails', () => {
  test.each(exclusive)('of a request with %s leaves nothing', (_, request) =>
    inWorld(async (world) => {
      expect(codeOf(await world.processes.finish(world.start('a', { ...request, ...fails })))).toBe(
        'ServiceUnavailable',
      );
      expect(world.table.rows).toEqual([]);
      expect(world.hub.starts).toEqual([]);
    }),
  );

  test.each(exclusive)('of a request with %s, and a crash: retention finds what it leaves', async (_, request) => {
    const runs = await exploreWorlds(async (world, choose) => {
      await crashAnywhere(world, 'a', world.start('a', { ...request, ...fails }), choose);
      expect(world.hub.starts).toEqual([]);
      await expectForgotten(world);
    });
    expect(runs).toBeGreaterThan(4);
  });

  test.each(repeatable)('of a request with %s can be repeated', (_, request) =>
    inWorld(async (world) => {
      expect(codeOf(await world.processes.finish(world.start('a', { ...request, ...fails })))).toBe(
        'ServiceUnavailable',
      );
      expect(world.hub.starts).toEqual([]);
      const { id, isNew } = valueOf(await world.processes.finish(world.start('b', request)));
      expect(isNew).toBe(true);
      await expectStarted(world, id);
      await expectBound(world, request, id);
    }),
  );
});

describe('a crash after any step, then the same request again', () => {
  test.each(repeatable)('with %s: one instance, listed, its record and key right', async (_, request) => {
    const runs = await exploreWorlds(async (world, choose) => {
      await crashAnywhere(world, 'a', world.start('a', request), choose);
      const [instance] = world.hub.instances;
      if (instance && choose(2) === 1) world.hub.end(instance.instanceId);
      const { id } = valueOf(await world.processes.finish(world.start('b', request)));
      if (request.operationId) expect(id).toBe(ID);
      expect(world.hub.starts).toEqual([id]);
      await expectStarted(world, id);
      await expectBound(world, request, id);
    });
    expect(runs).toBeGreaterThan(5);
  });

  test.each(repeatable)('with %s, and the second start crashes too', async (_, request) => {
    await exploreWorlds(async (world, choose) => {
      await crashAnywhere(world, 'a', world.start('a', request), choose);
      await crashOrFinish(world, 'b', world.start('b', request), choose);
      const { id } = valueOf(await world.processes.finish(world.start('c', request)));
      expect(world.hub.starts).toEqual([id]);
      await expectStarted(world, id);
      await expectBound(world, request, id);
    });
  });

  test.each(exclusive)('with %s: a new operation; what the first left is known to retention', async (_, request) => {
    await exploreWorlds(async (world, choose) => {
      await crashAnywhere(world, 'a', world.start('a', request), choose);
      await expectListedOnce(world);
      const left = world.hub.instances.map(({ instanceId }) => instanceId);
      for (const id of left) {
        await expectStarted(world, id);
        await expectBound(world, request, id);
      }
      const retry = { ...request, ...(request.ownId && { ownId: OTHER_ID, alias: 'a new name' }) };
      const { id, isNew } = valueOf(await world.processes.finish(world.start('b', retry)));
      expect(isNew).toBe(true);
      expect(left).not.toContain(id);
      await expectStarted(world, id);
      await expectBound(world, retry, id);
      await expectForgotten(world);
    });
  });
});

describe('a start that is slow in one step, while the same request comes again', () => {
  const slow = async (world: OperationWorld, choose: Choose, request: Partial<TestRequest>, mayBeLate: boolean) => {
    const first = new Ending(world.start('a', request));
    for (let [step] = await world.processes.pending('a'); step; [step] = await world.processes.pending('a')) {
      if ((mayBeLate || step.name !== 'startNew') && choose(2) === 1) break;
      await world.processes.perform(step);
    }
    const second = valueOf(await world.processes.finish(world.start('b', request), 'b'));
    world.processes.advance(STALL_MS);
    const result = await world.processes.finish(first, 'a');
    expect(valueOf(result).id).toBe(second.id);
    expect(world.hub.starts).toEqual([second.id]);
    await expectStarted(world, second.id);
    await expectBound(world, request, second.id);
  };

  test.each(repeatable)('with %s: one instance, as long as it runs', async (_, request) => {
    await exploreWorlds((world, choose) => slow(world, choose, request, true));
  });

  test.each(repeatable)('with %s: one instance, also when it has ended before', async (_, request) => {
    const hub = () => new MemoryTaskHub({ endsImmediately: true });
    await exploreWorlds((world, choose) => slow(world, choose, request, false), hub);
  });
});

describe('a deletion that stops after any step, then a start with the same id or key', () => {
  /** An operation that has ended and whose deletion was interrupted. */
  const deleteAnywhere = async (world: OperationWorld, choose: Choose, request: Partial<TestRequest>) => {
    const { id } = valueOf(await world.processes.finish(world.start('a', request)));
    world.hub.end(id);
    jest.advanceTimersByTime(1_000);
    await crashAnywhere(world, 'deletion', world.operations('deletion').delete(id), choose);
    const record = await world.records.find(id);
    return { id, isBegun: record === undefined || record.deletedAt !== undefined };
  };
  const startsOf = (world: OperationWorld, id: string) => world.hub.starts.filter((started) => started === id).length;

  test.each(repeatable)('with %s: a new operation once the deletion has begun', async (_, request) => {
    await exploreWorlds(async (world, choose) => {
      const before = await deleteAnywhere(world, choose, request);
      const { id, isNew } = valueOf(await world.processes.finish(world.start('b', request)));
      expect(isNew).toBe(before.isBegun);
      if (request.operationId) expect(id).toBe(ID);
      expect(world.hub.starts).toHaveLength(before.isBegun ? 2 : 1);
      await expectStarted(world, id, { starts: startsOf(world, id) });
      await expectBound(world, request, id);
      await expectListedOnce(world);

      expect(valueOf(await world.processes.finish(world.start('c', request)))).toMatchObject({ id, isNew: false });
      await expectForgotten(world);
      expect(await world.records.findKey(KEY)).toBeUndefined();
    });
  });

  test('a deletion that is finished later leaves the key to the operation that has it now', async () => {
    await exploreWorlds(async (world, choose) => {
      const before = await deleteAnywhere(world, choose, { idempotencyKey: KEY });
      const { id } = valueOf(await world.processes.finish(world.start('b', { idempotencyKey: KEY })));
      await world.processes.finish(world.operations('deletion again').delete(before.id));
      if (!before.isBegun) return;
      expect(id).not.toBe(before.id);
      await expectStarted(world, id);
      await expectBound(world, { idempotencyKey: KEY }, id);
      await expectListedOnce(world);
    });
  });

  test.each(repeatable)(
    'of another request with %s: as long as they are bound, they are refused',
    async (_, request) => {
      await exploreWorlds(async (world, choose) => {
        const before = await deleteAnywhere(world, choose, request);
        const isKeyBound = (await world.records.findKey(KEY)) !== undefined;
        const result = await world.processes.finish(world.start('b', { ...request, ...other }));
        if (isKeyBound) {
          expect(codeOf(result)).toBe('IdempotencyKeyReused');
          return;
        }
        if (!before.isBegun) {
          expect(codeOf(result)).toBe('OperationIdReused');
          return;
        }
        const { id, isNew } = valueOf(result);
        expect(isNew).toBe(true);
        await expectStarted(world, id, { n: 2, starts: startsOf(world, id) });
        await expectBound(world, request, id);
        await expectListedOnce(world);
      });
    },
  );
});
