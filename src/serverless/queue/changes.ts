import { randomBytes } from 'node:crypto';
import { RANDOM_BYTES, requestIDOf } from '../requests/request-id.js';
import { type RequestEnd, type RequestRecord } from '../requests/request-row.js';
import {
  endWhileWaiting,
  factsOf,
  MAX_ROWS_OF_CHANGE,
  MAX_UNDELIVERED,
  type Change,
  type EndpointQueue,
} from './endpoint-queue.js';
import {
  cancelRunning,
  claim,
  dropAll,
  enter,
  finish,
  holds,
  isDropped,
  isWaiting,
  losePlace,
  placeOf,
  refusalOf,
  takeUp,
  withLimits,
  type Limits,
  type Place,
  type QueueState,
  type Refusal,
} from './queue.js';

export type Entered = { refused: Refusal } | { refused?: undefined; request: RequestRecord; hasPlace: boolean };

/** A request enters the queue, unless it is full. The id and the sequence are new. */
export function entering(request: Omit<RequestRecord, 'sequence' | 'requestID'>, limits: Limits): Change<Entered> {
  // Attempts with the same sequence have the same id, so that each recognizes the row of the others.
  const random = randomBytes(RANDOM_BYTES);
  let latest: RequestRecord | undefined;
  const entered = (state: QueueState, own: RequestRecord) => ({
    request: own,
    hasPlace: placeOf(state, own.sequence) !== undefined,
  });
  return async (draft, mayBeStored) => {
    if (mayBeStored && latest && latest.sequence <= draft.state.last) {
      const stored = await draft.request(latest.sequence);
      if (stored?.requestID === latest.requestID) return entered(draft.state, stored);
    }
    const state = withLimits(draft.state, limits);
    const { mode, deadline, owner } = request;
    const entry = { sync: mode === 'sync', deadline, owner };
    const refused = refusalOf(state, entry, limits);
    if (refused) return { refused };
    draft.state = enter(state, entry, draft.now);
    const sequence = draft.state.last;
    latest = { ...request, sequence, requestID: requestIDOf(sequence, random) };
    draft.insert(latest);
    return entered(draft.state, latest);
  };
}

/** `ended`: nothing is to be done but to finish it; `waits`: for a place; otherwise the process that works on it. */
export type Claim = 'claimed' | 'waits' | 'ended' | { owner: string };

/** A process begins to work on a request that has a place, or had one. */
export function claiming({ sequence, deadline }: Pick<Place, 'sequence' | 'deadline'>, owner: string): Change<Claim> {
  return (draft) => {
    const { state } = draft;
    const place = placeOf(state, sequence);
    if (!place && state.lost.includes(sequence)) {
      draft.state = takeUp(state, { sequence, deadline, owner }, draft.now);
      if (!placeOf(draft.state, sequence)) return 'waits';
      return state.canceled.includes(sequence) ? 'ended' : 'claimed';
    }
    if (!place) return state.again.includes(sequence) || sequence > state.head ? 'waits' : 'ended';
    if (state.canceled.includes(sequence)) return 'ended';
    if (place.owner === owner) return 'claimed';
    if (place.owner !== '') return { owner: place.owner };
    draft.state = claim(state, sequence, owner);
    return 'claimed';
  };
}

/**
 * A request that has a place, or lost it, ends; its place is free.
 *
 * @param failure see `finish` of queue.ts
 * @returns how it ended: as it did before, if it did
 */
export function finishing(sequence: number, end: RequestEnd, failure?: string | null): Change<RequestEnd> {
  return async (draft) => {
    const { state } = draft;
    const hasEnded = !holds(state, sequence) || state.canceled.includes(sequence);
    const before = hasEnded ? (await draft.request(sequence))?.end : undefined;
    if (holds(state, sequence)) draft.state = finish(state, sequence, failure);
    if (before) return before;
    draft.end(sequence, end);
    return end;
  };
}

/**
 * A request is canceled.
 *
 * @returns the request as it is afterwards; undefined when there is none with this id; null when too many deliveries are
 *   to be started first
 */
export function canceling(sequence: number, requestID: string): Change<RequestRecord | undefined | null> {
  return async (draft) => {
    const request = await draft.request(sequence);
    if (request?.requestID !== requestID) return undefined;
    if (request.end || isDropped(draft.state, factsOf(request))) return request;
    const isExpired = request.deadline < draft.now && isWaiting(draft.state, factsOf(request));
    const canceled = {
      ...request,
      end: { state: isExpired ? ('expired' as const) : ('canceled' as const), at: draft.now },
    };
    if (isWaiting(draft.state, factsOf(request))) {
      if (draft.state.undelivered.length >= MAX_UNDELIVERED) return null;
      endWhileWaiting(draft, canceled);
    } else {
      draft.end(sequence, canceled.end);
      draft.state = cancelRunning(draft.state, sequence);
    }
    return canceled;
  };
}

/** Requests that wait and are past their TTL end. @param sequences at most `MAX_ROWS_OF_CHANGE` */
export function expiring(sequences: readonly number[]): Change<void> {
  return async (draft) => {
    for (const sequence of sequences) {
      if (draft.state.undelivered.length >= MAX_UNDELIVERED) return;
      const request = sequence > draft.state.head ? await draft.request(sequence) : undefined;
      if (!request || request.end || request.deadline >= draft.now) continue;
      if (!isWaiting(draft.state, factsOf(request))) continue;
      endWhileWaiting(draft, { ...request, end: { state: 'expired', at: draft.now } });
    }
  };
}

/** Requests that one change dropped: those that waited after the first and up to the second sequence. */
export interface Dropped {
  after: number;
  upTo: number;
  at: number;
}

/** All asynchronous requests that wait are dropped. */
export function droppingAll(): Change<Dropped> {
  let latest: Dropped | undefined;
  return (draft) => {
    const { head, last, dropped, droppedAt } = draft.state;
    if (latest?.upTo === dropped && latest.at === droppedAt) return latest;
    draft.state = dropAll(draft.state, draft.now);
    latest = { after: Math.max(head, dropped), upTo: last, at: draft.now };
    return latest;
  };
}

/** How a dropped request ended: one that was past its TTL before has expired. */
export function endOfDropped({ droppedAt }: Pick<QueueState, 'droppedAt'>, { deadline }: RequestRecord): RequestEnd {
  return { state: deadline < droppedAt ? 'expired' : 'canceled', at: droppedAt };
}

/**
 * Writes into rows of dropped requests that they are.
 *
 * @returns whether there are more; null when too many deliveries are to be started first
 */
export function droppingPage(queue: EndpointQueue): Change<{ more: boolean } | null> {
  return async (draft) => {
    const { dropped, droppedDone, undelivered } = draft.state;
    if (droppedDone >= dropped) return { more: false };
    if (undelivered.length + MAX_ROWS_OF_CHANGE > MAX_UNDELIVERED) return null;
    const page = await queue.page(droppedDone, dropped, { top: MAX_ROWS_OF_CHANGE });
    for (const request of page) {
      if (request.end || !isDropped(draft.state, factsOf(request))) continue;
      const end = endOfDropped(draft.state, request);
      endWhileWaiting(draft, { ...request, end }, draft.state); // it was not counted any more
    }
    const upTo = page.at(-1)?.sequence ?? dropped;
    draft.state = { ...draft.state, droppedDone: upTo };
    return { more: upTo < dropped };
  };
}

/** The delivery of these requests' webhooks has been started. */
export function started(sequences: readonly number[]): Change<void> {
  return (draft) => {
    const undelivered = draft.state.undelivered.filter((sequence) => !sequences.includes(sequence));
    if (undelivered.length < draft.state.undelivered.length) draft.state = { ...draft.state, undelivered };
  };
}

/** The process that worked on a request is gone: an asynchronous one begins again, a synchronous one has ended. */
export function losing(sequence: number, owner: string): Change<void> {
  return async (draft) => {
    if (placeOf(draft.state, sequence)?.owner !== owner) return;
    const request = await draft.request(sequence);
    if (request && !request.end && request.mode === 'async') {
      draft.state = losePlace(draft.state, sequence);
      return;
    }
    draft.state = finish(draft.state, sequence);
    if (request && !request.end) {
      draft.end(sequence, { state: 'failed', at: draft.now, error: 'the process that waited for it is gone' });
    }
  };
}

/** A request whose orchestration, or whose waiting client, is gone ends wherever it is. */
export function abandoning(sequence: number, end: RequestEnd): Change<void> {
  return async (draft) => {
    const request = await draft.request(sequence);
    if (request && !request.end && isWaiting(draft.state, factsOf(request))) {
      if (draft.state.undelivered.length < MAX_UNDELIVERED) endWhileWaiting(draft, { ...request, end });
    } else if (request && !request.end && !isDropped(draft.state, factsOf(request))) {
      endWhileWaiting(draft, { ...request, end }, finish(draft.state, sequence));
    } else if (holds(draft.state, sequence)) draft.state = finish(draft.state, sequence);
  };
}

/** The state is stored although nothing of it changes: that of an earlier version has no row of its own. */
export function storing(): Change<void> {
  return (draft) => {
    draft.state = { ...draft.state };
  };
}

/** The endpoint's limits may have changed. */
export function limiting(limits: Limits): Change<void> {
  return (draft) => {
    draft.state = withLimits(draft.state, limits);
  };
}
