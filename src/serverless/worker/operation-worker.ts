import { Readable } from 'node:stream';
import { z } from 'zod';
import { type OperationKind } from '../../operations/define.js';
import { isFinal } from '../../operations/monitor.js';
import { resultBlobName } from '../../operations/names.js';
import { type Operations } from '../../operations/operations.js';
import { type Monitor } from '../../operations/schemas.js';
import { OperationError } from '../../platform/errors.js';
import { type BlobStore } from '../../platform/storage.js';
import { storeResult } from '../result-storage.js';
import { type Body, type WorkerEnd } from '../schemas.js';
import { readInput } from './worker-call.js';

interface Ids {
  endpoint: string;
  requestID: string;
}

/** An endpoint's worker that is one of the app's own operation kinds. The operation has the request's id. */
export interface OperationWorker {
  /** Null when it has been started; an end when it cannot be. */
  start(request: Ids & { kind: string; input: Body }): Promise<WorkerEnd | null>;
  /** Its end; null while it runs. */
  poll(request: Ids): Promise<WorkerEnd | null>;
  /** Cancels it, unless it has ended. */
  cancel(request: Ids): Promise<void>;
}

/** @param kinds all kinds of the app */
export function createOperationWorker(
  operations: Pick<Operations, 'start' | 'monitor' | 'cancel'>,
  kinds: readonly OperationKind[],
  blobs: Pick<BlobStore, 'get' | 'putStream' | 'stream'>,
): OperationWorker {
  return {
    async start({ requestID, kind: name, input }) {
      const kind = kinds.find((known) => known.kind === name);
      if (!kind) return failed(`there is no operation kind ${name}`);
      const parsed = kind.input.safeParse(JSON.parse(await readInput(input, blobs)));
      if (!parsed.success) return failed(`the input does not fit ${name}: ${z.prettifyError(parsed.error)}`);
      await operations.start({ kind, input: () => parsed.data, operationId: requestID });
      return null;
    },
    async poll(ids) {
      const monitor = await operations.monitor(ids.requestID);
      return isFinal(monitor.status) ? endOf(monitor, ids, blobs) : null;
    },
    async cancel({ requestID }) {
      await operations.cancel(requestID).catch((thrown: unknown) => {
        // A final error: it has ended, or it never began.
        if (!(thrown instanceof OperationError) || thrown.data.retryable) throw thrown;
      });
    },
  };
}

async function endOf(monitor: Monitor, ids: Ids, blobs: Pick<BlobStore, 'putStream' | 'stream'>): Promise<WorkerEnd> {
  if (monitor.status === 'Canceled') return failed('the operation was canceled');
  if (monitor.status === 'Failed') return failed(monitor.error?.message ?? 'the operation failed');
  const source = await resultOf(monitor, blobs);
  if (!source) return failed('the operation’s result is gone');
  const result = await storeResult(ids, source, 'application/json', blobs);
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
