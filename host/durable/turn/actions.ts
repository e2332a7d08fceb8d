import { type RetryPolicy } from '../store/history-events.js';
import { type EntityId, type EntityName } from '../ids.js';

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

interface Retried {
  retryOptions: RetryOptions;
}
export interface ActivityCall {
  actionType: typeof ActionType.CallActivity;
  functionName: string;
  input?: unknown;
}
export interface ChildCall {
  actionType: typeof ActionType.CallSubOrchestrator;
  functionName: string;
  instanceId?: string;
  input?: unknown;
  version?: string;
}
export interface CreateTimer {
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
  /** Of a scheduled signal: when to deliver it. */
  fireAt?: Date | string;
}
export interface LockEntities {
  actionType: typeof ActionType.LockEntities;
  lockSet: EntityName[];
}
/** What `callHttp` was given (host contract, 6.8.7). */
export interface HttpRequestData {
  method: string;
  uri: string;
  content?: string;
  headers?: Record<string, string>;
  tokenSource?: { resource: string };
  asynchronousPatternEnabled?: boolean;
}

/** An action of the library: the object itself, or its JSON after a failure. */
export type Action =
  | ActivityCall
  | (Omit<ActivityCall, 'actionType'> & Retried & { actionType: typeof ActionType.CallActivityWithRetry })
  | ChildCall
  | (Omit<ChildCall, 'actionType'> & Retried & { actionType: typeof ActionType.CallSubOrchestratorWithRetry })
  | { actionType: typeof ActionType.ContinueAsNew; input?: unknown }
  | CreateTimer
  | { actionType: typeof ActionType.WaitForExternalEvent; externalEventName: string }
  | EntityCall
  | { actionType: typeof ActionType.CallHttp; httpRequest: HttpRequestData }
  | { actionType: typeof ActionType.WhenAny | typeof ActionType.WhenAll; compoundActions: Action[] }
  | LockEntities
  | { actionType: typeof ActionType.ReleaseEntities };

export type LeafAction = Exclude<Action, { compoundActions: Action[] }>;

/** Default of the product: 6 days. */
const DEFAULT_LONGEST_INTERVAL_MS = 6 * 24 * 3_600_000;
/** A century: any date arithmetic with it stays valid. */
const LONGEST_INTERVAL_MS = 36_500 * 24 * 3_600_000;

/** Everything filled in and bounded; what makes no sense becomes the default (host contract, 6.8.2). */
export function retryPolicy(options: RetryOptions): RetryPolicy {
  const { maxNumberOfAttempts: attempts } = options;
  return {
    firstIntervalMs: positive(options.firstRetryIntervalInMilliseconds, 1),
    // The library goes on for ever on NaN, and the host must agree with it on every number.
    maxAttempts: Number.isNaN(attempts) ? Number.MAX_SAFE_INTEGER : Math.min(attempts, Number.MAX_SAFE_INTEGER),
    coefficient: positive(options.backoffCoefficient, 1),
    maxIntervalMs: positive(options.maxRetryIntervalInMilliseconds, DEFAULT_LONGEST_INTERVAL_MS),
    timeoutMs: positive(options.retryTimeoutInMilliseconds, null),
  };
}

function positive<T>(value: number | undefined, otherwise: T): number | T {
  return value !== undefined && value > 0 && Number.isFinite(value) ? value : otherwise;
}

/** Wait before the attempt after the failed `attempt` (from 1), in ms. */
export function retryDelay(policy: RetryPolicy, attempt: number): number {
  const delay = policy.firstIntervalMs * policy.coefficient ** (attempt - 1);
  return Math.min(delay, policy.maxIntervalMs, LONGEST_INTERVAL_MS);
}

/** Strings of activities and of continue-as-new arrive as JSON already, nothing else does (host contract, 6.8.1). */
export function encodedInput(input: unknown): string | null {
  return typeof input === 'string' ? input : jsonOrNull(input);
}

export function jsonOrNull(value: unknown): string | null {
  // The types promise a string, yet undefined and functions give undefined.
  const text: unknown = JSON.stringify(value);
  return typeof text === 'string' ? text : null;
}

/** A leaf of the action list together with its place: indexes from the list down. */
export interface PlacedLeaf {
  action: LeafAction;
  at: number[];
}

export function* leaves(action: Action, at: number[]): Generator<PlacedLeaf, void> {
  if (!('compoundActions' in action)) yield { action, at };
  else for (const [index, child] of action.compoundActions.entries()) yield* leaves(child, [...at, index]);
}

/** The action at a place, or undefined when the list has none there. */
export function actionAt(actions: readonly Action[], at: readonly number[]): Action | undefined {
  let siblings = actions;
  let found: Action | undefined;
  for (const index of at) {
    found = siblings[index];
    siblings = found !== undefined && 'compoundActions' in found ? found.compoundActions : [];
  }
  return found;
}
