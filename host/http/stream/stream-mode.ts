import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type HostFunction, type TypedData } from '../../contracts.js';
import { type HostLog } from '../../log.js';
import { type ExtendedInvocationRequest, FunctionTimeoutError, type Invoker } from '../../app/invoker.js';
import { type ForwardRequest } from '../../app/stream-server.js';
import {
  announcesTooLargeBody,
  beginningOfBody,
  BodyTooLargeError,
  expectsContinue,
  hasBody,
  hasUnknownLength,
  readRest,
} from '../body.js';
import { HttpTrapError } from '../http-trap.js';
import { encodeForwardedPath } from '../percent-encoding.js';
import { readQuery } from '../query.js';
import { plainHeaders, type Target } from '../request-target.js';
import { requestBindingData } from './binding-data.js';
import { ForwardedRequest } from './forwarded-request.js';
import { StreamedInvocation } from './streamed-invocation.js';

/** The header by which the library finds the request of an invocation. */
const INVOCATION_ID = 'x-ms-invocation-id';

/** A request for a function in stream mode. */
interface StreamedRequest {
  fn: HostFunction;
  request: IncomingMessage;
  response: ServerResponse;
  target: Target;
  /** The values of the route; those of missing optional parameters are undefined. */
  route: Iterable<readonly [string, string | undefined]>;
  traceContext: ExtendedInvocationRequest['traceContext'];
}

/** What stream mode needs. */
interface StreamModeOptions {
  invoke: Invoker['invoke'];
  forward: ForwardRequest;
  log: HostLog;
  /** Largest request body, in bytes. */
  bodyLimit: number;
}

/**
 * Stream mode: the library reads requests and writes responses itself (host contract, 2.8).
 *
 * S1 A request is forwarded with the id of an invocation that starts immediately: neither waits for the other forever.
 * S2 When the invocation ends, its request has a response or its connection is closed, and the library has released it.
 * S3 After `stop` no event stream is open: its client reconnects by itself, so the shutdown does not wait for it.
 * S4 A response ends after the outputs of the function are written; when one fails, the response fails.
 */
export class StreamMode {
  readonly #options: StreamModeOptions;
  readonly #open = new Set<StreamedInvocation>();
  #stopping = false;

  constructor(options: StreamModeOptions) {
    this.#options = options;
  }

  /**
   * Serves one request.
   *
   * @throws the function's error, unless nothing needs its result; the caller logs it and answers
   */
  async serve(streamed: StreamedRequest): Promise<void> {
    const { fn, request, response } = streamed;
    const log = (level: 'debug' | 'error', what: string, error: unknown) =>
      this.#options.log.log(level, `Function.${fn.name}`, `${what}: ${String(error)}`);
    const invocation = new StreamedInvocation(request, response, (error) =>
      log('error', 'Canceling the returned stream failed', error),
    );
    this.#open.add(invocation);
    if (this.#stopping) invocation.endEventStream(); // the request waited in the throttle
    try {
      await this.#run(streamed, invocation);
    } catch (thrown) {
      const { isObsolete } = invocation;
      const isOwn = thrown instanceof FunctionTimeoutError || thrown instanceof HttpTrapError;
      const isUnanswered = invocation.isWaiting && !isOwn;
      const error = isUnanswered ? noAnswer(thrown) : thrown;
      await invocation.fail(error); // S2
      if (!isObsolete) throw error;
      log('debug', 'The function failed after its request was rejected or its client disconnected', error);
    } finally {
      this.#open.delete(invocation);
    }
  }

  /** Ends the open event streams and those that start later (S3). */
  stop(): void {
    this.#stopping = true;
    for (const invocation of this.#open) invocation.endEventStream();
  }

  async #run(streamed: StreamedRequest, invocation: StreamedInvocation): Promise<void> {
    const { fn, request, response, target, traceContext } = streamed;
    if (request.headers[INVOCATION_ID] !== undefined) throw ownInvocationId();
    const body = await this.#jsonBody(request, response);
    const triggerMetadata = metadataOf(streamed, body?.toString('utf8'));
    const invocationId = randomUUID();
    response.strictContentLength = true; // a wrong length must not affect the next response
    const forwarded = new ForwardedRequest(request, response, {
      url: `/${encodeForwardedPath(target.path)}${target.search}`,
      headers: {
        ...request.headers,
        [INVOCATION_ID]: invocationId,
        'x-forwarded-host': hostOf(target),
        'x-forwarded-proto': 'http',
      },
      body,
      limit: this.#options.bodyLimit,
      continues: hasUnknownLength(request) && expectsContinue(request),
      onTooLarge: invocation.cut,
    });
    invocation.holdEnd(); // S4
    this.#options.forward(forwarded, response); // S1
    const triggerData = { http: {} };
    const { decorate } = invocation;
    await this.#options.invoke(fn, { invocationId, triggerData, triggerMetadata, traceContext, decorate });
    if (!invocation.hasEnded && !response.destroyed) throw noAnswer();
    invocation.end(); // S4
  }

  /**
   * The body if it may be a JSON object: the genuine host reads a body with a Content-Length before the function runs.
   *
   * @throws BodyTooLargeError for a larger Content-Length; ClientDisconnectedError
   */
  async #jsonBody(request: IncomingMessage, response: ServerResponse): Promise<Buffer | undefined> {
    if (hasUnknownLength(request) || !hasBody(request)) return undefined;
    const { bodyLimit } = this.#options;
    if (announcesTooLargeBody(request, bodyLimit)) throw new BodyTooLargeError();
    const beginning = await beginningOfBody(request, response);
    const isObject = /^\uFEFF?\s*(?:\{|$)/.test(beginning?.toString('utf8') ?? '');
    return isObject ? readRest(request, bodyLimit) : undefined;
  }
}

function hostOf({ origin }: Target): string {
  return origin.slice(origin.indexOf('//') + 2);
}

/**
 * The library's source of headers and parameters (`createStreamRequest`).
 *
 * @throws HttpTrapError when a parameter has the name of the headers
 */
function metadataOf({ request, route, target }: StreamedRequest, body: string | undefined): Record<string, TypedData> {
  const metadata: Record<string, TypedData> = {};
  for (const [name, value] of requestBindingData(route, readQuery(target.search), body)) {
    if (name.toLowerCase() === 'headers') throw parameterNamedHeaders();
    if (value !== null) metadata[name] = { string: value };
  }
  metadata.Headers = { json: JSON.stringify(plainHeaders(request)) };
  return metadata;
}

function parameterNamedHeaders(): HttpTrapError {
  return new HttpTrapError(
    'request reaches the function without its headers, because with enableHttpStream a parameter of the route or query, or a member of the JSON body, with the name "headers" replaces them',
    'Use another name.',
    400,
  );
}

function ownInvocationId(): HttpTrapError {
  return new HttpTrapError(
    `request gets no response for four minutes, because with enableHttpStream the header ${INVOCATION_ID} belongs to the host`,
    'Do not send the header.',
    400,
  );
}

/** The error of a function in stream mode without a response; the client does not learn what `cause` was. */
function noAnswer(cause?: unknown): HttpTrapError {
  const reason = cause === undefined ? 'the function returned no HTTP response' : 'the function failed';
  return new HttpTrapError(
    `request gets no response for four minutes, because with enableHttpStream ${reason}`,
    'Catch errors in the handler, and return a response in each case.',
    500,
    cause,
  );
}
