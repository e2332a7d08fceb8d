/**
 * The interfaces between the parts of the host. `app/` loads an app and invokes its functions, `durable/` runs
 * orchestrations through those invocations, `http/` serves requests, `triggers/` runs timers and queues; `host.ts`
 * connects them.
 */

/** One binding of a registered function, as `@azure/functions` registers it (host contract, 2.4). */
export interface Binding {
  type: string;
  name: string;
  direction: 'in' | 'out' | 'inout';
  [option: string]: unknown;
}

/** Trigger-level retry policy, as registered (host contract, 2.4). */
export interface FunctionRetryOptions {
  maxRetryCount: number;
  retryStrategy: 'fixedDelay' | 'exponentialBackoff';
  delayInterval?: { seconds?: number };
  minimumInterval?: { seconds?: number };
  maximumInterval?: { seconds?: number };
}

/** A function of the app. Names compare case-insensitively everywhere. */
export interface HostFunction {
  readonly name: string;
  readonly id: string;
  readonly trigger: Binding;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: FunctionRetryOptions;
  /** The file of the app that registered it; absent when no entry file was being loaded. */
  readonly entryFile?: string;
}

/** The forms of RpcTypedData that the host sends or reads (host contract, 2.6). */
export interface TypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  http?: unknown;
}

/** One call of a function. */
export interface InvocationRequest {
  /** @default a new UUID */
  invocationId?: string;
  /** Data of the trigger binding. */
  triggerData?: TypedData;
  /**
   * The trigger's value, passed to the handler without conversion to JSON. It takes precedence over `triggerData`. It
   * avoids serializing a long history at each turn. The invocation's result then has `result` only.
   */
  triggerValue?: unknown;
  triggerMetadata?: Record<string, TypedData>;
}

/** The outcome of a successful invocation. */
export interface InvocationResult {
  /** The handler's return value after the hooks, the same object (host contract, 2.5). */
  result: unknown;
  returnValue: TypedData | null | undefined;
  outputData: { name: string; data: TypedData | null | undefined }[];
}

/** Runs one function once. Rejects with the error that the handler or a hook threw. */
export type Invoke = (fn: HostFunction, request: InvocationRequest) => Promise<InvocationResult>;

/** Input and output bindings whose data is outside the host, such as in storage. */
export interface BindingIo {
  /**
   * Values of input bindings by name. Undefined, not a promise, when the function has none: an orchestrator's turn must
   * not wait for an extra microtask, or it misses its group commit (G5 of durable/store/group-commit.ts).
   */
  read(fn: HostFunction, request: InvocationRequest): Promise<ReadonlyMap<string, TypedData | undefined>> | undefined;
  /**
   * Writes the function's outputs; resolves with the result for the caller. Undefined when it has no such output.
   */
  write(fn: HostFunction, request: InvocationRequest, result: InvocationResult): Promise<InvocationResult> | undefined;
}

/** A request to the durable webhook API or to the RPC endpoint, path relative to the extension's base, no leading slash. */
export interface WebhookRequest {
  method: string;
  /** Such as `instances/abc123/raiseEvent/go`; still percent-encoded. */
  path: string;
  query: URLSearchParams;
  /** The query with the question mark, as sent; may be empty. */
  search: string;
  /** Lower-cased names. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
  /** Scheme and authority of the URLs in the response, such as `http://localhost:7071`. */
  origin: string;
  /** Aborted when the client disconnects. */
  signal: AbortSignal;
}

/** The response to a WebhookRequest. */
export interface WebhookResponse {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Levels of the genuine host's log. */
export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical';

/** Writes log entries. */
export interface Logger {
  log(level: LogLevel, category: string, message: string, fields?: Record<string, unknown>): void;
}

/** The host's clock. It is passed in, so that tests advance it instead of sleeping. */
export interface Clock {
  /** Ms since the epoch. */
  now(): number;
  /** Calls `callback` once, at or soon after `at` (ms since the epoch, any distance). Returns a function that cancels. */
  at(at: number, callback: () => void): () => void;
}

/** host.json `extensions.durableTask`, with all defaults filled in (host contract, 12). */
export interface DurableSettings {
  hubName: string;
  /** Name of the storage connection in URLs; the host does not use the storage. */
  connectionName: string;
  maxConcurrentActivityFunctions: number;
  maxConcurrentOrchestratorFunctions: number;
  maxConcurrentEntityFunctions: number;
  maxEntityOperationBatchSize: number;
  maxOrchestrationActions: number;
  overridableExistingInstanceStates: 'NonRunningStates' | 'AnyState';
  defaultAsyncRequestSleepTimeMilliseconds: number;
  storeInputsInOrchestrationHistory: boolean;
  defaultVersion: string | null;
  versionMatchStrategy: 'None' | 'Strict' | 'CurrentOrOlder';
  versionFailureStrategy: 'Reject' | 'Fail';
  /** Whether the durable client has its own port; if not, it uses the webhooks. */
  localRpcEndpointEnabled: boolean;
}

/** How an activity runs twice: both at the same time, the second for the result, or the first for the result. */
export type ActivityWeather = 'together' | 'twice' | 'again';

/**
 * Decides how badly the durable engine behaves (`--weather`, docs/host.md). A message is described by a text that is the
 * same in another run; each call is about its next occurrence.
 */
export interface DurableWeather {
  /** How the activity runs twice; undefined when it runs once. */
  activity(message: string): ActivityWeather | undefined;
  /** Whether what a turn or batch has sent leaves, and its state is lost. */
  crashes(message: string): boolean;
  /** How late a message arrives, in ms; 0 when it is not late. */
  lateMs(message: string): number;
  /** For how long clients see the status before this one, in ms; 0 when they see it immediately. */
  oldStatusMs(message: string): number;
  /** The items in another order. Items of the same sender keep theirs; undefined is a sender of its own. */
  reordered<T>(message: string, items: readonly T[], sender: (item: T) => unknown): T[];
}

/** What the durable extension needs from the host. */
export interface DurableExtensionOptions {
  functions: readonly HostFunction[];
  invoke: Invoke;
  /** Existing folder of the state file; undefined keeps the state in memory. */
  stateDir: string | undefined;
  settings: DurableSettings;
  logger: Logger;
  clock: Clock;
  /** Whether the connection is the storage of the app's task hub; undefined for one that has no settings. */
  isOwnStorage: (connection: string) => boolean | undefined;
  /** Absent without `--weather`. */
  weather?: DurableWeather;
}

/** The Durable Task part of the host. */
export interface DurableExtension {
  /** Opens the state file, recovers unfinished work, starts to dispatch. */
  start(): Promise<void>;
  /** Stops dispatching, waits for running work (at most `graceMs`), commits, closes the file. */
  stop(graceMs: number): Promise<void>;
  /** The management API (host contract, 5) and the RPC endpoint (4.3). The caller has authorized the request. */
  handle(request: WebhookRequest): Promise<WebhookResponse>;
  /** Value of a `durableClient` binding (host contract, 4.1). `rpcBase` is null without an RPC endpoint. */
  clientBinding(urls: { webhookBase: string; rpcBase: string | null; systemKey: string | null }): string;
}
