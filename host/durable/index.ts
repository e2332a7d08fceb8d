import { type DurableExtension, type DurableExtensionOptions } from '../contracts.js';
import { clientBinding } from './api/client-binding.js';
import { EntityApi } from './api/entity-api.js';
import { ManagementApi } from './api/management-api.js';
import { Engine } from './engine/engine.js';
import { StateFile } from './store/state-file.js';

export { type Engine };

interface Options extends DurableExtensionOptions {
  /** Called with the engine before it starts. */
  onEngine?: ((engine: Engine) => void) | undefined;
}

/** The Durable Task part of the host. `start` opens the state file. */
export function createDurableExtension(options: Options): DurableExtension {
  return new Extension(options);
}

class Extension implements DurableExtension {
  readonly #options: Options;
  #running: { engine: Engine; file: StateFile; api: ManagementApi } | null = null;
  #systemKey: string | null = null;

  constructor(options: Options) {
    this.#options = options;
  }

  /** @throws Error when the state file cannot be opened */
  async start(): Promise<void> {
    const file = new StateFile(this.#options.stateDir);
    const engine = new Engine(this.#options, file);
    this.#running = { engine, file, api: this.#createApi(engine) };
    this.#options.onEngine?.(engine);
    await engine.recover();
  }

  #createApi({ context, client, entities }: Engine): ManagementApi {
    const { isOwnStorage } = this.#options;
    const systemKey = () => this.#systemKey;
    return new ManagementApi({
      context,
      client,
      entities: new EntityApi(context, entities, client),
      systemKey,
      isOwnStorage,
    });
  }

  async stop(graceMs: number): Promise<void> {
    const running = this.#running;
    this.#running = null;
    if (running === null) return;
    await running.engine.stop(graceMs);
    running.file.close();
  }

  handle(...[request]: Parameters<DurableExtension['handle']>): ReturnType<DurableExtension['handle']> {
    if (this.#running === null) return Promise.resolve({ status: 503 });
    return this.#running.api.handle(request);
  }

  clientBinding({ webhookBase, rpcBase, systemKey }: Parameters<DurableExtension['clientBinding']>[0]): string {
    this.#systemKey = systemKey;
    const base = webhookBase.replace(/\/+$/, '');
    const { hubName, connectionName: connection } = this.#options.settings;
    return clientBinding({ base, hubName, connection, systemKey }, rpcBase);
  }
}
