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

/** A plain text: the library uses the body of such a response as its error's message (host contract, 4.3). */
export function text(status: number, body: string): WebhookResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

export function shortError(status: number, message: string): WebhookResponse {
  return json(status, { Message: message });
}

export function argumentError(message: string): WebhookResponse {
  return longError(400, 'One or more of the arguments submitted is incorrect', message, 'System.ArgumentException');
}

/** Clients get no stack trace; it is in the log. */
function longError(status: number, summary: string, message: string, type: string): WebhookResponse {
  return json(status, { Message: summary, ExceptionMessage: message, ExceptionType: type, StackTrace: null });
}

export function serverError(message: string, type = 'System.InvalidOperationException'): WebhookResponse {
  return longError(500, 'Something went wrong while processing your request', message, type);
}

export function invalidTokenError(): WebhookResponse {
  return argumentError('The header x-ms-continuation-token was not issued by this host.');
}
