import { type HostFunction, type InvocationResult, type LogLevel } from '../contracts.js';
import { type InspectAddress } from '../process/inspector.js';
import { type LogThreshold } from '../log.js';
import { type QueueSettings } from '../config/queue-settings.js';
import { type ExtendedInvocationRequest } from '../app/invoker.js';
import { type EncodedReply, type EncodedTrigger } from './durable-data.js';

/** Messages between the host and a process of the app, all plain data. */

/** The first message to a process: load the app. */
export interface LoadMessage {
  kind: 'load';
  appDir: string;
  logLevels: Record<string, LogThreshold>;
  inspect: InspectAddress | undefined;
  queues: QueueSettings;
  routePrefix: string;
  /** A request without it in the header `TOKEN_HEADER` is 403: the port is for the host alone. */
  token: string;
  /** The first process of a start: it logs entries about the start, and waits for a debugger (`--inspect-brk`). */
  isFirst: boolean;
  /** Send a message for each file that is loaded as code. */
  reportsFiles: boolean;
}

/** The header with the token of requests that the host forwards. */
export const TOKEN_HEADER = 'x-longhaul-process-token';

/** An invocation as it is sent: the value of a durable trigger is encoded. */
export type SentRequest = Omit<ExtendedInvocationRequest, 'decorate' | 'triggerValue'> & { trigger?: EncodedTrigger };

/** The result of an invocation as it is sent: the reply of an orchestrator or entity is encoded. */
export interface SentResult extends Omit<InvocationResult, 'result'> {
  reply?: EncodedReply;
}

/** From the host to a process of the app. */
export type ToProcess =
  | LoadMessage
  /** Value of the durable client's binding; it precedes the first invocation. */
  | { kind: 'client'; binding: string }
  | { kind: 'invoke'; id: number; fn: string; request: SentRequest }
  /** The host stops: end the open event streams. */
  | { kind: 'endEventStreams' }
  /** No invocation is running: run the `appTerminate` hooks and end. */
  | { kind: 'stop' };

/** From a process of the app to the host. */
export type FromProcess =
  /** The app is loaded, and the process serves forwarded requests on `port`. */
  | { kind: 'loaded'; port: number; functions: HostFunction[] }
  | { kind: 'failed'; error: SerializedError }
  /** A file was loaded as code. */
  | { kind: 'file'; file: string }
  /** The function is about to be called: from now on it may have side effects. */
  | { kind: 'started'; id: number }
  | { kind: 'succeeded'; id: number; result: SentResult }
  | { kind: 'threw'; id: number; error: SerializedError }
  /** An output binding has sent a message to a queue. */
  | { kind: 'sentToQueue'; queueUrl: string }
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
