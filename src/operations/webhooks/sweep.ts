import { randomUUID } from 'node:crypto';
import { concurrently } from '../../platform/concurrently.js';
import { isFinal, summaryOf } from '../monitor.js';
import { type Operations } from '../operations.js';
import { type OperationWebhooks } from './operation-webhooks.js';
import { type WaitingWebhook } from './rows.js';

const PAGE = 100;
/** Operations that are looked at concurrently; few, as requests use the same storage. */
const CONCURRENCY = 4;

interface SweepOptions {
  operations: Operations;
  webhooks: OperationWebhooks;
  /** When to stop, ms since the epoch; the next run continues. */
  deadline: number;
  /** Called for an operation whose delivery could not be started; the next run tries again. */
  onFailure: (operationId: string, thrown: unknown) => void;
}

/**
 * Starts the deliveries of operations that have ended without starting them: terminated ones, and those whose last step
 * failed. May run in several processes at the same time. It begins at a random id, so that when the time is not enough
 * for all, none is always the last.
 */
export async function sweepWebhooks(options: SweepOptions): Promise<void> {
  const first = randomUUID();
  await sweepFrom(options, first);
  await sweepFrom(options, '', first);
}

async function sweepFrom(options: SweepOptions, from: string, upTo?: string): Promise<void> {
  const { webhooks } = options.operations.records;
  for (let after = from; Date.now() < options.deadline;) {
    const page = await webhooks.waiting(after, PAGE);
    await concurrently(page, CONCURRENCY, (waiting) => sweepOne(options, waiting));
    after = page.at(-1)?.operationId ?? '';
    if (page.length < PAGE || (upTo !== undefined && after >= upTo)) return;
  }
}

async function sweepOne({ operations, webhooks, onFailure }: SweepOptions, waiting: WaitingWebhook): Promise<void> {
  const { operationId } = waiting;
  try {
    const instance = await operations.findInstance(operationId);
    if (instance) {
      if (isFinal(summaryOf(instance, '', operations.retentionMs).status)) await webhooks.start(waiting);
    } else if (!(await operations.records.find(operationId))) {
      await operations.records.webhooks.endWaiting(operationId);
    }
  } catch (thrown) {
    onFailure(operationId, thrown);
  }
}
