import { type EntityId } from 'durable-functions';
import { findInstance, onTaskHub, type DurableClient, type Instance } from '../operations/durable.js';
import { CANCEL_EVENT, instanceOf, GRANT_EVENT } from './names.js';
import { pageId, queueId } from './queue.entity.js';
import { queueFrom, type QueueState } from './queue.js';
import { type Grant } from './schemas.js';

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

  async readQueue(endpoint: string): Promise<QueueState> {
    return queueFrom(await this.#readEntity<QueueState>(queueId(endpoint)));
  }

  /** The ids of a page that is full; undefined when it is not written yet, or deleted. */
  readPage(endpoint: string, page: number): Promise<string[] | undefined> {
    return this.#readEntity(pageId(endpoint, page));
  }

  async #readEntity<T>(id: EntityId): Promise<T | undefined> {
    const { entityExists, entityState } = await onTaskHub(() => this.#client.readEntityState<T>(id));
    return entityExists ? entityState : undefined;
  }

  async signalQueue(endpoint: string, operation: string, input: unknown): Promise<void> {
    await onTaskHub(() => this.#client.signalEntity(queueId(endpoint), operation, input));
  }

  async start(orchestrator: string, instanceId: string, input: unknown): Promise<void> {
    await onTaskHub(() => this.#client.startNew(orchestrator, { instanceId, input }));
  }

  /** An instance of the slice, without its input; undefined when there is none. */
  find(instanceId: string): Promise<Instance | undefined> {
    return findInstance(this.#client, instanceId, { showInput: false });
  }

  findRequest(endpoint: string, requestID: string): Promise<Instance | undefined> {
    return this.find(instanceOf(endpoint, requestID));
  }

  async purge(instanceId: string): Promise<void> {
    await onTaskHub(() => this.#client.purgeInstanceHistory(instanceId));
  }

  /** Tells a request that it has a place. Without effect when it has ended or is purged. */
  raiseGrant(endpoint: string, requestID: string, grant: Grant): Promise<void> {
    return this.#raise(instanceOf(endpoint, requestID), GRANT_EVENT, grant);
  }

  /** Cancels a request. Without effect when it has ended or is purged. */
  raiseCancel(endpoint: string, requestID: string): Promise<void> {
    return this.#raise(instanceOf(endpoint, requestID), CANCEL_EVENT, true);
  }

  async #raise(instanceId: string, event: string, data: unknown): Promise<void> {
    await onTaskHub(async () => {
      try {
        await this.#client.raiseEvent(instanceId, event, data);
      } catch (thrown) {
        // The library has no error class for an instance that does not exist, only a sentence.
        if (!(thrown instanceof Error) || !thrown.message.startsWith('No instance with ID')) throw thrown;
      }
    });
  }
}
