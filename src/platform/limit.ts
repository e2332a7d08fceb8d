/** The owner of work that competes as a unit: a batch, by the id of its operation. Undefined: a single item. */
type Owner = string | undefined;

/** Limits concurrent work in this process. It never waits: the caller waits where waiting is cheap, and asks again. */
export interface Limit {
  /** Takes a place. Returns the function that gives it back, or undefined when there is no room now. */
  enter: (owner?: Owner) => (() => void) | undefined;
}

interface Usage {
  held: number;
  /** When it last got a place, as the number of places that had been given; a new owner is before the last served. */
  servedAt: number;
  /** When it last asked, ms of the clock. */
  askedAt: number;
  /** Whether it was refused when it last asked. */
  isRefused: boolean;
}

/** An owner that asked this long ago has no claim any more, ms. Longer than callers wait before they ask again. */
export const FORGET_AFTER_MS = 10_000;
/** The share that owners may hold, and single items while an owner asks for places. */
const LARGEST_SHARE = 0.75;

/**
 * L1. At most `most` places are taken.
 * L2. Owners leave a quarter of the places to single items, and single items leave a quarter to owners that ask.
 * L3. A free place is kept for an owner that was refused and has the better claim: it holds fewer places, or as many
 *     and was served before. The claim ends when the owner does not ask again.
 */
export function createLimit(most: number, now: () => number = () => performance.now()): Limit {
  const mostOfOneSort = Math.max(1, Math.floor(most * LARGEST_SHARE));
  const owners = new Map<string, Usage>();
  let singles = 0;
  let owned = 0;
  let given = 0;

  const forgetIdle = () => {
    for (const [owner, { held, askedAt }] of owners)
      if (held === 0 && now() - askedAt > FORGET_AFTER_MS) owners.delete(owner);
  };

  const enterSingle = () => {
    forgetIdle();
    const limit = owners.size > 0 ? mostOfOneSort : most;
    if (singles >= limit || singles + owned >= most) return undefined;
    singles++;
    return once(() => {
      singles--;
    });
  };

  const enterOwned = (owner: string) => {
    forgetIdle();
    const usage = owners.get(owner) ?? { held: 0, servedAt: given - 0.5, askedAt: 0, isRefused: false };
    owners.set(owner, usage);
    usage.askedAt = now();
    const hasBetterClaim = (other: Usage) =>
      other !== usage &&
      other.isRefused &&
      now() - other.askedAt <= FORGET_AFTER_MS &&
      (other.held < usage.held || (other.held === usage.held && other.servedAt < usage.servedAt));
    const kept = [...owners.values()].filter(hasBetterClaim).length;
    usage.isRefused = Math.min(mostOfOneSort - owned, most - owned - singles) <= kept;
    if (usage.isRefused) return undefined;
    usage.held++;
    usage.servedAt = ++given;
    owned++;
    return once(() => {
      usage.held--;
      owned--;
    });
  };

  return { enter: (owner) => (owner === undefined ? enterSingle() : enterOwned(owner)) };
}

function once(run: () => void): () => void {
  let hasRun = false;
  return () => {
    if (!hasRun) run();
    hasRun = true;
  };
}
