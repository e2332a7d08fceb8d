import { trapText } from '../../azure-differences.js';
import { type WebhookResponse } from '../../contracts.js';
import { jsonTime } from '../../dotnet-text.js';
import { type EngineContext } from '../context.js';
import { type EntityEngine } from '../entities/entity-engine.js';
import { unknownFunctionText } from '../failures.js';
import { type OrchestrationClient } from '../engine/orchestration-client.js';
import {
  type EntityId,
  entityId,
  entityKeyProblem,
  entityName,
  type InstanceId,
  isEntityId,
  newHexId,
} from '../ids.js';
import { type OperationMessage } from '../store/entity-messages.js';
import { type InstanceFilter, type InstanceRecord } from '../store/instance-store.js';
import { type ClientMessage } from '../store/messages.js';
import { noSchedulerState, STORAGE_REFUSES } from './dotnet-exceptions.js';
import { readToken } from './lenient-json.js';
import { idPageOf, type ManagementRequest } from './management-request.js';
import { empty, json, jsonText, shortError, unexpectedError } from './responses.js';
import { jsonValue } from './status-rendering.js';

/** The empty key in the path of a read. A signal takes it as it is (HttpApiHandler.cs). */
const EMPTY_KEY = '$';
const NO_NAME = "Invalid entity id: entity name must not be a null or empty string. (Parameter 'entityName')";

/**
 * The operations of clients on entities over HTTP. Statuses and bodies are those of the genuine host (recorded; source:
 * HttpApiHandler.cs, EntityTrackingStoreQueries.cs).
 */
export class EntityApi {
  readonly #context: EngineContext;
  readonly #entities: EntityEngine;
  readonly #client: Pick<OrchestrationClient, 'list'>;

  constructor(context: EngineContext, entities: EntityEngine, client: Pick<OrchestrationClient, 'list'>) {
    this.#context = context;
    this.#entities = entities;
    this.#client = client;
  }

  /**
   * @param name first segment of the path after `entities`, decoded
   * @param key second segment, decoded
   */
  handle(
    request: ManagementRequest,
    name: string | undefined,
    key: string | undefined,
  ): Promise<WebhookResponse> | WebhookResponse {
    if (request.method === 'GET') {
      if (name === undefined || key === undefined) return this.#list(request, name);
      return this.#read(entityId({ name, key: key === EMPTY_KEY ? '' : key }));
    }
    if (name === undefined) return shortError(400, NO_NAME);
    const id = entityId({ name, key: key ?? '' });
    if (request.method === 'DELETE') return this.#signal(id, 'delete', null);
    const input = inputOf(request);
    if ('problem' in input) return shortError(400, `Could not parse JSON content: ${input.problem.message}`);
    return this.#signal(id, request.query.text('op') ?? '', input.text);
  }

  /**
   * Responds to the operations of clients on instances, for an entity.
   *
   * @returns undefined when the instance is not an entity
   */
  control(instanceId: InstanceId, kind: ClientMessage['kind']): WebhookResponse | undefined {
    if (!isEntityId(instanceId) || this.#entities.status(instanceId) === undefined) return undefined;
    if (kind === 'eventRaised') return empty(202); // the scheduler ignores it
    if (kind !== 'terminate') return shortError(400, 'This host does not suspend entities.');
    const text = trapText(
      `terminates the entity '${instanceId}', and every later message to it waits forever`,
      `Purge the entity: DELETE instances/${instanceId}.`,
    );
    this.#context.log.error(text);
    return shortError(400, text);
  }

  /** An entity without a state does not exist for a reader, even if an operation has created it. */
  #read(id: EntityId): WebhookResponse {
    const state = this.#entities.status(id)?.state ?? null;
    return state === null ? empty(404) : jsonText(200, state);
  }

  /** Azure reads the next page when one has no entity that exists. */
  #list(request: ManagementRequest, name: string | undefined): WebhookResponse {
    const size = request.idPageSize();
    if (size === undefined) return unexpectedError(STORAGE_REFUSES);
    const [from, to] = [request.query.time('lastOperationTimeFrom'), request.query.time('lastOperationTimeTo')];
    const filter: InstanceFilter = {
      idPrefix: name === undefined ? '@' : `@${name.toLowerCase()}@`,
      ...(from !== undefined && { createdFrom: from }),
      ...(to !== undefined && { createdTo: to }),
    };
    const render = request.query.flag('fetchState', false) ? withState : withoutState;
    let pageFrom = request.pageFrom();
    for (;;) {
      const records = this.#client.list(filter, pageFrom, size + 1);
      const { page, headers } = idPageOf(records, size);
      const entities: object[] = [];
      for (const record of page) {
        const entity = render(record);
        if (entity === 'unreadable') return unexpectedError(noSchedulerState(record.input ?? ''));
        if (entity !== undefined) entities.push(entity);
      }
      const next = records[size];
      if (entities.length > 0 || next === undefined || size === 0) return json(200, entities, headers);
      pageFrom = next.id;
    }
  }

  /** Responds once the signal is durable. */
  #signal(id: EntityId, operation: string, input: string | null): Promise<WebhookResponse> | WebhookResponse {
    const { name, key } = entityName(id);
    const problem = entityKeyProblem(key) ?? this.#unknown(name);
    if (problem !== undefined) return shortError(400, problem);
    const trap = this.#entities.problem(id);
    if (trap !== undefined) {
      this.#context.log.error(`${id}: the operation '${operation}' from a client is refused. ${trap}`);
      return shortError(400, trap);
    }
    const at = this.#context.now();
    const message: OperationMessage = { kind: 'operation', at, name: operation, input, id: newHexId(), signal: true };
    return new Promise((resolve, reject) => {
      this.#entities.send(id, message, { durable: () => resolve(empty(202)), failed: reject });
    });
  }

  /** Why there is no entity function with the name; undefined when there is one. */
  #unknown(name: string): string | undefined {
    const { functions } = this.#context;
    if (functions.entity(name) !== undefined) return undefined;
    return unknownFunctionText('entity', name, functions);
  }
}

/** JSON text; other content than JSON becomes a JSON string. */
function inputOf(request: ManagementRequest): ReturnType<typeof readToken> | { text: null } {
  if (request.hasNoBody) return { text: null };
  return request.isJson ? readToken(request.bodyText) : { text: JSON.stringify(request.bodyText) };
}

/** Undefined for an entity that does not exist. */
function withoutState(record: InstanceRecord): object | undefined {
  return record.custom?.includes('entityExists') ? entityStatus(record, null) : undefined;
}

/** Undefined for an entity without a state; `unreadable` for an orchestration with the id of an entity. */
function withState(record: InstanceRecord): object | 'unreadable' | undefined {
  const scheduler = jsonValue(record.input);
  if (scheduler !== null && typeof scheduler !== 'object') return 'unreadable';
  const { state } = (scheduler ?? {}) as { state?: unknown };
  return typeof state === 'string' ? entityStatus(record, jsonValue(state)) : undefined;
}

function entityStatus({ id, created }: InstanceRecord, state: unknown): object {
  return { entityId: entityName(id as string as EntityId), lastOperationTime: jsonTime(created), state };
}
