import { type WebhookRequest, type WebhookResponse } from '../../contracts.js';
import { managementUrls, type UrlParts } from './client-binding.js';
import { QueryParameters } from './query-parameters.js';
import { json } from './responses.js';
import { parseStatusNames, RuntimeStatus } from '../runtime-status.js';
import { jsonValue } from './status-rendering.js';
import { type InstanceFilter, type InstanceRecord, type PageStart } from '../store/instance-store.js';

const TOKEN_HEADER = 'x-ms-continuation-token';

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1_000;
const RETRY_AFTER_START_S = '10';

export interface CallEnvironment {
  hubName: string;
  /** The key that goes into URLs, once it is known. */
  systemKey(): string | null;
}

/** One request, and what its answers have in common. */
export class Call {
  readonly request: WebhookRequest;
  readonly query: QueryParameters;
  readonly #env: CallEnvironment;

  constructor(request: WebhookRequest, env: CallEnvironment) {
    this.request = request;
    this.query = new QueryParameters(request.query);
    this.#env = env;
  }

  get isJson(): boolean {
    const type = this.request.headers['content-type']?.split(';')[0];
    return type?.trim().toLowerCase() === 'application/json';
  }

  /** The body as JSON text, null when it is empty, undefined when it is no JSON. */
  body(): string | null | undefined {
    const content = this.request.body
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

  /** The body for an entity: JSON if it says so, else text as a JSON string; null and undefined as `body`. */
  content(): string | null | undefined {
    if (this.isJson || this.request.body.length === 0) return this.body();
    return JSON.stringify(this.request.body.toString('utf8'));
  }

  /** Where the page begins that the client asks for; undefined when its token is not one of ours. */
  pageStart(): PageStart | undefined {
    return parseToken(this.request.headers[TOKEN_HEADER]);
  }

  pageSize(): number {
    return this.query.count('top', DEFAULT_PAGE, LARGEST_PAGE);
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

  accepted(id: string): WebhookResponse {
    const parts: UrlParts = { base: this.#base(), hubName: this.#env.hubName, systemKey: this.#key() };
    const { rewindPostUri: _notHere, ...urls } = managementUrls(id, parts);
    return json(202, { id, ...urls }, { location: urls.statusQueryGetUri, 'retry-after': RETRY_AFTER_START_S });
  }

  /** Of a status query alone: a start that waits answers 200 for a failure whatever it asks (host contract, 5.1). */
  finishedStatus(record: InstanceRecord, status: object): WebhookResponse {
    const failed = record.status === RuntimeStatus.Failed;
    return json(failed && this.query.flag('returnInternalServerErrorOnFailure', false) ? 500 : 200, status);
  }

  ownUrl(): string {
    const query = this.request.query.toString();
    return `${this.#base()}/${this.request.path}${query === '' ? '' : `?${query}`}`;
  }

  #base(): string {
    return `${this.request.origin}/runtime/webhooks/durabletask`;
  }

  #key(): string | null {
    return this.#env.systemKey() ?? this.query.text('code') ?? null;
  }
}

/**
 * A page of what was read, one more than its size having been asked for.
 *
 * @returns the page, and the headers that say where the next one begins
 */
export function pageOf<T extends PageStart>(records: readonly T[], size: number) {
  const page = records.slice(0, size);
  const last = records.length > size ? page.at(-1) : undefined;
  return { page, headers: { [TOKEN_HEADER]: last === undefined ? '' : formatToken(last) } };
}

function formatToken({ created, key }: PageStart): string {
  return Buffer.from(JSON.stringify([created, key])).toString('base64url');
}

/** Undefined: not a token of ours. */
function parseToken(token: string | undefined): PageStart | undefined {
  if (!token) return { created: -Infinity, key: 0 };
  const value = jsonValue(Buffer.from(token, 'base64url').toString('utf8'));
  if (!Array.isArray(value)) return undefined;
  const [created, key] = value as unknown[];
  return typeof created === 'number' && typeof key === 'number' ? { created, key } : undefined;
}
