import { setTimeout as sleep } from 'node:timers/promises';
import { EntityId } from 'durable-functions';
import { findInstance, onTaskHub, type DurableClient, type Instance } from '../../operations/durable.js';

/** Longest time in which a start is repeated, ms. */
const START_MS = 10_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/** Whether the instance has ended in any way. */
export function isOver({ runtimeStatus }: Instance): boolean {
  return ['Completed', 'Failed', 'Terminated', 'Canceled'].includes(runtimeStatus);
}

/**
 * All calls of the slice to the task hub, for one durable client.
 *
 * Every method throws OperationError 503 when the task hub cannot be reached.
 */
export class RequestHub {
  readonly #client: DurableClient;

  constructor(client: DurableClient) {
    this.#client = client;
  }

  /** The instance, without its input; undefined when there is none. */
  find(instanceId: string, showInput = false): Promise<Instance | undefined> {
    return findInstance(this.#client, instanceId, { showInput });
  }

  /**
   * Starts an instance unless there is one of this id that has not ended. While the task hub fails, for example because
   * one of its machines is lost, the start is repeated for up to 10 s: it has the same id, so it has one effect.
   */
  async start(orchestrator: string, instanceId: string, input: unknown): Promise<void> {
    const end = Date.now() + START_MS;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        await onTaskHub(() => this.#client.startNew(orchestrator, { instanceId, input }));
        return;
      } catch (thrown) {
        // It may have been started nevertheless, or by another process.
        if (await this.#isKnown(instanceId)) return;
        if (Date.now() + waitMs > end) throw thrown;
      }
      await sleep(waitMs);
    }
  }

  async #isKnown(instanceId: string): Promise<boolean> {
    try {
      return (await this.find(instanceId)) !== undefined;
    } catch {
      return false; // the start is repeated, and reports its own failure
    }
  }

  async purge(instanceId: string): Promise<void> {
    await onTaskHub(() => this.#client.purgeInstanceHistory(instanceId));
  }

  async terminate(instanceId: string, reason: string): Promise<void> {
    await onTaskHub(() => this.#client.terminate(instanceId, reason));
  }

  /** The state of an entity; undefined when there is none. */
  async readEntity<T>(name: string, key: string): Promise<T | undefined> {
    const found = await onTaskHub(() => this.#client.readEntityState<T>(new EntityId(name, key)));
    return found.entityExists ? found.entityState : undefined;
  }
}
