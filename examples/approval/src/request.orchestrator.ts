import { defineOperation } from '../../../src/operations/define.js';
import { approvalErrors, approvalRequest, approvalResult, DECISION, REMIND, type Decision } from './schemas.js';

/** The event that says that a decision is stored. */
export const DECIDED = 'decided';
const HOUR_MS = 3_600_000;

/** Waits for a decision, reminds the approver once, and fails at the time limit. */
export const requestApproval = defineOperation({
  kind: 'approvals.request',
  input: approvalRequest,
  result: approvalResult,
  *run(operation, request) {
    const begun = operation.now();
    let reminded = false;
    for (const hours of [request.remindAfterHours, request.decideWithinHours]) {
      operation.note(undefined, 'upstream'); // the monitor says that it waits for someone outside
      yield* operation.sleepUntilEvent(Math.max(0, begun + hours * HOUR_MS - operation.now()), [DECIDED]);
      // The event has no data, and may be lost with a process: the stored decision counts.
      const read = yield* operation.step<Decision | null>(DECISION, {});
      if (!read.ok) return read;
      if (read.value) return { ok: true, value: { ...read.value, reminded } };
      // An approval goes on without a reminder that cannot be sent.
      if (hours < request.decideWithinHours) reminded = (yield* operation.step(REMIND, request)).ok;
    }
    const message = `${request.approver.name} has not decided within ${request.decideWithinHours} hours.`;
    return { ok: false, error: approvalErrors.NotDecided(message).data };
  },
});
