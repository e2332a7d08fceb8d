import { createHash } from 'node:crypto';
import { type Instance } from './durable.js';
import { statusOfEnd } from './end-log.js';
import { commonErrors } from '../platform/errors.js';
import { type BlobStore } from '../platform/storage.js';
import { type StoredResult } from './stored-result.js';
import { type Envelope, type Monitor, type OperationEnd, type OperationStatus, type RunStatus } from './schemas.js';

/** Longest stored results that are in a monitor, alone or among others (docs/contracts). */
const MAX_EMBEDDED_BYTES = 4 * 1024 * 1024;
const MAX_COMPACT_BYTES = 64 * 1024;
const RESULT_URL_MINUTES = 60;

/** Gaps between the reads of a request that waits for an end, ms: a third of the time that it has waited. */
const SHORTEST_GAP_MS = 200;
const GAP_SHARE = 1 / 3;
const LONGEST_GAP_MS = 5_000;
/** An end is stored a moment after its orchestrator in this process has said it, ms. */
const STORED_AFTER_MS = 20;

export function waitGapMs(waitedMs: number): number {
  return Math.min(Math.max(SHORTEST_GAP_MS, waitedMs * GAP_SHARE), LONGEST_GAP_MS);
}

/** How long the n-th read (from 1) after an end waits for it to be stored. */
export function storedWithinMs(n: number): number {
  return Math.min(STORED_AFTER_MS * 2 ** (n - 1), LONGEST_GAP_MS);
}

/** Waits between the polls of an event stream, ms: at first short, then longer. */
export const FIRST_POLL_MS = 10;
const LONGEST_POLL_MS = 250;

export function nextPollMs(ms: number): number {
  return Math.min(ms * 1.5, LONGEST_POLL_MS);
}

export interface MonitorOptions {
  retentionMs: number;
  blobs: Pick<BlobStore, 'get' | 'readUrl'>;
  /** Whether the monitor is one of many: stored results over 64 KiB, and stored details, are at `resultLocation`. */
  isCompact?: boolean;
}

export function isFinal(status: OperationStatus): boolean {
  return status === 'Succeeded' || status === 'Failed' || status === 'Canceled';
}

/** The monitor of an operation whose orchestrator may not have begun. */
export function pendingMonitor(id: string, kind: string, createdAt: string): Monitor {
  return {
    id,
    kind,
    status: 'NotStarted',
    runtimeStatus: 'Pending',
    createdDateTime: createdAt,
    lastUpdatedDateTime: createdAt,
    waitingFor: 'capacity',
  };
}

/** The monitor without its result, as in lists. */
export function summaryOf(instance: Instance, kind: string, retentionMs: number): Monitor {
  const status = statusOf(instance);
  const shown = (instance.customStatus ?? {}) as RunStatus;
  const createdAt = createdAtOf(instance);
  const updatedAt = updatedAtOf(instance, shown, createdAt);
  return {
    id: instance.instanceId,
    kind,
    status,
    ...retryOf(instance),
    runtimeStatus: runtimeStatusOf(instance),
    createdDateTime: createdAt.toISOString(),
    lastUpdatedDateTime: updatedAt.toISOString(),
    ...(isFinal(status) && { expiresDateTime: new Date(updatedAt.getTime() + retentionMs).toISOString() }),
    ...progressOf(shown, status),
    ...waitingOf(instance, shown),
    ...(shown.cancelRequested && !isFinal(status) && { cancelRequested: true }),
    ...(status === 'Failed' && { error: errorOf(instance) }),
  };
}

/** The whole monitor. @throws OperationError 503 when the result is in storage and storage cannot be reached */
export async function monitorOf(instance: Instance, kind: string, options: MonitorOptions): Promise<Monitor> {
  const summary = summaryOf(instance, kind, options.retentionMs);
  if (summary.status === 'Succeeded') return { ...summary, ...(await resultOf(instance, options)) };
  return { ...summary, ...(await storedDetailsOf(instance, summary, options)) };
}

/** The location of a result that was too large for the history. */
export function storedResultOf(instance: Instance): { storedResult?: StoredResult } {
  const end = instance.output as OperationEnd | string | null;
  if (typeof end !== 'object' || end?.end !== 'succeeded' || !('resultBlob' in end)) return {};
  const { resultBlob: name, bytes, wholeBlob: whole } = end;
  return { storedResult: { name, bytes, ...(whole !== undefined && { whole }) } };
}

/** The result of an operation that succeeded, if it is in the history. */
export function inlineResultOf(instance: Instance): unknown {
  const end = instance.output as OperationEnd;
  return end.end === 'succeeded' && 'result' in end ? end.result : undefined;
}

async function resultOf(instance: Instance, { blobs, isCompact }: MonitorOptions) {
  const end = instance.output as OperationEnd;
  if (end.end !== 'succeeded') return {};
  if (!('resultBlob' in end)) return { result: end.result };
  const maxBytes = isCompact ? MAX_COMPACT_BYTES : MAX_EMBEDDED_BYTES;
  if (end.bytes > maxBytes) return locationOf(end.wholeBlob ?? end.resultBlob, blobs);
  return { result: await storedJson(end.resultBlob, blobs), ...(await locationOf(end.wholeBlob, blobs)) };
}

/** The error of a failed operation whose details are stored. */
async function storedDetailsOf(instance: Instance, { status, error }: Monitor, { blobs, isCompact }: MonitorOptions) {
  const end = instance.output as OperationEnd | string | null;
  if (status !== 'Failed' || !error || typeof end !== 'object' || end?.end !== 'failed') return {};
  if (end.detailsBlob === undefined) return {};
  if (isCompact) return locationOf(end.wholeBlob ?? end.detailsBlob, blobs);
  const details = (await storedJson(end.detailsBlob, blobs)) as NonNullable<Monitor['error']>['details'];
  return { error: { ...error, details }, ...(await locationOf(end.wholeBlob, blobs)) };
}

async function storedJson(name: string, blobs: MonitorOptions['blobs']): Promise<unknown> {
  const bytes = await blobs.get(name);
  if (!bytes) throw commonErrors.InternalError('The stored result is missing.');
  return JSON.parse(bytes.toString('utf8')) as unknown;
}

async function locationOf(name: string | undefined, blobs: MonitorOptions['blobs']) {
  return name === undefined ? {} : { resultLocation: await blobs.readUrl(name, RESULT_URL_MINUTES) };
}

function statusOf(instance: Instance): OperationStatus {
  const runtimeStatus = runtimeStatusOf(instance);
  switch (runtimeStatus) {
    case 'Pending':
      return 'NotStarted';
    case 'Running':
    case 'Suspended':
    case 'ContinuedAsNew':
      return 'Running';
    case 'Failed':
      return 'Failed';
    case 'Terminated':
      return 'Canceled';
    case 'Completed':
      return statusOfEnd(instance.output as OperationEnd);
  }
}

/** Whether an instance, of an operation or a sub-orchestration, has ended. */
export function hasEnded(instance: Instance): boolean {
  return ['Completed', 'Failed', 'Terminated'].includes(runtimeStatusOf(instance));
}

/** `Canceled` is in the runtime's list of states, but nothing sets it (host contract, 5.8). */
function runtimeStatusOf({ runtimeStatus }: Instance): Monitor['runtimeStatus'] {
  const text: string = runtimeStatus;
  return text === 'Canceled' ? 'Terminated' : (text as Monitor['runtimeStatus']);
}

function retryOf({ input }: Instance): Pick<Monitor, 'retryOf'> {
  const { retryOf } = (input ?? {}) as Partial<Envelope>;
  return retryOf === undefined ? {} : { retryOf };
}

function createdAtOf(instance: Instance): Date {
  // The task hub's time has no milliseconds; the starter's has.
  const envelope = instance.input as Partial<Envelope> | undefined;
  return new Date(envelope?.createdAt ?? instance.createdTime);
}

/**
 * The last visible change. The orchestrator says when it was; the task hub's time has no milliseconds and changes with
 * each turn. What an operator does (suspend, resume, terminate) has the task hub's time.
 */
function updatedAtOf(instance: Instance, { changedAt = 0 }: RunStatus, createdAt: Date): Date {
  const isOwnChange = changedAt > 0 && ['Running', 'Completed'].includes(runtimeStatusOf(instance));
  const storedAt = isOwnChange ? 0 : new Date(instance.lastUpdatedTime).getTime();
  return new Date(Math.max(createdAt.getTime(), changedAt, storedAt));
}

/** The last report of a job may be older than its end: what has succeeded is complete. */
function progressOf({ progress }: RunStatus, status: OperationStatus): Pick<Monitor, 'progress' | 'percentComplete'> {
  if (!progress) return {};
  const { total, failed } = progress;
  const completed = status === 'Succeeded' ? total - failed : progress.completed;
  const percentComplete = total === 0 ? 100 : Math.floor((100 * (completed + failed)) / total);
  return { percentComplete, progress: { ...progress, completed } };
}

function waitingOf(instance: Instance, { waitingFor }: RunStatus): Pick<Monitor, 'waitingFor'> {
  switch (runtimeStatusOf(instance)) {
    case 'Pending':
      return { waitingFor: 'capacity' };
    case 'Suspended':
      return { waitingFor: 'paused' };
    case 'Running':
    case 'ContinuedAsNew':
      return waitingFor ? { waitingFor } : {};
    case 'Completed':
    case 'Failed':
    case 'Terminated':
      return {};
  }
}

function errorOf(instance: Instance): NonNullable<Monitor['error']> {
  const end = instance.output as OperationEnd | string | null;
  if (typeof end === 'object' && end?.end === 'failed') return end.error;
  // The orchestrator threw: its text is for the log, not for clients.
  const { code, status } = commonErrors.InternalError;
  return { code, message: `Something failed on our side; operation ${instance.instanceId}.`, status };
}

/** A strong validator of the monitor's bytes (RFC 9110, 8.8.3). */
export function etagOf(body: string): string {
  return `"${createHash('sha1').update(body).digest('base64url')}"`;
}
