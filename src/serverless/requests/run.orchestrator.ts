import { type OrchestrationHandler } from 'durable-functions';
import { type DeliveryState } from '../../webhooks/attempts.js';
import { DurableSteps } from '../../operations/durable-steps.js';
import { DELIVER, WORK } from '../names.js';
import { errorOf, statusCodeOf } from '../results/results.js';
import { type DeliverInput, type DeliverResult, type DeliveryInput, type OfRequest, type OfRun } from '../schemas.js';
import { nextStepMs } from './next-step.js';
import { type RequestEnd } from './request-row.js';
import { type WorkResult } from './work.js';

export interface RunInput extends OfRun {
  /** ms since the epoch; absent in an input of before. */
  acceptedAt?: number;
  /** When its first orchestration began, ms since the epoch; absent in that one. */
  begun?: number;
}

/** The output: how the request ended, and how far its webhook is. */
export type RunOutput = RequestEnd & { delivery?: DeliveryState };

/** Steps in one history; then the orchestration continues as new, so that a day of work does not make a long one. */
const STEPS = 50;
/** How long after its TTL a request is tried although its steps fail, ms; then a sweep frees its place. */
const GIVE_UP_MS = 600_000;

/**
 * An asynchronous request from its place in the queue to the first attempt at its webhook. Further attempts are an
 * orchestration of their own, so that the output is there soon.
 */
export const runOrchestrator: OrchestrationHandler = function* (context) {
  const { begun: begunBefore, acceptedAt, ...run } = context.df.getInput<RunInput>();
  const { deadline, webhook, input: _input, ...ids } = run;
  const steps = new DurableSteps(context);
  const begun = begunBefore ?? steps.now();
  const logEnd = ({ state, at }: RequestEnd) => {
    if (context.df.isReplaying) return;
    const ms = Math.max(0, at - (acceptedAt ?? begun));
    context.info(`Request ${ids.requestID} (${ids.endpoint}): ${state} after ${ms} ms`);
  };
  for (let step = 1; ; step++) {
    const outcome = yield* steps.activity<WorkResult>(WORK, run);
    if (outcome.ok && outcome.value) {
      const end = outcome.value;
      logEnd(end);
      if (webhook === undefined) return end satisfies RunOutput;
      const input: DeliverInput = { ...ids, delivery: deliveryOf(ids, end, webhook), attempt: 1, startsRest: true };
      const delivery = yield* steps.untilDone<DeliverResult>(DELIVER, input);
      return { ...end, delivery } satisfies RunOutput;
    }
    if (!outcome.ok && steps.now() > deadline + GIVE_UP_MS) throw new Error(outcome.error.message);
    yield* steps.waitUntil(steps.now() + nextStepMs(steps.now() - begun));
    if (step < STEPS) continue;
    context.df.continueAsNew({ ...run, acceptedAt, begun } satisfies RunInput);
    return undefined;
  }
};

/** What a webhook is told. */
export function deliveryOf(
  { requestID }: Pick<OfRequest, 'requestID'>,
  end: RequestEnd,
  webhook: string,
): DeliveryInput {
  const { state, result } = end;
  const statusCode = statusCodeOf(state);
  return { webhook, statusCode, ...(result ? { result } : { error: errorOf(end, requestID) }) };
}
