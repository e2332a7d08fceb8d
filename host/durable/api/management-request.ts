import { type WebhookRequest, type WebhookResponse } from '../../contracts.js';
import { parseStatusNames, RuntimeStatus } from '../runtime-status.js';
import { type InstanceFilter, type InstanceRecord, type PageStart } from '../store/instance-store.js';
import { managementUrls, type UrlParts } from './client-binding.js';
import { QueryParameters } from './query-parameters.js';
import { json } from './responses.js';
import { jsonValue } from './status-rendering.js';

const TOKEN_HEADER = 'x-ms-continuation-token';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;
const RETRY_AFTER_START_S = '10';

interface UrlEnvironment {
  hubName: string;
  /** The key in URLs; null as long as it is not known. */
  systemKey(): string | null;
}

/** One request to the management API: its parameters, and the parts that its responses share. */
export class ManagementRequest {
  /** In upper case. */
  readonly method: string;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
  readonly query: QueryParameters;
  readonly #request: WebhookRequest;
  readonly #env: UrlEnvironment;

  constructor(request: WebhookRequest, env: UrlEnvironment) {
    this.method = request.method.toUpperCase();
    this.signal = request.signal;
    this.#request = request;
    this.query = new QueryParameters(request.query);
    this.#env = env;
  }

  get isJson(): boolean {
    const type = this.#request.headers['content-type']?.split(';')[0];
    return type?.trim().toLowerCase() === 'application/json';
  }

  /** The body as JSON text; null when it is empty, undefined when it is not JSON. */
  jsonBody(): string | null | undefined {
    const content = this.#request.body
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trim();
    if (content === '') return null;
    try {
      JSON.parse(content);
      return content;
    } catch {
      return undefined;
    }
  }

  /** The body as input of an entity: other types than JSON become a JSON string; else as `jsonBody`. */
  entityInput(): string | null | undefined {
    if (this.isJson || this.#request.body.length === 0) return this.jsonBody();
    return JSON.stringify(this.#request.body.toString('utf8'));
  }

  /** The start of the requested page; undefined when its token is not from this host. */
  pageStart(): PageStart | undefined {
    return parseToken(this.#request.headers[TOKEN_HEADER]);
  }

  pageSize(): number {
    return this.query.count('top', DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
  }

  filter(): InstanceFilter {
    const [from, to] = [this.query.time('createdTimeFrom'), this.query.time('createdTimeTo')];
    const idPrefix = this.query.text('instanceIdPrefix');
    return {
      ...(from !== undefined && { createdFrom: from }),
      ...(to !== undefined && { createdTo: to }),
      ...(idPrefix && { idPrefix }),
      statuses: parseStatusNames(this.query.all('runtimeStatus')),
    };
  }

  /** The response to a started instance (host contract, 5.1). */
  accepted(id: string): WebhookResponse {
    const parts: UrlParts = { base: this.#base(), hubName: this.#env.hubName, systemKey: this.#key() };
    const { rewindPostUri: _omitted, ...urls } = managementUrls(id, parts);
    return json(202, { id, ...urls }, { location: urls.statusQueryGetUri, 'retry-after': RETRY_AFTER_START_S });
  }

  /** For status queries only: a start that waits responds with 200 for a failure in any case (host contract, 5.1). */
  finishedStatus(record: InstanceRecord, status: object): WebhookResponse {
    const failed = record.status === RuntimeStatus.Failed;
    return json(failed && this.query.flag('returnInternalServerErrorOnFailure', false) ? 500 : 200, status);
  }

  ownUrl(): string {
    const query = this.#request.query.toString();
    return `${this.#base()}/${this.#request.path}${query === '' ? '' : `?${query}`}`;
  }

  #base(): string {
    return `${this.#request.origin}/runtime/webhooks/durabletask`;
  }

  #key(): string | null {
    return this.#env.systemKey() ?? this.query.text('code') ?? null;
  }
}

/**
 * One page of a list.
 *
 * @param records up to `size` + 1 records
 * @returns the page, and the headers with the token of the next one
 */
export function pageOf<T extends PageStart>(records: readonly T[], size: number) {
  const page = records.slice(0, size);
  const last = records.length > size ? page.at(-1) : undefined;
  return { page, headers: { [TOKEN_HEADER]: last === undefined ? '' : formatToken(last) } };
}

function formatToken({ created, key }: PageStart): string {
  return Buffer.from(JSON.stringify([created, key])).toString('base64url');
}

/** Undefined for a token that is not from this host. */
function parseToken(token: string | undefined): PageStart | undefined {
  if (!token) return { created: -Infinity, key: 0 };
  const value = jsonValue(Buffer.from(token, 'base64url').toString('utf8'));
  if (!Array.isArray(value)) return undefined;
  const [created, key] = value as unknown[];
  return typeof created === 'number' && typeof key === 'number' ? { created, key } : undefined;
}
