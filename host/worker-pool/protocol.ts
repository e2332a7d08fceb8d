import { type InvocationResult, type LogLevel } from '../contracts.js';
import { type Inspect } from '../process/inspector.js';
import { type LogThreshold } from '../log.js';
import { type WorkerRequest } from '../app/invoker.js';

/** What the host and a worker process say to each other. All of it is plain data. */

export interface LoadOrder {
  kind: 'load';
  appDir: string;
  logLevels: Record<string, LogThreshold>;
  inspect: Inspect | undefined;
}

export type ToWorker =
  | LoadOrder
  | { kind: 'invoke'; id: number; fn: string; request: WorkerRequest }
  /** Nothing is under way any more: say good-bye to the app and end. */
  | { kind: 'stop' };

export type FromWorker =
  | { kind: 'loaded' }
  | { kind: 'failed'; error: WireError }
  /** The function is about to be called: from here on it may have had effects. */
  | { kind: 'begun'; id: number }
  | { kind: 'done'; id: number; result: Omit<InvocationResult, 'result'> }
  | { kind: 'threw'; id: number; error: WireError }
  | { kind: 'log'; level: LogLevel; category: string; message: string; fields: Record<string, unknown> | undefined };

/** An error as data. The serializer of the channel would make a plain `Error` of one with a name of its own. */
export interface WireError {
  name: string;
  message: string;
  stack: string;
}

const text = (value: unknown) => String(value);

/** An app may have put anything in the place of a text, and not all of it can be sent. */
export function toWire(thrown: unknown): WireError {
  const { name, message, stack } = thrown instanceof Error ? thrown : new Error(text(thrown));
  return { name: text(name), message: text(message), stack: text(stack ?? `${name}: ${message}`) };
}

export function fromWire({ name, message, stack }: WireError): Error {
  const hidden = (value: string) => ({ value, configurable: true, writable: true });
  return Object.defineProperties(new Error(message), { name: hidden(name), stack: hidden(stack) });
}
