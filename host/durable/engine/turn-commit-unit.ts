import { newExecutionId } from '../ids.js';
import { RuntimeStatus } from '../runtime-status.js';
import { type CommitUnit } from '../store/group-commit.js';
import { encodeEvents, type ParentInstance } from '../store/history-events.js';
import { type InstanceRecord } from '../store/instance-store.js';
import { acknowledge } from '../store/message-commit.js';
import { type Message, type TaskMessage } from '../store/messages.js';
import { newExecution } from '../turn/execution-state.js';
import { type Instance } from '../turn/instance.js';
import { applyCommit, type TurnCommit, type TurnEnd } from '../turn/turn.js';
import { type EngineParts } from './engine-parts.js';
import { type SubOrchestrationPlan } from './sub-orchestrations.js';

/**
 * The commit of one turn. History, status, consumed messages, sub-orchestrations and the result for the parent are
 * written together (host contract, 11.2).
 *
 * O1 `write` changes the file only. `done` makes the same change in memory and starts the work. `failed` leaves the
 *    instance as it was before the turn, and the turn runs again.
 */
export class TurnCommitUnit implements CommitUnit {
  readonly #parts: EngineParts;
  readonly #instance: Instance;
  readonly #commit: TurnCommit;
  readonly #subOrchestrations: readonly SubOrchestrationPlan[];
  readonly #events: string;
  readonly #next: InstanceRecord;
  /** Deliver the messages that the turn sends. */
  #deliveries: (() => void)[] = [];

  constructor(
    parts: EngineParts,
    instance: Instance,
    commit: TurnCommit,
    subOrchestrations: readonly SubOrchestrationPlan[],
  ) {
    this.#parts = parts;
    this.#instance = instance;
    this.#commit = commit;
    this.#subOrchestrations = subOrchestrations;
    this.#events = encodeEvents(commit.events);
    this.#next = nextRecord(instance.record, commit);
  }

  write(): void {
    this.#deliveries = [];
    if (this.#instance.disposed) return;
    const { store } = this.#parts.context;
    const { record, state } = this.#instance;
    const { end, events, consumed } = this.#commit;
    for (const { row } of consumed) if (row !== null) store.deleteMessage(row);
    if (end.kind === 'continuedAsNew') store.continueAsNew(this.#next);
    else {
      if (events.length > 0) store.insertHistory(record.key, state.turnCount, this.#events);
      // A new time alone is not written (state-file.ts, S3).
      const { status, custom, output } = this.#next;
      if (record.status !== status || record.custom !== custom || record.output !== output)
        store.updateInstance(this.#next);
    }
    this.#writeSubOrchestrations();
    this.#deliveries = this.#post(end);
  }

  #writeSubOrchestrations(): void {
    const { store } = this.#parts.context;
    for (const plan of this.#subOrchestrations) {
      if (plan.instance.disposed) continue;
      if (plan.replaces !== undefined) store.deleteInstance(plan.replaces.key);
      store.insertInstance(plan.instance.record);
    }
  }

  /** Writes messages to entities, the parent and the instance's next execution. */
  #post(end: TurnEnd): (() => void)[] {
    const { entities, messages } = this.#parts;
    const { entityRequests, abandoned } = this.#commit;
    const toSelf = (message: Message) => messages.postTo(this.#instance, message);
    const deliveries = entityRequests.map(({ to, message }) => entities.post(to, message));
    deliveries.push(...abandoned.map((entity) => entities.abandon(entity, this.#instance.record)));
    if (end.kind === 'continuedAsNew')
      deliveries.push(...end.carriedOver.map((event) => toSelf({ kind: 'eventRaised', ...event })));
    if (end.kind === 'finished') deliveries.push(this.#postToParent(end));
    return deliveries;
  }

  #postToParent(end: TurnEnd & { kind: 'finished' }): () => void {
    const { parent } = this.#instance.record;
    if (parent === null) return () => undefined;
    return this.#parts.messages.post(parent, parentMessage(parent, end, this.#commit.at));
  }

  done(): void {
    const instance = this.#instance;
    for (const consumed of this.#commit.consumed) consumed.state = 'consumed';
    for (const consumed of this.#commit.consumed) acknowledge(consumed);
    if (instance.disposed) {
      this.#removeSubOrchestrations();
      return;
    }
    if (instance.inbox.length > this.#commit.consumed.length) {
      instance.inbox = instance.inbox.filter(({ state }) => state !== 'consumed');
    } else instance.inbox = [];
    instance.phase = 'idle';
    this.#parts.context.oldStatuses?.replaced(instance.record, this.#next);
    Object.assign(instance.record, this.#next);
    this.#apply();
    for (const surprise of this.#commit.surprises) this.#parts.context.log.surprise(surprise);
    for (const deliver of this.#deliveries) deliver();
    if (this.#commit.end.kind === 'finished') this.#finish();
    else this.#parts.turns.schedule(instance);
  }

  #apply(): void {
    const { opened, closed, end } = this.#commit;
    const { tasks, turns } = this.#parts;
    const instance = this.#instance;
    if (end.kind === 'continuedAsNew') {
      instance.cancelAllTimers();
      instance.state = newExecution();
      return;
    }
    applyCommit(instance.state, this.#commit);
    for (const id of closed) instance.cancelTimer(id);
    if (end.kind === 'open') for (const task of opened.values()) tasks.start(instance, task);
    for (const plan of this.#subOrchestrations) {
      plan.instance.committed = true;
      turns.scheduleStart(plan.instance);
    }
  }

  #finish(): void {
    const { context, registry, watchers } = this.#parts;
    const { record, inbox } = this.#instance;
    registry.remove(this.#instance);
    // A crash before this leaves rows, which recovery deletes.
    if (inbox.length > 0) context.cleanUp(() => context.store.deleteMessagesOf(record.key));
    watchers.notify(record);
    if (record.status !== RuntimeStatus.Failed) context.log.debug(`${record.id}: ${record.name} has ended.`);
    else context.log.error(`${record.id}: ${record.name} has failed: ${record.output ?? ''}`);
  }

  failed(error: Error): void {
    const { context, messages, turns } = this.#parts;
    const instance = this.#instance;
    const problem = 'The state file cannot be written; the turn will be tried again.';
    context.log.instanceError(instance.record, problem, error);
    instance.rollBack(this.#commit.replayLength);
    for (const consumed of this.#commit.consumed) if (consumed.row === null) messages.writeLater(instance, consumed);
    this.#removeSubOrchestrations();
    if (!instance.disposed) turns.scheduleLater(instance);
  }

  #removeSubOrchestrations(): void {
    for (const { instance } of this.#subOrchestrations) this.#parts.registry.remove(instance);
  }
}

/** The result of a sub-orchestration for its parent. */
export function parentMessage(
  { executionId: execution, taskId }: ParentInstance,
  { output, failure }: TurnEnd & { kind: 'finished' },
  at: number,
): TaskMessage {
  const head = { at, execution, taskId };
  return failure === null
    ? { kind: 'childCompleted', ...head, result: output }
    : { kind: 'childFailed', ...head, failure };
}

function nextRecord(record: InstanceRecord, { at, custom, end }: TurnCommit): InstanceRecord {
  const next = { ...record, updated: at, custom };
  switch (end.kind) {
    case 'open':
      return { ...next, status: end.status, output: end.reason ?? record.output };
    case 'finished':
      return { ...next, status: end.status, output: end.output ?? record.output };
    case 'continuedAsNew':
      return { ...next, status: end.status, execution: newExecutionId(), created: at, input: end.input };
    default:
      return end satisfies never;
  }
}
