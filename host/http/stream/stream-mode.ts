import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type HostFunction, type TypedData } from '../../contracts.js';
import { type HostLog } from '../../log.js';
import { type Invoker, type ExtendedInvocationRequest } from '../../app/invoker.js';
import { type ForwardRequest } from '../../app/stream-server.js';
import { plainHeaders, type Target } from '../request-target.js';
import { sendEmpty } from '../responses.js';
import { type RouteValues } from '../routes/match.js';
import { ForwardedRequest } from './forwarded-request.js';
import { StreamedInvocation } from './streamed-invocation.js';

/** A request for a function in stream mode. */
interface StreamedRequest {
  fn: HostFunction;
  request: IncomingMessage;
  response: ServerResponse;
  target: Target;
  params: RouteValues;
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
    } catch (error) {
      invocation.refuse();
      const { isObsolete } = invocation;
      await invocation.fail(); // S2
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

  async #run(streamed: StreamedRequest, { decorate, cut }: StreamedInvocation): Promise<void> {
    const { fn, request, response, target, traceContext } = streamed;
    const invocationId = randomUUID();
    response.strictContentLength = true; // a wrong length must not affect the next response
    const forwarded = new ForwardedRequest(request, response, {
      url: `/${target.path}${target.search}`,
      headers: {
        ...request.headers,
        'x-ms-invocation-id': invocationId,
        'x-forwarded-host': hostOf(target),
        'x-forwarded-proto': 'http',
      },
      limit: this.#options.bodyLimit,
      onTooLarge: cut,
    });
    const triggerMetadata = metadataOf(streamed);
    this.#options.forward(forwarded, response); // S1
    const triggerData = { http: {} };
    await this.#options.invoke(fn, { invocationId, triggerData, triggerMetadata, traceContext, decorate });
    if (!response.headersSent && !response.destroyed) sendEmpty(response, 204); // the function has no HTTP output
  }
}

function hostOf({ origin }: Target): string {
  return origin.slice(origin.indexOf('//') + 2);
}

/** The library's source of headers and route parameters; the headers come last, so no parameter can replace them. */
function metadataOf({ request, params }: StreamedRequest): Record<string, TypedData> {
  const metadata: Record<string, TypedData> = {};
  for (const name in params) metadata[name] = { string: params[name] };
  metadata.Headers = { json: JSON.stringify(plainHeaders(request)) };
  return metadata;
}
