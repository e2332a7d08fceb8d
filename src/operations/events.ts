import { ReadableStream } from 'node:stream/web';
import { encode, encodeComment } from 'eventsource-encoder';
import { OperationError } from '../platform/errors.js';
import { type Reply } from '../platform/http/route.js';
import { FIRST_POLL_MS, isFinal, nextPollMs } from './monitor.js';
import { representationOf } from './replies.js';
import { type Monitor } from './schemas.js';

/**
 * Longest life of one stream, ms. The runtime may not report that a client is gone, and an invocation must end before
 * the plan's time-out (5 minutes on the smallest plan); a connected client resumes.
 */
const MAX_STREAM_MS = 240_000;

/** The monitor by a poll that begins within `ms`; rejects immediately when the signal aborts. */
type Poll = (ms: number, signal: AbortSignal) => Promise<Monitor>;

export interface EventsOptions {
  /** Longest silence, in ms. */
  heartbeatMs: number;
  /** The id of the last event that the client received. */
  lastEventId: string | undefined;
}

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no', // otherwise nginx buffers events
};

/**
 * Sends the monitor immediately and at every change, as server-sent events
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html). An event's id is the monitor's ETag.
 */
export function eventsReply(first: Monitor, poll: Poll, { heartbeatMs, lastEventId }: EventsOptions): Reply {
  const { etag } = representationOf(first);
  // Only 204 stops a client from reconnecting (section 9.2.3 of the standard).
  if (isFinal(first.status) && etag === lastEventId) return { status: 204 };
  const gone = new AbortController();
  const chunks = events(first, lastEventId, (known) => nextChange(poll, known, heartbeatMs, gone.signal));
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await chunks.next();
        if (gone.signal.aborted) return;
        if (done) controller.close();
        else controller.enqueue(Buffer.from(value));
      },
      cancel: () => gone.abort(),
    },
    { highWaterMark: 0 }, // no polls for a client that does not read
  );
  return { status: 200, headers: HEADERS, body };
}

/** @param next the next monitor that differs from the known one; undefined when the heartbeat is due before */
async function* events(
  first: Monitor,
  lastEventId: string | undefined,
  next: (known: string | undefined) => Promise<Monitor | undefined>,
): AsyncGenerator<string, void> {
  const end = Date.now() + MAX_STREAM_MS;
  let known = lastEventId;
  let monitor: Monitor | undefined = first;
  for (;;) {
    const shown = monitor && representationOf(monitor);
    if (shown && shown.etag !== known) yield encode({ event: 'status', id: shown.etag, data: shown.body });
    else yield encodeComment('nothing new');
    if ((monitor && isFinal(monitor.status)) || Date.now() >= end) return;
    known = shown?.etag ?? known;
    try {
      monitor = await next(known);
    } catch (thrown) {
      if (isGone(thrown)) return; // a client that reconnects gets the error
      throw thrown;
    }
  }
}

async function nextChange(
  poll: Poll,
  known: string | undefined,
  silenceMs: number,
  gone: AbortSignal,
): Promise<Monitor | undefined> {
  const signal = AbortSignal.any([gone, AbortSignal.timeout(silenceMs)]);
  for (let waitMs = FIRST_POLL_MS; ; waitMs = nextPollMs(waitMs)) {
    try {
      const monitor = await poll(waitMs, signal);
      if (representationOf(monitor).etag !== known) return monitor;
    } catch (thrown) {
      if (signal.aborted) return undefined;
      if (!isTransient(thrown)) throw thrown;
    }
  }
}

/** Deleted or expired meanwhile. */
function isGone(thrown: unknown): boolean {
  return thrown instanceof OperationError && [404, 410].includes(thrown.data.status);
}

/** The task hub or storage cannot be reached at the moment. */
function isTransient(thrown: unknown): boolean {
  return thrown instanceof OperationError && thrown.data.retryable;
}
