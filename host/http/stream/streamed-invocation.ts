import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type AppInvocationContext, type InvocationModel } from '../../app/core-types.js';
import { refuseBody } from '../body.js';
import { HttpTrapError } from '../http-trap.js';
import { isStream, type ResponseBody, withFlowControl } from './response-body.js';

/** A handler's response: a plain object or the library's `HttpResponse`, whose members are getters. */
interface HandlerResponse {
  status?: number;
  headers?: ConstructorParameters<typeof Headers>[0];
  cookies?: unknown;
  enableContentNegotiation?: boolean;
  body?: unknown;
  jsonBody?: unknown;
}

/** One invocation in stream mode: adapts the handler's response before the library writes it (host contract, 2.8). */
export class StreamedInvocation {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #onCancelError: (error: unknown) => void;
  #model: InvocationModel | undefined;
  #context: AppInvocationContext | undefined;
  #eventStream: ResponseBody | undefined;
  #endsEventStream = false;
  #isStarted = false;
  #isRefused = false;
  #hasEnded = false;

  /** @param onCancelError called when canceling the app's stream fails */
  constructor(request: IncomingMessage, response: ServerResponse, onCancelError: (error: unknown) => void) {
    this.#request = request;
    this.#response = response;
    this.#onCancelError = onCancelError;
  }

  /** Wraps the library's model of the invocation. */
  readonly decorate = (model: InvocationModel): InvocationModel => {
    this.#model = model;
    return {
      getArguments: async () => {
        this.#isStarted = true;
        const args = await model.getArguments();
        this.#context = args.context;
        return args;
      },
      invokeFunction: (context, inputs, callback) => model.invokeFunction(context, inputs, callback),
      getResponse: (context, result) => model.getResponse(context, this.#adapt(result)),
    };
  };

  /** Whether the function has started, and the library has not begun a response. */
  get isWaiting(): boolean {
    return this.#isStarted && !this.#hasEnded && !this.#response.headersSent;
  }

  /** Whether the library has written the whole response. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** From now on the library's end of the response is only noted: `end` ends it. */
  holdEnd(): void {
    this.#response.end = () => {
      this.#hasEnded = true;
      return this.#response;
    };
  }

  /** Ends the response. */
  end(): void {
    this.#releaseEnd();
    this.#response.end();
  }

  #releaseEnd(): void {
    Reflect.deleteProperty(this.#response, 'end'); // the inherited method remains
  }

  /** The request's body is too large, and its reader gets an error: answers 500, or closes a connection in use. */
  readonly cut = (): void => {
    this.#isRefused = true;
    this.#releaseEnd();
    if (this.#response.headersSent) this.#response.destroy();
    else refuseBody(this.#request, this.#response);
  };

  /** The request was rejected or its client has disconnected: nothing needs the function's result. */
  get isObsolete(): boolean {
    return this.#isRefused || (this.#response.destroyed && !this.#response.writableFinished);
  }

  /** Ends the response if it is an event stream, now or when it starts. */
  endEventStream(): void {
    this.#endsEventStream = true;
    this.#eventStream?.end();
  }

  /**
   * Answers through the library, which keeps a response until it is written: 500, or what a trap says. No-op after a
   * response has started.
   */
  async fail(error: unknown): Promise<void> {
    const response = this.#response;
    this.#releaseEnd();
    if (!response.headersSent) for (const name of response.getHeaderNames()) response.removeHeader(name);
    if (this.#context === undefined) return;
    const answer = error instanceof HttpTrapError ? { status: error.status, body: error.message } : { status: 500 };
    try {
      await this.#model?.getResponse(this.#context, answer);
    } catch {
      // The library had started a response and no longer keeps it.
    }
  }

  #adapt(result: unknown): unknown {
    if (typeof result !== 'object' || result === null) return result; // the library reports invalid values
    const response = result as HandlerResponse;
    const { body } = response;
    if (!isStream(body)) return this.#withCheckedLength(response);
    const responseBody = withFlowControl(body, this.#response, this.#onCancelError);
    if (isEventStream(response.headers)) this.#eventStream = responseBody;
    // The response to HEAD has no body; the library would still read an endless stream.
    if (this.#request.method === 'HEAD' || (this.#eventStream && this.#endsEventStream)) responseBody.end();
    return { ...membersOf(response), body: responseBody.stream };
  }

  /** @throws HttpTrapError for a Content-Length that is not the body's */
  #withCheckedLength(response: HandlerResponse): unknown {
    if (this.#request.method === 'HEAD' || response.headers === undefined) return response;
    const headers = new Headers(response.headers);
    const given = headers.get('content-length');
    if (given === null) return response;
    const length = lengthOf(response);
    if (length !== undefined && Number(given) !== length) throw wrongLength(given, length);
    if (length !== undefined) return response;
    headers.delete('content-length'); // a wrong one would break the connection
    return { ...membersOf(response), headers };
  }
}

/** Statuses without a body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** Length of a body in bytes; undefined when it is not known or none is sent. */
function lengthOf({ status = 200, body, jsonBody }: HandlerResponse): number | undefined {
  if (WITHOUT_BODY.has(status)) return undefined;
  if (jsonBody !== undefined) return Buffer.byteLength(JSON.stringify(jsonBody));
  if (body === undefined || body === null) return 0;
  if (typeof body === 'string') return Buffer.byteLength(body);
  return ArrayBuffer.isView(body) || body instanceof ArrayBuffer ? body.byteLength : undefined;
}

function wrongLength(given: string, length: number): HttpTrapError {
  return new HttpTrapError(
    `response is cut or does not end for its client, because the Content-Length is ${given} and the body has ${length} bytes`,
    'Do not set the header.',
  );
}

function membersOf({
  status,
  headers,
  cookies,
  enableContentNegotiation,
  body,
  jsonBody,
}: HandlerResponse): HandlerResponse {
  return { status, headers, cookies, enableContentNegotiation, body, jsonBody };
}

function isEventStream(headers: HandlerResponse['headers']): boolean {
  return new Headers(headers).get('content-type')?.toLowerCase().startsWith('text/event-stream') ?? false;
}
