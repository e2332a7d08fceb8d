import { z } from 'zod';
import { defineRoute, type Route } from '../../platform/http/route.js';
import { commonErrors } from '../../platform/errors.js';
import { type BlobStore } from '../../platform/storage.js';
import { type PerInvocation } from '../durable.js';
import { operationErrors } from '../errors.js';
import { type Operations } from '../operations.js';
import { checkedOperationId } from '../request-headers.js';
import { idErrors, params } from '../routes.js';
import { operationsTag } from '../tag.js';
import { batchGetRequest, batchGetResponse, monitorsOf } from './batch-get.js';
import { operationHistory, type History } from './history.js';
import { CSV_TYPE, resultReply } from './result.js';

export interface ReadingRoutesOptions {
  operations: PerInvocation<Operations>;
  blobs: Pick<BlobStore, 'stream'>;
  history: PerInvocation<History>;
}

/** The calls that read operations (docs/contracts/managing-operations.md, Reading). */
export function createReadingRoutes(options: ReadingRoutesOptions): Route[] {
  return [batchGetRoute(options), resultRoute(options), historyRoute(options)];
}

function batchGetRoute({ operations }: ReadingRoutesOptions): Route {
  return defineRoute({
    method: 'post',
    path: '/status:batchGet',
    auth: 'anonymous',
    operationId: 'getOperations',
    tag: operationsTag,
    summary: 'The status monitors of up to 100 operations',
    description: 'A result over 64 KiB is given by `resultLocation` only.',
    json: batchGetRequest,
    replies: { 200: { description: 'Monitors, and errors of ids that have none.', schema: batchGetResponse } },
    async handle(request) {
      const value = await monitorsOf(operations(request), request.json.ids);
      return { status: 200, headers: { 'Cache-Control': 'no-store' }, body: { value } };
    },
  });
}

function resultRoute({ operations, blobs }: ReadingRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/status/{id}/result',
    auth: 'anonymous',
    operationId: 'getOperationResult',
    tag: operationsTag,
    summary: 'The result of an operation, alone',
    description: 'As JSON or, for kinds whose result is a table, as CSV with `Accept: text/csv`.',
    params,
    headers: { Accept: '`application/json` (default) or `text/csv`.' },
    replies: {
      200: {
        description: 'The result.',
        schema: z.unknown(),
        textTypes: [CSV_TYPE],
        headers: { 'Content-Disposition': 'A file name.' },
      },
    },
    errors: [
      ...idErrors,
      operationErrors.OperationNotFinished,
      operationErrors.OperationHasNoResult,
      commonErrors.NotAcceptable,
    ],
    async handle(request) {
      const found = await operations(request).find(checkedOperationId(request.params.id, 'id'));
      return resultReply(request, found, blobs);
    },
  });
}

function historyRoute({ history }: ReadingRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/status/{id}/history',
    auth: 'function',
    operationId: 'getOperationHistory',
    tag: operationsTag,
    summary: 'What happened in an operation, in the order in which it began',
    description:
      'Steps, waits and events with their times, those of sub-orchestrations among them. Of more than 1,000 the first ' +
      'and the last 500.',
    params,
    replies: { 200: { description: 'The spans.', schema: operationHistory } },
    errors: idErrors,
    async handle(request) {
      const body = await history(request).of(checkedOperationId(request.params.id, 'id'));
      return { status: 200, headers: { 'Cache-Control': 'no-store' }, body };
    },
  });
}
