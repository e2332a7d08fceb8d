import { type DurableExtension, type DurableExtensionOptions } from '../contracts.js';
import { clientBinding } from './api/client-binding.js';
import { DurableClient } from './engine/orchestration-client.js';
import { Engine } from './engine/engine.js';
import { EntityApi } from './api/entity-api.js';
import { ManagementApi } from './api/management-api.js';
import { StateFile } from './store/state-file.js';

const LOG_CATEGORY = 'Host.Triggers.DurableTask';

/** The Durable Task part of the host. The state file is opened by `start`. */
export function createDurableExtension(options: DurableExtensionOptions): DurableExtension {
  return new Extension(options);
}

class Extension implements DurableExtension {
  readonly #options: DurableExtensionOptions;
  #running: { engine: Engine; file: StateFile; api: ManagementApi } | null = null;
  #systemKey: string | null = null;

  constructor(options: DurableExtensionOptions) {
    this.#options = options;
  }

  /** @throws Error when the state file cannot be opened */
  async start(): Promise<void> {
    const file = new StateFile(this.#options.stateDir);
    const engine = new Engine(this.#options, file);
    this.#running = { engine, file, api: this.#createApi(engine) };
    await engine.recover();
  }

  #createApi(engine: Engine): ManagementApi {
    const { settings, logger } = this.#options;
    return new ManagementApi({
      client: new DurableClient(engine),
      entities: new EntityApi(engine),
      hubName: settings.hubName,
      showTaskInput: settings.storeInputsInOrchestrationHistory,
      now: () => engine.now(),
      systemKey: () => this.#systemKey,
      orchestratorName: (name) => engine.functions.orchestrator(name)?.name,
      orchestratorNames: () => engine.orchestratorNames(),
      logError: (message, error) => {
        logger.log('error', LOG_CATEGORY, message, { error: error instanceof Error ? error.stack : String(error) });
      },
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
    return clientBinding({ base, hubName: this.#options.settings.hubName, systemKey }, rpcBase);
  }
}
