import fc from 'fast-check';

/**
 * Random orchestrations as data. The fixture orchestrator `program` runs one; `predict` returns the expected result, for
 * any number of kills of the host.
 *
 * P1 Each leaf takes the next number of its run, from 1, and records `<run> <number>` when its activity ran.
 * P2 A run is an instance or a sub-orchestration, whose name is that of its parent with the number of its leaf.
 */
export type Leaf =
  | { kind: 'call'; ms: number }
  /** Fails `failures` times and is retried until it succeeds. */
  | { kind: 'flaky'; failures: number }
  | { kind: 'timer'; ms: number }
  | { kind: 'child'; steps: Step[] };

export type Step =
  | Leaf
  | { kind: 'all'; members: Leaf[] }
  /** All members in a race with a timer or event that never occurs. */
  | { kind: 'race'; members: Leaf[]; rival: 'timer' | 'event' }
  /** An activity that always fails. */
  | { kind: 'fail'; retried: boolean; caught: boolean }
  | { kind: 'throw' }
  | { kind: 'again' }
  /** An external event with a unique name. */
  | { kind: 'event' }
  | { kind: 'signal' }
  | { kind: 'entityCall' }
  /** Two calls under a lock of the entity that all runs share. */
  | { kind: 'locked' };

/** The input of `program`; it passes the counts and the trace on when it continues as new. */
export interface ProgramInput {
  /** The name of the run. */
  name: string;
  steps: Step[];
  leaves: number;
  events: number;
  /** The results of the steps before. */
  trace: unknown[];
}

/** The result of a step that failed and was caught, in a trace. */
export const NO_TRACE = 'failed';
/** Key of the entity that all runs share; each run also has its own entity under its name. */
export const SHARED = 'shared';

export interface Prediction {
  /** The output; undefined when it fails. */
  trace: unknown[] | undefined;
  /** The error message. */
  error: string | undefined;
  /** The records that its activities and those of its sub-orchestrations write at least once. */
  records: string[];
  /** Names of the external events for which it waits. */
  events: string[];
  /** The number of operations per entity key. */
  operations: Record<string, number>;
}

/** The expected result of a run. */
export function predict(run: string, steps: readonly Step[]): Prediction {
  const prediction: Prediction = { trace: undefined, error: undefined, records: [], events: [], operations: {} };
  try {
    prediction.trace = new Oracle(run, prediction).steps(steps);
  } catch (error) {
    prediction.error = (error as Error).message;
  }
  return prediction;
}

class Oracle {
  #leaves = 0;

  readonly #run: string;
  readonly #prediction: Prediction;

  constructor(run: string, prediction: Prediction) {
    this.#run = run;
    this.#prediction = prediction;
  }

  steps(steps: readonly Step[]): unknown[] {
    return steps.map((step) => this.#step(step));
  }

  /** @throws Error when the run ends here */
  #step(step: Step): unknown {
    const prediction = this.#prediction;
    switch (step.kind) {
      case 'all':
      case 'race':
        return settled(step.members.map((leaf) => this.#leaf(leaf)));
      case 'fail': {
        const name = this.#record();
        if (step.caught) return NO_TRACE;
        throw new Error(`no ${name}`);
      }
      case 'throw':
        throw new Error(`thrown by ${this.#run}`);
      case 'again':
        return 'again';
      case 'event':
        prediction.events.push(`e${prediction.events.length}`);
        return prediction.events.length - 1;
      case 'signal':
        this.#operate(this.#run, 1);
        return 'signal';
      case 'entityCall':
        this.#operate(this.#run, 1);
        return 'entity';
      case 'locked':
        this.#operate(SHARED, 2);
        return 1;
      default:
        return this.#leaf(step);
    }
  }

  #operate(key: string, count: number): void {
    const { operations } = this.#prediction;
    operations[key] = (operations[key] ?? 0) + count;
  }

  #record(): string {
    const name = `${this.#run} ${++this.#leaves}`;
    this.#prediction.records.push(name);
    return name;
  }

  #leaf(leaf: Leaf): unknown {
    switch (leaf.kind) {
      case 'timer':
        this.#leaves++;
        return 'timer';
      case 'child':
        return this.#child(`${this.#run}.${++this.#leaves}`, leaf.steps);
      case 'call':
      case 'flaky':
        this.#record();
        return this.#leaves;
      default:
        return leaf satisfies never;
    }
  }

  #child(run: string, steps: readonly Step[]): unknown {
    const { trace, records, operations } = predict(run, steps);
    this.#prediction.records.push(...records);
    for (const [key, count] of Object.entries(operations)) this.#operate(key, count);
    return trace ?? NO_TRACE;
  }
}

/** A compound task fails if one of its members fails. */
function settled(results: unknown[]): unknown {
  return results.includes(NO_TRACE) ? NO_TRACE : results;
}

const ms = fc.integer({ min: 0, max: 4 });
const call = fc.record({ kind: fc.constant('call' as const), ms });
const flaky = fc.record({ kind: fc.constant('flaky' as const), failures: fc.integer({ min: 1, max: 2 }) });
const timer = fc.record({ kind: fc.constant('timer' as const), ms: fc.integer({ min: 1, max: 30 }) });

function leaf(depth: number): fc.Arbitrary<Leaf> {
  const child = fc.record({ kind: fc.constant('child' as const), steps: stepsOf(depth - 1, 4) });
  return fc.oneof(
    { weight: 4, arbitrary: call },
    { weight: 1, arbitrary: flaky },
    { weight: 1, arbitrary: timer },
    ...(depth > 0 ? [{ weight: 1, arbitrary: child }] : []),
  );
}

/** A child can fail, and the step after a failed `Task.all` is a trap while another member is to be retried. */
function withoutRetriesBesideChildren(members: Leaf[]): Leaf[] {
  if (!members.some(({ kind }) => kind === 'child')) return members;
  return members.map((member) => (member.kind === 'flaky' ? { kind: 'call', ms: member.failures } : member));
}

function stepsOf(depth: number, maxLength: number, isRoot = false): fc.Arbitrary<Step[]> {
  if (depth < 0) return fc.constant([]);
  const members = fc.array(leaf(depth), { minLength: 1, maxLength: 4 });
  const bare = <K extends Step['kind']>(kind: K) => fc.constant({ kind });
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 6, arbitrary: leaf(depth) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('all' as const), members: members.map(withoutRetriesBesideChildren) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('race' as const),
        members: fc.array(fc.oneof(call, flaky), { minLength: 1, maxLength: 3 }),
        rival: fc.constantFrom('timer' as const, 'event' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('fail' as const),
        retried: fc.boolean(),
        caught: fc.integer({ max: 4, min: 0 }).map((pick) => pick > 0),
      }),
    },
    { weight: 2, arbitrary: bare('again') },
    {
      weight: 2,
      arbitrary: fc.constantFrom(...(['entityCall', 'locked', 'signal'] as const)).map((kind) => ({ kind })),
    },
    ...(isRoot ? [{ weight: 2, arbitrary: bare('event') }] : [{ weight: 1, arbitrary: bare('throw') }]),
  );
  return fc.array(step, { minLength: 1, maxLength, size: 'max' });
}

/** The steps of one instance. */
export const program: fc.Arbitrary<Step[]> = stepsOf(2, 8, true);
