import { type WebhookResponse } from '../../contracts.js';
import { type Call, pageOf } from './management-request.js';
import { type Engine } from '../engine/engine.js';
import { type OperationMessage } from '../store/entity-messages.js';
import { type EntityRecord } from '../store/entity-store.js';
import { unknownFunctionText } from '../failures.js';
import { type EntityId, entityId, entityKeyProblem, entityName, newHexId } from '../ids.js';
import { argumentError, empty, foreignToken, json, jsonText } from './responses.js';
import { jsonValue } from './status-rendering.js';

/** How the empty key is written in a path (host contract, 5.8). */
const EMPTY_KEY = '$';

/** What clients do with entities over HTTP (host contract, 5.8 and 8.7). */
export class EntityApi {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** @param name and key: parts of the path after `entities`, decoded */
  handle(call: Call, name: string | undefined, key: string | undefined): Promise<WebhookResponse> | WebhookResponse {
    const method = call.request.method.toUpperCase();
    if (name === undefined || key === undefined) return method === 'GET' ? this.#list(call, name) : empty(404);
    const problem = entityKeyProblem(key);
    if (problem !== undefined) return argumentError(problem);
    const id = entityId({ name, key: key === EMPTY_KEY ? '' : key });
    if (method === 'GET') return this.#read(id);
    if (this.#engine.functions.entity(name) === undefined) return argumentError(unknownFunctionText('entity', name));
    if (method === 'DELETE') return this.#signal(id, 'delete', null);
    const input = call.content();
    return input === undefined
      ? argumentError('The content is not valid JSON.')
      : this.#signal(id, call.query.text('op') ?? '', input);
  }

  #read(id: EntityId): WebhookResponse {
    const record = this.#engine.entities.status(id);
    return record?.present === true ? jsonText(200, record.state ?? 'null') : empty(404);
  }

  #list(call: Call, name: string | undefined): WebhookResponse {
    const after = call.pageStart();
    if (after === undefined) return foreignToken();
    const size = call.pageSize();
    const filter = {
      ...(name !== undefined && { name: name.toLowerCase() }),
      updatedFrom: call.query.time('lastOperationTimeFrom'),
      updatedTo: call.query.time('lastOperationTimeTo'),
    };
    const records = this.#engine.entityStore.query(filter, after.key, size + 1);
    const { page, headers } = pageOf(
      records.map((record) => ({ ...record, created: 0 })),
      size,
    );
    const fetchState = call.query.flag('fetchState', false);
    return json(
      200,
      page.map((record) => render(record, fetchState)),
      headers,
    );
  }

  /** Answers once the signal is durable. */
  #signal(id: EntityId, name: string, input: string | null): Promise<WebhookResponse> {
    const message: OperationMessage = {
      kind: 'operation',
      at: this.#engine.now(),
      name,
      input,
      id: newHexId(),
      signal: true,
    };
    return new Promise((resolve, reject) => {
      this.#engine.entities.send(id, message, { durable: () => resolve(empty(202)), failed: reject });
    });
  }
}

function render({ id, updated, state }: EntityRecord, fetchState: boolean) {
  const lastOperationTime = `${new Date(updated).toISOString().slice(0, 19)}Z`;
  return { entityId: entityName(id), lastOperationTime, state: fetchState ? jsonValue(state) : null };
}
