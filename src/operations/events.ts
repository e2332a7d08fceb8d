import { ReadableStream } from 'node:stream/web';
import { encode, encodeComment } from 'eventsource-encoder';
import { type z } from 'zod';
import { OperationError } from '../platform/errors.js';
import { type Reply, type ReplySpec } from '../platform/http/route.js';
import { FIRST_POLL_MS, nextPollMs } from './monitor.js';

/**
 * Longest life of one stream, ms. The runtime may not report that a client is gone, and an invocation must end before
 * the plan's time-out (5 minutes on the smallest plan); a connected client resumes.
 */
const MAX_STREAM_MS = 240_000;

/** What clients see of a state. */
export interface StreamEvent {
  /** Differs when the data differs. */
  id: string;
  /** Default: a message without a name. */
  name?: string;
  data: string;
  /** Whether no other event follows. */
  isFinal: boolean;
}

/** A source of events: its states, by polls that watchers share, and how a state is shown. */
export interface StreamSource<State> {
  /** The state by a poll that begins within `ms`; rejects immediately when the signal aborts. */
  poll(ms: number, signal: AbortSignal): Promise<State>;
  show(state: State): StreamEvent;
}

export interface EventsOptions {
  /** Longest silence, in ms. */
  heartbeatMs: number;
  /** The id of the last event that the client received. */
  lastEventId: string | undefined;
}

/** The request header by which a client resumes a stream. */
export const lastEventIdHeader = {
  'Last-Event-ID': 'The id of the last received event; an event follows only after a change.',
};

/**
 * The answers of a route that sends events.
 *
 * @param schema of the data of an event; clients with support for events are generated from it
 */
export function eventsReplies(schema: z.ZodType): Record<200 | 204, ReplySpec> {
  return {
    200: {
      description: 'The stream. The schema is that of the data of each event, as JSON.',
      mediaType: 'text/event-stream',
      schema,
    },
    204: { description: 'The client has the final event already; it need not reconnect.' },
  };
}

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no', // otherwise nginx buffers events
};

/**
 * Sends the state immediately and at every change, as server-sent events
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html), until it is final.
 */
export function eventsReply<State>(
  first: State,
  source: StreamSource<State>,
  { heartbeatMs, lastEventId }: EventsOptions,
): Reply {
  const event = source.show(first);
  // Only 204 stops a client from reconnecting (section 9.2.3 of the standard).
  if (event.isFinal && event.id === lastEventId) return { status: 204 };
  const gone = new AbortController();
  const chunks = events(event, lastEventId, new Changes(source, heartbeatMs, gone.signal));
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

async function* events<State>(
  first: StreamEvent,
  lastEventId: string | undefined,
  changes: Changes<State>,
): AsyncGenerator<string, void> {
  const end = Date.now() + MAX_STREAM_MS;
  let known = lastEventId;
  let event: StreamEvent | undefined = first;
  for (;;) {
    if (event && event.id !== known) yield encode({ id: event.id, event: event.name, data: event.data });
    else yield encodeComment('nothing new');
    if (event?.isFinal || Date.now() >= end) return;
    known = event?.id ?? known;
    try {
      event = await changes.next(known);
    } catch (thrown) {
      if (isGone(thrown)) return; // a client that reconnects gets the error
      throw thrown;
    }
  }
}

/** The changes of a state for one watcher. */
class Changes<State> {
  readonly #source: StreamSource<State>;
  readonly #silenceMs: number;
  readonly #gone: AbortSignal;
  /** The wait before the next poll: it grows until there is a change, so that many watchers cost few polls. */
  #waitMs = FIRST_POLL_MS;

  constructor(source: StreamSource<State>, silenceMs: number, gone: AbortSignal) {
    this.#source = source;
    this.#silenceMs = silenceMs;
    this.#gone = gone;
  }

  /** The next event that differs from the known one; undefined when the heartbeat is due before. */
  async next(known: string | undefined): Promise<StreamEvent | undefined> {
    const signal = AbortSignal.any([this.#gone, AbortSignal.timeout(this.#silenceMs)]);
    for (;;) {
      try {
        const event = this.#source.show(await this.#source.poll(this.#waitMs, signal));
        if (event.id !== known) {
          this.#waitMs = FIRST_POLL_MS;
          return event;
        }
      } catch (thrown) {
        if (signal.aborted) return undefined;
        if (!isTransient(thrown)) throw thrown;
      }
      this.#waitMs = Math.min(nextPollMs(this.#waitMs), this.#silenceMs / 2); // at least one poll between heartbeats
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
