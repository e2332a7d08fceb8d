import { z } from 'zod';
import { blobPrefix } from '../../../src/operations/names.js';
import { defineErrors } from '../../../src/platform/errors.js';

/** The body of `POST /approvals`, and the input of the operation. */
export const approvalRequest = z
  .strictObject({
    subject: z.string().min(1).max(200).describe('What is to be approved.'),
    approver: z.strictObject({ name: z.string().min(1).max(100), email: z.email() }),
    remindAfterHours: z.int().min(1).max(720).default(24),
    decideWithinHours: z.int().min(2).max(1_440).default(72),
  })
  .refine((request) => request.remindAfterHours < request.decideWithinHours, 'the reminder is after the time limit')
  .meta({ id: 'ApprovalRequest' });

export const decision = z
  .strictObject({ verdict: z.enum(['approved', 'rejected']), comment: z.string().max(1_000).default('') })
  .meta({ id: 'ApprovalDecision' });
export type Decision = z.output<typeof decision>;

export const approvalResult = z.object({ ...decision.shape, reminded: z.boolean() }).meta({ id: 'ApprovalResult' });

export const approvalErrors = defineErrors({
  AlreadyDecided: { status: 409, retryable: false },
  NotDecided: { status: 504, retryable: false },
  ReminderNotSent: { status: 503, retryable: true },
});

/** Activities: the reminder; the stored decision or null. */
export const REMIND = 'approval_remind';
export const DECISION = 'approval_decision';
export const decisionBlob = (operationId: string) => `${blobPrefix(operationId)}decision.json`;
