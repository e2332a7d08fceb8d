import { type QueueSettings } from '../config/queue-settings.js';
import { type Environment } from '../config/app-settings.js';
import {
  type Binding,
  type BindingIo,
  type HostFunction,
  type InvocationRequest,
  type InvocationResult,
  type TypedData,
} from '../contracts.js';
import { type HostLog } from '../log.js';
import { type BindingData, bindingData } from './binding-data.js';
import { blobInput, blobOutput } from './blob.js';
import { compileTemplate } from './expressions.js';
import { queueOutput } from './queue-output.js';
import { type InputBinding, type OutputBinding, type StorageContext } from './binding-types.js';
import { reasonOf, type StorageClients } from './storage-clients.js';
import { tableInput, tableOutput } from './table.js';

export interface StorageBindingsOptions {
  clients: StorageClients;
  queues: QueueSettings;
  env: Environment;
  log: HostLog;
  sent: StorageContext['sent'];
}

type Create<T> = (binding: Binding, context: StorageContext) => T;

const INPUTS: Record<string, Create<InputBinding>> = {
  blob: blobInput,
  table: tableInput,
};
const OUTPUTS: Record<string, Create<OutputBinding>> = {
  queue: queueOutput,
  blob: blobOutput,
  table: tableOutput,
};
export const STORAGE_BINDINGS: readonly string[] = Object.keys(OUTPUTS);

/** The key under which a function's return binding is registered (host contract, 2.4). */
const RETURN = '$return';

interface Plan {
  inputs: [string, InputBinding][];
  outputs: [string, OutputBinding][];
}

/** An input could not be read or an output not written: the invocation fails, and its log says which. */
export class BindingError extends Error {
  override readonly name = 'BindingError';
}

/**
 * Blobs, tables and queues that functions name as inputs and outputs.
 *
 * B1 A function without any costs nothing: `read` and `write` answer undefined, and nobody waits.
 * B2 All inputs are read before the handler runs; all outputs are written after its hooks, and the invocation has
 *    succeeded only when they are.
 * B3 A binding that cannot be understood is named at the start and fails each invocation of its function alone.
 */
export class StorageBindings implements BindingIo {
  readonly #log: HostLog;
  readonly #context: StorageContext;
  readonly #plans = new Map<HostFunction, Plan>();

  constructor(options: StorageBindingsOptions) {
    const { clients, queues, env, log, sent } = options;
    this.#log = log;
    this.#context = { clients, queues, sent, compile: (text, escape) => compileTemplate(text, env, escape) };
  }

  /** Understands the bindings of all functions, so that what is wrong with them is said at the start (B3). */
  prepare(functions: readonly HostFunction[]): void {
    for (const fn of functions) this.#plan(fn);
  }

  read(fn: HostFunction, request: InvocationRequest): Promise<ReadonlyMap<string, TypedData | undefined>> | undefined {
    const { inputs } = this.#plan(fn);
    if (inputs.length === 0) return undefined; // B1
    const data = lazily(() => bindingData(fn, request));
    return Promise.all(
      inputs.map(async ([name, binding]) => [name, await blaming(fn, name, () => binding.read(data))] as const),
    ).then((entries) => new Map(entries));
  }

  write(fn: HostFunction, request: InvocationRequest, result: InvocationResult): Promise<InvocationResult> | undefined {
    const { outputs } = this.#plan(fn);
    if (outputs.length === 0) return undefined; // B1
    return this.#writeAll(fn, outputs, request, result);
  }

  async #writeAll(
    fn: HostFunction,
    outputs: Plan['outputs'],
    request: InvocationRequest,
    result: InvocationResult,
  ): Promise<InvocationResult> {
    const data = lazily(() => bindingData(fn, request));
    const values = new Map(result.outputData.map((output) => [output.name, output.data]));
    values.set(RETURN, result.returnValue);
    await Promise.all(
      outputs.map(async ([name, binding]) => {
        const value = values.get(name);
        if (value !== undefined && value !== null) await blaming(fn, name, () => binding.write(value, data));
      }),
    );
    // What a request's function returned went to storage: its client gets the answer to nothing, 204.
    const isAnswered = fn.trigger.type.toLowerCase() === 'httptrigger' && outputs.some(([name]) => name === RETURN);
    return isAnswered ? { ...result, returnValue: undefined } : result;
  }

  #plan(fn: HostFunction): Plan {
    const known = this.#plans.get(fn);
    if (known !== undefined) return known;
    const plan: Plan = {
      inputs: this.#compile(fn, INPUTS, false, cannotRead),
      outputs: this.#compile(fn, OUTPUTS, true, cannotWrite),
    };
    this.#plans.set(fn, plan);
    return plan;
  }

  #compile<T>(
    fn: HostFunction,
    kinds: Record<string, Create<T>>,
    areOutputs: boolean,
    failing: (problem: Error) => T,
  ): [string, T][] {
    return Object.entries(fn.bindings).flatMap(([name, binding]): [string, T][] => {
      const create = kinds[binding.type.toLowerCase()];
      if (create === undefined || (binding.direction === 'out') !== areOutputs) return [];
      try {
        return [[name, create(binding, this.#context)]];
      } catch (error) {
        const problem = error as Error;
        const message = `${fn.name}: the binding "${name}" of type ${binding.type} cannot be used: ${problem.message}.`;
        this.#log.log('error', 'Host.Startup', message);
        return [[name, failing(problem)]]; // B3
      }
    });
  }
}

const cannotRead = (problem: Error): InputBinding => ({ read: () => Promise.reject(problem) });
const cannotWrite = (problem: Error): OutputBinding => ({ write: () => Promise.reject(problem) });

async function blaming<T>(fn: HostFunction, name: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const { type, direction } = fn.bindings[name] ?? { type: '', direction: 'in' };
    const what = `The ${type} ${direction === 'out' ? 'output' : 'input'} "${name}" of ${fn.name}`;
    throw new BindingError(`${what} failed: ${reasonOf(error)}.`, { cause: error });
  }
}

/** The names are collected once for all bindings of an invocation, and only when one of them needs any. */
function lazily(create: () => BindingData): () => BindingData {
  let data: BindingData | undefined;
  return () => (data ??= create());
}
