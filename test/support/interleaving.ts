import { settle } from './manual-clock.js';

/** Chooses one of so many options, from 0. */
export type Choose = (options: number) => number;

/**
 * Repeats `run` with every sequence of choices that it can make; all else must be deterministic.
 * @returns the number of runs
 */
export async function exploreAll(run: (choose: Choose) => Promise<void>): Promise<number> {
  const path: Made[] = [];
  for (let runs = 1; ; runs++) {
    let depth = 0;
    await run((options) => {
      const made = (path[depth++] ??= { choice: 0, options });
      if (made.options !== options) throw new Error(`Not deterministic: choice ${depth} of run ${runs}.`);
      return made.choice;
    });
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
  name: string;
  perform: () => Promise<void>;
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
        return (...args: unknown[]) =>
          this.#step(process, String(property), () => Reflect.apply(member, target, args) as unknown);
      },
    });
  }

  #step(process: string, name: string, call: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#crashed.has(process)) return; // nothing more happens there
      const perform = async () => {
        await Promise.resolve(call()).then(resolve, reject);
      };
      this.#pending.push({ process, name, perform });
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
