import { InvocationContext } from '@azure/functions';
import { boundActivity } from '../../src/operations/activities.js';
import { deliveryOrchestrator } from '../../src/operations/delivery.orchestrator.js';
import { createEndNotifications } from '../../src/operations/end-notifications.js';
import { DELIVER, deliveryInstanceOf } from '../../src/operations/names.js';
import { Operations } from '../../src/operations/operations.js';
import { createOperationRecords } from '../../src/operations/records.js';
import { ofAttempt, OperationWebhooks } from '../../src/operations/webhooks/operation-webhooks.js';
import { sweepWebhooks } from '../../src/operations/webhooks/sweep.js';
import { createLimit } from '../../src/platform/limit.js';
import { type BlobStore } from '../../src/platform/storage.js';
import { createWebhookSender } from '../../src/webhooks/sender.js';
import { type WebhookPolicy } from '../../src/webhooks/webhook-url.js';
import { MemoryTable } from './memory-table.js';
import { MemoryTaskHub } from './memory-task-hub.js';
import { ID, testKind } from './operation-world.js';
import { runOrchestrator, type Run } from './orchestrator-runner.js';

/** The webhooks of operations on storage and a task hub in memory; events are sent over HTTP. */
export class WebhookWorld {
  readonly table = new MemoryTable();
  readonly hub = new MemoryTaskHub();
  readonly blobs = new Map<string, string>();
  readonly operations: Operations;
  readonly webhooks: OperationWebhooks;
  readonly calls = createLimit(1);

  constructor({ secrets = [], policy = { allowPrivate: true } }: { secrets?: string[]; policy?: WebhookPolicy } = {}) {
    const { client } = this.hub;
    const blobs: Pick<BlobStore, 'get' | 'readUrl' | 'deletePrefix'> = {
      get: (name) => Promise.resolve(Buffer.from(this.blobs.get(name) ?? '')),
      readUrl: (name) => Promise.resolve(`https://storage.test/${name}`),
      deletePrefix: () => Promise.resolve(),
    };
    this.operations = new Operations({
      client,
      kinds: [testKind],
      records: createOperationRecords(this.table),
      blobs: blobs as BlobStore,
      ends: createEndNotifications(),
      retry: { attempts: 3, firstWaitMs: 10 },
      retentionMs: 72 * 3_600_000,
      webhookPolicy: policy,
    });
    this.webhooks = new OperationWebhooks({
      client,
      operations: this.operations,
      calls: this.calls,
      webhooks: createWebhookSender(policy),
      webhookGapsMs: [1_000, 2_000],
      secrets,
    });
  }

  /** Starts an operation with a webhook. @returns when, ISO 8601 */
  async start(url: string): Promise<string> {
    const webhookUrl = await this.operations.acceptWebhook(url);
    const request = { kind: testKind, input: () => ({ n: 1 }), operationId: ID, webhookUrl };
    return (await this.operations.start(request)).pending.createdDateTime;
  }

  /** Starts an operation that ends, and its delivery as its last step does. */
  async end(url: string, output?: unknown): Promise<void> {
    const createdAt = await this.start(url);
    this.hub.end(ID, output);
    await this.webhooks.start({ operationId: ID, createdAt });
  }

  /** Runs a delivery that was started to its end. */
  async run(round = 1): Promise<Run> {
    const instanceId = deliveryInstanceOf(ID, round);
    const instance = this.hub.instances.find((found) => found.instanceId === instanceId);
    if (!instance) throw new Error(`The delivery ${instanceId} was not started.`);
    const deliver = boundActivity(
      () => this.webhooks,
      ofAttempt,
      (webhooks, attempt, call) => webhooks.deliver(attempt, call),
    );
    const run = await runOrchestrator(deliveryOrchestrator(DELIVER), {
      input: instance.input,
      activities: { [DELIVER]: (input: object) => deliver(input, new InvocationContext()) },
    });
    this.hub.end(instanceId, run.result);
    return run;
  }

  sweep(): Promise<void> {
    return sweepWebhooks({
      operations: this.operations,
      webhooks: this.webhooks,
      deadline: Date.now() + 60_000,
      onFailure: (_id, thrown) => {
        throw thrown;
      },
    });
  }
}
