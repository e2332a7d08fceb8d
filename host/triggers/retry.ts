import { type Clock, type FunctionRetryOptions } from '../contracts.js';
import { type HostLog } from '../log.js';
import { type RpcRetryContext } from '../app/core-types.js';

/** The triggers that the product applies retry policies to, of those that this host serves. */
const RETRYABLE = new Set(['timertrigger']);

export function takesRetryPolicy(triggerType: string): boolean {
  return RETRYABLE.has(triggerType.toLowerCase());
}

/** How far a wait may lie from its plan. */
const SPREAD = 0.2;
const FOREVER = -1;

/** The host stops: the run is neither done nor failed. */
export class RetryInterruptedError extends Error {
  override readonly name = 'RetryInterruptedError';
}

export interface RetryOptions {
  functionName: string;
  policy: FunctionRetryOptions;
  clock: Clock;
  log: HostLog;
  /** Ends a wait. */
  signal: AbortSignal;
}

/**
 * Runs until it succeeds or the policy gives up. A first run has no retry context (host contract, 2.9).
 *
 * @throws the last run's own error; RetryInterruptedError when the signal ends a wait
 */
export async function retrying(
  options: RetryOptions,
  run: (context: RpcRetryContext | undefined) => Promise<unknown>,
): Promise<void> {
  const { policy, log, functionName } = options;
  let context: RpcRetryContext | undefined;
  for (let retryCount = 1; ; retryCount++) {
    try {
      await run(context);
      return;
    } catch (error) {
      if (policy.maxRetryCount !== FOREVER && retryCount > policy.maxRetryCount) throw error;
      const delay = retryDelayMs(policy, retryCount);
      const limit = policy.maxRetryCount === FOREVER ? '' : ` of ${policy.maxRetryCount}`;
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.log('warning', `Function.${functionName}`, `Retry ${retryCount}${limit} in ${delay} ms, after: ${reason}`);
      await pause(delay, options);
      context = { retryCount, maxRetryCount: policy.maxRetryCount, exception: describe(error) };
    }
  }
}

/** The wait before a retry, in ms; the first is number 1. */
export function retryDelayMs(policy: FunctionRetryOptions, retry: number, random: () => number = Math.random): number {
  if (policy.retryStrategy === 'fixedDelay') return ms(policy.delayInterval);
  const [min, max] = [ms(policy.minimumInterval), ms(policy.maximumInterval)];
  if (retry === 1) return Math.min(min, max);
  const spread = 1 - SPREAD + 2 * SPREAD * random();
  return Math.round(Math.min(max, min + spread * (2 ** Math.min(retry - 1, 30) - 1) * min));
}

function ms(interval: { seconds?: number } | undefined): number {
  return (interval?.seconds ?? 0) * 1_000;
}

function pause(delay: number, { clock, signal }: RetryOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const interrupt = () => {
      cancel();
      reject(new RetryInterruptedError('The host stopped before the next retry.'));
    };
    const cancel = clock.at(clock.now() + delay, () => {
      signal.removeEventListener('abort', interrupt);
      resolve();
    });
    if (signal.aborted) interrupt();
    else signal.addEventListener('abort', interrupt, { once: true });
  });
}

function describe(error: unknown): RpcRetryContext['exception'] {
  if (!(error instanceof Error)) return { message: String(error), source: '', stackTrace: '' };
  return { message: error.message, source: error.name, stackTrace: error.stack ?? '' };
}
