import { add, count, gaps, has, remove, type Ranges } from './ranges.js';

/** Requests whose ids one page keeps. Small enough that a page, and the queue with its last one, stay under 16 KB. */
export const PAGE_SIZE = 100;
/** Where calls take longer, it is not worth while to make others ready: the moment between two calls does not count. */
export const SHORT_MS = 1_000;

/**
 * The queue of one endpoint, as pure functions: an operation takes a state and returns the next one.
 *
 * Q1. Sequences are given in the order of entering, without gaps, from 1.
 * Q2. Places are given in the order of the sequences, to those that have not left; at most `workers` have one, or as
 *     many as had one when the cap was lowered.
 * Q3. No place is free while somebody waits.
 * Q4. Leaving twice is leaving once, and who was cleaned may leave.
 * Q5. The state does not grow with the queue: ids are in pages, of which only the last, unfinished one is in here.
 * Q6. Where calls are short, at most `ahead` behind them are made ready: they wait, and get the next places. Never a
 *     synchronous one, which waits in the queue alone, where it is counted.
 */
export interface QueueState {
  /** The last sequence given. */
  last: number;
  /** Every sequence up to it was given a place or has left. */
  head: number;
  /** Those that have a place, ascending. */
  running: number[];
  /** Those that are ready, ascending, all after those that have a place. */
  ready: number[];
  /** Who was given a place, or made ready, last. */
  lastGrant: number;
  /** Those after `head` that have left. */
  gone: Ranges;
  /** Synchronous ones that wait. */
  syncWaiting: Ranges;
  workers: number;
  ahead: number;
  /** When these two were read, in ms since the epoch: an older reading changes nothing. */
  asOf: number;
  /** Ids of the last page, as far as it is filled. */
  tail: string[];
  /** The first page that has not been deleted. */
  firstPage: number;
  /** How the last call failed that came to an end, if it failed. */
  failing?: string;
  /** How long the last call took, ms. */
  tookMs?: number;
}

/** An endpoint's limits. */
export interface Limits {
  workers: number;
  ahead: number;
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
  /** It has a place at once, or is ready. */
  granted: false | 'place' | 'ready';
  /** The process that made it ready. */
  boot?: string;
  /** Who was given a place, or made ready, before it. */
  after: number;
}
export interface Leaving {
  sequence: number;
  /** How its worker failed; null when it did not. Absent for those that were at no worker. */
  failure?: string | null;
  /** How long its worker took, ms. */
  tookMs?: number;
}
/** Sequences that have just been given a place or made ready, ascending, and still have to be told. */
export interface Grants {
  grants: number[];
  /** The first of them that is only ready, and the process that made it so. */
  readyFrom?: number;
  boot?: string;
  /** Who got there before the first of them. */
  after: number;
}
export interface Cleaned {
  /** Sequences that were waiting. */
  ranges: Ranges;
}
/** Pages that nobody needs any more. */
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
  ready: [],
  lastGrant: 0,
  gone: [],
  syncWaiting: [],
  workers: 0,
  ahead: 0,
  asOf: 0,
  tail: [],
  firstPage: 0,
};

export const pageOf = (sequence: number) => Math.floor((sequence - 1) / PAGE_SIZE);
export const indexInPage = (sequence: number) => (sequence - 1) % PAGE_SIZE;

/** Requests that wait for a place. */
export function queueingCount({ last, head, gone, ready }: QueueState): number {
  return ready.length + last - head - count(gone);
}

/** 1 for the request that is next; 0 when it does not wait. */
export function positionOf({ last, head, gone, ready }: QueueState, sequence: number): number {
  if (ready.includes(sequence)) return ready.indexOf(sequence) + 1;
  if (sequence <= head || sequence > last || has(gone, sequence)) return 0;
  return ready.length + sequence - head - count(gone, head + 1, sequence);
}

export function enter(before: QueueState, entry: Entry): Step<Entered> {
  const state = withLimits(before, entry);
  if (entry.sync && isFull(state, entry.maxSyncWaiting)) return [state, { refused: true }];
  const sequence = state.last + 1;
  const tail = [...state.tail, entry.requestID];
  const waiting = entry.sync ? add(state.syncWaiting, sequence) : state.syncWaiting;
  const isPageFull = tail.length === PAGE_SIZE;
  const [next, { after }] = fill({
    ...state,
    last: sequence,
    syncWaiting: waiting,
    tail: isPageFull ? [] : tail,
  });
  const reply = { refused: false as const, sequence, granted: grantedTo(next, sequence), after };
  return isPageFull ? [next, reply, { page: pageOf(sequence), ids: tail }] : [next, reply];
}

function grantedTo({ running, ready }: QueueState, sequence: number): false | 'place' | 'ready' {
  if (running.includes(sequence)) return 'place';
  return ready.includes(sequence) && 'ready';
}

/** A synchronous request is refused when nobody works, or when nobody is free and enough of them wait. */
function isFull(state: QueueState, maxSyncWaiting: number): boolean {
  if (state.workers === 0) return true;
  const isFree = state.running.length < state.workers && queueingCount(state) === 0;
  return !isFree && count(state.syncWaiting) >= maxSyncWaiting;
}

export function leave(before: QueueState, { sequence, failure, tookMs }: Leaving): Step<Grants> {
  const waits = sequence > before.head && positionOf(before, sequence) > 0;
  const others = (other: number) => other !== sequence;
  const state: QueueState = {
    ...before,
    running: before.running.filter(others),
    ready: before.ready.filter(others),
    syncWaiting: remove(before.syncWaiting, sequence),
    gone: waits ? add(before.gone, sequence) : before.gone,
    ...(failure !== undefined && { failing: failure ?? undefined }),
    ...(tookMs !== undefined && { tookMs }),
  };
  return fill(state);
}

/** Those that were found dead leave, and the cap is set. */
export function tend(before: QueueState, { dead, ...limits }: { dead: number[] } & Limits): Step<Grants> {
  const left = dead.reduce((state, sequence) => leaveSilently(state, sequence), withLimits(before, limits));
  return fill(left);
}

function leaveSilently(state: QueueState, sequence: number): QueueState {
  const [next] = leave({ ...state, workers: 0, ahead: 0 }, { sequence });
  return { ...next, workers: state.workers, ahead: state.ahead };
}

/** All that wait are gone at once. @param held those that were ready, and can be held back */
export function clean(before: QueueState, { held }: { held: number[] }): Step<Cleaned> {
  const { head, last, gone } = before;
  const ranges = [...held.map((sequence) => [sequence, sequence] as const), ...gaps(gone, head + 1, last)];
  const ready = before.ready.filter((sequence) => !held.includes(sequence));
  const [next] = fill({ ...before, head: last, gone: [], syncWaiting: [], ready });
  return [next, { ranges }];
}

/** @returns the pages before `firstPage` that are to be deleted */
export function forget(before: QueueState, { firstPage }: { firstPage: number }): Step<Forgotten> {
  const count = Math.max(0, firstPage - before.firstPage);
  const pages = Array.from({ length: count }, (_, index) => before.firstPage + index);
  return [{ ...before, firstPage: before.firstPage + count }, { pages }];
}

function withLimits(state: QueueState, { workers, ahead, asOf }: Limits): QueueState {
  return asOf > state.asOf ? { ...state, workers, ahead, asOf } : state;
}

/** Gives the free places to those that are ready and to the first that wait, and makes the next ones ready. */
function fill(before: QueueState): Step<Grants> {
  const { lastGrant: after, last, gone, workers, syncWaiting } = before;
  const ahead = aheadOf(before);
  const promoted = before.ready.slice(0, Math.max(0, workers - before.running.length));
  const running = [...before.running, ...promoted];
  const ready = before.ready.slice(promoted.length);
  const grants: number[] = [];
  let { head } = before;
  let readyFrom: number | undefined;
  for (; head < last; head++) {
    const next = head + 1;
    if (has(gone, next)) continue;
    if (running.length < workers) running.push(next);
    else if (ready.length < ahead && !has(syncWaiting, next)) {
      ready.push(next);
      readyFrom ??= next;
    } else break;
    grants.push(next);
  }
  const reply = { grants, after, ...(readyFrom !== undefined && { readyFrom }) };
  if (head === before.head && promoted.length === 0) return [before, reply];
  const state: QueueState = {
    ...before,
    head,
    running,
    ready,
    lastGrant: grants.at(-1) ?? after,
    gone: gone.flatMap((range) => beyond(range, head)),
    syncWaiting: syncWaiting.flatMap((range) => beyond(range, head)),
  };
  return [state, reply];
}

function aheadOf({ ahead, tookMs = Infinity }: QueueState): number {
  return tookMs <= SHORT_MS ? ahead : 0;
}

function beyond([from, to]: readonly [number, number], head: number): [number, number][] {
  return to > head ? [[Math.max(from, head + 1), to]] : [];
}
