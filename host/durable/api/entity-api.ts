import { type WebhookResponse } from '../../contracts.js';
import { type EngineContext } from '../context.js';
import { type EntityEngine } from '../entities/entity-engine.js';
import { unknownFunctionText } from '../failures.js';
import { type EntityId, entityId, entityKeyProblem, entityName, newHexId } from '../ids.js';
import { type OperationMessage } from '../store/entity-messages.js';
import { type EntityRecord } from '../store/entity-store.js';
import { type ManagementRequest, pageOf } from './management-request.js';
import { argumentError, empty, invalidTokenError, json, jsonText } from './responses.js';
import { jsonValue } from './status-rendering.js';

/** The empty key in a path (host contract, 5.8). */
const EMPTY_KEY = '$';

/** The operations of clients on entities over HTTP (host contract, 5.8 and 8.7). */
export class EntityApi {
  readonly #context: EngineContext;
  readonly #entities: EntityEngine;

  constructor(context: EngineContext, entities: EntityEngine) {
    this.#context = context;
    this.#entities = entities;
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
    const { method } = request;
    if (name === undefined || key === undefined) return method === 'GET' ? this.#list(request, name) : empty(404);
    const problem = entityKeyProblem(key);
    if (problem !== undefined) return argumentError(problem);
    const id = entityId({ name, key: key === EMPTY_KEY ? '' : key });
    if (method === 'GET') return this.#read(id);
    if (this.#context.functions.entity(name) === undefined) return argumentError(unknownFunctionText('entity', name));
    if (method === 'DELETE') return this.#signal(id, 'delete', null);
    const input = request.entityInput();
    return input === undefined
      ? argumentError('The content is not valid JSON.')
      : this.#signal(id, request.query.text('op') ?? '', input);
  }

  #read(id: EntityId): WebhookResponse {
    const record = this.#entities.status(id);
    return record?.exists === true ? jsonText(200, record.state ?? 'null') : empty(404);
  }

  #list(request: ManagementRequest, name: string | undefined): WebhookResponse {
    const after = request.pageStart();
    if (after === undefined) return invalidTokenError();
    const size = request.pageSize();
    const filter = {
      ...(name !== undefined && { name: name.toLowerCase() }),
      updatedFrom: request.query.time('lastOperationTimeFrom'),
      updatedTo: request.query.time('lastOperationTimeTo'),
    };
    const records = this.#context.entityStore.query(filter, after.key, size + 1);
    const { page, headers } = pageOf(
      records.map((record) => ({ ...record, created: 0 })),
      size,
    );
    const fetchState = request.query.flag('fetchState', false);
    return json(
      200,
      page.map((record) => render(record, fetchState)),
      headers,
    );
  }

  /** Responds once the signal is durable. */
  #signal(id: EntityId, name: string, input: string | null): Promise<WebhookResponse> {
    const message: OperationMessage = {
      kind: 'operation',
      at: this.#context.now(),
      name,
      input,
      id: newHexId(),
      signal: true,
    };
    return new Promise((resolve, reject) => {
      this.#entities.send(id, message, { durable: () => resolve(empty(202)), failed: reject });
    });
  }
}

function render({ id, updated, state }: EntityRecord, fetchState: boolean) {
  const lastOperationTime = `${new Date(updated).toISOString().slice(0, 19)}Z`;
  return { entityId: entityName(id), lastOperationTime, state: fetchState ? jsonValue(state) : null };
}
