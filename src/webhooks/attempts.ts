import { type Steps } from '../operations/durable-retry.js';
import { type Outcome } from '../platform/errors.js';

/** Waits between the six attempts, each about twice the one before, five minutes in all. */
export const WEBHOOK_GAPS_MS: readonly number[] = [5_000, 15_000, 35_000, 80_000, 165_000];

/** The same waits, scaled so that they take `spanMs` in all. */
export function webhookGapsMs(spanMs: number): number[] {
  const total = WEBHOOK_GAPS_MS.reduce((sum, gap) => sum + gap, 0);
  return WEBHOOK_GAPS_MS.map((gap) => Math.round((gap * spanMs) / total));
}

/** How an attempt failed, if it did, and whether further attempts cannot help. */
export interface AttemptResult {
  error?: string;
  final?: boolean;
}

export interface DeliveryState {
  state: 'pending' | 'delivered' | 'given up';
  attempts: number;
  /** Why the last attempt failed. */
  error?: string;
}

interface DeliverySteps {
  /** Waits after each attempt but the last, ms. */
  gapsMs: readonly number[];
  /** Makes the attempt with this number, from 1. */
  attempt: (attempt: number) => Steps<Outcome<AttemptResult>>;
  /** A durable timer. */
  wait: (ms: number) => Steps<void>;
  /** Called after each attempt. */
  show: (state: DeliveryState) => void;
}

/** Delivers a webhook in an orchestrator: attempts until one succeeds, is final or is the last. Replayed. */
export function* deliverWebhook({ gapsMs, attempt, wait, show }: DeliverySteps): Steps<void> {
  for (let attempts = 1; ; attempts++) {
    const outcome = yield* attempt(attempts);
    const state = stateAfter(attempts, outcome, attempts > gapsMs.length);
    show(state);
    if (state.state !== 'pending') return;
    yield* wait(gapsMs[attempts - 1] ?? 0);
  }
}

function stateAfter(attempts: number, outcome: Outcome<AttemptResult>, isLast: boolean): DeliveryState {
  const error = outcome.ok ? outcome.value.error : outcome.error.message;
  if (error === undefined) return { state: 'delivered', attempts };
  const isFinal = isLast || (outcome.ok && outcome.value.final === true);
  return { state: isFinal ? 'given up' : 'pending', attempts, error };
}
