import { type Engine } from './engine.js';
import { type Operation } from './group-commit.js';
import { encodeEvents, type Failure } from './history-events.js';
import { newExecutionId, type TaskId } from './ids.js';
import { type Instance, newExecution } from './instance.js';
import { acknowledge } from './message-operation.js';
import { type Message } from './messages.js';
import { type InstanceRecord } from './store.js';
import { applyCommit, type TurnCommit, type TurnEnd } from './turn.js';

/** A child that this turn starts, or why it cannot be started. */
export type ChildPlan =
  { taskId: TaskId; child: Instance; replaces: InstanceRecord | undefined } | { taskId: TaskId; refused: Failure };

/**
 * The commit of one turn: history, status, consumed messages, children and the word to the parent in one piece
 * (host contract, 11.2).
 *
 * O1 `write` touches the file only; `done` makes the same change in memory and sets work going; `failed` leaves the
 *    instance as it was before the turn, to be tried again.
 */
export class TurnOperation implements Operation {
  readonly #engine: Engine;
  readonly #instance: Instance;
  readonly #commit: TurnCommit;
  readonly #children: readonly ChildPlan[];
  readonly #events: string;
  readonly #next: InstanceRecord;
  /** How to deliver the messages that this turn itself causes. */
  #deliveries: (() => void)[] = [];

  constructor(engine: Engine, instance: Instance, commit: TurnCommit, children: readonly ChildPlan[]) {
    this.#engine = engine;
    this.#instance = instance;
    this.#commit = commit;
    this.#children = children;
    this.#events = encodeEvents(commit.events);
    this.#next = nextRecord(instance.record, commit);
  }

  write(): void {
    this.#deliveries = [];
    if (this.#instance.disposed) return;
    const { store } = this.#engine;
    const { record, state } = this.#instance;
    const { end, events, consumed } = this.#commit;
    for (const { row } of consumed) if (row !== null) store.deleteMessage(row);
    if (end.kind === 'renewed') store.renewInstance(this.#next);
    else {
      if (events.length > 0) store.insertHistory(record.key, state.turn, this.#events);
      // The time of the last turn alone is not worth a write (state-file.ts, S3).
      if (record.status !== this.#next.status || record.custom !== this.#next.custom) store.updateInstance(this.#next);
    }
    this.#writeChildren();
    this.#deliveries = this.#post(end);
  }

  #writeChildren(): void {
    const { store } = this.#engine;
    for (const plan of this.#children) {
      if (!('child' in plan) || plan.child.disposed) continue;
      if (plan.replaces !== undefined) store.deleteInstance(plan.replaces.key);
      store.insertInstance(plan.child.record);
    }
  }

  /** To entities, to the parent, to the next execution of the same instance, and to itself about children refused. */
  #post(end: TurnEnd): (() => void)[] {
    const engine = this.#engine;
    const { at, sent } = this.#commit;
    const { execution } = this.#instance.record;
    const toSelf = (message: Message) => engine.postTo(this.#instance, message);
    const deliveries = sent.map(({ to, message }) => engine.entities.post(to, message));
    for (const plan of this.#children) {
      if (!('refused' in plan)) continue;
      const { taskId, refused: failure } = plan;
      deliveries.push(toSelf({ kind: 'childFailed', at, execution, taskId, failure }));
    }
    if (end.kind === 'renewed')
      deliveries.push(...end.carried.map((event) => toSelf({ kind: 'eventRaised', ...event })));
    if (end.kind === 'finished') deliveries.push(this.#postToParent(end));
    return deliveries;
  }

  #postToParent({ output, failure }: TurnEnd & { kind: 'finished' }): () => void {
    const { parent } = this.#instance.record;
    if (parent === null) return () => undefined;
    const head = { at: this.#commit.at, execution: parent.executionId, taskId: parent.taskId };
    return this.#engine.post(
      parent,
      failure === null
        ? { kind: 'childCompleted', ...head, result: output }
        : { kind: 'childFailed', ...head, failure },
    );
  }

  done(): void {
    const instance = this.#instance;
    for (const consumed of this.#commit.consumed) consumed.state = 'consumed';
    for (const consumed of this.#commit.consumed) acknowledge(consumed);
    if (instance.disposed) {
      this.#abandonChildren();
      return;
    }
    if (instance.inbox.length > this.#commit.consumed.length) {
      instance.inbox = instance.inbox.filter(({ state }) => state !== 'consumed');
    } else instance.inbox = [];
    instance.phase = 'idle';
    const { execution } = instance.record;
    Object.assign(instance.record, this.#next);
    this.#apply();
    for (const deliver of this.#deliveries) deliver();
    if (this.#commit.end.kind === 'renewed') this.#engine.freeLocks(execution);
    if (this.#commit.end.kind === 'finished') this.#engine.finished(instance);
    else this.#engine.schedule(instance);
  }

  #apply(): void {
    const { opened, closed, functionEnded, end } = this.#commit;
    const instance = this.#instance;
    if (end.kind === 'renewed') {
      instance.dropTimers();
      instance.state = newExecution();
      return;
    }
    const ended = functionEnded && !instance.state.functionEnded;
    applyCommit(instance.state, this.#commit);
    if (ended) this.#engine.freeLocks(instance.record.execution);
    for (const id of closed) instance.disarm(id);
    if (end.kind === 'open') for (const task of opened.values()) this.#engine.begin(instance, task);
    for (const plan of this.#children) {
      if (!('child' in plan)) continue;
      plan.child.committed = true;
      this.#engine.schedule(plan.child);
    }
  }

  failed(error: Error): void {
    const instance = this.#instance;
    this.#engine.warn('The state file cannot be written; the turn will be tried again.', instance, error);
    instance.rollBack(this.#commit.replayMark);
    for (const consumed of this.#commit.consumed) if (consumed.row === null) this.#engine.keep(instance, consumed);
    this.#abandonChildren();
    if (!instance.disposed) this.#engine.scheduleLater(instance);
  }

  #abandonChildren(): void {
    for (const plan of this.#children) if ('child' in plan) this.#engine.forget(plan.child);
  }
}

function nextRecord(record: InstanceRecord, { at, custom, end }: TurnCommit): InstanceRecord {
  const next = { ...record, updated: at, custom };
  switch (end.kind) {
    case 'open':
      return { ...next, status: end.status };
    case 'finished':
      return { ...next, status: end.status, output: end.output };
    case 'renewed':
      return { ...next, status: end.status, execution: newExecutionId(), created: at, input: end.input };
    default:
      return end satisfies never;
  }
}
