import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type AppInvocationContext, type InvocationModel } from '../../app/core-types.js';
import { refuseBody } from '../body.js';
import { isStream, paced, type PacedBody } from './response-body.js';

/** What a handler may return: a plain object or the library's `HttpResponse`, whose members are getters. */
interface Answer {
  status?: number;
  headers?: ConstructorParameters<typeof Headers>[0];
  cookies?: unknown;
  enableContentNegotiation?: boolean;
  body?: unknown;
  jsonBody?: unknown;
}

/** One invocation in stream mode: puts the host's part between what a handler returned and what the library writes. */
export class StreamedInvocation {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #onCancelError: (error: unknown) => void;
  #model: InvocationModel | undefined;
  #context: AppInvocationContext | undefined;
  #events: PacedBody | undefined;
  #endsEvents = false;
  #isRefused = false;

  /** @param onCancelError the app's stream failed to be cancelled */
  constructor(request: IncomingMessage, response: ServerResponse, onCancelError: (error: unknown) => void) {
    this.#request = request;
    this.#response = response;
    this.#onCancelError = onCancelError;
  }

  readonly decorate = (model: InvocationModel): InvocationModel => {
    this.#model = model;
    return {
      getArguments: async () => {
        const given = await model.getArguments();
        this.#context = given.context;
        return given;
      },
      invokeFunction: (context, inputs, callback) => model.invokeFunction(context, inputs, callback),
      getResponse: (context, result) => model.getResponse(context, this.#shape(result)),
    };
  };

  /** The client sends more than may be taken: 413, or a cut when it has another answer already. */
  readonly refuse = (): void => {
    this.#isRefused = true;
    if (this.#response.headersSent) this.#response.destroy();
    else refuseBody(this.#request, this.#response);
  };

  /** Nobody waits for the function's answer any more. */
  get isMoot(): boolean {
    return this.#isRefused || (this.#response.destroyed && !this.#response.writableFinished);
  }

  /** Ends the answer if it is an event stream, now or when it begins. */
  endEvents(): void {
    this.#endsEvents = true;
    this.#events?.end();
  }

  /** Answers 500 through the library, unless something was answered: it holds on to a response until it has written. */
  async fail(): Promise<void> {
    const response = this.#response;
    if (!response.headersSent) for (const name of response.getHeaderNames()) response.removeHeader(name);
    if (this.#context === undefined) return;
    try {
      await this.#model?.getResponse(this.#context, { status: 500 });
    } catch {
      // It had begun an answer, and does not hold on to the response any more.
    }
  }

  #shape(result: unknown): unknown {
    if (result === null || result === undefined) return { status: 204 };
    if (typeof result !== 'object') return result; // the library refuses it with words of its own
    const answer = result as Answer;
    const { body } = answer;
    if (!isStream(body)) return this.#withoutLength(answer);
    const pacedBody = paced(body, this.#response, this.#onCancelError);
    if (isEventStream(answer.headers)) this.#events = pacedBody;
    // The answer to HEAD takes no body, and the library would read an endless one for ever.
    if (this.#request.method === 'HEAD' || (this.#events && this.#endsEvents)) pacedBody.end();
    return { ...membersOf(answer), body: pacedBody.stream };
  }

  /** A body known as a whole needs no length from the app, and a wrong one would break the connection. */
  #withoutLength(answer: Answer): unknown {
    if (this.#request.method === 'HEAD' || answer.headers === undefined) return answer;
    const headers = new Headers(answer.headers);
    if (!headers.has('content-length')) return answer;
    headers.delete('content-length');
    return { ...membersOf(answer), headers };
  }
}

function membersOf({ status, headers, cookies, enableContentNegotiation, body, jsonBody }: Answer): Answer {
  return { status, headers, cookies, enableContentNegotiation, body, jsonBody };
}

function isEventStream(headers: Answer['headers']): boolean {
  return new Headers(headers).get('content-type')?.toLowerCase().startsWith('text/event-stream') ?? false;
}
