/**
 * What the parts of the host know of each other. `worker/` loads an app and invokes its functions, `durable/` runs
 * orchestrations through those invocations, `http/` is the front; `host.ts` puts them together.
 */

/** One binding of a registered function, as `@azure/functions` registers it (host contract, 2.4). */
export interface Binding {
  type: string;
  name: string;
  direction: 'in' | 'out' | 'inout';
  [option: string]: unknown;
}

/** Trigger-level retry, as registered (host contract, 2.4). */
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

export interface InvocationRequest {
  /** Default: a new UUID. */
  invocationId?: string;
  /** Data of the trigger binding. */
  triggerData?: TypedData;
  /**
   * The trigger's value itself, handed to the handler as it is, with no JSON in between. It wins over `triggerData`.
   * It keeps a long history from being written and parsed again at each turn. The result then comes as `result` alone.
   */
  triggerValue?: unknown;
  triggerMetadata?: Record<string, TypedData>;
}

export interface InvocationResult {
  /** What the handler returned, after the hooks: the object itself, its identity kept (host contract, 2.5). */
  result: unknown;
  returnValue: TypedData | null | undefined;
  outputData: { name: string; data: TypedData | null | undefined }[];
}

/** Runs one function once. Rejects with the handler's (or a hook's) own error. */
export type Invoke = (fn: HostFunction, request: InvocationRequest) => Promise<InvocationResult>;

/** Inputs and outputs of functions that lie outside the host. */
export interface BindingIo {
  /**
   * Values of input bindings by name. Undefined, not a promise, when the function has none: an orchestrator's turn must
   * not wait a tick for nothing (durable/store/group-commit.ts, G5).
   */
  read(fn: HostFunction, request: InvocationRequest): Promise<ReadonlyMap<string, TypedData | undefined>> | undefined;
  /**
   * Writes what the function put out; resolves with what is left for its caller. Undefined when it has no such output.
   */
  write(fn: HostFunction, request: InvocationRequest, result: InvocationResult): Promise<InvocationResult> | undefined;
}

/** A request to the durable webhook API or to its RPC twin, path relative to the extension's base, no leading slash. */
export interface WebhookRequest {
  method: string;
  /** Such as `instances/abc123/raiseEvent/go`; still percent-encoded. */
  path: string;
  query: URLSearchParams;
  /** Lower-cased names. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
  /** Scheme and authority that URLs in the answer start with, such as `http://localhost:7071`. */
  origin: string;
  /** Aborted when the client goes away. */
  signal: AbortSignal;
}

export interface WebhookResponse {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical';

export interface Logger {
  log(level: LogLevel, category: string, message: string, fields?: Record<string, unknown>): void;
}

/** The clock is a dependency of the host: tests advance it instead of sleeping. */
export interface Clock {
  now(): number;
  /** Calls `callback` once, at or soon after `at` (ms since the epoch, any distance). Returns how to cancel it. */
  at(at: number, callback: () => void): () => void;
}

/** host.json `extensions.durableTask`, resolved: nothing optional is left (host contract, 12). */
export interface DurableSettings {
  hubName: string;
  maxConcurrentActivityFunctions: number;
  maxConcurrentOrchestratorFunctions: number;
  maxConcurrentEntityFunctions: number;
  maxEntityOperationBatchSize: number;
  maxOrchestrationActions: number;
  overridableExistingInstanceStates: 'NonRunningStates' | 'AnyState';
  defaultAsyncRequestSleepTimeMilliseconds: number;
  storeInputsInOrchestrationHistory: boolean;
  defaultVersion: string | null;
  /** Whether the durable client has a port of its own; without it, it uses the webhooks like any client. */
  localRpcEndpointEnabled: boolean;
}

export interface DurableExtensionOptions {
  functions: readonly HostFunction[];
  invoke: Invoke;
  /** Folder of the state file; it exists. */
  stateDir: string;
  settings: DurableSettings;
  logger: Logger;
  clock: Clock;
}

/** The Durable Task part of the host. */
export interface DurableExtension {
  /** Opens the state file, recovers what was under way, begins to dispatch. */
  start(): Promise<void>;
  /** Stops dispatching, waits for running work (at most `graceMs`), commits, closes the file. */
  stop(graceMs: number): Promise<void>;
  /** The management API (host contract, 5) and the RPC endpoint (4.3). Authorisation is done before. */
  handle(request: WebhookRequest): Promise<WebhookResponse>;
  /** Value of a `durableClient` binding (host contract, 4.1). `rpcBase` null: there is no RPC endpoint. */
  clientBinding(urls: { webhookBase: string; rpcBase: string | null; systemKey: string | null }): string;
}
