import { randomUUID } from 'node:crypto';
import {
  type Binding,
  type BindingIo,
  type Clock,
  type HostFunction,
  type InvocationRequest,
  type InvocationResult,
  type TypedData,
} from '../contracts.js';
import { type AppRegistry, type RegisteredFunction } from './app-registry.js';
import { defineMetadata } from './lazy-metadata.js';
import {
  type AppInvocationContext,
  type CoreInvocationContext,
  type HookData,
  type InvocationModel,
  type RpcRetryContext,
  type RpcTraceContext,
} from './core-types.js';

/** The value of a non-trigger input binding; undefined when the host has none for its type. */
export type InputValues = (binding: { type: string; name: string }) => TypedData | undefined;

/** InvocationRequest with what only the loaded app and its callers in the host use. */
export interface ExtendedInvocationRequest extends InvocationRequest {
  traceContext?: RpcTraceContext;
  /** Set for a trigger-level retry (host contract, 2.9). */
  retryContext?: RpcRetryContext;
  /** Wraps the library's model of this invocation. */
  decorate?: (model: InvocationModel) => InvocationModel;
}

/** Values of a function's inputs, the trigger first. */
type InputData = { name: string; data: TypedData | undefined }[];

/** Runs the functions of one app. */
export interface Invoker {
  /** Rejects with the error of the handler or a hook, BindingError or FunctionTimeoutError. */
  invoke(fn: HostFunction, request: ExtendedInvocationRequest): Promise<InvocationResult>;
  /** Number of running invocations. */
  running(): number;
  /** Resolves when no invocation is running. */
  idle(): Promise<void>;
}

/** What `createInvoker` needs. */
interface InvokerOptions {
  app: AppRegistry;
  inputs: InputValues;
  /** Reads and writes storage bindings; absent without any. */
  io?: BindingIo;
  clock: Clock;
  /** How long an invocation may take, in ms; Infinity for no limit (host contract, 3.4 and 12). */
  timeoutMs: number;
}

/** An invocation took longer than host.json's `functionTimeout`. */
export class FunctionTimeoutError extends Error {
  override readonly name = 'FunctionTimeoutError';
}

/**
 * Runs the functions of an app in this process.
 *
 * I1 Each invocation is counted from its first step to its last: the shutdown waits until none is running.
 * I2 An invocation runs the steps of the host contract, 2.5, once and in order; the first error ends it.
 * I3 An invocation that exceeds the timeout fails for its caller. Its code cannot be stopped: it may still log, but its
 *    return value is dropped.
 */
export function createInvoker(deps: InvokerOptions): Invoker {
  let running = 0;
  let onIdle: (() => void)[] = [];
  const invoke = async (fn: HostFunction, request: ExtendedInvocationRequest): Promise<InvocationResult> => {
    running++;
    try {
      return await withTimeout(deps, fn, runOnce(deps, fn as RegisteredFunction, request));
    } finally {
      if (--running === 0) {
        for (const resolve of onIdle) resolve();
        onIdle = [];
      }
    }
  };
  const idle = () => (running === 0 ? Promise.resolve() : new Promise<void>((resolve) => onIdle.push(resolve)));
  return { invoke, running: () => running, idle };
}

/** Rejects when `run` has not ended after the timeout (I3). */
function withTimeout<T>({ clock, timeoutMs }: InvokerOptions, fn: HostFunction, run: Promise<T>): Promise<T> {
  if (timeoutMs === Infinity) return run;
  return new Promise((resolve, reject) => {
    const cancel = clock.at(clock.now() + timeoutMs, () => {
      const seconds = timeoutMs / 1_000;
      reject(new FunctionTimeoutError(`${fn.name} took more than ${seconds} s ("functionTimeout" in host.json).`));
    });
    run.then(resolve, reject).finally(cancel);
  });
}

/** The invocation pipeline of the host contract, 2.5; the numbers are its steps. */
async function runOnce(
  deps: InvokerOptions,
  fn: RegisteredFunction,
  request: ExtendedInvocationRequest,
): Promise<InvocationResult> {
  const { hooks, programmingModel } = deps.app;
  if (programmingModel === null) throw new Error('The app registered functions but no programming model.');
  const invocation: { functionName: string; context: unknown; hookData: HookData } = {
    functionName: fn.name,
    context: undefined,
    hookData: {},
  };
  const reading = deps.io?.read(fn, request); // undefined for most functions: no extra microtask
  const core = createContext(deps, fn, request, invocation, reading && (await reading)); // 1
  const libraryModel = await programmingModel.getInvocationModel(core); // 2
  const model = request.decorate?.(libraryModel) ?? libraryModel;
  const { context, inputs: given } = await model.getArguments();
  invocation.context = context;
  if (hasLazyMetadata(fn)) defineMetadata(context, request.triggerMetadata);
  if (request.triggerValue !== undefined) given[0] = request.triggerValue; // the trigger is the only input

  let { inputs, callback } = { inputs: given, callback: fn.callback };
  const shared = { hookData: invocation.hookData, appHookData: hooks.appHookData, invocationContext: context };
  if (hooks.has('preInvocation')) {
    const before = { ...shared, functionCallback: callback, inputs };
    await inState(core, 'preInvocationHooks', () => hooks.run('preInvocation', before)); // 3
    ({ inputs, functionCallback: callback } = before);
  }

  const after: AfterInvocation = { ...shared, inputs, result: null, error: null };
  core.state = 'invocation';
  try {
    after.result = await model.invokeFunction(context, inputs, callback); // 4
  } catch (error) {
    after.error = error; // `throw undefined` is not an error in the genuine host either: step 6
  }
  core.state = undefined;
  if (hooks.has('postInvocation')) {
    await inState(core, 'postInvocationHooks', () => hooks.run('postInvocation', after)); // 5
  }
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- rethrows what the handler threw
  if (after.error !== null && after.error !== undefined) throw after.error; // 6
  // A caller that passes `triggerValue` uses `result` only; converting an orchestrator's result at each turn is costly.
  if (request.triggerValue !== undefined) return { result: after.result, returnValue: undefined, outputData: [] };
  const response = await model.getResponse(context, after.result);
  const result = {
    result: after.result,
    returnValue: response.returnValue,
    outputData: response.outputData ?? [],
  };
  return deps.io?.write(fn, request, result) ?? result;
}

/** An activity's metadata repeats its input and is rarely read: it is converted on demand. */
function hasLazyMetadata({ trigger }: HostFunction): boolean {
  return trigger.type === 'activityTrigger';
}

interface AfterInvocation extends Record<string, unknown> {
  hookData: HookData;
  appHookData: HookData;
  invocationContext: AppInvocationContext;
  inputs: unknown[];
  result: unknown;
  error: unknown;
}

async function inState(core: CoreInvocationContext, state: CoreInvocationContext['state'], run: () => Promise<void>) {
  core.state = state;
  try {
    await run();
  } finally {
    core.state = undefined;
  }
}

function createContext(
  { app, inputs }: InvokerOptions,
  fn: RegisteredFunction,
  request: ExtendedInvocationRequest,
  invocation: { functionName: string; context: unknown; hookData: HookData },
  read: ReadonlyMap<string, TypedData | undefined> | undefined,
): CoreInvocationContext {
  const invocationId = request.invocationId ?? randomUUID();
  return {
    invocationId,
    request: {
      invocationId,
      functionId: fn.id,
      inputData: inputData(fn, request, valuesOf(read, inputs)),
      triggerMetadata: hasLazyMetadata(fn) ? undefined : request.triggerMetadata,
      traceContext: request.traceContext,
      retryContext: request.retryContext,
    },
    metadata: fn.metadata,
    state: undefined,
    log: (level, category, message) => {
      app.log(level, category, message, invocation);
    },
  };
}

type ValueOf = (name: string, binding: Binding) => TypedData | undefined;

/** Looks a value up among those that were read from storage, then among the host's own. */
function valuesOf(read: ReadonlyMap<string, TypedData | undefined> | undefined, inputs: InputValues): ValueOf {
  return (name, binding) => read?.get(name) ?? inputs(binding);
}

/** Input data of an invocation: the trigger first, then the other inputs (host contract, 2.9). */
function inputData(fn: HostFunction, request: ExtendedInvocationRequest, valueOf: ValueOf): InputData {
  const data: InputData = [];
  for (const name in fn.bindings) {
    const binding = fn.bindings[name];
    if (binding === undefined || binding.direction === 'out') continue;
    if (binding === fn.trigger) data.unshift({ name, data: request.triggerData });
    else data.push({ name, data: valueOf(name, binding) });
  }
  return data;
}
