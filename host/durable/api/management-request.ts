import { type WebhookRequest, type WebhookResponse } from '../../contracts.js';
import { parseStatuses, RuntimeStatus } from '../runtime-status.js';
import { type InstanceFilter, type InstanceRecord } from '../store/instance-store.js';
import { managementUrls, type UrlParts } from './client-binding.js';
import { type HubClient } from './other-hub.js';
import { QueryParameters } from './query-parameters.js';
import { json } from './responses.js';

const TOKEN_HEADER = 'x-ms-continuation-token';

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;
const RETRY_AFTER_START_S = '10';
/** Names of tables in Azure's storage. */
const HUB_NAME = /^[a-z][a-z0-9]{2,62}$/i;

interface RequestEnvironment {
  hubName: string;
  connectionName: string;
  /** The key in URLs; null as long as it is not known. */
  systemKey(): string | null;
  isOwnStorage: (connection: string) => boolean | undefined;
  ownHub: HubClient;
  otherHub: HubClient;
}

/** One request to the management API: its parameters, and the parts that its responses share. */
export class ManagementRequest {
  /** In upper case. */
  readonly method: string;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
  readonly query: QueryParameters;
  /** The connection of the request, if it has no settings. */
  readonly unknownConnection?: string;
  /** Whether the request names another task hub than the app's. Storage compares names without case. */
  readonly isOtherHub: boolean;
  /** The task hub that the request is about. */
  readonly hub: HubClient;
  readonly #request: WebhookRequest;
  readonly #env: RequestEnvironment;
  readonly #taskHub: string;
  readonly #connection: string;

  constructor(request: WebhookRequest, env: RequestEnvironment) {
    this.method = request.method.toUpperCase();
    this.signal = request.signal;
    this.#request = request;
    this.query = new QueryParameters(request.query);
    this.#env = env;
    this.#taskHub = this.query.name('taskHub') ?? env.hubName;
    this.#connection = this.query.name('connection') ?? env.connectionName;
    const isOwn = env.isOwnStorage(this.#connection);
    if (isOwn === undefined) this.unknownConnection = this.#connection;
    this.isOtherHub = this.#taskHub.toLowerCase() !== env.hubName.toLowerCase() || isOwn !== true;
    this.hub = this.isOtherHub ? env.otherHub : env.ownHub;
  }

  /** Whether the request names a task hub that storage cannot have. */
  get isInvalidHub(): boolean {
    return !HUB_NAME.test(this.#taskHub);
  }

  get isJson(): boolean {
    const type = this.#request.headers['content-type']?.split(';')[0];
    return type?.trim().toLowerCase() === 'application/json';
  }

  /** Whether the request says that it has no body. Without that, its body may be empty (source: HttpApiHandler.cs). */
  get hasNoBody(): boolean {
    return this.#request.headers['content-length'] === '0';
  }

  get bodyText(): string {
    return this.#request.body.toString('utf8').replace(/^\uFEFF/, '');
  }

  /** The body as JSON text; null when it is empty, undefined when it is not JSON. */
  jsonBody(): string | null | undefined {
    const content = this.bodyText.trim();
    if (content === '') return null;
    try {
      JSON.parse(content);
      return content;
    } catch {
      return undefined;
    }
  }

  /** The id at which the requested page starts. Azure's storage ignores a token that it cannot read. */
  pageFrom(): string {
    const [partition = ''] = this.#request.headers[TOKEN_HEADER]?.split(' ') ?? [];
    return Buffer.from(partition, 'base64').toString('utf8');
  }

  /** The number of items of a page, which can be 0; undefined when storage refuses it. */
  idPageSize(): number | undefined {
    const size = this.query.integer('top') ?? DEFAULT_PAGE_SIZE;
    return size < 0 ? undefined : Math.min(size, MAX_PAGE_SIZE);
  }

  filter(): InstanceFilter {
    const [from, to] = [this.query.time('createdTimeFrom'), this.query.time('createdTimeTo')];
    const idPrefix = this.query.text('instanceIdPrefix');
    const statuses = parseStatuses(this.query.all('runtimeStatus'));
    return {
      ...(from !== undefined && { createdFrom: from }),
      ...(to !== undefined && { createdTo: to }),
      ...(idPrefix !== undefined && { idPrefix }),
      ...(statuses.length > 0 && { statuses }),
    };
  }

  /** The response to a started instance (host contract, 5.1). */
  accepted(id: string): WebhookResponse {
    const parts: UrlParts = {
      base: this.#base(),
      hubName: this.#taskHub,
      connection: this.#connection,
      systemKey: this.#key(),
    };
    const { rewindPostUri: _omitted, ...urls } = managementUrls(id, parts);
    const location = urls.statusQueryGetUri.replaceAll('%7E', '~'); // as the Uri class of .NET writes it
    return json(202, { id, ...urls }, { location, 'retry-after': RETRY_AFTER_START_S });
  }

  /** For status queries only: a start that waits responds with 200 for a failure in any case (host contract, 5.1). */
  finishedStatus(record: InstanceRecord, status: object): WebhookResponse {
    const failed = record.status === RuntimeStatus.Failed;
    return json(failed && this.query.flag('returnInternalServerErrorOnFailure', false) ? 500 : 200, status);
  }

  ownUrl(): string {
    return `${this.#base()}/${this.#request.path}${this.#request.search}`;
  }

  #base(): string {
    return `${this.#request.origin}/runtime/webhooks/durabletask`;
  }

  #key(): string | null {
    return this.#env.systemKey() ?? this.query.text('code') ?? null;
  }
}

/**
 * One page of a list in the order of ids. Its token is the next id, in Base64, as Azure's table storage has it.
 *
 * @param records up to `size` + 1 records
 * @returns the page, and the headers with the token of the next one
 */
export function idPageOf<T extends { id: string }>(records: readonly T[], size: number) {
  const next = records[size];
  const headers: Record<string, string> =
    next === undefined ? {} : { [TOKEN_HEADER]: Buffer.from(next.id).toString('base64') };
  return { page: records.slice(0, size), headers };
}
