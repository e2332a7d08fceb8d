import { type Binding, type FunctionRetryOptions, type TypedData } from '../contracts.js';

/**
 * The API of `@azure/functions-core` as `@azure/functions` 4.16 uses it (host contract, 2.2 and 2.5). The package is not
 * published, so its types are declared here.
 */

export type CoreLogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
export type CoreLogCategory = 'user' | 'system' | 'customMetric';

/** A function as the app registers it: `bindings` by binding name, the return binding under `$return`. */
export interface FunctionMetadata {
  name: string;
  functionId?: string;
  bindings: Record<string, Binding>;
  retryOptions?: FunctionRetryOptions;
}

/** The function that the app registers as handler. */
export type FunctionCallback = (...inputs: unknown[]) => unknown;

/** The hooks of an app (host contract, 2.10). */
export type HookName = 'preInvocation' | 'postInvocation' | 'appStart' | 'appTerminate' | 'log';
/** Data that hooks share. */
export type HookData = Record<string, unknown>;
/** A hook; its context depends on the hook. */
export type HookCallback = (context: Record<string, unknown>) => unknown;

type InvocationState = 'preInvocationHooks' | 'invocation' | 'postInvocationHooks';

/** W3C trace context of an invocation (host contract, 2.9). */
export interface RpcTraceContext {
  traceParent?: string;
  traceState?: string;
  attributes?: Record<string, string>;
}

/** State of a trigger-level retry (host contract, 2.9). */
export interface RpcRetryContext {
  retryCount: number;
  maxRetryCount: number;
  exception?: { message?: string; source?: string; stackTrace?: string };
}

interface RpcInvocationRequest {
  invocationId: string;
  functionId: string;
  inputData: { name: string; data: TypedData | undefined }[];
  triggerMetadata: Record<string, TypedData> | undefined;
  traceContext: RpcTraceContext | undefined;
  retryContext: RpcRetryContext | undefined;
}

/** An invocation as the library gets it (host contract, 2.5). */
export interface CoreInvocationContext {
  invocationId: string;
  request: RpcInvocationRequest;
  metadata: FunctionMetadata;
  state: InvocationState | undefined;
  log(level: CoreLogLevel, category: CoreLogCategory, message: string): void;
}

/** The part of the library's InvocationContext that the host uses. */
export interface AppInvocationContext {
  extraInputs: { set(name: string, value: unknown): void };
}

interface RpcInvocationResponse {
  invocationId: string;
  outputData?: { name: string; data: TypedData | null | undefined }[];
  returnValue?: TypedData | null;
}

type MaybePromise<T> = T | Promise<T>;

/** The library's part of one invocation (host contract, 2.5). */
export interface InvocationModel {
  getArguments(): MaybePromise<{ context: AppInvocationContext; inputs: unknown[] }>;
  invokeFunction(context: AppInvocationContext, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: AppInvocationContext, result: unknown): MaybePromise<RpcInvocationResponse>;
}

/** Capabilities of the worker (host contract, 2.3 step 6). */
export type Capabilities = Record<string, string>;

/** What `@azure/functions` registers with `setProgrammingModel` (host contract, 2.2). */
export interface ProgrammingModel {
  name: string;
  version: string;
  getInvocationModel(context: CoreInvocationContext): MaybePromise<InvocationModel>;
  getCapabilities(defaults: Capabilities): MaybePromise<Capabilities>;
}
