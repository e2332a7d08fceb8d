import { z } from 'zod';
import { defineActivity, type Activity } from '../../../src/operations/activities.js';
import { callConfig, createServiceClient, failureOf } from '../../../src/platform/http-client.js';
import { type BlobStore } from '../../../src/platform/storage.js';
import { approvalErrors, approvalRequest, decision, decisionBlob, DECISION, REMIND } from './schemas.js';

/** @param baseUrl gets the reminder as JSON; a repeated one has the same `operationId` */
export function createApprovalActivities(baseUrl: string, blobs: BlobStore): Record<string, Activity> {
  const options = { baseUrl, totalTimeoutMs: 10_000, attempts: 2, maxBytes: 10_000, repeatable: ['post'] };
  const http = createServiceClient(options);
  return {
    [REMIND]: defineActivity(approvalRequest, async ({ subject, approver }, call) => {
      try {
        await http.post('', { operationId: call.operationId, subject, approver }, callConfig(options, call));
      } catch (cause) {
        if (!failureOf(cause)) throw cause; // a bug, not an answer of the service
        throw approvalErrors.ReminderNotSent('The reminder cannot be sent.', { cause });
      }
    }),
    [DECISION]: defineActivity(z.object({}), async (_input, { operationId }) => {
      const bytes = await blobs.get(decisionBlob(operationId));
      return bytes ? decision.parse(JSON.parse(bytes.toString())) : null;
    }),
  };
}
