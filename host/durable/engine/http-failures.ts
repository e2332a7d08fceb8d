import { plainFailure } from '../failures.js';
import { type Failure } from '../store/history-events.js';

/** Failures of `callHttp` with the texts of .NET. */

/** `HttpRequestError` of .NET. */
const RequestError = {
  Unknown: 0,
  NameResolution: 1,
  Connection: 2,
  SecureConnection: 3,
  InvalidResponse: 9,
  Ended: 10,
};

interface InnerException {
  type: string;
  className: string;
  message: string;
}

/** A request without a complete response: `HttpRequestException` of .NET. */
class RequestException extends Error {
  readonly #error: number;
  readonly #inner: InnerException;

  constructor(message: string, error: number, inner: InnerException, cause: unknown) {
    super(message, { cause });
    this.#error = error;
    this.#inner = inner;
  }

  failure(): Failure {
    const { type, className, message } = this.#inner;
    return {
      Reason: this.message,
      Details: JSON.stringify({
        $type: 'System.Net.Http.HttpRequestException, System.Net.Http',
        HttpRequestError: this.#error,
        StatusCode: null,
        Message: this.message,
        Data: { $type: 'System.Collections.ListDictionaryInternal, System.Private.CoreLib' },
        InnerException: { $type: type, ClassName: className, Message: message, Data: null, InnerException: null },
        HelpLink: null,
        Source: 'System.Net.Http',
        StackTrace: null,
      }),
    };
  }
}

/** Any other exception of the activity, with its type in .NET (TaskActivityDispatcher.cs). */
export class UnhandledException extends Error {
  readonly #type: string;

  constructor(type: string, message: string) {
    super(message);
    this.#type = type;
  }

  failure(): Failure {
    const ErrorMessage = this.message;
    return {
      Reason: ErrorMessage,
      Details: `Unhandled exception while executing task: ${this.#type}: ${ErrorMessage}`,
      FailureDetails: { ErrorType: this.#type, ErrorMessage, IsNonRetriable: false, InnerFailure: null },
    };
  }
}

export function invalidOperation(message: string): UnhandledException {
  return new UnhandledException('System.InvalidOperationException', message);
}

export function httpFailure(thrown: unknown): Failure {
  if (thrown instanceof RequestException || thrown instanceof UnhandledException) return thrown.failure();
  return plainFailure(thrown instanceof Error ? thrown.message : String(thrown));
}

/** Errors of the connection, with their messages on Linux. */
const SOCKET_ERRORS: Partial<Record<string, { message: string; error: number }>> = {
  ECONNREFUSED: { message: 'Connection refused', error: RequestError.Connection },
  ENOTFOUND: { message: 'Name or service not known', error: RequestError.NameResolution },
  EAI_AGAIN: { message: 'Resource temporarily unavailable', error: RequestError.NameResolution },
  ETIMEDOUT: { message: 'Connection timed out', error: RequestError.Connection },
  EHOSTUNREACH: { message: 'No route to host', error: RequestError.Connection },
  ENETUNREACH: { message: 'Network is unreachable', error: RequestError.Connection },
};

const ENDED: InnerException = {
  type: 'System.Net.Http.HttpIOException, System.Net.Http',
  className: 'System.Net.Http.HttpIOException',
  message: 'The response ended prematurely. (ResponseEnded)',
};

/** @param thrown an error of Node.js */
export function requestException(thrown: unknown, target: URL): RequestException {
  const error: NodeJS.ErrnoException = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { code = '', message } = error;
  const socket = SOCKET_ERRORS[code];
  if (socket !== undefined) {
    const { hostname, port, protocol } = target;
    const where = `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
    const className = 'System.Net.Sockets.SocketException';
    const inner = { type: `${className}, System.Net.Primitives`, className, message: socket.message };
    return new RequestException(`${socket.message} (${where})`, socket.error, inner, thrown);
  }
  if (message === 'aborted')
    return new RequestException('Error while copying content to a stream.', RequestError.Ended, ENDED, thrown);
  const sending = 'An error occurred while sending the request.';
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return new RequestException(sending, RequestError.Ended, ENDED, thrown);
  if (/^(?:ERR_SSL|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) {
    const className = 'System.Security.Authentication.AuthenticationException';
    const inner = { type: `${className}, System.Net.Security`, className, message };
    const text = 'The SSL connection could not be established, see inner exception.';
    return new RequestException(text, RequestError.SecureConnection, inner, thrown);
  }
  const isInvalid = code.startsWith('HPE_');
  const inner = { ...ENDED, message };
  return new RequestException(sending, isInvalid ? RequestError.InvalidResponse : RequestError.Unknown, inner, thrown);
}
