import { OperationCanceledError, OperationFailedError, TimeoutError, type Problem } from './errors.js';
import { readEvents } from './event-stream.js';
import { backoffMs, parsed, retryAfterMs, type Answer, type CallOptions, type Http } from './http.js';
import { Deadline, sleep } from './time.js';
import { type Monitor } from './types.js';

/** The longest wait for the first byte of a stream, ms: after that, a proxy holds the events back. */
const FIRST_BYTE_MS = 3_000;
/** The longest silence of a stream, ms. The app sends a byte every 15 s (docs/contracts/operations.md, Events). */
const SILENCE_MS = 30_000;
/** Lost streams in a row after which the client polls. */
const LOST_STREAMS = 3;
const DEFAULT_POLL_MS = 1_000;
/** The longest time of one attempt to read a stored result, ms. */
const DOWNLOAD_MS = 600_000;

export interface ResultOptions extends CallOptions {
  /** Rejects with a `TimeoutError` after this time; the operation goes on. @default no limit */
  timeoutMs?: number | undefined;
}

/** `final`: with the final monitor; `ended`: by plan; `lost`: by the network or the app; `held`: no byte arrived. */
type StreamEnd = 'final' | 'ended' | 'lost' | 'held';

/** An operation of the app. `R` is the type of its result, `A` that of the answer to its start. */
export class Operation<R = unknown, A = Monitor<R>> {
  /** Whoever has the id can read the monitor. */
  readonly id: string;
  /** The body of the answer to the start; undefined for an operation of `resume`. */
  readonly started: A | undefined;
  readonly #http: Http;

  /** @internal */
  constructor(http: Http, id: string, started?: A) {
    this.#http = http;
    this.id = id;
    this.started = started;
  }

  /** A text that `resume` takes, also in another process or after a reload of a page. It is as secret as the id. */
  get token(): string {
    return this.id;
  }

  /** Reads the status monitor. @throws ApiError */
  async get(options: CallOptions = {}): Promise<Monitor<R>> {
    return parsed(await this.#read(options)) as Monitor<R>;
  }

  /**
   * The monitor now and after each change, to the final one. It goes on after a lost connection, a restart of the app,
   * and behind a proxy that holds answers back. No monitor comes twice, also with another `lastUpdatedDateTime` only; one
   * that was soon replaced may be left out.
   * @throws ApiError
   */
  async *updates({ signal }: CallOptions = {}): AsyncGenerator<Monitor<R>, void> {
    const news = new News<R>();
    for (let lost = 0; ;) {
      const answer = await this.#read({ signal, headers: { 'If-None-Match': news.etag } });
      const current = news.of(answer.text, answer.headers.get('etag'));
      if (current) yield current;
      if (news.isFinal) return;
      if (lost >= LOST_STREAMS) {
        await sleep(retryAfterMs(answer.headers) ?? DEFAULT_POLL_MS, signal);
        continue;
      }
      const [begun, known] = [Date.now(), news.count];
      const end = yield* this.#stream(news, signal);
      if (end === 'final') return;
      if (end === 'held') lost = LOST_STREAMS;
      if (end !== 'lost') continue;
      lost = news.count > known || Date.now() - begun > SILENCE_MS ? 1 : lost + 1;
      await sleep(backoffMs(lost), signal);
    }
  }

  /** Follows the operation to its end. @throws OperationFailedError, OperationCanceledError, TimeoutError, ApiError */
  async result({ signal, timeoutMs }: ResultOptions = {}): Promise<R> {
    const deadline = new Deadline(signal, timeoutMs);
    try {
      let last: Monitor<R> | undefined;
      for await (const monitor of this.updates({ signal: deadline.signal })) last = monitor;
      return await this.#resultOf(last, deadline.signal);
    } catch (thrown) {
      if (timeoutMs !== undefined && deadline.isOver && !signal?.aborted) throw new TimeoutError(this.id, timeoutMs);
      throw thrown;
    } finally {
      deadline.close();
    }
  }

  /** Asks the operation to stop; the monitor says when it has. @throws ApiError 409 `OperationAlreadyFinished` */
  async cancel(options: CallOptions = {}): Promise<Monitor<R>> {
    return parsed(await this.#http.send('POST', `${this.#path}:cancel`, options)) as Monitor<R>;
  }

  get #path(): string {
    return `/status/${encodeURIComponent(this.id)}`;
  }

  #read(call: CallOptions & { headers?: Record<string, string | undefined> }): Promise<Answer> {
    return this.#http.send('GET', this.#path, call);
  }

  /** The monitors of one event stream. */
  async *#stream(news: News<R>, signal: AbortSignal | undefined): AsyncGenerator<Monitor<R>, StreamEnd> {
    const end = Date.now() + this.#http.streamMs;
    const deadline = new Deadline(signal, FIRST_BYTE_MS);
    let hasBytes = false;
    try {
      const headers = { Accept: 'text/event-stream', 'Last-Event-ID': news.etag };
      const { status, body } = await this.#http.open('GET', `${this.#path}/events`, {
        headers,
        signal: deadline.signal,
      });
      if (status !== 200 || !body) return 'lost'; // the next read says why
      for await (const { id, data } of readEvents(body)) {
        hasBytes = true;
        deadline.set(Math.min(SILENCE_MS, Math.max(0, end - Date.now())));
        const next = news.of(data, id);
        if (next) yield next;
        if (news.isFinal) return 'final';
      }
    } catch {
      signal?.throwIfAborted();
      if (deadline.isOver && !hasBytes) return 'held';
    } finally {
      deadline.close();
      deadline.abort(); // closes the connection
    }
    return Date.now() < end ? 'lost' : 'ended';
  }

  async #resultOf(monitor: Monitor<R> | undefined, signal: AbortSignal): Promise<R> {
    const { status, result, resultLocation, error } = monitor ?? {};
    if (status === 'Canceled') throw new OperationCanceledError(this.id);
    const whole = resultLocation === undefined ? undefined : await this.#download(resultLocation, signal);
    if (status === 'Succeeded') return (whole ?? result) as R;
    const failure = error ?? { code: 'InternalError', message: `Operation ${this.id} has failed.` };
    throw new OperationFailedError(this.id, whole ? { ...failure, details: whole as Problem[] } : failure);
  }

  async #download(url: string, signal: AbortSignal): Promise<unknown> {
    return parsed(await this.#http.send('GET', url, { signal, timeoutMs: DOWNLOAD_MS }));
  }
}

/** What a follower has seen of a monitor. */
class News<R> {
  /** The version that the app sent last. */
  etag: string | undefined;
  isFinal = false;
  /** How many monitors were new. */
  count = 0;
  #content = '';
  #updated = '';

  /**
   * The monitor when it is new; undefined for an empty text, for one that differs in `lastUpdatedDateTime` only, and for
   * a read that is older than the last one.
   */
  of(text: string, etag: string | null | undefined): Monitor<R> | undefined {
    this.etag = etag ?? this.etag;
    const content = text.replace(/"lastUpdatedDateTime":"[^"]*",?/, '');
    if (text === '' || content === this.#content) return undefined;
    const monitor = JSON.parse(text) as Monitor<R>;
    this.isFinal = ['Succeeded', 'Failed', 'Canceled'].includes(monitor.status);
    if (monitor.lastUpdatedDateTime < this.#updated && !this.isFinal) return undefined;
    this.#content = content;
    this.#updated = monitor.lastUpdatedDateTime;
    this.count++;
    return monitor;
  }
}
