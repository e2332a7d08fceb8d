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
import { type App, type RegisteredFunction } from './app-registry.js';
import { defineMetadata } from './lazy-metadata.js';
import {
  type AppInvocationContext,
  type CoreInvocationContext,
  type HookData,
  type InvocationModel,
  type RpcRetryContext,
  type RpcTraceContext,
} from './core-types.js';

/** Value of an input binding that is not a trigger; `undefined` when the host has none for its type. */
export type InputValues = (binding: { type: string; name: string }) => TypedData | undefined;

/** What the host itself knows about an invocation beyond the shared seam. */
export interface WorkerRequest extends InvocationRequest {
  traceContext?: RpcTraceContext;
  /** Set while a trigger-level retry is under way (host contract, 2.9). */
  retryContext?: RpcRetryContext;
  /** Puts something around the library's side of this invocation. */
  decorate?: (model: InvocationModel) => InvocationModel;
  /** All input data, collected by a host whose worker is another process; the trigger's is among it. */
  inputData?: InputData;
}

/** Values of a function's inputs, the trigger's first. */
export type InputData = { name: string; data: TypedData | undefined }[];

export interface Invoker {
  invoke(fn: HostFunction, request: WorkerRequest): Promise<InvocationResult>;
  running(): number;
  idle(): Promise<void>;
}

export interface InvokerOptions {
  app: App;
  inputs: InputValues;
  /** Bindings that are read and written around an invocation; without it there are none. */
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
 * Runs functions.
 *
 * I1 Every invocation is counted from its first step to its last, whatever its end: shutdown waits for the count.
 * I2 An invocation runs the steps of the host contract, 2.5, once and in order; the first error ends it.
 * I3 One that takes too long has failed for its caller; its code cannot be stopped and what it still says is logged,
 *    but what it returns is dropped.
 */
export function createInvoker(deps: InvokerOptions): Invoker {
  let running = 0;
  let waiting: (() => void)[] = [];
  const invoke = async (fn: HostFunction, request: WorkerRequest): Promise<InvocationResult> => {
    running++;
    try {
      return await within(deps, fn, runOnce(deps, fn as RegisteredFunction, request));
    } finally {
      if (--running === 0) {
        for (const wake of waiting) wake();
        waiting = [];
      }
    }
  };
  const idle = () => (running === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve)));
  return { invoke, running: () => running, idle };
}

/** Rejects when `run` has not ended in time (I3). */
function within<T>({ clock, timeoutMs }: InvokerOptions, fn: HostFunction, run: Promise<T>): Promise<T> {
  if (timeoutMs === Infinity) return run;
  return new Promise((resolve, reject) => {
    const cancel = clock.at(clock.now() + timeoutMs, () => {
      const seconds = timeoutMs / 1_000;
      reject(new FunctionTimeoutError(`${fn.name} took more than ${seconds} s ("functionTimeout" in host.json).`));
    });
    run.then(resolve, reject).finally(cancel);
  });
}

/** The pipeline of the host contract, 2.5; the numbers are its steps. */
async function runOnce(
  deps: InvokerOptions,
  fn: RegisteredFunction,
  request: WorkerRequest,
): Promise<InvocationResult> {
  const { hooks, programmingModel } = deps.app;
  if (programmingModel === null) throw new Error('The app registered functions but no programming model.');
  const invocation: { functionName: string; context: unknown; hookData: HookData } = {
    functionName: fn.name,
    context: undefined,
    hookData: {},
  };
  const reading = deps.io?.read(fn, request); // most functions have nothing to read, and then nobody waits
  const core = createContext(deps, fn, request, invocation, reading && (await reading)); // 1
  const plain = await programmingModel.getInvocationModel(core); // 2
  const model = request.decorate?.(plain) ?? plain;
  const { context, inputs: given } = await model.getArguments();
  invocation.context = context;
  if (isLazy(fn)) defineMetadata(context, request.triggerMetadata);
  if (request.triggerValue !== undefined) given[0] = request.triggerValue; // the one trigger is the one entry

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
    after.error = error; // `throw undefined` is no error to the product either: step 6
  }
  core.state = undefined;
  if (hooks.has('postInvocation')) {
    await inState(core, 'postInvocationHooks', () => hooks.run('postInvocation', after)); // 5
  }
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- what the handler threw goes on as it is
  if (after.error !== null && after.error !== undefined) throw after.error; // 6
  // Who handed the value itself takes the result itself: an orchestrator's whole action list, as JSON at every turn,
  // would be read by nobody.
  if (request.triggerValue !== undefined) return { result: after.result, returnValue: undefined, outputData: [] };
  const response = await model.getResponse(context, after.result);
  const result = {
    result: after.result,
    returnValue: response.returnValue,
    outputData: response.outputData ?? [],
  };
  return deps.io?.write(fn, request, result) ?? result;
}

/** An activity's metadata is its input, twice, and hardly ever read. */
function isLazy({ trigger }: HostFunction): boolean {
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
  request: WorkerRequest,
  invocation: { functionName: string; context: unknown; hookData: HookData },
  read: ReadonlyMap<string, TypedData | undefined> | undefined,
): CoreInvocationContext {
  const invocationId = request.invocationId ?? randomUUID();
  return {
    invocationId,
    request: {
      invocationId,
      functionId: fn.id,
      inputData: request.inputData ?? inputData(fn, request, valuesOf(read, inputs)),
      triggerMetadata: isLazy(fn) ? undefined : request.triggerMetadata,
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

/** Values of bindings, as they were read or as the host has them. */
export function valuesOf(read: ReadonlyMap<string, TypedData | undefined> | undefined, inputs: InputValues): ValueOf {
  return (name, binding) => read?.get(name) ?? inputs(binding);
}

/** The trigger's data first, then every other input that the host has a value for (host contract, 2.9). */
export function inputData(fn: HostFunction, request: WorkerRequest, valueOf: ValueOf): InputData {
  const data: InputData = [];
  for (const name in fn.bindings) {
    const binding = fn.bindings[name];
    if (binding === undefined || binding.direction === 'out') continue;
    if (binding === fn.trigger) data.unshift({ name, data: request.triggerData });
    else data.push({ name, data: valueOf(name, binding) });
  }
  return data;
}
