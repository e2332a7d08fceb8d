import { type Clock, type FunctionRetryOptions } from '../contracts.js';
import { type HostLog } from '../log.js';
import { sleep } from '../waiting.js';
import { type RpcRetryContext } from '../app/core-types.js';

/** The supported triggers for which the genuine host applies retry policies. */
const RETRYABLE = new Set(['timertrigger']);

/** Whether a trigger of this type supports retry policies. */
export function takesRetryPolicy(triggerType: string): boolean {
  return RETRYABLE.has(triggerType.toLowerCase());
}

/** Random deviation of a delay, as a fraction. */
const JITTER = 0.2;
/** `maxRetryCount` without a limit. */
const UNLIMITED = -1;

/** The host stopped during a retry delay: the run has neither succeeded nor failed. */
export class RetryInterruptedError extends Error {
  override readonly name = 'RetryInterruptedError';
}

/** What `runWithRetries` needs. */
export interface RetryOptions {
  functionName: string;
  policy: FunctionRetryOptions;
  clock: Clock;
  log: HostLog;
  /** Aborted when the host stops; ends a delay. */
  signal: AbortSignal;
}

/**
 * Runs until one run succeeds or the policy's retries are used up. The retry context of the first run has no exception
 * (FunctionExecutorExtensions.cs).
 *
 * @throws the error of the last run; RetryInterruptedError when the signal is aborted during a delay
 */
export async function runWithRetries(
  options: RetryOptions,
  run: (context: RpcRetryContext) => Promise<unknown>,
): Promise<void> {
  const { policy, log, functionName } = options;
  let context: RpcRetryContext = { retryCount: 0, maxRetryCount: policy.maxRetryCount };
  for (let retryCount = 1; ; retryCount++) {
    try {
      await run(context);
      return;
    } catch (error) {
      if (policy.maxRetryCount !== UNLIMITED && retryCount > policy.maxRetryCount) throw error;
      const delay = retryDelayMs(policy, retryCount);
      const limit = policy.maxRetryCount === UNLIMITED ? '' : ` of ${policy.maxRetryCount}`;
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      log.log('warning', `Function.${functionName}`, `Retry ${retryCount}${limit} in ${delay} ms, after: ${reason}`);
      await sleep(options.clock, delay, options.signal);
      if (options.signal.aborted) throw new RetryInterruptedError('The host stopped before the next retry.');
      context = { retryCount, maxRetryCount: policy.maxRetryCount, exception: describe(functionName, error) };
    }
  }
}

/** The delay before a retry, in ms; the first retry is number 1. */
export function retryDelayMs(policy: FunctionRetryOptions, retry: number, random: () => number = Math.random): number {
  if (policy.retryStrategy === 'fixedDelay') return ms(policy.delayInterval);
  const [min, max] = [ms(policy.minimumInterval), ms(policy.maximumInterval)];
  if (retry === 1) return Math.min(min, max);
  const jitter = 1 - JITTER + 2 * JITTER * random();
  return Math.round(Math.min(max, min + jitter * (2 ** Math.min(retry - 1, 30) - 1) * min));
}

function ms(interval: { seconds?: number } | undefined): number {
  return (interval?.seconds ?? 0) * 1_000;
}

/**
 * The error as the genuine host reports it, without the stack of .NET (ExceptionFormatter.cs, RpcException.cs): a function
 * finds the text of the error within the message.
 */
function describe(functionName: string, thrown: unknown): RpcRetryContext['exception'] {
  const [text, stack] = thrown instanceof Error ? [thrown.message, thrown.stack ?? ''] : [String(thrown), ''];
  const outer = `Microsoft.Azure.WebJobs.Host.FunctionInvocationException : Exception while executing function: Functions.${functionName}`;
  const inner = `Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException : Result: Failure\nException: ${text}\nStack: ${stack}`;
  return { message: `${outer} ---> ${inner}\n   End of inner exception`, source: '', stackTrace: '' };
}
