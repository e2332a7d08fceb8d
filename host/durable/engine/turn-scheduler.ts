import { type Instance } from '../turn/instance.js';
import { runTurn, type TurnEnvironment } from '../turn/turn.js';
import { WorkQueue } from '../work-queue.js';
import { type EngineParts, type TurnSchedule } from './engine-parts.js';
import { childIdProblem, planSubOrchestrations } from './sub-orchestrations.js';
import { lostTurn } from './lost-turn.js';
import { TurnCommitUnit } from './turn-commit-unit.js';

/** Runs the turns of instances, at most `maxConcurrentOrchestratorFunctions` concurrently. */
export class TurnScheduler implements TurnSchedule {
  readonly #parts: EngineParts;
  readonly #queue: WorkQueue<Instance>;
  readonly #turnEnvironment: TurnEnvironment;

  constructor(parts: Omit<EngineParts, 'turns'>) {
    const { context } = parts;
    const { settings, invoke, functions } = context;
    this.#parts = { ...parts, turns: this };
    this.#queue = new WorkQueue(settings.maxConcurrentOrchestratorFunctions, (instance) => this.#run(instance));
    this.#turnEnvironment = {
      settings,
      invoke,
      functions,
      childIdProblem: (parent, id) => childIdProblem(this.#parts, parent, id),
      now: () => context.now(),
      stopping: () => context.stopping,
    };
  }

  get isIdle(): boolean {
    return this.#queue.isIdle;
  }

  /** Starts turns, also those that were scheduled before. */
  open(): void {
    this.#queue.open();
  }

  /** Starts no more turns. Resolves when none is running. */
  close(): Promise<void> {
    return this.#queue.close();
  }

  /** Starts as many scheduled turns as the limit allows. */
  pump(): void {
    this.#queue.pump();
  }

  schedule(instance: Instance): void {
    if (instance.phase !== 'idle' || !instance.hasWork) return;
    instance.phase = 'queued';
    this.#queue.push(instance);
    this.#parts.context.commits.schedule();
  }

  scheduleStart(instance: Instance): void {
    this.#parts.context.deliver(
      () => `${instance.record.id} start`,
      () => this.schedule(instance),
    );
  }

  scheduleLater(instance: Instance): void {
    this.#parts.context.retryLater(() => this.schedule(instance));
  }

  async #run(instance: Instance): Promise<void> {
    if (instance.disposed) return;
    const { context } = this.#parts;
    instance.phase = 'running';
    const replayLength = instance.state.replay.length;
    try {
      const commit = await runTurn(instance, this.#turnEnvironment);
      if (commit === 'aborted') {
        instance.rollBack(replayLength);
        if (!context.stopping) this.#timedOut(instance);
        return;
      }
      for (const consumed of commit.consumed) consumed.state = 'committing';
      instance.phase = 'committing';
      const lost = lostTurn(this.#parts, instance, commit);
      if (lost !== undefined) {
        context.commits.enqueue(lost);
        return;
      }
      const started = commit.end.kind === 'open' ? planSubOrchestrations(this.#parts, instance, commit.opened) : [];
      context.commits.enqueue(new TurnCommitUnit(this.#parts, instance, commit, started));
    } catch (error) {
      // The file cannot be read, or the host has a defect. The instance is unchanged, and the turn runs again later.
      context.log.instanceError(instance.record, 'A turn of the orchestration failed inside the host.', error);
      instance.rollBack(replayLength);
      this.scheduleLater(instance);
    }
  }

  /** The log line is the only sign of the reason why the instance makes no progress. */
  #timedOut(instance: Instance): void {
    const problem = 'A turn took longer than "functionTimeout" in host.json allows; it will be tried again.';
    this.#parts.context.log.instanceError(instance.record, problem);
    this.scheduleLater(instance);
  }
}
