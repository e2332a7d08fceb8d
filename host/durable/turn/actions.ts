import { type EntityId, type EntityName } from '../ids.js';
import { type RetryPolicy } from '../store/history-events.js';

/** Action types of the orchestrator's reply (host contract, 6.6). */
export const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  CallEntity: 7,
  CallHttp: 8,
  SignalEntity: 9,
  ScheduledSignalEntity: 10,
  WhenAny: 11,
  WhenAll: 12,
  LockEntities: 13,
  ReleaseEntities: 14,
} as const;

export interface RetryOptions {
  firstRetryIntervalInMilliseconds: number;
  maxNumberOfAttempts: number;
  backoffCoefficient?: number;
  maxRetryIntervalInMilliseconds?: number;
  retryTimeoutInMilliseconds?: number;
}

interface WithRetry {
  retryOptions: RetryOptions;
}
interface ActivityCall {
  actionType: typeof ActionType.CallActivity;
  functionName: string;
  input?: unknown;
}
interface SubOrchestrationCall {
  actionType: typeof ActionType.CallSubOrchestrator;
  functionName: string;
  instanceId?: string;
  input?: unknown;
  version?: string;
}
interface CreateTimer {
  actionType: typeof ActionType.CreateTimer;
  /** A Date on the raw result, ISO text after JSON. */
  fireAt: Date | string | null;
  isCanceled?: boolean;
}

/** A call or a signal. */
export interface EntityCall {
  actionType: typeof ActionType.CallEntity | typeof ActionType.SignalEntity | typeof ActionType.ScheduledSignalEntity;
  instanceId: EntityId;
  operation: string;
  input?: unknown;
  /** Of a scheduled signal: the time of its delivery. */
  fireAt?: Date | string;
}
export interface LockEntities {
  actionType: typeof ActionType.LockEntities;
  lockSet: EntityName[];
}
/** The request that the orchestrator passed to `callHttp` (host contract, 6.8.7). */
export interface HttpRequestData {
  method: string;
  uri: string;
  content?: string | null;
  headers?: Record<string, string> | null;
  tokenSource?: { resource: string } | null;
  asynchronousPatternEnabled?: boolean;
  /** Host only, of a poll: what is left of the request that the orchestrator passed. */
  original?: Pick<HttpRequestData, 'uri' | 'headers' | 'tokenSource'>;
}

/** An action of the library: the object itself, or its parsed JSON after a failure. */
export type Action =
  | ActivityCall
  | (Omit<ActivityCall, 'actionType'> & WithRetry & { actionType: typeof ActionType.CallActivityWithRetry })
  | SubOrchestrationCall
  | (Omit<SubOrchestrationCall, 'actionType'> &
      WithRetry & { actionType: typeof ActionType.CallSubOrchestratorWithRetry })
  | { actionType: typeof ActionType.ContinueAsNew; input?: unknown }
  | CreateTimer
  | { actionType: typeof ActionType.WaitForExternalEvent; externalEventName: string }
  | EntityCall
  | { actionType: typeof ActionType.CallHttp; httpRequest: HttpRequestData }
  | { actionType: typeof ActionType.WhenAny | typeof ActionType.WhenAll; compoundActions: Action[] }
  | LockEntities
  | { actionType: typeof ActionType.ReleaseEntities };

export type LeafAction = Exclude<Action, { compoundActions: Action[] }>;

/** Azure's default: 6 days. */
const DEFAULT_MAX_INTERVAL_MS = 6 * 24 * 3_600_000;
/** 100 years: date arithmetic with it stays valid. */
const MAX_INTERVAL_MS = 36_500 * 24 * 3_600_000;

/** Fills in defaults and applies limits; an invalid value becomes the default (host contract, 6.8.2). */
export function retryPolicy(options: RetryOptions): RetryPolicy {
  const { maxNumberOfAttempts: attempts } = options;
  return {
    firstIntervalMs: positive(options.firstRetryIntervalInMilliseconds, 1),
    // On NaN the library retries without end, and the host must assign the same numbers as the library.
    maxAttempts: Number.isNaN(attempts) ? Number.MAX_SAFE_INTEGER : Math.min(attempts, Number.MAX_SAFE_INTEGER),
    coefficient: positive(options.backoffCoefficient, 1),
    maxIntervalMs: positive(options.maxRetryIntervalInMilliseconds, DEFAULT_MAX_INTERVAL_MS),
    timeoutMs: positive(options.retryTimeoutInMilliseconds, null),
  };
}

function positive<T>(value: number | undefined, defaultValue: T): number | T {
  return value !== undefined && value > 0 && Number.isFinite(value) ? value : defaultValue;
}

/**
 * Wait before the next attempt, in ms.
 *
 * @param attempt ordinal of the attempt that failed, from 1
 */
export function retryDelay(policy: RetryPolicy, attempt: number): number {
  const delay = policy.firstIntervalMs * policy.coefficient ** (attempt - 1);
  return Math.min(delay, policy.maxIntervalMs, MAX_INTERVAL_MS);
}

/** JSON text of an input. Strings of activities and of continue-as-new are JSON already (host contract, 6.8.1). */
export function encodedInput(input: unknown): string | null {
  return typeof input === 'string' ? input : jsonOrNull(input);
}

export function jsonOrNull(value: unknown): string | null {
  // By its type the result is a string, but `undefined` and functions give undefined.
  const text: unknown = JSON.stringify(value);
  return typeof text === 'string' ? text : null;
}

/** A leaf action and its path: an index into the list, then an index for each compound. */
export interface ActionAtPath {
  action: LeafAction;
  path: number[];
  /** The orchestrator passed it to an earlier `Task.all` or `Task.any` too. */
  isRepeated?: true;
}

export function* leafActions(action: Action, path: number[]): Generator<ActionAtPath, void> {
  if (!('compoundActions' in action)) yield { action, path };
  else for (const [index, child] of action.compoundActions.entries()) yield* leafActions(child, [...path, index]);
}

/** The action at a path, or undefined when the list has none there. */
export function actionAt(actions: readonly Action[], path: readonly number[]): Action | undefined {
  let siblings = actions;
  let found: Action | undefined;
  for (const index of path) {
    found = siblings[index];
    siblings = found !== undefined && 'compoundActions' in found ? found.compoundActions : [];
  }
  return found;
}
