import { type Minute } from './minutes.js';

/**
 * The queue of one endpoint, as pure functions: a change takes a state and returns the next one.
 *
 * Q1. Sequences are given in the order of entering, without gaps, from 1.
 * Q2. Places are given in the order of the sequences, first to requests that lost theirs. At most `workers` requests
 *     have one, or as many as had one when the cap was lowered.
 * Q3. A request keeps its place until its worker's call has ended, also when it is canceled meanwhile: the cap counts
 *     what runs.
 * Q4. A change that is made twice has the effect of one.
 * Q5. The state grows with the workers of the endpoint, not with the queue: a request that waits is a row of its own.
 */
export interface QueueState {
  /** The last sequence given. */
  last: number;
  /** No request up to it waits, except those in `lost` and `again`. */
  head: number;
  /** Requests after `head` that wait. */
  waiting: number;
  /** Those of them that are synchronous. */
  waitingSync: number;
  /** Asynchronous requests up to this sequence that waited were dropped; their rows say so later. */
  dropped: number;
  /** When, in ms since the epoch. */
  droppedAt: number;
  /** The rows of dropped requests up to this sequence say so. */
  droppedDone: number;
  /** In the order in which they were given. */
  places: readonly Place[];
  /** Requests whose process is gone, until another process begins to work on them, ascending. */
  lost: readonly number[];
  /** Requests that were lost and wait for a place again, ascending. */
  again: readonly number[];
  /** Requests that have a place and are canceled. */
  canceled: readonly number[];
  /** Requests that ended while they waited, until the delivery of their webhooks has been started. */
  undelivered: readonly number[];
  workers: number;
  /** When `workers` was read, in ms since the epoch: an older value changes nothing. */
  asOf: number;
  /** Why the last call that ended failed, if it failed. */
  failing?: string;
  /** What the last hour was like, ascending (minutes.ts). */
  minutes: readonly Minute[];
}

/** A place among those that are at the endpoint's workers. */
export interface Place {
  sequence: number;
  /** The process that works on it (leases.ts); empty until one begins. */
  owner: string;
  /** ms since the epoch, in whole seconds. */
  grantedAt: number;
  /** The end of its TTL, ms since the epoch, in whole seconds, rounded up. */
  deadline: number;
}

/** The owner of a place whose work no process holds: an operation of the app. */
export const DURABLE_OWNER = 'durable';

/** An endpoint's limits, as read at `asOf`. */
export interface Limits {
  workers: number;
  maxQueued: number;
  maxSyncWaiting: number;
  asOf: number;
}

export interface Entry {
  sync: boolean;
  deadline: number;
  /** The process that waits for a synchronous request; empty for others. */
  owner: string;
}

export type Refusal = 'busy' | 'full';

export const emptyQueue: QueueState = {
  last: 0,
  head: 0,
  waiting: 0,
  waitingSync: 0,
  dropped: 0,
  droppedAt: 0,
  droppedDone: 0,
  places: [],
  lost: [],
  again: [],
  canceled: [],
  undelivered: [],
  workers: 0,
  asOf: 0,
  minutes: [],
};

export function withLimits(state: QueueState, { workers, asOf }: Pick<Limits, 'workers' | 'asOf'>): QueueState {
  return asOf > state.asOf && workers !== state.workers ? { ...state, workers, asOf } : state;
}

/** Requests that wait, also those that have lost their place. */
export function queuedIn({ waiting, lost, again }: QueueState): number {
  return waiting + lost.length + again.length;
}

export function placeOf({ places }: QueueState, sequence: number): Place | undefined {
  return places.find((place) => place.sequence === sequence);
}

/** Whether a request has, or had, a place and has not ended. */
export function holds({ lost, again, ...state }: QueueState, sequence: number): boolean {
  return (
    placeOf({ lost, again, ...state }, sequence) !== undefined || lost.includes(sequence) || again.includes(sequence)
  );
}

/** Whether a request that had a place does not have it any more. A state from before it got one does not tell. */
export function hasLostPlace(state: QueueState, sequence: number): boolean {
  return sequence <= state.head && !placeOf(state, sequence);
}

/** Whether a request that has not ended waits; its place in the order does not matter. */
export function isWaiting(state: QueueState, { sequence, sync }: { sequence: number; sync: boolean }): boolean {
  return sequence > state.head && (sync || sequence > state.dropped);
}

/** Whether a request that has not ended was dropped, although its row does not say so yet. */
export function isDropped(state: QueueState, { sequence, sync }: { sequence: number; sync: boolean }): boolean {
  if (sync || sequence > state.dropped || sequence <= state.droppedDone) return false;
  return !holds(state, sequence);
}

/** Why a request cannot enter; undefined when it can. */
export function refusalOf(state: QueueState, { sync }: Pick<Entry, 'sync'>, limits: Limits): Refusal | undefined {
  if (sync && state.workers === 0) return 'busy';
  if (isFree(state)) return undefined;
  if (sync) return state.waitingSync < limits.maxSyncWaiting ? undefined : 'busy';
  return state.waiting < limits.maxQueued ? undefined : 'full';
}

/** The request gets the sequence `last` of the next state. It has a place there when one is free and none waits. */
export function enter(state: QueueState, { sync, deadline, owner }: Entry, now: number): QueueState {
  const sequence = state.last + 1;
  if (isFree(state)) return granted({ ...state, last: sequence, head: sequence }, { sequence, deadline, owner }, now);
  return {
    ...state,
    last: sequence,
    waiting: state.waiting + 1,
    waitingSync: state.waitingSync + (sync ? 1 : 0),
  };
}

/** Whether a place is free and no request waits for it. */
function isFree(state: QueueState): boolean {
  return state.places.length < state.workers && state.waiting + state.again.length === 0;
}

/** Whether a place is free for a request that waits. */
export function canGrant(state: QueueState): boolean {
  return state.places.length < state.workers && state.waiting + state.again.length > 0;
}

/** Gives a place to the first request that lost its own and waits. */
export function grantAgain(state: QueueState, deadline: number, now: number): QueueState {
  const [sequence, ...again] = state.again;
  if (sequence === undefined) return state;
  return granted({ ...state, again }, { sequence, deadline, owner: '' }, now);
}

/** Gives a place to the first request that waits after `head`. All between are known not to wait. */
export function grantNext(
  state: QueueState,
  { sequence, sync, ...place }: Entry & { sequence: number },
  now: number,
): QueueState {
  return granted(passed(state, { sequence, sync }), { sequence, ...place }, now);
}

/** The first request that waits after `head` does not wait any more. */
export function passed(state: QueueState, request: { sequence: number; sync: boolean }): QueueState {
  return withHead({ ...left(state, request), head: request.sequence });
}

/** A request that waits has ended. */
export function left(state: QueueState, { sync }: { sync: boolean }): QueueState {
  return withHead({
    ...state,
    waiting: state.waiting - 1,
    waitingSync: state.waitingSync - (sync ? 1 : 0),
  });
}

/** When none waits, the search for the next one need not begin at the old ones. */
function withHead(state: QueueState): QueueState {
  return state.waiting === 0 ? { ...state, head: state.last } : state;
}

function granted(
  state: QueueState,
  { sequence, owner, deadline }: Pick<Place, 'sequence' | 'owner' | 'deadline'>,
  now: number,
): QueueState {
  return { ...state, places: [...state.places, { sequence, owner, grantedAt: now, deadline }] };
}

export function claim(state: QueueState, sequence: number, owner: string): QueueState {
  const places = state.places.map((place) => (place.sequence === sequence ? { ...place, owner } : place));
  return { ...state, places };
}

/**
 * A request that had a place, or had lost it, has ended.
 *
 * @param failure why its worker failed, null when it did not, undefined when that is not known
 */
export function finish(state: QueueState, sequence: number, failure?: string | null): QueueState {
  const others = (sequences: readonly number[]) => sequences.filter((other) => other !== sequence);
  const { failing, ...rest } = state;
  const reason = failure === undefined ? failing : (failure ?? undefined);
  return {
    ...rest,
    ...(reason !== undefined && { failing: reason }),
    places: state.places.filter((place) => place.sequence !== sequence),
    lost: others(state.lost),
    again: others(state.again),
    canceled: others(state.canceled),
  };
}

/** The process that worked on the request is gone. Its place is free for others, until another process begins. */
export function losePlace(state: QueueState, sequence: number): QueueState {
  const { canceled } = state;
  return {
    ...finish(state, sequence),
    canceled,
    lost: [...state.lost, sequence].sort((a, b) => a - b),
  };
}

/** A process begins to work on a lost request: it gets a place if one is free, and waits before all others if not. */
export function takeUp(state: QueueState, place: Omit<Place, 'grantedAt'>, now: number): QueueState {
  const { sequence } = place;
  const lost = state.lost.filter((other) => other !== sequence);
  if (state.places.length < state.workers && state.again.length === 0) return granted({ ...state, lost }, place, now);
  return { ...state, lost, again: [...state.again, sequence].sort((a, b) => a - b) };
}

export function cancelRunning(state: QueueState, sequence: number): QueueState {
  return state.canceled.includes(sequence) ? state : { ...state, canceled: [...state.canceled, sequence] };
}

/** Drops all asynchronous requests that wait. */
export function dropAll(state: QueueState, now: number): QueueState {
  if (state.waiting === state.waitingSync) return state;
  const isDone = state.droppedDone >= state.dropped;
  return withHead({
    ...state,
    waiting: state.waitingSync,
    dropped: state.last,
    droppedAt: now,
    droppedDone: isDone ? state.head : state.droppedDone,
  });
}

/** Sequences after `head` that do not wait: while there are none, a position follows from the sequence. */
export function holes({ last, head, waiting }: QueueState): number {
  return last - head - waiting;
}
