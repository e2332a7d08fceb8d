import { type InvocationResult, type LogLevel } from '../contracts.js';
import { type InspectAddress } from '../process/inspector.js';
import { type LogThreshold } from '../log.js';
import { type ExtendedInvocationRequest } from '../app/invoker.js';

/** Messages between the host and a worker process, all plain data. */

/** The first message to a worker: load the app. */
export interface LoadMessage {
  kind: 'load';
  appDir: string;
  logLevels: Record<string, LogThreshold>;
  inspect: InspectAddress | undefined;
}

/** From the host to a worker. */
export type ToWorker =
  | LoadMessage
  | { kind: 'invoke'; id: number; fn: string; request: ExtendedInvocationRequest }
  /** No invocation is running: run the `appTerminate` hooks and end. */
  | { kind: 'stop' };

/** From a worker to the host. */
export type FromWorker =
  | { kind: 'loaded' }
  | { kind: 'failed'; error: SerializedError }
  /** The function is about to be called: from now on it may have side effects. */
  | { kind: 'started'; id: number }
  | { kind: 'succeeded'; id: number; result: Omit<InvocationResult, 'result'> }
  | { kind: 'threw'; id: number; error: SerializedError }
  | { kind: 'log'; level: LogLevel; category: string; message: string; fields: Record<string, unknown> | undefined };

/** An error as plain data: the channel's serializer would lose a custom name. */
interface SerializedError {
  name: string;
  message: string;
  stack: string;
}

const text = (value: unknown) => String(value);

/** Converts a thrown value for sending; its properties may hold any value, so each becomes a string. */
export function serializeError(thrown: unknown): SerializedError {
  const { name, message, stack } = thrown instanceof Error ? thrown : new Error(text(thrown));
  return { name: text(name), message: text(message), stack: text(stack ?? `${name}: ${message}`) };
}

/** The error that `serializeError` converted, as an `Error` with the same name, message and stack. */
export function deserializeError({ name, message, stack }: SerializedError): Error {
  const notEnumerable = (value: string) => ({ value, configurable: true, writable: true });
  return Object.defineProperties(new Error(message), { name: notEnumerable(name), stack: notEnumerable(stack) });
}
