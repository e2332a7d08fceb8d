import { type TaskId } from '../ids.js';
import { type Action, ActionType, type LeafAction } from './actions.js';

/**
 * When the next entry of the action list begins. Azure takes the entries one after another, and waits at each one
 * (OutOfProcOrchestrationShim.cs): at `Task.all` for every member, also after a failure; at `Task.any` for one. The
 * library goes on earlier when a member of `Task.all` has failed: what it then asks for begins when all members are over.
 */
export interface StepProgress {
  /** Whether the activity, sub-orchestration or timer has not ended; retries of it count. */
  isOpen(id: TaskId): boolean;
  /** Whether the entity has answered the request. */
  hasResponse(id: TaskId): boolean;
  /** How many external events of the name there are for the entry. */
  raised(name: string): number;
}

/**
 * Whether every member for which Azure waits is over.
 *
 * @param first number of the first task of the entry
 */
export function isOver(entry: Action, first: TaskId, progress: StepProgress): boolean {
  let next: number = first;
  const seen = new Set<Action>();
  const taken = new Map<string, number>();
  const leafIsOver = (leaf: LeafAction): boolean => {
    if (seen.has(leaf)) return true;
    seen.add(leaf);
    if (leaf.actionType === ActionType.WaitForExternalEvent) {
      const name = leaf.externalEventName;
      const before = taken.get(name) ?? 0;
      taken.set(name, before + 1);
      return progress.raised(name) > before;
    }
    const id = next++ as TaskId;
    return leaf.actionType === ActionType.CallEntity ? progress.hasResponse(id) : !progress.isOpen(id);
  };
  const check = (action: Action): boolean => {
    if (!('compoundActions' in action)) return leafIsOver(action);
    const members = action.compoundActions.map(check); // all of them: each takes its number
    return action.actionType === ActionType.WhenAll ? members.every(Boolean) : members.some(Boolean);
  };
  return check(entry);
}

/** External events by name: all, and those since an entry began. */
export class EventCounts {
  readonly #all = new Map<string, number>();
  readonly #since = new Map<string, number>();

  add(name: string, isSince: boolean): void {
    for (const counts of isSince ? [this.#all, this.#since] : [this.#all])
      counts.set(name, (counts.get(name) ?? 0) + 1);
  }

  /**
   * The events for the entry. Earlier waits have taken theirs, unless they were left behind: then the wait that began
   * last gets the event (host contract, 6.8.4).
   */
  left(name: string, waitsBefore: number): number {
    return Math.max(this.#since.get(name) ?? 0, (this.#all.get(name) ?? 0) - waitsBefore);
  }
}

export function containsAll(action: Action): boolean {
  if (!('compoundActions' in action)) return false;
  return action.actionType === ActionType.WhenAll || action.compoundActions.some(containsAll);
}

/** Whether the library gives the action a number (host contract, 6.7 rules 2 and 5). */
export function takesNumber(action: Action): boolean {
  if ('compoundActions' in action) return action.compoundActions.some(takesNumber);
  return action.actionType !== ActionType.WaitForExternalEvent && action.actionType !== ActionType.ContinueAsNew;
}
