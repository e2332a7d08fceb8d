import { type WebhookRequest, type WebhookResponse } from '../../contracts.js';
import { type EngineContext } from '../context.js';
import { type OrchestrationClient, type StartRequest } from '../engine/orchestration-client.js';
import { type InstanceId, instanceIdProblem } from '../ids.js';
import { isFinished, RuntimeStatus, statusName } from '../runtime-status.js';
import { type InstanceRecord } from '../store/instance-store.js';
import { type ClientMessage } from '../store/messages.js';
import { type Instance } from '../turn/instance.js';
import { type EntityApi } from './entity-api.js';
import { ManagementRequest, pageOf } from './management-request.js';
import { argumentError, empty, invalidTokenError, json, jsonText, serverError, shortError, text } from './responses.js';
import { renderStatus } from './status-rendering.js';

interface ManagementEnvironment {
  context: EngineContext;
  client: OrchestrationClient;
  entities: EntityApi;
  /** The key in URLs; null as long as it is not known. */
  systemKey: () => string | null;
}

const NOT_FAILED = 'The rewind operation is only supported on failed orchestration instances.';
const RETRY_AFTER_STATUS_S = '5';

/** The HTTP management API (host contract, 5). The RPC endpoint uses it too (4.3). */
export class ManagementApi {
  readonly #env: ManagementEnvironment;

  constructor(env: ManagementEnvironment) {
    this.#env = env;
  }

  /** An unexpected error becomes a response with status 500. */
  async handle(request: WebhookRequest): Promise<WebhookResponse> {
    try {
      return await this.#route(request);
    } catch (error) {
      if (error instanceof URIError) return argumentError('The path is not properly percent-encoded.');
      this.#env.context.log.error(`${request.method} ${request.path} failed.`, error);
      return serverError(error instanceof Error ? error.message : String(error));
    }
  }

  #route(webhookRequest: WebhookRequest): Promise<WebhookResponse> | WebhookResponse {
    const path = webhookRequest.path.split('/').filter((part) => part !== '');
    const [collection, first, second, third] = path.map(decodeURIComponent);
    const { context, systemKey } = this.#env;
    const request = new ManagementRequest(webhookRequest, { hubName: context.settings.hubName, systemKey });
    const key = `${request.method} ${collection?.toLowerCase() ?? ''}`;
    if (path.length > 4) return empty(404);
    switch (key) {
      case 'POST orchestrators':
        return first === undefined || third !== undefined ? empty(404) : this.#start(request, first, second);
      case 'GET instances':
        if (second !== undefined) return empty(404);
        return first === undefined ? this.#list(request) : this.#status(request, first as InstanceId);
      case 'DELETE instances':
        if (second !== undefined) return empty(404);
        return first === undefined ? this.#purgeBy(request) : this.#purge(first as InstanceId);
      case 'POST instances':
        if (first === undefined || second === undefined) return empty(404);
        return this.#operate(request, first as InstanceId, second.toLowerCase(), third);
      case 'GET entities':
      case 'POST entities':
      case 'DELETE entities':
        return third !== undefined ? empty(404) : this.#env.entities.handle(request, first, second);
      default:
        return empty(404);
    }
  }

  #operate(request: ManagementRequest, id: InstanceId, operation: string, argument: string | undefined) {
    if (operation === 'raiseevent')
      return argument === undefined ? empty(404) : this.#raiseEvent(request, id, argument);
    if (argument !== undefined) return empty(404);
    switch (operation) {
      case 'terminate':
      case 'suspend':
      case 'resume':
        return this.#control(request, id, operation);
      case 'rewind':
        return this.#rewind(request, id);
      case 'restart':
        return this.#restart(request, id);
      default:
        return empty(404);
    }
  }

  // Starting (5.1, 5.7)

  #start(request: ManagementRequest, name: string, id: string | undefined): Promise<WebhookResponse> | WebhookResponse {
    const input = request.jsonBody();
    if (input === undefined) return shortError(400, 'Invalid JSON content');
    const version = request.query.text('version') ?? null;
    return this.#startAndRespond(request, {
      name, // an unknown orchestrator starts, and fails with its first turn, as in Azure
      input,
      version,
      ...(id !== undefined && { id: id as InstanceId }),
    });
  }

  #restart(request: ManagementRequest, id: InstanceId): Promise<WebhookResponse> | WebhookResponse {
    const record = this.#env.client.status(id);
    if (record === undefined) return argumentError('InstanceId does not match a valid orchestration instance.');
    const { name, input } = record;
    // The new instance does not get the version and the custom status (9.5).
    const restart: StartRequest = { name, input, version: null };
    return this.#startAndRespond(
      request,
      request.query.flag('restartWithNewInstanceId', true) ? restart : { ...restart, id },
    );
  }

  async #startAndRespond(request: ManagementRequest, start: StartRequest): Promise<WebhookResponse> {
    const problem = start.id === undefined ? undefined : instanceIdProblem(start.id);
    if (problem !== undefined) return argumentError(problem);
    const timeout = request.query.seconds('timeout');
    const interval = request.query.seconds('pollingInterval');
    const waits = timeout !== undefined && interval !== undefined;
    if (waits && interval > timeout) {
      return argumentError(`Total timeout ${timeout} should be bigger than retry timeout ${interval}`);
    }
    const deadline = this.#env.context.now() + (timeout ?? 0) * 1_000;
    const outcome = await this.#env.client.start(start);
    if (outcome.kind === 'exists') {
      const message = `An Orchestration instance with the status ${statusName(outcome.status)} already exists.`;
      return serverError(message, 'DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException');
    }
    return waits ? this.#waitFor(request, outcome.instance, deadline) : request.accepted(outcome.instance.record.id);
  }

  /** Responds as soon as the instance ends: `pollingInterval` is validated and has no other effect. */
  async #waitFor(request: ManagementRequest, instance: Instance, deadline: number): Promise<WebhookResponse> {
    const { record } = instance;
    const ended = isFinished(record.status) ? record : await this.#env.client.wait(instance, deadline, request.signal);
    if (ended === null) return request.accepted(record.id);
    if (ended.status === RuntimeStatus.Completed) return jsonText(200, ended.output ?? 'null');
    return json(200, this.#rendered(request, ended));
  }

  // Reading (5.2, 5.3)

  #status(request: ManagementRequest, id: InstanceId): WebhookResponse {
    const current = this.#env.client.status(id);
    if (current === undefined) return empty(404);
    const record = this.#env.client.shown(current);
    const status = this.#rendered(request, record);
    if (isFinished(record.status)) return request.finishedStatus(record, status);
    return json(202, status, { location: request.ownUrl(), 'retry-after': RETRY_AFTER_STATUS_S });
  }

  #rendered({ query }: ManagementRequest, record: InstanceRecord): object {
    const shown = query.flag('showHistory', false) && record.status !== RuntimeStatus.Pending;
    return renderStatus(record, {
      showInput: query.flag('showInput', true),
      showHistoryOutput: query.flag('showHistoryOutput', false),
      showTaskInput: this.#env.context.settings.storeInputsInOrchestrationHistory,
      ...(shown && { history: this.#env.client.history(record) }),
    });
  }

  #list(request: ManagementRequest): WebhookResponse {
    const after = request.pageStart();
    if (after === undefined) return invalidTokenError();
    const size = request.pageSize();
    const { page, headers } = pageOf(this.#env.client.list(request.filter(), after, size + 1), size);
    const showInput = request.query.flag('showInput', true);
    return json(
      200,
      page.map((record) => renderStatus(this.#env.client.shown(record), { showInput })),
      headers,
    );
  }

  // Messages (5.4, 5.5, 5.6)

  async #raiseEvent(request: ManagementRequest, id: InstanceId, name: string): Promise<WebhookResponse> {
    const ended = this.#endedResponse(id);
    if (ended !== undefined) return ended;
    if (!request.isJson) return shortError(400, 'Only application/json request content is supported');
    // Azure rejects an empty body, but the library sends one for an event without data (4.3).
    const input = request.jsonBody();
    if (input === undefined) return shortError(400, 'Invalid JSON content');
    return this.#send(id, { kind: 'eventRaised', at: this.#env.context.now(), name, input });
  }

  #control(request: ManagementRequest, id: InstanceId, kind: 'terminate' | 'suspend' | 'resume') {
    const ended = this.#endedResponse(id);
    if (ended !== undefined) return ended;
    const suspended = this.#env.client.status(id)?.status === RuntimeStatus.Suspended;
    if (kind === 'suspend' && suspended)
      return serverError(`Cannot suspend the orchestration instance ${id}: it is suspended already.`);
    if (kind === 'resume' && !suspended)
      return serverError(`Cannot resume the orchestration instance ${id}: it is not suspended.`);
    return this.#send(id, { kind, at: this.#env.context.now(), reason: request.query.text('reason') ?? null });
  }

  async #send(id: InstanceId, message: ClientMessage): Promise<WebhookResponse> {
    const outcome = await this.#env.client.send(id, message);
    switch (outcome) {
      case 'sent':
        return empty(202);
      case 'unknown':
        return empty(404);
      case 'finished':
        return empty(410);
      default:
        return outcome satisfies never;
    }
  }

  /** The response when the instance does not exist or has ended. */
  #endedResponse(id: InstanceId): WebhookResponse | undefined {
    const record = this.#env.client.status(id);
    if (record === undefined) return empty(404);
    return isFinished(record.status) ? empty(410) : undefined;
  }

  async #rewind(request: ManagementRequest, id: InstanceId): Promise<WebhookResponse> {
    const record = this.#env.client.status(id);
    if (record === undefined) return empty(404);
    if (record.status === RuntimeStatus.Failed) {
      const problem = await this.#env.client.rewind(record, request.query.text('reason') ?? null);
      return problem === undefined ? empty(202) : text(412, problem);
    }
    return isFinished(record.status) ? empty(410) : text(412, NOT_FAILED);
  }

  // Purging (5.8)

  async #purge(id: InstanceId): Promise<WebhookResponse> {
    return (await this.#env.client.purge(id)) ? json(200, { instancesDeleted: 1 }) : empty(404);
  }

  async #purgeBy(request: ManagementRequest): Promise<WebhookResponse> {
    const filter = request.filter();
    if (filter.createdFrom === undefined) return json(400, "Please provide value for 'createdTimeFrom' parameter.");
    const count = await this.#env.client.purgeBy({ createdTo: this.#env.context.now(), ...filter });
    return count === 0 ? empty(404) : json(200, { instancesDeleted: count });
  }
}
