import { type Row } from '../../src/platform/storage.js';
import { settle } from './manual-clock.js';

/** Chooses one of so many options, from 0. */
export type Choose = (options: number) => number;

/** The result of a run that has the effect of an earlier one. */
export const REDUNDANT = Symbol('redundant');

/**
 * Repeats `run` with every sequence of choices that it can make; all else must be deterministic.
 * @returns the number of runs that are not redundant
 */
export async function exploreAll(run: (choose: Choose) => Promise<unknown>): Promise<number> {
  const path: Made[] = [];
  for (let runs = 0; ;) {
    let depth = 0;
    const result = await run((options) => {
      const made = (path[depth++] ??= { choice: 0, options });
      if (made.options !== options) throw new Error(`Not deterministic: choice ${depth} of run ${runs}.`);
      return made.choice;
    });
    if (result !== REDUNDANT) runs++;
    const next = path.findLastIndex(({ choice, options }) => choice + 1 < options);
    const last = path[next];
    if (!last) return runs;
    path.length = next + 1;
    last.choice++;
  }
}

interface Made {
  choice: number;
  options: number;
}

interface Step {
  process: string;
  /** The object that is called: the table, the blobs or the task hub. */
  target: object;
  name: string;
  /** The keys of the row, when it concerns one row of a table. */
  row?: string;
  perform: () => Promise<void>;
}

/** The keys of the row that a call of `TableStore` concerns; undefined for several rows, and for calls of others. */
function rowOf(name: string, [first, second]: unknown[]): string | undefined {
  if (['get', 'read', 'delete'].includes(name)) return `${String(first)} ${String(second)}`;
  if (!['insert', 'put', 'update'].includes(name)) return undefined;
  const { partitionKey, rowKey } = first as Partial<Row>;
  return partitionKey === undefined ? undefined : `${partitionKey} ${rowKey}`;
}

const READS = ['get', 'read', 'query', 'getStatus'];

/** Whether two steps of different processes have the same effect in both orders. */
function areIndependent(a: Step, b: Step): boolean {
  if (a.target !== b.target || (READS.includes(a.name) && READS.includes(b.name))) return true;
  return a.row !== undefined && b.row !== undefined && a.row !== b.row;
}

/**
 * Chooses the next step so that of all orders that differ only in independent steps one is explored (sleep sets,
 * P. Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems", 1996).
 */
export class Scheduler {
  readonly #choose: Choose;
  /** Steps whose turn now leads to an order that was explored before. */
  #asleep: Step[] = [];

  constructor(choose: Choose) {
    this.#choose = choose;
  }

  /** @returns undefined for the choice that time passes, `REDUNDANT` when all that could be chosen was explored before */
  next(steps: readonly Step[], mayPass: boolean): Step | undefined | typeof REDUNDANT {
    const awake = steps.filter((step) => !this.#asleep.includes(step));
    if (awake.length === 0 && !mayPass) return REDUNDANT;
    const choice = this.#choose(awake.length + Number(mayPass));
    const chosen = awake[choice];
    const explored = [...this.#asleep, ...awake.slice(0, choice)];
    this.#asleep = chosen ? explored.filter((step) => areIndependent(step, chosen)) : [];
    return chosen;
  }
}

/**
 * Processes that share storage and a task hub, of which each call is one step: it waits until the test performs it.
 * Timers are those of jest.useFakeTimers.
 */
export class Processes {
  readonly #pending: Step[] = [];
  readonly #crashed = new Set<string>();
  /** The steps that were performed, for the message of a test that fails. */
  readonly trace: string[] = [];

  /** The object as the process uses it. */
  of<T extends object>(process: string, target: T): T {
    return new Proxy(target, {
      get: (_, property) => {
        const member: unknown = Reflect.get(target, property, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          const name = String(property);
          const call = () => Reflect.apply(member, target, args) as unknown;
          return this.#step({ process, target, name, row: rowOf(name, args) }, call);
        };
      },
    });
  }

  #step(step: Omit<Step, 'perform'>, call: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#crashed.has(step.process)) return; // nothing more happens there
      const perform = async () => {
        await Promise.resolve(call()).then(resolve, reject);
      };
      this.#pending.push({ ...step, perform });
    });
  }

  /** The calls that wait, of one process or of all. */
  async pending(process?: string): Promise<Step[]> {
    await settle();
    return this.#pending.filter((step) => process === undefined || step.process === process);
  }

  async perform(step: Step): Promise<void> {
    this.#pending.splice(this.#pending.indexOf(step), 1);
    this.trace.push(`${step.process}: ${step.name}`);
    await step.perform();
  }

  /** The process stops: its calls that wait are never made, and no answer reaches it. */
  crash(process: string): void {
    this.#crashed.add(process);
    this.trace.push(`${process}: crash`);
    const left = this.#pending.filter((step) => step.process !== process);
    this.#pending.splice(0, this.#pending.length, ...left);
  }

  advance(ms: number): void {
    this.trace.push(`${ms} ms pass`);
    jest.advanceTimersByTime(ms);
  }

  /** Performs the steps of a process, or of all, until the promise is settled; time passes when there is no step. */
  async finish<T>(result: Promise<T> | Ending<T>, process?: string): Promise<PromiseSettledResult<T>> {
    const end = result instanceof Ending ? result : new Ending(result);
    for (let [step] = await this.pending(process); !end.value; [step] = await this.pending(process)) {
      if (step) await this.perform(step);
      else if (jest.getTimerCount() > 0) jest.advanceTimersToNextTimer();
      else throw new Error('The processes wait for nothing that will come.');
    }
    return end.value;
  }
}

/** How a promise ended, once it has. */
export class Ending<T> {
  value: PromiseSettledResult<T> | undefined;

  constructor(promise: Promise<T>) {
    promise.then(
      (value) => (this.value = { status: 'fulfilled', value }),
      (reason: unknown) => (this.value = { status: 'rejected', reason }),
    );
  }
}
