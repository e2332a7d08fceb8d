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

/** What StorageBindings needs from the host. */
interface StorageBindingsOptions {
  clients: StorageClients;
  queues: QueueSettings;
  env: Environment;
  log: HostLog;
  onSent: StorageContext['onSent'];
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
/** The types of the storage bindings, lower-cased. */
export const STORAGE_BINDINGS: readonly string[] = Object.keys(OUTPUTS);

/** The key under which a function's return binding is registered (host contract, 2.4). */
const RETURN = '$return';

interface CompiledBindings {
  inputs: [string, InputBinding][];
  outputs: [string, OutputBinding][];
}

/** An input could not be read or an output could not be written; the message names the binding. */
class BindingError extends Error {
  override readonly name = 'BindingError';
}

/**
 * Input and output bindings for blobs, tables and queues.
 *
 * B1 For a function without storage bindings `read` and `write` return undefined: no extra microtask.
 * B2 All inputs are read before the handler runs. All outputs are written after its hooks; the invocation succeeds only
 *    when all are written.
 * B3 An invalid binding is reported at the start and fails each invocation of its own function only.
 */
export class StorageBindings implements BindingIo {
  readonly #log: HostLog;
  readonly #context: StorageContext;
  readonly #compiled = new Map<HostFunction, CompiledBindings>();

  constructor(options: StorageBindingsOptions) {
    const { clients, queues, env, log, onSent } = options;
    this.#log = log;
    this.#context = { clients, queues, onSent, compile: (text, escape) => compileTemplate(text, env, escape) };
  }

  /** Compiles the bindings of all functions, so that invalid ones are reported at the start (B3). */
  prepare(functions: readonly HostFunction[]): void {
    for (const fn of functions) this.#bindingsOf(fn);
  }

  read(fn: HostFunction, request: InvocationRequest): Promise<ReadonlyMap<string, TypedData | undefined>> | undefined {
    const { inputs } = this.#bindingsOf(fn);
    if (inputs.length === 0) return undefined; // B1
    const data = once(() => bindingData(fn, request));
    return Promise.all(
      inputs.map(
        async ([name, binding]) => [name, await withBindingError(fn, name, () => binding.read(data))] as const,
      ),
    ).then((entries) => new Map(entries));
  }

  write(fn: HostFunction, request: InvocationRequest, result: InvocationResult): Promise<InvocationResult> | undefined {
    const { outputs } = this.#bindingsOf(fn);
    if (outputs.length === 0) return undefined; // B1
    return this.#writeAll(fn, outputs, request, result);
  }

  async #writeAll(
    fn: HostFunction,
    outputs: CompiledBindings['outputs'],
    request: InvocationRequest,
    result: InvocationResult,
  ): Promise<InvocationResult> {
    const data = once(() => bindingData(fn, request));
    const values = new Map(result.outputData.map((output) => [output.name, output.data]));
    values.set(RETURN, result.returnValue);
    await Promise.all(
      outputs.map(async ([name, binding]) => {
        const value = values.get(name);
        if (value !== undefined && value !== null) await withBindingError(fn, name, () => binding.write(value, data));
      }),
    );
    return result;
  }

  #bindingsOf(fn: HostFunction): CompiledBindings {
    const known = this.#compiled.get(fn);
    if (known !== undefined) return known;
    const compiled: CompiledBindings = {
      inputs: this.#compile(fn, INPUTS, false, failingInput),
      outputs: this.#compile(fn, OUTPUTS, true, failingOutput),
    };
    this.#compiled.set(fn, compiled);
    return compiled;
  }

  #compile<T>(
    fn: HostFunction,
    kinds: Record<string, Create<T>>,
    areOutputs: boolean,
    createFailing: (problem: Error) => T,
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
        return [[name, createFailing(problem)]]; // B3
      }
    });
  }
}

const failingInput = (problem: Error): InputBinding => ({ read: () => Promise.reject(problem) });
const failingOutput = (problem: Error): OutputBinding => ({ write: () => Promise.reject(problem) });

async function withBindingError<T>(fn: HostFunction, name: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const { type, direction } = fn.bindings[name] ?? { type: '', direction: 'in' };
    const what = `The ${type} ${direction === 'out' ? 'output' : 'input'} "${name}" of ${fn.name}`;
    throw new BindingError(`${what} failed: ${reasonOf(error)}.`, { cause: error });
  }
}

/** Collects the values once for all bindings of an invocation, and only when one of them needs any. */
function once(create: () => BindingData): () => BindingData {
  let data: BindingData | undefined;
  return () => (data ??= create());
}
