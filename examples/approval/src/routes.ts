import { z } from 'zod';
import { type Core } from '../../../src/operations/core.js';
import { operationErrors } from '../../../src/operations/errors.js';
import { isFinal } from '../../../src/operations/monitor.js';
import { operationId } from '../../../src/operations/schemas.js';
import { defineStartRoute } from '../../../src/operations/start-route.js';
import { defineRoute, type Route } from '../../../src/platform/http/route.js';
import { DECIDED, requestApproval } from './request.orchestrator.js';
import { approvalErrors, approvalRequest, decision, decisionBlob } from './schemas.js';

const tag = { name: 'Approvals', description: 'Decisions of people.' };

export function createApprovalRoutes({ operations, blobs }: Pick<Core, 'operations' | 'blobs'>): Route[] {
  const startRoute = defineStartRoute({
    operations,
    kind: requestApproval,
    path: '/approvals',
    operationId: 'requestApproval',
    tag,
    summary: 'Asks a person for a decision',
    json: approvalRequest,
    start: ({ json }) => ({ input: () => json }),
  });
  const decideRoute = defineRoute({
    method: 'post',
    path: '/approvals/{id}/decision',
    auth: 'function', // the client that asked knows the id, and must not decide
    operationId: 'decideApproval',
    tag,
    summary: 'Approves or rejects; the same decision may be sent again',
    params: z.object({ id: operationId }),
    json: decision,
    replies: { 204: { description: 'The decision is stored.' } },
    errors: [operationErrors.OperationNotFound, approvalErrors.AlreadyDecided],
    async handle(request) {
      const { id } = request.params;
      const own = operations(request);
      const { status } = await own.summary(id);
      const bytes = Buffer.from(JSON.stringify(request.json));
      // The first decision counts. One that is repeated raises the event again, which a failure may have prevented.
      const isNew = !isFinal(status) && (await blobs.create(decisionBlob(id), bytes, 'application/json'));
      if (!isNew && !(await blobs.get(decisionBlob(id)))?.equals(bytes))
        throw approvalErrors.AlreadyDecided(`Approval ${id} is decided or too late.`);
      if (!isFinal(status)) await own.raise(id, DECIDED);
      return { status: 204 };
    },
  });
  return [startRoute, decideRoute];
}
