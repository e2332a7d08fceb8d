import '../../support/fake-waits.js';
import { InvocationContext } from '@azure/functions';
import { enlisting } from '../../../src/operations/upstreams/enlisting.js';
import { Pauses } from '../../../src/operations/upstreams/pauses.js';
import { OperationError } from '../../../src/platform/errors.js';
import { Ending, exploreAll, Processes, REDUNDANT, Scheduler, type Choose } from '../../support/interleaving.js';
import { MemoryTable } from '../../support/memory-table.js';
import { valueOf } from '../../support/operation-world.js';

/** All orders in which an operation finds a pause while operators end it (docs/upstreams.md, How operations wait). */

beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance'] }));
afterEach(() => {
  jest.useRealTimers();
});

const NAME = 'imageProvider';
const ID = 'operation-under-test';
const context = new InvocationContext({ functionName: 'test', logHandler: () => undefined });

/** Processes that share the table of pauses, and an operation that runs in some of them. */
class PausedWorld {
  readonly table = new MemoryTable();
  readonly processes = new Processes();
  /** The task hub, which keeps events until the operation waits for them. */
  readonly #hub = {
    raise: () => {
      this.#events++;
      this.#waiting?.resolve();
      return Promise.resolve();
    },
  };
  #events = 0;
  #waiting: PromiseWithResolvers<void> | undefined;

  pausesOf(process: string): Pauses {
    return new Pauses(this.processes.of(process, this.table), Date.now);
  }

  /** The pauses of a process that read them just now. */
  async withRead(process: string): Promise<Pauses> {
    const pauses = this.pausesOf(process);
    await this.processes.finish(pauses.prepare());
    return pauses;
  }

  async #event(): Promise<void> {
    this.#waiting = Promise.withResolvers();
    if (this.#events === 0) await this.#waiting.promise;
    this.#events--;
  }

  /** An activity that calls the service in a process. @returns whether it was called, and did not find it paused */
  async #isCalled(pauses: Pauses): Promise<boolean> {
    const activity = enlisting(pauses, async () => {
      try {
        await pauses.mustNotBePaused(NAME);
        return { ok: true, value: null };
      } catch (thrown) {
        return { ok: false, error: OperationError.from(thrown).data };
      }
    });
    const outcome = await activity({ operationId: ID }, context);
    // Any other outcome would be an attempt.
    if (!outcome.ok) expect(outcome.error.code).toBe('UpstreamPaused');
    return outcome.ok;
  }

  /** An operation whose attempts are made in these processes in turn, and in the last one from then on. */
  async operation(...processes: [Pauses, ...Pauses[]]): Promise<void> {
    const [pauses, ...others] = processes;
    if (await this.#isCalled(pauses)) return;
    await this.#event();
    await this.operation(others[0] ?? pauses, ...others.slice(1));
  }

  async resume(process: string): Promise<void> {
    const pauses = this.pausesOf(process);
    const pauseNumber = await pauses.resume(NAME);
    const tell = () => this.processes.of(process, this.#hub).raise();
    while (await pauses.tellPage(NAME, pauseNumber, tell));
  }

  /** What the timer does. */
  async tend(): Promise<void> {
    const pauses = this.pausesOf('timer');
    for (const { upstream, pauseNumber } of await pauses.untold())
      await pauses.tellPage(upstream, pauseNumber, () => this.processes.of('timer', this.#hub).raise());
  }

  /** No row of a waiting operation is left. */
  expectNoneWaits(): void {
    expect(this.table.rows.filter(({ partitionKey }) => partitionKey.startsWith('waiting'))).toEqual([]);
  }
}

/** Performs the steps of all in any order. @returns false when the order is like an earlier one */
async function interleave(world: PausedWorld, choose: Choose, work: Promise<unknown>[]): Promise<boolean> {
  for (const promise of work) new Ending(promise);
  const scheduler = new Scheduler(choose);
  for (let steps = await world.processes.pending(); steps.length > 0; steps = await world.processes.pending()) {
    const step = scheduler.next(steps, false);
    if (step === REDUNDANT) return false;
    if (step) await world.processes.perform(step);
  }
  return true;
}

/** Performs steps of a process until it waits, or until it is chosen that another one goes on. */
async function performSome(world: PausedWorld, choose: Choose, process: string): Promise<void> {
  for (let [step] = await world.processes.pending(process); step; [step] = await world.processes.pending(process)) {
    if (choose(2) === 1) return;
    await world.processes.perform(step);
  }
}

async function crash(world: PausedWorld, choose: Choose, process: string, work: Promise<unknown>): Promise<void> {
  new Ending(work);
  await performSome(world, choose, process);
  world.processes.crash(process);
}

/** Runs a test in all orders; the steps are named when an expectation fails. */
const explore = (test: (world: PausedWorld, choose: Choose) => Promise<unknown>) =>
  exploreAll(async (choose) => {
    const world = new PausedWorld();
    try {
      return await test(world, choose);
    } catch (cause) {
      throw new Error(`After ${world.processes.trace.join(', ')}: ${(cause as Error).message}`, { cause });
    } finally {
      jest.clearAllTimers();
    }
  });

const pause = (world: PausedWorld, process = 'operator') =>
  world.processes.finish(world.pausesOf(process).pause(NAME, 'New model'));

test('an operation beside a resume: it goes on, also where its process read the pause just before', async () => {
  const runs = await explore(async (world, choose) => {
    await pause(world);
    const operation = world.operation(await world.withRead('a'));
    if (!(await interleave(world, choose, [operation, world.resume('operator')]))) return REDUNDANT;
    valueOf(await world.processes.finish(operation));
    valueOf(await world.processes.finish(world.tend()));
    world.expectNoneWaits();
    return undefined;
  });
  expect(runs).toBeGreaterThan(10);
});

test('an operation beside a resume, a pause and another resume', async () => {
  const runs = await explore(async (world, choose) => {
    await pause(world);
    const operation = world.operation(await world.withRead('a'), await world.withRead('b'));
    const resume = new Ending(world.resume('operator'));
    for (const process of ['a', 'operator', 'b']) await performSome(world, choose, process);
    await pause(world, 'another');
    for (const process of ['operator', 'b', 'a']) await performSome(world, choose, process);
    valueOf(await world.processes.finish(resume));
    // That resume may have been one of the second pause.
    valueOf(await world.processes.finish(world.resume('last')));
    valueOf(await world.processes.finish(operation));
    valueOf(await world.processes.finish(world.tend()));
    world.expectNoneWaits();
  });
  expect(runs).toBeGreaterThan(10);
});

test('an operation whose process is killed after any step runs again in one with an old read', async () => {
  const runs = await explore(async (world, choose) => {
    await pause(world);
    const killed = world.operation(await world.withRead('killed'));
    const again = await world.withRead('again');
    await crash(world, choose, 'killed', killed);
    const operation = world.operation(again);
    if (!(await interleave(world, choose, [operation, world.resume('operator')]))) return REDUNDANT;
    valueOf(await world.processes.finish(operation));
    valueOf(await world.processes.finish(world.tend()));
    world.expectNoneWaits();
    return undefined;
  });
  expect(runs).toBeGreaterThan(10);
});

test.each([
  ['the timer', (world: PausedWorld) => world.tend()],
  ['a repeated resume', (world: PausedWorld) => world.resume('again')],
])('a resume that is killed after any step is finished by %s', async (_name, finishing) => {
  const runs = await explore(async (world, choose) => {
    await pause(world);
    const operation = world.operation(await world.withRead('a'));
    await performSome(world, choose, 'a');
    await crash(world, choose, 'operator', world.resume('operator'));
    if (!(await interleave(world, choose, [operation, finishing(world)]))) return REDUNDANT;
    const wasNotWritten = (await new Pauses(world.table).all()).get(NAME)?.isPaused;
    if (wasNotWritten) valueOf(await world.processes.finish(world.resume('last')));
    valueOf(await world.processes.finish(operation));
    world.expectNoneWaits();
    return undefined;
  });
  expect(runs).toBeGreaterThan(10);
});
