import { type Action, ActionType, leafActions, type ActionAtPath } from './actions.js';

/**
 * Finds the new entries of the action list (host contract, 6.7).
 *
 * W1 The list grows only at its end: a replay starts with the same entries, as new objects. So a turn skips the
 *    entries of earlier turns by their position.
 * W2 The library lists a single task at most once (`alreadyScheduled` in its executor). It lists a compound with all
 *    its children, and a child that was listed before is the same action object: identity detects it, and the library
 *    gives it no second number (rule 3). Azure does: it is in the result as repeated.
 * W3 Numbers are assigned in list order, depth first (rules 1 and 4). Numbers that retries take while the library
 *    processes events never fall between them, because a turn delivers those events first (turn-draft.ts, D2).
 *
 * @param numbered how many entries at the start of the list have their numbers
 * @returns the actions without a number and the repeated ones, in their order
 */
export function newActions(actions: readonly Action[], numbered: number, identity: ActionIdentity): ActionAtPath[] {
  const found: ActionAtPath[] = [];
  let known: Set<unknown> | null = null;
  for (const [offset, action] of actions.slice(numbered).entries()) {
    const index = numbered + offset;
    if ('compoundActions' in action) {
      known ??= knownActions(actions.slice(0, index), identity);
      addUnknown(action, index, known, identity, found);
    } else {
      known?.add(identity(action));
      found.push({ action, path: [index] });
    }
  }
  return found;
}

/** Distinguishes actions: by the object itself, or by its content when a failure left only its JSON. */
export type ActionIdentity = (action: Action) => unknown;

export const byObject: ActionIdentity = (action) => action;

/**
 * After a failure only text is left (host contract, 6.5), in which a repeated action and a new equal action look the
 * same. It counts as repeated: the instance is about to fail, so an omitted task has no effect, while a task that
 * starts by mistake has.
 */
export const byContent: ActionIdentity = (action) => JSON.stringify(action);

function knownActions(actions: readonly Action[], identity: ActionIdentity): Set<unknown> {
  const known = new Set<unknown>();
  for (const action of actions) addLeafActions(action, known, identity);
  return known;
}

function addLeafActions(action: Action, known: Set<unknown>, identity: ActionIdentity): void {
  if ('compoundActions' in action) for (const child of action.compoundActions) addLeafActions(child, known, identity);
  else known.add(identity(action));
}

function addUnknown(
  compound: Action,
  index: number,
  known: Set<unknown>,
  identity: ActionIdentity,
  found: ActionAtPath[],
): void {
  const added: unknown[] = [];
  for (const leaf of leafActions(compound, [index])) {
    const id = identity(leaf.action);
    if (known.has(id)) {
      if (identity === byObject) found.push({ ...leaf, isRepeated: true });
      continue;
    }
    found.push(leaf);
    // Within one compound, equal text can be two calls; equal objects are one call.
    if (identity === byObject) known.add(id);
    else added.push(id);
  }
  for (const id of added) known.add(id);
}

/** How many times each event name is waited for. A wait that is listed again counts once. */
export function countEventWaits(actions: readonly Action[], identity: ActionIdentity): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { action, isRepeated } of newActions(actions, 0, identity)) {
    if (action.actionType !== ActionType.WaitForExternalEvent || isRepeated) continue;
    counts.set(action.externalEventName, (counts.get(action.externalEventName) ?? 0) + 1);
  }
  return counts;
}
