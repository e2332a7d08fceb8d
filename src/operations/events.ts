import { ReadableStream } from 'node:stream/web';
import { encode, encodeComment } from 'eventsource-encoder';
import { OperationError } from '../platform/errors.js';
import type { Reply } from '../platform/http/route.js';
import { FIRST_LOOK_MS, isFinal, nextPause } from './monitor.js';
import { representationOf } from './replies.js';
import type { Monitor } from './schemas.js';

/**
 * Longest life of one stream. The runtime may not say when a client is gone, and an invocation must end before the
 * plan's time-out (5 minutes on the smallest); a client that is there resumes.
 */
const MAX_STREAM_MS = 240_000;

/** The monitor at a look that begins within `ms`; rejects at once when the signal aborts. */
type Look = (ms: number, signal: AbortSignal) => Promise<Monitor>;

export interface EventsOptions {
  /** Longest silence, in ms. */
  heartbeatMs: number;
  /** The id of the last event that the client has. */
  lastEventId: string | undefined;
}

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no', // nginx would hold events back
};

/**
 * The monitor at once and at every change, as server-sent events
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html). An event's id is the monitor's ETag.
 */
export function eventsReply(first: Monitor, look: Look, { heartbeatMs, lastEventId }: EventsOptions): Reply {
  const { etag } = representationOf(first);
  // Only this keeps a client from coming back (section 9.2.3 of the standard).
  if (isFinal(first.status) && etag === lastEventId) return { status: 204 };
  const gone = new AbortController();
  const chunks = events(first, lastEventId, (known) => nextChange(look, known, heartbeatMs, gone.signal));
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
    { highWaterMark: 0 }, // who does not read is not watched for
  );
  return { status: 200, headers: HEADERS, body };
}

/** @param next a monitor other than the known one; undefined when there is none in the time that may pass in silence */
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
      if (isForgotten(thrown)) return; // who comes back is told so
      throw thrown;
    }
  }
}

async function nextChange(
  look: Look,
  known: string | undefined,
  silenceMs: number,
  gone: AbortSignal,
): Promise<Monitor | undefined> {
  const signal = AbortSignal.any([gone, AbortSignal.timeout(silenceMs)]);
  for (let pause = FIRST_LOOK_MS; ; pause = nextPause(pause)) {
    try {
      const monitor = await look(pause, signal);
      if (representationOf(monitor).etag !== known) return monitor;
    } catch (thrown) {
      if (signal.aborted) return undefined;
      if (!isPassing(thrown)) throw thrown;
    }
  }
}

/** Deleted or expired meanwhile. */
function isForgotten(thrown: unknown): boolean {
  return thrown instanceof OperationError && [404, 410].includes(thrown.data.status);
}

/** The task hub or storage is away just now. */
function isPassing(thrown: unknown): boolean {
  return thrown instanceof OperationError && thrown.data.retryable;
}
