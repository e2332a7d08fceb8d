import { add, count, gaps, has, remove, type Ranges } from './ranges.js';

/** Requests whose ids one page keeps. Small enough that a page, and the queue with its last one, stay under 16 KB. */
export const PAGE_SIZE = 100;

/**
 * The queue of one endpoint, as pure functions: an operation takes a state and returns the next one.
 *
 * Q1. Sequences are given in the order of entering, without gaps, from 1.
 * Q2. Places are given in the order of the sequences, to those that have not left; at most `workers` have one, or as
 *     many as had one when the cap was lowered.
 * Q3. No place is free while a request waits.
 * Q4. Leaving twice has the effect of leaving once; a request that a clean-up removed may leave.
 * Q5. The state does not grow with the queue: ids are in pages, and only the last page, not yet full, is in the state.
 */
export interface QueueState {
  /** The last sequence given. */
  last: number;
  /** Every sequence up to it was given a place or has left. */
  head: number;
  /** Sequences that have a place, ascending. */
  running: number[];
  /** The sequence that was given a place last. */
  lastGrant: number;
  /** Sequences after `head` that have left. */
  gone: Ranges;
  /** Sequences of synchronous requests that wait. */
  syncWaiting: Ranges;
  workers: number;
  /** When `workers` was read, in ms since the epoch: an older value changes nothing. */
  asOf: number;
  /** Ids of the last page, as far as it is filled. */
  tail: string[];
  /** The first page that has not been deleted. */
  firstPage: number;
  /** Why the last call that ended failed, if it failed. */
  failing?: string;
}

/** An endpoint's limit. */
export interface Limits {
  workers: number;
  asOf: number;
}
export interface Entry extends Limits {
  requestID: string;
  sync: boolean;
  maxSyncWaiting: number;
}

export type Entered = { refused: true } | Queued;
export interface Queued {
  refused: false;
  sequence: number;
  /** It has a place already. Stored replies may have `'place'` or `'ready'` instead of true. */
  granted: boolean;
  /** The sequence that was given a place before it. */
  after: number;
}
export interface Leaving {
  sequence: number;
  /** Why its worker failed; null when it did not. Absent when it was at no worker. */
  failure?: string | null;
}
/** Sequences that have just been given a place, ascending. Their requests do not know it yet. */
export interface Grants {
  grants: number[];
  /** The sequence that was given a place before the first of them. */
  after: number;
}
export interface Cleaned {
  /** Sequences that were waiting. */
  ranges: Ranges;
}
/** Pages that are not needed any more. */
export interface Forgotten {
  pages: number[];
}
/** A page that is full. */
export interface FullPage {
  page: number;
  ids: string[];
}

export type Step<Reply> = [state: QueueState, reply: Reply, full?: FullPage];

export const emptyQueue: QueueState = {
  last: 0,
  head: 0,
  running: [],
  lastGrant: 0,
  gone: [],
  syncWaiting: [],
  workers: 0,
  asOf: 0,
  tail: [],
  firstPage: 0,
};

/**
 * Reads a stored state. An earlier version let requests begin before they had a place (`ready`, with `ahead` and
 * `tookMs`): they count as running.
 */
export function queueFrom(stored: Partial<QueueState & Earlier> | undefined): QueueState {
  const { ready = [], ahead: _ahead, tookMs: _tookMs, ...state } = { ...emptyQueue, ...stored };
  return { ...state, running: [...state.running, ...ready] };
}

interface Earlier {
  ready: number[];
  ahead: number;
  tookMs: number;
}

export const pageOf = (sequence: number) => Math.floor((sequence - 1) / PAGE_SIZE);
export const indexInPage = (sequence: number) => (sequence - 1) % PAGE_SIZE;

/** Requests that wait for a place. */
export function queueingCount({ last, head, gone }: QueueState): number {
  return last - head - count(gone);
}

/** 1 for the request that is next; 0 when it does not wait. */
export function positionOf({ last, head, gone }: QueueState, sequence: number): number {
  if (sequence <= head || sequence > last || has(gone, sequence)) return 0;
  return sequence - head - count(gone, head + 1, sequence);
}

export function enter(before: QueueState, entry: Entry): Step<Entered> {
  const state = withLimits(before, entry);
  if (entry.sync && isFull(state, entry.maxSyncWaiting)) return [state, { refused: true }];
  const sequence = state.last + 1;
  const tail = [...state.tail, entry.requestID];
  const waiting = entry.sync ? add(state.syncWaiting, sequence) : state.syncWaiting;
  const isPageFull = tail.length === PAGE_SIZE;
  const [next, { grants, after }] = fill({
    ...state,
    last: sequence,
    syncWaiting: waiting,
    tail: isPageFull ? [] : tail,
  });
  const reply = { refused: false as const, sequence, granted: grants.includes(sequence), after };
  return isPageFull ? [next, reply, { page: pageOf(sequence), ids: tail }] : [next, reply];
}

/** A synchronous request is refused without workers, and when no worker is free and `maxSyncWaiting` of them wait. */
function isFull(state: QueueState, maxSyncWaiting: number): boolean {
  if (state.workers === 0) return true;
  const isFree = state.running.length < state.workers && queueingCount(state) === 0;
  return !isFree && count(state.syncWaiting) >= maxSyncWaiting;
}

export function leave(before: QueueState, { sequence, failure }: Leaving): Step<Grants> {
  const waits = positionOf(before, sequence) > 0;
  const state: QueueState = {
    ...before,
    running: before.running.filter((running) => running !== sequence),
    syncWaiting: remove(before.syncWaiting, sequence),
    gone: waits ? add(before.gone, sequence) : before.gone,
    ...(failure !== undefined && { failing: failure ?? undefined }),
  };
  return fill(state);
}

/** Requests that ended without leaving leave, and the cap is set. */
export function reconcile(before: QueueState, { dead, ...limits }: { dead: number[] } & Limits): Step<Grants> {
  const left = dead.reduce((state, sequence) => leaveSilently(state, sequence), withLimits(before, limits));
  return fill(left);
}

function leaveSilently(state: QueueState, sequence: number): QueueState {
  const [next] = leave({ ...state, workers: 0 }, { sequence });
  return { ...next, workers: state.workers };
}

/** Removes all that wait. */
export function clean(before: QueueState): Step<Cleaned> {
  const ranges = gaps(before.gone, before.head + 1, before.last);
  return [{ ...before, head: before.last, gone: [], syncWaiting: [] }, { ranges }];
}

/** @returns the pages before `firstPage` that are to be deleted */
export function forget(before: QueueState, { firstPage }: { firstPage: number }): Step<Forgotten> {
  const count = Math.max(0, firstPage - before.firstPage);
  const pages = Array.from({ length: count }, (_, index) => before.firstPage + index);
  return [{ ...before, firstPage: before.firstPage + count }, { pages }];
}

function withLimits(state: QueueState, { workers, asOf }: Limits): QueueState {
  return asOf > state.asOf ? { ...state, workers, asOf } : state;
}

/** Gives the free places to the first that wait. */
function fill(state: QueueState): Step<Grants> {
  const grants: number[] = [];
  let { head } = state;
  while (head < state.last && (has(state.gone, head + 1) || state.running.length + grants.length < state.workers)) {
    head++;
    if (!has(state.gone, head)) grants.push(head);
  }
  const { lastGrant: after } = state;
  if (head === state.head) return [state, { grants, after }];
  const next: QueueState = {
    ...state,
    head,
    running: [...state.running, ...grants],
    lastGrant: grants.at(-1) ?? after,
    gone: state.gone.flatMap((range) => beyond(range, head)),
    syncWaiting: state.syncWaiting.flatMap((range) => beyond(range, head)),
  };
  return [next, { grants, after }];
}

function beyond([from, to]: readonly [number, number], head: number): [number, number][] {
  return to > head ? [[Math.max(from, head + 1), to]] : [];
}
