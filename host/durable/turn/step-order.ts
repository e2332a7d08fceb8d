import { type TaskId } from '../ids.js';
import { EventType, type ReplayEvent } from '../store/history-events.js';
import { type Action, ActionType, type LeafAction } from './actions.js';
import { type StartedAll } from './execution-state.js';

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
  replay: readonly ReplayEvent[];
}

/** Whether every member for which Azure waits is over. */
export function isOver(entry: Action, { first, since }: StartedAll, progress: StepProgress): boolean {
  let next: number = first;
  const seen = new Set<Action>();
  const waitsBefore = new Map<string, number>();
  const leafIsOver = (leaf: LeafAction): boolean => {
    if (seen.has(leaf)) return true;
    seen.add(leaf);
    if (leaf.actionType === ActionType.WaitForExternalEvent) {
      const name = leaf.externalEventName;
      const before = waitsBefore.get(name) ?? 0;
      waitsBefore.set(name, before + 1);
      return raisedSince(progress.replay, since, name) > before;
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

function raisedSince(replay: readonly ReplayEvent[], since: number, name: string): number {
  return replay
    .slice(since)
    .filter((event) => event.EventType === EventType.EventRaised && event.Response !== true && event.Name === name)
    .length;
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
