import { trapText } from '../../azure-differences.js';
import { type WebhookRequest, type WebhookResponse } from '../../contracts.js';
import { type EngineContext } from '../context.js';
import { type OrchestrationClient, type StartRequest } from '../engine/orchestration-client.js';
import { type InstanceId } from '../ids.js';
import { isFinished, RuntimeStatus, statusName } from '../runtime-status.js';
import { type InstanceRecord } from '../store/instance-store.js';
import { type ClientMessage } from '../store/messages.js';
import { type Instance } from '../turn/instance.js';
import {
  badTimes,
  cannotChange,
  instanceExists,
  noInstance,
  STORAGE_REFUSES,
  TIME_TOO_LONG,
  unknownConnection,
} from './dotnet-exceptions.js';
import { type EntityApi } from './entity-api.js';
import { readDocument, readToken } from './lenient-json.js';
import { idPageOf, ManagementRequest } from './management-request.js';
import { otherHub, otherHubTrap } from './other-hub.js';
import {
  type DotnetException,
  empty,
  exceptionError,
  json,
  jsonText,
  serverError,
  shortError,
  unexpectedError,
} from './responses.js';
import { renderStatus } from './status-rendering.js';

interface ManagementEnvironment {
  context: EngineContext;
  client: OrchestrationClient;
  entities: EntityApi;
  /** The key in URLs; null as long as it is not known. */
  systemKey: () => string | null;
  isOwnStorage: (connection: string) => boolean | undefined;
}

type Response = Promise<WebhookResponse> | WebhookResponse;

const RETRY_AFTER_STATUS_S = '5';
/** Longest wait of a start, in seconds. */
const MAX_WAIT_S = 24 * 3_600;
/** The longest TimeSpan of .NET, in seconds. */
const MAX_TIME_SPAN_S = 922_337_203_685;
const INVALID_JSON = 'Invalid JSON content';
const INVALID_RESTART = 'InstanceId does not match a valid orchestration instance.';

/**
 * The HTTP management API (host contract, 5). The RPC endpoint uses it too (4.3). Statuses and bodies are those of the
 * genuine host (recorded; source: HttpApiHandler.cs).
 */
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
      this.#env.context.log.error(`${request.method} ${request.path} failed.`, error);
      return serverError(error instanceof Error ? error.message : String(error));
    }
  }

  #route(webhookRequest: WebhookRequest): Response {
    const { context, client, systemKey, isOwnStorage } = this.#env;
    const { hubName, connectionName } = context.settings;
    const env = { hubName, connectionName, systemKey, isOwnStorage, ownHub: client, otherHub };
    const request = new ManagementRequest(webhookRequest, env);
    const respond = this.#routed(request, segmentsOf(webhookRequest.path));
    if (respond === undefined) return empty(404);
    const { unknownConnection: name } = request;
    if (name !== undefined) return unexpectedError(unknownConnection(name));
    return request.isInvalidHub ? unexpectedError(STORAGE_REFUSES) : respond();
  }

  /** What answers the request; undefined for a path or method that the API does not have. */
  #routed(request: ManagementRequest, path: readonly string[]): (() => Response) | undefined {
    const [collection, first, second, third] = path;
    const id = first as InstanceId;
    if (path.length > 4 || path.includes('')) return undefined;
    switch (`${request.method} ${collection?.toLowerCase() ?? ''}`) {
      case 'POST orchestrators':
        return first === undefined || third !== undefined ? undefined : () => this.#start(request, first, second);
      case 'GET instances':
        if (second !== undefined) return undefined;
        return first === undefined ? () => this.#list(request) : () => this.#status(request, id);
      case 'DELETE instances':
        if (second !== undefined) return undefined;
        return first === undefined ? () => this.#purgeBy(request) : () => this.#purge(request, id);
      case 'POST instances':
        return first === undefined ? undefined : this.#operation(request, id, second?.toLowerCase(), third);
      case 'GET entities':
      case 'POST entities':
      case 'DELETE entities':
        return third !== undefined ? undefined : () => this.#entities(request, first, second);
      default:
        // It moves the lease of the task hub to this app, which has it already.
        return collection?.toLowerCase() === 'makeprimary' && path.length === 1 ? () => empty(200) : undefined;
    }
  }

  #operation(request: ManagementRequest, id: InstanceId, operation: string | undefined, argument: string | undefined) {
    if (operation === 'raiseevent')
      return argument === undefined ? undefined : () => this.#raiseEvent(request, id, argument);
    if (argument !== undefined) return undefined;
    switch (operation) {
      case 'terminate':
      case 'suspend':
      case 'resume':
        return () => this.#control(request, id, operation);
      case 'rewind':
        return () => this.#rewind(request, id);
      case 'restart':
        return () => this.#restart(request, id);
      default:
        return undefined;
    }
  }

  #entities(request: ManagementRequest, name: string | undefined, key: string | undefined): Response {
    if (!request.isOtherHub) return this.#env.entities.handle(request, name, key);
    if (request.method !== 'GET') throw otherHubTrap('signals an entity');
    return key === undefined ? json(200, []) : empty(404);
  }

  // Starting (5.1, 5.7)

  /** An orchestrator that does not exist fails when it runs, not here. */
  async #start(request: ManagementRequest, name: string, id: string | undefined): Promise<WebhookResponse> {
    const input = request.hasNoBody ? { text: null } : readDocument(request.bodyText);
    if ('problem' in input) return documentError(input.problem);
    const version = request.query.text('version') ?? null;
    const outcome = await request.hub.start({
      name,
      input: input.text,
      version,
      ...(id !== undefined && { id: id as InstanceId }),
    });
    if (outcome.kind === 'exists') return shortError(409, existsText(outcome.status));
    return this.#started(request, outcome.instance, (message) => shortError(400, message));
  }

  async #restart(request: ManagementRequest, id: InstanceId): Promise<WebhookResponse> {
    const record = request.hub.status(id);
    if (record === undefined) return exceptionError(400, INVALID_RESTART, noInstance(id));
    const { name, input } = record;
    // The new instance does not get the version and the custom status (9.5).
    const restart: StartRequest = { name, input, version: null };
    const hasNewId = request.query.flag('restartWithNewInstanceId', true);
    const outcome = await request.hub.start(hasNewId ? restart : { ...restart, id });
    if (outcome.kind === 'exists') {
      const summary = 'A non-terminal instance with this instance ID already exists.';
      return exceptionError(409, summary, instanceExists(existsText(outcome.status)));
    }
    return this.#started(request, outcome.instance, (message) =>
      exceptionError(400, INVALID_RESTART, badTimes(message)),
    );
  }

  /** @param refused responds when the times are wrong; the instance has been started nevertheless */
  #started(request: ManagementRequest, instance: Instance, refused: (message: string) => WebhookResponse): Response {
    const timeout = request.query.seconds('timeout');
    const interval = request.query.seconds('pollingInterval');
    if (Math.max(timeout ?? 0, interval ?? 0) > MAX_TIME_SPAN_S) return unexpectedError(TIME_TOO_LONG);
    if (timeout === undefined || interval === undefined) return request.accepted(instance.record.id);
    if (interval > timeout) return refused(`Total timeout ${timeout} should be bigger than retry timeout ${interval}`);
    return this.#waitFor(request, instance, this.#env.context.now() + Math.min(timeout, MAX_WAIT_S) * 1_000);
  }

  /** Responds as soon as the instance ends: `pollingInterval` has no other effect than to be checked. */
  async #waitFor(request: ManagementRequest, instance: Instance, deadline: number): Promise<WebhookResponse> {
    const { record } = instance;
    const ended = isFinished(record.status) ? record : await request.hub.wait(instance, deadline, request.signal);
    if (ended === null) return request.accepted(record.id);
    if (ended.status === RuntimeStatus.Completed) return jsonText(200, ended.output ?? 'null');
    return json(200, this.#rendered(request, ended));
  }

  // Reading (5.2, 5.3)

  #status(request: ManagementRequest, id: InstanceId): WebhookResponse {
    const current = request.hub.status(id);
    if (current === undefined) return empty(404);
    const record = request.hub.shown(current);
    const status = this.#rendered(request, record);
    if (isFinished(record.status)) return request.finishedStatus(record, status);
    return json(202, status, { location: request.ownUrl(), 'retry-after': RETRY_AFTER_STATUS_S });
  }

  #rendered({ query, hub }: ManagementRequest, record: InstanceRecord): object {
    const shown = query.flag('showHistory', false) && record.status !== RuntimeStatus.Pending;
    return renderStatus(record, {
      showInput: query.flag('showInput', true),
      showHistoryOutput: query.flag('showHistoryOutput', false),
      showTaskInput: this.#env.context.settings.storeInputsInOrchestrationHistory,
      ...(shown && { history: hub.history(record) }),
    });
  }

  #list(request: ManagementRequest): WebhookResponse {
    const size = request.idPageSize();
    if (size === undefined) return unexpectedError(STORAGE_REFUSES);
    const filter = request.filter();
    const { page, headers } = idPageOf(request.hub.list(filter, request.pageFrom(), size + 1), size);
    // Azure's storage returns all columns when there is no condition (OrchestrationInstanceStatusQueryCondition.cs).
    const showInput = Object.keys(filter).length === 0 || request.query.flag('showInput', true);
    return json(
      200,
      page.map((record) => renderStatus(request.hub.shown(record), { showInput })),
      headers,
    );
  }

  // Messages (5.4, 5.5, 5.6)

  async #raiseEvent(request: ManagementRequest, id: InstanceId, name: string): Promise<WebhookResponse> {
    const ended = endedResponse(request, id);
    if (ended !== undefined) return ended;
    if (!request.isJson) return shortError(400, 'Only application/json request content is supported');
    const input = readToken(request.bodyText);
    if ('problem' in input) return exceptionError(400, INVALID_JSON, input.problem);
    return this.#send(request, id, { kind: 'eventRaised', at: this.#env.context.now(), name, input: input.text });
  }

  #control(request: ManagementRequest, id: InstanceId, kind: 'terminate' | 'suspend' | 'resume'): Response {
    const ended = endedResponse(request, id);
    if (ended !== undefined) return ended;
    const status = request.hub.status(id)?.status ?? RuntimeStatus.Unknown;
    const isSuspended = status === RuntimeStatus.Suspended;
    if (kind !== 'terminate' && isSuspended === (kind === 'suspend'))
      return unexpectedError(cannotChange(kind, id, statusName(status)));
    return this.#send(request, id, { kind, at: this.#env.context.now(), reason: request.query.text('reason') ?? null });
  }

  async #send(request: ManagementRequest, id: InstanceId, message: ClientMessage): Promise<WebhookResponse> {
    const outcome = await request.hub.send(id, message);
    switch (outcome) {
      case 'sent':
        return empty(202);
      case 'unknown':
        return this.#env.entities.control(id, message.kind) ?? empty(404);
      case 'finished':
        return empty(410);
      default:
        return outcome satisfies never;
    }
  }

  async #rewind(request: ManagementRequest, id: InstanceId): Promise<WebhookResponse> {
    const record = request.hub.status(id);
    // The dollar sign is in the text of the genuine host.
    if (record === undefined) return json(404, `No orchestration with instance ID "$${id}" found.`);
    if (record.status !== RuntimeStatus.Failed) {
      const status = statusName(record.status);
      const only = 'but only orchestrations in the "Failed" state can be rewound.';
      return json(412, `This orchestration has status ${status}, ${only}`);
    }
    const problem = await request.hub.rewind(record, request.query.text('reason') ?? null);
    return problem === undefined ? empty(202) : json(412, problem);
  }

  // Purging (5.8)

  /** Entities have ids with `@` and never end, so that the status of such an instance is not checked. */
  async #purge(request: ManagementRequest, id: InstanceId): Promise<WebhookResponse> {
    if (!id.startsWith('@')) {
      const record = request.hub.status(id);
      if (record === undefined) return empty(404);
      if (!isFinished(record.status)) {
        const status = statusName(record.status);
        const which = `the orchestration with instance ID ${id} has status ${status}`;
        return json(412, `Only orchestrations in a terminal state can be purged, but ${which}`);
      }
    }
    return json(200, { instancesDeleted: Number(await request.hub.purge(id)) });
  }

  async #purgeBy(request: ManagementRequest): Promise<WebhookResponse> {
    const filter = request.filter();
    if (filter.createdFrom === undefined) return json(400, "Please provide value for 'createdTimeFrom' parameter.");
    const { createdFrom, createdTo = this.#env.context.now(), statuses = [] } = filter;
    const count = await request.hub.purgeBy({ createdFrom, createdTo, statuses });
    if (count === 'refused') return this.#refusePurge();
    return count === 0 ? empty(404) : json(200, { instancesDeleted: count });
  }

  #refusePurge(): WebhookResponse {
    const text = trapText(
      'deletes everything in the time range, also entities and running instances, because the request has no status in which an instance has ended',
      'Add runtimeStatus=Completed,Failed,Terminated,Canceled or some of them.',
    );
    this.#env.context.log.error(text);
    return shortError(400, text);
  }
}

/** Segments of a path, decoded as `WebUtility.UrlDecode` of .NET does: a plus is a space, invalid escapes stay. */
function segmentsOf(path: string): string[] {
  const decoded = new URLSearchParams(`path=${path.replaceAll('&', '%26')}`).get('path') ?? '';
  return decoded.replace(/\/+$/, '').split('/');
}

function documentError(problem: DotnetException): WebhookResponse {
  const isExpected = problem.type === 'Newtonsoft.Json.JsonReaderException';
  return isExpected ? exceptionError(400, INVALID_JSON, problem) : unexpectedError(problem);
}

function existsText(status: RuntimeStatus): string {
  return `An Orchestration instance with the status ${statusName(status)} already exists.`;
}

/** The response when the instance does not exist or has ended. */
function endedResponse({ hub }: ManagementRequest, id: InstanceId): WebhookResponse | undefined {
  const record = hub.status(id);
  if (record === undefined) return empty(404);
  return isFinished(record.status) ? empty(410) : undefined;
}
