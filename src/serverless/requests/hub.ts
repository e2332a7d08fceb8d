import { EntityId } from 'durable-functions';
import { findInstance, onTaskHub, type DurableClient, type Instance } from '../../operations/durable.js';
import { START_MS, startInstance } from '../../operations/start-instance.js';

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

  /** Starts an instance unless there is one of this id that has not ended; repeated for up to 10 s. */
  async start(functionName: string, instanceId: string, input: unknown): Promise<void> {
    await startInstance(this.#client, { functionName, instanceId, input, deadline: Date.now() + START_MS });
  }

  async purge(instanceId: string): Promise<void> {
    await onTaskHub(() => this.#client.purgeInstanceHistory(instanceId));
  }

  /**
   * Deletes an instance that may not have ended. Azure refuses to purge such a one: it is terminated, and a later call
   * deletes it.
   *
   * @returns whether the instance is deleted
   */
  async endAndPurge(instanceId: string, reason: string): Promise<boolean> {
    const instance = await this.find(instanceId);
    if (instance && !isOver(instance)) {
      await onTaskHub(() => this.#client.terminate(instanceId, reason));
      return false;
    }
    if (instance) await this.purge(instanceId);
    return true;
  }

  /** The state of an entity; undefined when there is none. */
  async readEntity<T>(name: string, key: string): Promise<T | undefined> {
    const found = await onTaskHub(() => this.#client.readEntityState<T>(new EntityId(name, key)));
    return found.entityExists ? found.entityState : undefined;
  }

  async signalEntity(name: string, key: string, operation: string): Promise<void> {
    await onTaskHub(() => this.#client.signalEntity(new EntityId(name, key), operation));
  }
}
