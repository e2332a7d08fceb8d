import { type WebhookRequest, type WebhookResponse } from '../../contracts.js';
import { Call, type CallEnvironment, pageOf } from './management-request.js';
import { type DurableClient, type StartRequest } from '../engine/orchestration-client.js';
import { type EntityApi } from './entity-api.js';
import { type InstanceId, instanceIdProblem } from '../ids.js';
import { type Instance } from '../turn/instance.js';
import { type ClientMessage } from '../store/messages.js';
import { argumentError, empty, foreignToken, json, jsonText, serverError, shortError, text } from './responses.js';
import { isFinished, RuntimeStatus, statusName } from '../runtime-status.js';
import { renderStatus } from './status-rendering.js';
import { type InstanceRecord } from '../store/instance-store.js';

export interface ManagementEnvironment extends CallEnvironment {
  client: DurableClient;
  entities: EntityApi;
  showTaskInput: boolean;
  now(): number;
  /** The registered name of an orchestrator, or undefined. */
  orchestratorName(name: string): string | undefined;
  orchestratorNames(): string[];
  logError(message: string, error: unknown): void;
}

const NOT_FAILED = 'The rewind operation is only supported on failed orchestration instances.';
const RETRY_AFTER_STATUS_S = '5';

/** The HTTP management API (host contract, 5), which the RPC endpoint shares (4.3). */
export class ManagementApi {
  readonly #env: ManagementEnvironment;

  constructor(env: ManagementEnvironment) {
    this.#env = env;
  }

  /** Never rejects. */
  async handle(request: WebhookRequest): Promise<WebhookResponse> {
    try {
      return await this.#route(request);
    } catch (error) {
      if (error instanceof URIError) return argumentError('The path is not properly percent-encoded.');
      this.#env.logError(`${request.method} ${request.path} failed.`, error);
      return serverError(error instanceof Error ? error.message : String(error));
    }
  }

  #route(request: WebhookRequest): Promise<WebhookResponse> | WebhookResponse {
    const path = request.path.split('/').filter((part) => part !== '');
    const [collection, first, second, third] = path.map(decodeURIComponent);
    const key = `${request.method.toUpperCase()} ${collection?.toLowerCase() ?? ''}`;
    const call = new Call(request, this.#env);
    if (path.length > 4) return empty(404);
    switch (key) {
      case 'POST orchestrators':
        return first === undefined || third !== undefined ? empty(404) : this.#start(call, first, second);
      case 'GET instances':
        if (second !== undefined) return empty(404);
        return first === undefined ? this.#list(call) : this.#status(call, first as InstanceId);
      case 'DELETE instances':
        if (second !== undefined) return empty(404);
        return first === undefined ? this.#purgeBy(call) : this.#purge(first as InstanceId);
      case 'POST instances':
        if (first === undefined || second === undefined) return empty(404);
        return this.#operate(call, first as InstanceId, second.toLowerCase(), third);
      case 'GET entities':
      case 'POST entities':
      case 'DELETE entities':
        return third !== undefined ? empty(404) : this.#env.entities.handle(call, first, second);
      default:
        return empty(404);
    }
  }

  #operate(call: Call, id: InstanceId, operation: string, argument: string | undefined) {
    if (operation === 'raiseevent') return argument === undefined ? empty(404) : this.#raiseEvent(call, id, argument);
    if (argument !== undefined) return empty(404);
    switch (operation) {
      case 'terminate':
      case 'suspend':
      case 'resume':
        return this.#control(call, id, operation);
      case 'rewind':
        return this.#rewind(call, id);
      case 'restart':
        return this.#restart(call, id);
      default:
        return empty(404);
    }
  }

  // Starting (5.1, 5.7)

  #start(call: Call, name: string, id: string | undefined): Promise<WebhookResponse> | WebhookResponse {
    const registered = this.#env.orchestratorName(name);
    if (registered === undefined) return argumentError(this.#unknownOrchestrator(name));
    const input = call.body();
    if (input === undefined) return shortError(400, 'Invalid JSON content');
    const version = call.query.text('version') ?? null;
    return this.#begin(call, { name: registered, input, version, ...(id !== undefined && { id: id as InstanceId }) });
  }

  #unknownOrchestrator(name: string): string {
    const known = this.#env.orchestratorNames().map((other) => `'${other}'`);
    const list =
      known.length > 0
        ? `The following are the known orchestrator functions: ${known.join(', ')}.`
        : 'No orchestrator functions are currently registered!';
    return `The function '${name}' doesn't exist, is disabled, or is not an orchestrator function. ${list}`;
  }

  #restart(call: Call, id: InstanceId): Promise<WebhookResponse> | WebhookResponse {
    const record = this.#env.client.status(id);
    if (record === undefined) return argumentError('InstanceId does not match a valid orchestration instance.');
    const { name, input } = record;
    // Version and custom status are not carried (9.5).
    const again: StartRequest = { name, input, version: null };
    return this.#begin(call, call.query.flag('restartWithNewInstanceId', true) ? again : { ...again, id });
  }

  async #begin(call: Call, start: StartRequest): Promise<WebhookResponse> {
    const problem = start.id === undefined ? undefined : instanceIdProblem(start.id);
    if (problem !== undefined) return argumentError(problem);
    const timeout = call.query.seconds('timeout');
    const interval = call.query.seconds('pollingInterval');
    const waits = timeout !== undefined && interval !== undefined;
    if (waits && interval > timeout) {
      return argumentError(`Total timeout ${timeout} should be bigger than retry timeout ${interval}`);
    }
    const deadline = this.#env.now() + (timeout ?? 0) * 1_000;
    const outcome = await this.#env.client.start(start);
    if (outcome.kind === 'exists') {
      const message = `An Orchestration instance with the status ${statusName(outcome.status)} already exists.`;
      return serverError(message, 'DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException');
    }
    return waits ? this.#waitFor(call, outcome.instance, deadline) : call.accepted(outcome.instance.record.id);
  }

  /** Wakes on the end of the instance: `pollingInterval` is checked and otherwise without meaning. */
  async #waitFor(call: Call, instance: Instance, deadline: number): Promise<WebhookResponse> {
    const { record } = instance;
    const ended = isFinished(record.status)
      ? record
      : await this.#env.client.wait(instance, deadline, call.request.signal);
    if (ended === null) return call.accepted(record.id);
    if (ended.status === RuntimeStatus.Completed) return jsonText(200, ended.output ?? 'null');
    return json(200, this.#rendered(call, ended));
  }

  // Reading (5.2, 5.3)

  #status(call: Call, id: InstanceId): WebhookResponse {
    const record = this.#env.client.status(id);
    if (record === undefined) return empty(404);
    const status = this.#rendered(call, record);
    if (isFinished(record.status)) return call.finishedStatus(record, status);
    return json(202, status, { location: call.ownUrl(), 'retry-after': RETRY_AFTER_STATUS_S });
  }

  #rendered({ query }: Call, record: InstanceRecord): object {
    const shown = query.flag('showHistory', false) && record.status !== RuntimeStatus.Pending;
    return renderStatus(record, {
      showInput: query.flag('showInput', true),
      showHistoryOutput: query.flag('showHistoryOutput', false),
      showTaskInput: this.#env.showTaskInput,
      ...(shown && { history: this.#env.client.history(record) }),
    });
  }

  #list(call: Call): WebhookResponse {
    const after = call.pageStart();
    if (after === undefined) return foreignToken();
    const size = call.pageSize();
    const { page, headers } = pageOf(this.#env.client.list(call.filter(), after, size + 1), size);
    const showInput = call.query.flag('showInput', true);
    return json(
      200,
      page.map((record) => renderStatus(record, { showInput })),
      headers,
    );
  }

  // Messages (5.4, 5.5, 5.6)

  async #raiseEvent(call: Call, id: InstanceId, name: string): Promise<WebhookResponse> {
    const gone = this.#gone(id);
    if (gone !== undefined) return gone;
    if (!call.isJson) return shortError(400, 'Only application/json request content is supported');
    // An empty body, which the product refuses, is what the library sends for an event without data (4.3).
    const input = call.body();
    if (input === undefined) return shortError(400, 'Invalid JSON content');
    return this.#send(id, { kind: 'eventRaised', at: this.#env.now(), name, input });
  }

  #control(call: Call, id: InstanceId, kind: 'terminate' | 'suspend' | 'resume') {
    const gone = this.#gone(id);
    if (gone !== undefined) return gone;
    const suspended = this.#env.client.status(id)?.status === RuntimeStatus.Suspended;
    if (kind === 'suspend' && suspended)
      return serverError(`Cannot suspend the orchestration instance ${id}: it is suspended already.`);
    if (kind === 'resume' && !suspended)
      return serverError(`Cannot resume the orchestration instance ${id}: it is not suspended.`);
    return this.#send(id, { kind, at: this.#env.now(), reason: call.query.text('reason') ?? null });
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

  /** The answer when there is nobody left to send to. */
  #gone(id: InstanceId): WebhookResponse | undefined {
    const record = this.#env.client.status(id);
    if (record === undefined) return empty(404);
    return isFinished(record.status) ? empty(410) : undefined;
  }

  async #rewind(call: Call, id: InstanceId): Promise<WebhookResponse> {
    const record = this.#env.client.status(id);
    if (record === undefined) return empty(404);
    if (record.status === RuntimeStatus.Failed) {
      const problem = await this.#env.client.rewind(record, call.query.text('reason') ?? null);
      return problem === undefined ? empty(202) : text(412, problem);
    }
    return isFinished(record.status) ? empty(410) : text(412, NOT_FAILED);
  }

  // Purging (5.8)

  async #purge(id: InstanceId): Promise<WebhookResponse> {
    return (await this.#env.client.purge(id)) ? json(200, { instancesDeleted: 1 }) : empty(404);
  }

  async #purgeBy(call: Call): Promise<WebhookResponse> {
    const filter = call.filter();
    if (filter.createdFrom === undefined) return json(400, "Please provide value for 'createdTimeFrom' parameter.");
    const count = await this.#env.client.purgeBy({ createdTo: this.#env.now(), ...filter });
    return count === 0 ? empty(404) : json(200, { instancesDeleted: count });
  }
}
