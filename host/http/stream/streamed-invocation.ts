import { type ServerResponse } from 'node:http';
import { type AppInvocationContext, type InvocationModel } from '../../worker/core-types.js';
import { isStream, paced, type PacedBody } from './paced-body.js';

/** What a handler may return: a plain object or the library's `HttpResponse`, whose members are getters. */
interface Answer {
  status?: number;
  headers?: ConstructorParameters<typeof Headers>[0];
  cookies?: unknown;
  enableContentNegotiation?: boolean;
  body?: unknown;
  jsonBody?: unknown;
}

export interface StreamedInvocationOptions {
  method: string | undefined;
  response: ServerResponse;
  /** The app's stream failed to be cancelled. */
  onCancelError: (error: unknown) => void;
}

/** One invocation in stream mode: puts the host's part between what a handler returned and what the library writes. */
export class StreamedInvocation {
  readonly #options: StreamedInvocationOptions;
  #model: InvocationModel | undefined;
  #context: AppInvocationContext | undefined;
  #events: PacedBody | undefined;
  #endsEvents = false;

  constructor(options: StreamedInvocationOptions) {
    this.#options = options;
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

  /** Ends the answer if it is an event stream, now or when it begins. */
  endEvents(): void {
    this.#endsEvents = true;
    this.#events?.end();
  }

  /** Answers 500 through the library, unless something was answered: it holds on to a response until it has written. */
  async fail(): Promise<void> {
    const { response } = this.#options;
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
    const { response, onCancelError } = this.#options;
    const pacedBody = paced(body, response, onCancelError);
    if (isEventStream(answer.headers)) {
      this.#events = pacedBody;
      if (this.#endsEvents) pacedBody.end();
    }
    return { ...membersOf(answer), body: pacedBody.stream };
  }

  /** A body known as a whole needs no length from the app, and a wrong one would break the connection. */
  #withoutLength(answer: Answer): unknown {
    if (this.#options.method === 'HEAD' || answer.headers === undefined) return answer;
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
