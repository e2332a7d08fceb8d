import { z } from 'zod';
import { defineRoute, type Reply, type Route, type RouteRequest } from '../../platform/http/route.js';
import { telemetry } from '../../platform/telemetry/index.js';
import { callerOf } from '../../platform/telemetry/trace-parent.js';
import { readResult } from '../results/result-storage.js';
import { contractErrors, serverlessErrors } from '../errors.js';
import { requestDataOf } from './request-data.js';
import { bytesIn, isTooLarge, tooLargeMessage } from '../results/results.js';
import { authorized, common, json, known, type ServerlessRoutesOptions } from './common.js';
import { type RequestEnd } from '../requests/request-row.js';
import { asyncBody, MAX_BODY_BYTES, RESULT_URL_MINUTES, syncBody, SYNC_TTL_MS } from '../schemas.js';
import { checkWebhookUrl } from '../../webhooks/webhook-url.js';

const UP_TO = `A JSON object, up to ${MAX_BODY_BYTES} bytes.`;

export function asyncRoute(options: ServerlessRoutesOptions): Route {
  return defineRoute({
    ...common,
    stream: json(asyncBody, UP_TO),
    method: 'post',
    path: '/v1/{serverlessId}/async',
    isTraced: true,
    operationId: 'queueRequest',
    summary: 'Puts a request into the queue; its result goes to the webhook',
    replies: {
      200: {
        description: 'It is in the queue.',
        schema: z.object({ id: z.uuid(), sequence: z.string() }).meta({ id: 'ServerlessAccepted' }),
      },
    },
    errors: known(
      'RequestTooLarge',
      'RequestUnreadable',
      'RequestDataInvalid',
      'WebhookEmpty',
      'ArgumentsInvalid',
      'TooManyQueued',
      'PublishFailed',
    ),
    handle: authorized(options, contractErrors.publish, async ({ request, endpoint, requests }) => {
      const { input, webhook, ttlMs } = await requestDataOf(request);
      if (webhook === undefined || webhook === null || webhook === '') throw contractErrors.noWebhook();
      const url = await checkWebhookUrl(webhook, { allowPrivate: options.privateWebhooks });
      // Its run is in another process, so that the request has the span of this call.
      const traceParent = telemetry().current() ?? traceParentOf(request);
      const wanted = { mode: 'async' as const, input, webhook: url.href, ttlMs, traceParent };
      const accepted = await requests.accept(endpoint, wanted);
      return { status: 200, body: { id: accepted.requestID, sequence: String(accepted.sequence) } };
    }),
  });
}

export function syncRoute(options: ServerlessRoutesOptions): Route {
  return defineRoute({
    ...common,
    stream: json(syncBody, UP_TO),
    method: 'post',
    path: '/v1/{serverlessId}/sync',
    operationId: 'runRequest',
    summary: 'Puts a request into the queue and answers with its result',
    replies: {
      200: { description: 'The worker’s result, with its own content type.', mediaType: '*/*', schema: z.unknown() },
      413: {
        description: 'The result is too large; it is at `resultUrl` for an hour.',
        schema: z.object({ error: z.string(), resultUrl: z.url() }).meta({ id: 'ServerlessResultTooLarge' }),
        headers: { 'x-ms-error-code': 'The code of the error.' },
      },
    },
    errors: known(
      'RequestTooLarge',
      'RequestUnreadable',
      'RequestDataInvalid',
      'ArgumentsInvalid',
      'RequestTimeout',
      'RequestCanceled',
      'ResultTooLarge',
      'PublishFailed',
      'HandlingFailed',
      'WorkersBusy',
    ),
    handle: authorized(options, contractErrors.publish, async ({ request, endpoint, requests }) => {
      const { input } = await requestDataOf(request);
      const wanted = { mode: 'sync' as const, input, ttlMs: SYNC_TTL_MS };
      const { requestID, end } = await requests.run(endpoint, wanted, traceParentOf(request));
      return resultReply(requestID, end, options.blobs);
    }),
  });
}

function traceParentOf({ header, invocation }: Pick<RouteRequest, 'header' | 'invocation'>): string | undefined {
  return callerOf(header('traceparent'), invocation.traceContext?.traceParent);
}

async function resultReply(id: string, end: RequestEnd, blobs: ServerlessRoutesOptions['blobs']): Promise<Reply> {
  const { state, result } = end;
  if (state === 'canceled') throw contractErrors.canceled();
  if (state === 'expired') throw contractErrors.timeout();
  if (!result) throw contractErrors.handling(id, end.error ?? 'the worker gave no result');
  if (isTooLarge({ mode: 'sync', result }) && 'blob' in result) {
    const resultUrl = await blobs.readUrl(result.blob, RESULT_URL_MINUTES);
    const headers = { 'x-ms-error-code': serverlessErrors.ResultTooLarge.code };
    return { status: 413, headers, body: { error: tooLargeMessage(bytesIn(result)), resultUrl } };
  }
  return { status: 200, headers: { 'Content-Type': result.contentType }, body: await readResult(result, blobs) };
}
