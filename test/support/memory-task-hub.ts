import { type DurableClient, OrchestrationRuntimeStatus } from 'durable-functions';
import { type Instance } from '../../src/operations/durable.js';
import { type RunStatus } from '../../src/operations/schemas.js';

type Calls = Pick<DurableClient, 'startNew' | 'getStatus' | 'raiseEvent' | 'terminate' | 'purgeInstanceHistory'>;

/**
 * The durable client's calls that start and delete operations, on a task hub in memory (host contract, 4.2, 5.8, 9.6).
 * Errors have the library's own messages.
 */
export class MemoryTaskHub implements Calls {
  readonly #instances = new Map<string, Instance>();
  /** Ids of all instances that began, in their order; one that replaced another counts again. */
  readonly starts: string[] = [];
  readonly events: { id: string; name: string }[] = [];

  /** @param endsImmediately whether each instance ends as soon as it begins */
  constructor(readonly options: { endsImmediately?: boolean } = {}) {}

  /** The client as the app gets it. */
  get client(): DurableClient {
    return this as Calls as DurableClient;
  }

  get instances(): Instance[] {
    return [...this.#instances.values()];
  }

  /** Ends an instance. @param customStatus what it shows at its end */
  end(id: string, output: unknown = { end: 'succeeded', result: null }, customStatus?: RunStatus): void {
    this.#end(id, OrchestrationRuntimeStatus.Completed, output, customStatus);
  }

  terminate(id: string, reason: string): Promise<void> {
    this.#end(id, OrchestrationRuntimeStatus.Terminated, reason);
    return Promise.resolve();
  }

  #end(id: string, runtimeStatus: OrchestrationRuntimeStatus, output: unknown, customStatus?: RunStatus): void {
    const instance = this.#instances.get(id);
    if (!instance) throw new Error(`There is no instance ${id}.`);
    this.#instances.set(id, { ...instance, runtimeStatus, output, customStatus });
  }

  /** Replaces a finished instance silently and refuses while one runs. */
  startNew(name: string, { instanceId = '', input }: { instanceId?: string; input?: unknown } = {}): Promise<string> {
    const existing = this.#instances.get(instanceId);
    if (existing?.runtimeStatus === OrchestrationRuntimeStatus.Running) {
      return Promise.reject(unexpectedStatus('An Orchestration instance with the status Running already exists.'));
    }
    const now = new Date();
    this.starts.push(instanceId);
    this.#instances.set(instanceId, {
      name,
      instanceId,
      createdTime: now,
      lastUpdatedTime: now,
      input: JSON.parse(JSON.stringify(input)) as unknown,
      output: null,
      runtimeStatus: OrchestrationRuntimeStatus.Running,
    });
    if (this.options.endsImmediately) this.end(instanceId);
    return Promise.resolve(instanceId);
  }

  getStatus(id: string): ReturnType<Calls['getStatus']> {
    const instance = this.#instances.get(id);
    if (instance) return Promise.resolve(instance as Awaited<ReturnType<Calls['getStatus']>>);
    const text =
      'DurableClient error: Durable Functions extension replied with HTTP 404 response. ' +
      `This usually means we could not find any data associated with the instanceId provided: ${id}.`;
    return Promise.reject(new Error(text));
  }

  raiseEvent(id: string, name: string): Promise<void> {
    if (!this.#instances.has(id)) return Promise.reject(new Error(`No instance with ID '${id}' found.`));
    this.events.push({ id, name });
    return Promise.resolve();
  }

  /** Deletes an instance whatever its state. */
  purgeInstanceHistory(id: string): Promise<{ instancesDeleted: number }> {
    return Promise.resolve({ instancesDeleted: Number(this.#instances.delete(id)) });
  }
}

function unexpectedStatus(details: string): Error {
  return new Error(`The operation failed with an unexpected status code: 500. Details: ${JSON.stringify(details)}`);
}
