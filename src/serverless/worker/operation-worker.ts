import { Readable } from 'node:stream';
import { z } from 'zod';
import { type OperationKind } from '../../operations/define.js';
import { operationErrors } from '../../operations/errors.js';
import { isFinal } from '../../operations/monitor.js';
import { resultBlobName } from '../../operations/names.js';
import { type Operations } from '../../operations/operations.js';
import { type Monitor } from '../../operations/schemas.js';
import { OperationError } from '../../platform/errors.js';
import { JsonLimitError } from '../../platform/json-scanner.js';
import { parseJson } from '../../platform/json-text.js';
import { type BlobStore } from '../../platform/storage.js';
import { storeResult } from '../results/result-storage.js';
import { type Body, type WorkerEnd } from '../schemas.js';
import { readInput } from './worker-call.js';

/** Longest wait for a canceled operation, which stops within seconds, ms. */
const STOPPING_MS = 60_000;

interface OperationRequest {
  requestID: string;
  deadline: number;
  input?: Body;
  /** How the request has ended already, if it has. */
  end?: Pick<WorkerEnd, 'state' | 'at'>;
}

/** An endpoint's worker that is one of the app's own operation kinds. The operation has the request's id. */
export interface OperationWorker {
  /**
   * Starts the operation unless it has been started, cancels it when its request was canceled or is past its TTL.
   *
   * @returns its end; undefined while it runs, also while it stops
   * @throws OperationError 503
   */
  step(endpoint: string, kind: string, request: OperationRequest): Promise<WorkerEnd | undefined>;
}

type Blobs = Pick<BlobStore, 'get' | 'putStream' | 'stream'>;

/** @param kinds all kinds of the app */
export function createOperationWorker(
  operations: Pick<Operations, 'start' | 'monitor' | 'cancel'>,
  kinds: readonly OperationKind[],
  blobs: Blobs,
): OperationWorker {
  const start = async (name: string, { requestID, input = { text: 'null' } }: OperationRequest) => {
    const kind = kinds.find((known) => known.kind === name);
    if (!kind?.onEndpoints) return failed(`there is no operation kind ${name} for endpoints`);
    const json = await parsed(await readInput(input, blobs));
    if (json === undefined) return failed(`the input is too large for ${name}`);
    const request = kind.onEndpoints.safeParse(json);
    if (!request.success) return failed(`the input does not fit ${name}: ${z.prettifyError(request.error)}`);
    await operations.start({ kind, ...request.data, operationId: requestID });
    return undefined;
  };
  return {
    async step(endpoint, kind, request) {
      const cutOff = cutOffOf(request);
      const monitor = await monitorOf(operations, request.requestID);
      if (monitor && isFinal(monitor.status))
        return cutOff ? { state: cutOff.state, at: Date.now() } : endOf(monitor, endpoint, blobs);
      if (!cutOff) return monitor ? undefined : start(kind, request);
      if (!monitor || Date.now() > cutOff.at + STOPPING_MS) return { state: cutOff.state, at: Date.now() };
      await cancel(operations, request.requestID);
      return undefined;
    },
  };
}

/** JSON beyond the limits of a body of the app's own routes is undefined. @throws what is no failure of the input */
async function parsed(input: Buffer): Promise<unknown> {
  try {
    return await parseJson(input);
  } catch (thrown) {
    if (thrown instanceof JsonLimitError) return undefined;
    throw thrown;
  }
}

/** How and since when the request has ended without its worker. */
function cutOffOf({ end, deadline }: OperationRequest): Pick<WorkerEnd, 'state' | 'at'> | undefined {
  if (end) return end;
  return Date.now() > deadline ? { state: 'expired', at: deadline } : undefined;
}

async function monitorOf(operations: Pick<Operations, 'monitor'>, id: string): Promise<Monitor | undefined> {
  try {
    return await operations.monitor(id);
  } catch (thrown) {
    if (OperationError.from(thrown).data.code === operationErrors.OperationNotFound.code) return undefined;
    throw thrown;
  }
}

async function cancel(operations: Pick<Operations, 'cancel'>, id: string): Promise<void> {
  await operations.cancel(id).catch((thrown: unknown) => {
    // A final error: it has ended.
    if (!(thrown instanceof OperationError) || thrown.data.retryable) throw thrown;
  });
}

async function endOf(monitor: Monitor, endpoint: string, blobs: Blobs): Promise<WorkerEnd> {
  if (monitor.status === 'Canceled') return failed('the operation was canceled');
  if (monitor.status === 'Failed') return failed(monitor.error?.message ?? 'the operation failed');
  const source = await resultOf(monitor, blobs);
  if (!source) return failed('the operation’s result is gone');
  const result = await storeResult(endpoint, source, 'application/json', blobs);
  return { state: 'succeed', at: Date.now(), result };
}

/** A long result is a blob of the operation. */
async function resultOf({ id, result }: Monitor, blobs: Pick<BlobStore, 'stream'>): Promise<Readable | undefined> {
  if (result === undefined) return blobs.stream(resultBlobName(id));
  return Readable.from([Buffer.from(JSON.stringify(result))]);
}

function failed(error: string): WorkerEnd {
  return { state: 'failed', at: Date.now(), error };
}
