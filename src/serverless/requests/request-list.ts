import { type EndpointQueue } from '../queue/endpoint-queue.js';
import { placeOf, type QueueState } from '../queue/queue.js';
import { errorOf } from '../results/results.js';
import { type EndState } from '../schemas.js';
import { SHORT_COLUMNS, type RequestRecord } from './request-row.js';
import { phaseOf } from './status.js';

/** Rows that one list reads at most: a status that few requests have ends in a next page, not in a time-out. */
const MAX_SCAN = 500;
const PAGE = 100;
const COLUMNS = [...SHORT_COLUMNS, 'error'];

export interface RequestQuery {
  status?: RequestSummary['status'];
  /** Longest page. */
  top: number;
  /** Only requests with a smaller sequence. */
  below?: number;
}

/** A request as operators see it. Times are ISO 8601. */
export interface RequestSummary {
  id: string;
  sequence: string;
  mode: RequestRecord['mode'];
  status: EndState | 'queueing' | 'running';
  message: string;
  createdDateTime: string;
  /** Of one that runs: when it got its place. */
  startedDateTime?: string;
  endedDateTime?: string;
  /** The end of its TTL. */
  expiresDateTime: string;
}

/**
 * The requests of a queue, newest first, also those that clients are not shown any more. A page may be short.
 *
 * @returns `next`: the `below` of the next page, if there may be one
 * @throws OperationError 503
 */
export async function listRequests(
  queue: EndpointQueue,
  { status, top, below = Infinity }: RequestQuery,
  now: number,
): Promise<{ value: RequestSummary[]; next?: number }> {
  // Read before the rows: a row without an end belongs to a request that had not ended in this state.
  const state = await queue.read();
  const value: RequestSummary[] = [];
  let next = Math.min(below, state.last + 1);
  for (let scanned = 0; next > 1; scanned += PAGE) {
    if (scanned >= MAX_SCAN) return { value, next };
    const after = Math.max(0, next - 1 - PAGE);
    const rows = await queue.page(after, next - 1, { top: PAGE, columns: COLUMNS });
    for (const request of rows.reverse()) {
      const summary = summaryOf(request, state, now);
      if (status !== undefined && summary.status !== status) continue;
      value.push(summary);
      if (value.length === top) return request.sequence > 1 ? { value, next: request.sequence } : { value };
    }
    // Retention deletes the oldest rows; an earlier version left gaps.
    if (rows.length === 0 && (await queue.page(0, after, { top: 1 })).length === 0) break;
    next = after + 1;
  }
  return { value };
}

function summaryOf(request: RequestRecord, state: QueueState, now: number): RequestSummary {
  const { sequence, requestID, mode, acceptedAt, deadline } = request;
  const phase = request.end ?? phaseOf(request, state, now);
  const place = placeOf(state, sequence);
  const facts = { id: requestID, sequence: String(sequence), mode };
  const times = { createdDateTime: iso(acceptedAt), expiresDateTime: iso(deadline) };
  if (typeof phase === 'object') {
    const message = phase.state === 'succeed' ? '' : errorOf(phase, requestID);
    return { ...facts, status: phase.state, message, ...times, endedDateTime: iso(phase.at) };
  }
  if (phase === 'running') {
    // A place has whole seconds.
    const started = place && { startedDateTime: iso(Math.max(acceptedAt, place.grantedAt)) };
    return { ...facts, status: phase, message: '', ...times, ...started };
  }
  const message = state.failing === undefined ? '' : `worker failing: ${state.failing}`;
  return { ...facts, status: phase, message: state.workers === 0 ? 'no worker' : message, ...times };
}

const iso = (ms: number) => new Date(ms).toISOString();
