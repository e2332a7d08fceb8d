import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type HostFunction, type TypedData } from '../../contracts.js';
import { type HostLog } from '../../log.js';
import { type Invoker, type WorkerRequest } from '../../app/invoker.js';
import { type HandOver } from '../../app/stream-server.js';
import { MAX_BODY_BYTES } from '../body.js';
import { answerEmpty, plainHeaders, type Target } from '../request-target.js';
import { type RouteValues } from '../routes/match.js';
import { HandedRequest } from './forwarded-request.js';
import { StreamedInvocation } from './streamed-invocation.js';

export interface StreamedRequest {
  fn: HostFunction;
  request: IncomingMessage;
  response: ServerResponse;
  target: Target;
  params: RouteValues;
  traceContext: WorkerRequest['traceContext'];
}

export interface StreamsOptions {
  invoke: Invoker['invoke'];
  handOver: HandOver;
  log: HostLog;
}

/**
 * Stream mode: the library reads requests and writes answers itself (host contract, 2.8).
 *
 * S1 A request is handed over under the id of an invocation that begins at once: neither waits for the other in vain.
 * S2 Whatever the invocation comes to, its request is answered or its connection cut, and the library is not left
 *    holding on to it.
 * S3 After `stop` no event stream is open: its client comes back by itself, so nobody need wait for its end.
 */
export class Streams {
  readonly #options: StreamsOptions;
  readonly #open = new Set<StreamedInvocation>();
  #stopping = false;

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** @throws what the function threw, unless the client is gone or has its answer; the caller logs it and answers */
  async serve(streamed: StreamedRequest): Promise<void> {
    const { fn, request, response } = streamed;
    const say = (level: 'debug' | 'error', what: string, error: unknown) =>
      this.#options.log.log(level, `Function.${fn.name}`, `${what}: ${String(error)}`);
    const invocation = new StreamedInvocation(request, response, (error) =>
      say('error', 'Cancelling the stream that it returned failed', error),
    );
    this.#open.add(invocation);
    if (this.#stopping) invocation.endEvents(); // it waited for its turn
    try {
      await this.#run(streamed, invocation);
    } catch (error) {
      const { isMoot } = invocation;
      await invocation.fail(); // S2
      if (!isMoot) throw error;
      say('debug', 'It failed with nobody waiting for its answer any more', error);
    } finally {
      this.#open.delete(invocation);
    }
  }

  /** S3 */
  stop(): void {
    this.#stopping = true;
    for (const invocation of this.#open) invocation.endEvents();
  }

  async #run(streamed: StreamedRequest, { decorate, refuse }: StreamedInvocation): Promise<void> {
    const { fn, request, response, target, traceContext } = streamed;
    const invocationId = randomUUID();
    response.strictContentLength = true; // a length of the app's that is wrong must not reach the next answer
    const handed = new HandedRequest(request, response, {
      url: `/${target.path}${target.search}`,
      headers: {
        ...request.headers,
        'x-ms-invocation-id': invocationId,
        'x-forwarded-host': hostOf(target),
        'x-forwarded-proto': 'http',
      },
      limit: MAX_BODY_BYTES,
      onTooLarge: refuse,
    });
    const triggerMetadata = metadataOf(streamed);
    this.#options.handOver(handed, response); // S1
    const triggerData = { http: {} };
    await this.#options.invoke(fn, { invocationId, triggerData, triggerMetadata, traceContext, decorate });
    if (!response.headersSent && !response.destroyed) answerEmpty(response, 204); // it has no HTTP output
  }
}

function hostOf({ origin }: Target): string {
  return origin.slice(origin.indexOf('//') + 2);
}

/** Where the library takes headers and route parameters from; the headers come last, they cannot be missed. */
function metadataOf({ request, params }: StreamedRequest): Record<string, TypedData> {
  const metadata: Record<string, TypedData> = {};
  for (const name in params) metadata[name] = { string: params[name] };
  metadata.Headers = { json: JSON.stringify(plainHeaders(request)) };
  return metadata;
}
