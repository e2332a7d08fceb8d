import { type Action, ActionType, leaves, type PlacedLeaf } from './actions.js';

/**
 * Which entries of the action list are new (host contract, 6.7).
 *
 * W1 The list only grows at its end: a replay begins with the same entries, as new objects. So what was walked in
 *    earlier turns is skipped by its position, and a turn looks at its new entries alone.
 * W2 The library enters a task that stands alone at most once (`alreadyScheduled` in its executor). A compound is
 *    entered with all its children, and those which were entered before bring the very same action objects: they are
 *    known by identity and take no second number (rule 3).
 * W3 Numbers are taken in list order, depth first (rules 1 and 4). Numbers that retries take while events are
 *    processed do not get in between, because a turn delivers those events first (turn-draft.ts, D2).
 */
export function newLeaves(actions: readonly Action[], walked: number, identity: Identity): PlacedLeaf[] {
  const found: PlacedLeaf[] = [];
  let known: Set<unknown> | null = null;
  for (const [offset, action] of actions.slice(walked).entries()) {
    const index = walked + offset;
    if ('compoundActions' in action) {
      known ??= knownLeaves(actions.slice(0, index), identity);
      addUnknown(action, index, known, identity, found);
    } else {
      known?.add(identity(action));
      found.push({ action, at: [index] });
    }
  }
  return found;
}

/** What tells one action from another: the object itself, or less when a failure left only its JSON. */
export type Identity = (action: Action) => unknown;

export const byObject: Identity = (action) => action;

/**
 * After a failure only text is left (host contract, 6.5), where a repeated action looks like a new equal one. It is
 * taken for the repeat: the instance is failing, so work wrongly left out is missed by nobody, while work wrongly
 * begun would have effects.
 */
export const byContent: Identity = (action) => JSON.stringify(action);

function knownLeaves(actions: readonly Action[], identity: Identity): Set<unknown> {
  const known = new Set<unknown>();
  for (const action of actions) addLeaves(action, known, identity);
  return known;
}

function addLeaves(action: Action, known: Set<unknown>, identity: Identity): void {
  if ('compoundActions' in action) for (const child of action.compoundActions) addLeaves(child, known, identity);
  else known.add(identity(action));
}

function addUnknown(
  compound: Action,
  index: number,
  known: Set<unknown>,
  identity: Identity,
  found: PlacedLeaf[],
): void {
  const inside: unknown[] = [];
  for (const leaf of leaves(compound, [index])) {
    const id = identity(leaf.action);
    if (known.has(id)) continue;
    found.push(leaf);
    // Within one compound, equal text may well be two calls; equal objects are one.
    if (identity === byObject) known.add(id);
    else inside.push(id);
  }
  for (const id of inside) known.add(id);
}

/** How often each event name has been waited for, counting a wait that appears again once. */
export function countWaits(actions: readonly Action[], identity: Identity): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { action } of newLeaves(actions, 0, identity)) {
    if (action.actionType !== ActionType.WaitForExternalEvent) continue;
    counts.set(action.externalEventName, (counts.get(action.externalEventName) ?? 0) + 1);
  }
  return counts;
}
