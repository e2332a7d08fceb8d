import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type AppInvocationContext, type InvocationModel } from '../../app/core-types.js';
import { refuseBody } from '../body.js';
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
  #isCut = false;
  #isRefused = false;

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
        const args = await model.getArguments();
        this.#context = args.context;
        return args;
      },
      invokeFunction: (context, inputs, callback) => model.invokeFunction(context, inputs, callback),
      getResponse: (context, result) => model.getResponse(context, this.#adapt(result)),
    };
  };

  /**
   * The request's body is too large, and its reader gets an error. The app can answer it itself. After the response has
   * started, the connection is closed.
   */
  readonly cut = (): void => {
    this.#isCut = true;
    if (this.#response.headersSent) this.refuse();
  };

  /** Answers 413 when the body was too large and the app has not answered. */
  refuse(): void {
    if (!this.#isCut) return;
    this.#isRefused = true;
    if (this.#response.headersSent) this.#response.destroy();
    else refuseBody(this.#request, this.#response);
  }

  /** The request was rejected or its client has disconnected: nothing needs the function's result. */
  get isObsolete(): boolean {
    return this.#isRefused || (this.#response.destroyed && !this.#response.writableFinished);
  }

  /** Ends the response if it is an event stream, now or when it starts. */
  endEventStream(): void {
    this.#endsEventStream = true;
    this.#eventStream?.end();
  }

  /** Answers 500 through the library, which keeps a response until it is written. No-op after a response has started. */
  async fail(): Promise<void> {
    const response = this.#response;
    if (!response.headersSent) for (const name of response.getHeaderNames()) response.removeHeader(name);
    if (this.#context === undefined) return;
    try {
      await this.#model?.getResponse(this.#context, { status: 500 });
    } catch {
      // The library had started a response and no longer keeps it.
    }
  }

  #adapt(result: unknown): unknown {
    if (result === null || result === undefined) return { status: 204 };
    if (typeof result !== 'object') return result; // the library reports the invalid value
    const response = result as HandlerResponse;
    const { body } = response;
    if (!isStream(body)) return this.#withoutLength(response);
    const responseBody = withFlowControl(body, this.#response, this.#onCancelError);
    if (isEventStream(response.headers)) this.#eventStream = responseBody;
    // The response to HEAD has no body; the library would still read an endless stream.
    if (this.#request.method === 'HEAD' || (this.#eventStream && this.#endsEventStream)) responseBody.end();
    return { ...membersOf(response), body: responseBody.stream };
  }

  /** Removes the app's Content-Length: a wrong one would break the connection. */
  #withoutLength(response: HandlerResponse): unknown {
    if (this.#request.method === 'HEAD' || response.headers === undefined) return response;
    const headers = new Headers(response.headers);
    if (!headers.has('content-length')) return response;
    headers.delete('content-length');
    return { ...membersOf(response), headers };
  }
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
