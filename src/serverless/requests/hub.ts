import { EntityId } from 'durable-functions';
import { endAndPurge, findInstance, onTaskHub, type DurableClient, type Instance } from '../../operations/durable.js';
import { START_MS, startInstance } from '../../operations/start-instance.js';

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

  /** As `endAndPurge` of operations/durable.ts. */
  endAndPurge(instanceId: string, reason: string): Promise<boolean> {
    return endAndPurge(this.#client, instanceId, reason);
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
