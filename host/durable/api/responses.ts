import { type WebhookResponse } from '../../contracts.js';

/** Responses of the webhook API and its two error formats (host contract, 5). */

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };

export function json(status: number, body: unknown, headers: Record<string, string> = {}): WebhookResponse {
  return jsonText(status, JSON.stringify(body), headers);
}

/** @param body JSON text */
export function jsonText(status: number, body: string, headers: Record<string, string> = {}): WebhookResponse {
  return { status, headers: { ...JSON_HEADERS, ...headers }, body };
}

export function empty(status: number, headers: Record<string, string> = {}): WebhookResponse {
  return { status, headers };
}

export function shortError(status: number, message: string): WebhookResponse {
  return json(status, { Message: message });
}

/** An exception of the genuine host that its clients see. */
export interface DotnetException {
  type: string;
  message: string;
  /** The method that throws it, as in a .NET stack. */
  thrownBy: string;
  /** The last method of its stack before the stack of the one that waits for it, if the stack says so. */
  awaitedBy?: string;
}

/** The last frame of each stack that the handler of the API reports. */
const HANDLER =
  'Microsoft.Azure.WebJobs.Extensions.DurableTask.HttpApiHandler.HandleRequestAsync(HttpRequestMessage request, CancellationToken cancellationToken)';

const RETHROWN = '--- End of stack trace from previous location ---';

/** An error with the details of an exception. Its stack has the frames of the genuine host, not of this one. */
export function exceptionError(
  status: number,
  summary: string,
  { type, message, thrownBy, awaitedBy }: DotnetException,
): WebhookResponse {
  const between = awaitedBy === undefined ? [] : [`   at ${awaitedBy}`, RETHROWN];
  return json(status, {
    Message: summary,
    ExceptionMessage: message,
    ExceptionType: type,
    StackTrace: [`   at ${thrownBy}`, ...between, `   at ${HANDLER}`].join('\n'),
  });
}

/** An exception that the genuine host does not expect. */
export function unexpectedError(exception: DotnetException): WebhookResponse {
  return exceptionError(500, 'Something went wrong while processing your request', exception);
}

/** An error of this host; its stack is in the log. */
export function serverError(message: string): WebhookResponse {
  return unexpectedError({ type: 'System.InvalidOperationException', message, thrownBy: HANDLER });
}
