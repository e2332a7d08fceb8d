import { type CommitUnit } from '../store/group-commit.js';
import { type Envelope } from '../store/messages.js';
import { type Instance } from '../turn/instance.js';
import { type TurnCommit } from '../turn/turn.js';
import { type EngineParts } from './engine-parts.js';
import { parentMessage } from './turn-commit-unit.js';

/**
 * What remains of a turn whose process "crashes" after its messages have left and before its state is stored
 * (`--weather`). The turn runs again after a second, with its messages in another order.
 *
 * @returns undefined without a crash. Turns that start sub-orchestrations, use locks or continue as new never crash:
 *   what Azure does then is not established
 */
export function lostTurn(parts: EngineParts, instance: Instance, commit: TurnCommit): CommitUnit | undefined {
  const { weather } = parts.context;
  const { record, state } = instance;
  if (weather === undefined || !mayBeLost(instance, commit)) return undefined;
  if (!weather.crashes(`${record.id} turn ${state.turnCount}`)) return undefined;
  return new LostTurn(parts, instance, commit);
}

function mayBeLost({ record }: Instance, { opened, entityRequests, abandoned, end }: TurnCommit): boolean {
  const tasks = [...opened.values()];
  if (end.kind === 'continuedAsNew' || tasks.some(({ kind }) => kind === 'subOrchestration')) return false;
  if (abandoned.length > 0 || entityRequests.some(({ message }) => message.kind !== 'operation')) return false;
  const tellsParent = end.kind === 'finished' && record.parent !== null;
  return tellsParent || entityRequests.length > 0 || tasks.some(({ kind }) => kind === 'activity');
}

class LostTurn implements CommitUnit {
  readonly #parts: EngineParts;
  readonly #instance: Instance;
  readonly #commit: TurnCommit;
  #deliveries: (() => void)[] = [];

  constructor(parts: EngineParts, instance: Instance, commit: TurnCommit) {
    this.#parts = parts;
    this.#instance = instance;
    this.#commit = commit;
  }

  write(): void {
    const { entities, messages } = this.#parts;
    const { entityRequests, end, at } = this.#commit;
    this.#deliveries = entityRequests.map(({ to, message }) => entities.post(to, message));
    const { parent } = this.#instance.record;
    if (end.kind === 'finished' && parent !== null)
      this.#deliveries.push(messages.post(parent, parentMessage(parent, end, at)));
  }

  done(): void {
    const { tasks } = this.#parts;
    for (const deliver of this.#deliveries) deliver();
    for (const task of this.#commit.opened.values()) tasks.startForLostTurn(this.#instance, task);
    this.#runAgain();
  }

  failed(): void {
    this.#runAgain();
  }

  #runAgain(): void {
    const { context, messages, turns } = this.#parts;
    const instance = this.#instance;
    instance.rollBack(this.#commit.replayLength);
    for (const consumed of this.#commit.consumed) if (consumed.row === null) messages.writeLater(instance, consumed);
    const message = `${instance.record.id} turn ${instance.state.turnCount}`;
    instance.inbox = context.weather?.reordered(message, instance.inbox, senderOf) ?? instance.inbox;
    turns.scheduleLater(instance);
  }
}

/** Messages of clients that control an instance keep their order; every other message is from a sender of its own. */
function senderOf({ message: { kind } }: Envelope): string | undefined {
  return ['suspend', 'resume', 'rewind', 'terminate'].includes(kind) ? 'control' : undefined;
}
