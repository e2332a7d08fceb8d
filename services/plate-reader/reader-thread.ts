import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { InvalidImageError } from './image.js';
import { type PlateReader, type Reading } from './reader.js';
import { type ReadRequest, type WorkerMessage } from './reader-worker.js';

/** A reader that runs in a separate thread, until it is closed. */
export interface ReaderThread extends PlateReader {
  /** Settles when the thread has ended, for any reason. */
  readonly ended: Promise<void>;
  /** Ends the thread after the image that is being read. */
  close(): Promise<void>;
}

/** The worker file that reads with the neural networks. */
export const READER_WORKER = path.join(__dirname, 'reader-worker.js');

interface Pending {
  readonly resolve: (reading: Reading) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts a plate reader in a separate thread: onnxruntime-node runs a network in the calling thread, which would block
 * the event loop. When the thread ends, its reads fail.
 *
 * @throws when the networks cannot be loaded
 */
export async function startReaderThread(workerFile: string): Promise<ReaderThread> {
  const worker = new Worker(workerFile);
  const pending = new Map<number, Pending>();
  const ended = endOf(worker).then((error) => {
    for (const { reject } of pending.values()) reject(error);
    pending.clear();
  });
  const endedBefore = ended.then(() => Promise.reject(new Error('The reader thread has ended before it was ready.')));
  await Promise.race([once(worker, 'message'), endedBefore]); // `ready`; an `error` event instead rejects
  let lastId = 0;
  worker.on('message', (message: WorkerMessage) => complete(pending, message));
  return {
    ended,
    readPlates(image) {
      const request: ReadRequest = { id: ++lastId, image: Uint8Array.from(image) };
      return new Promise((resolve, reject) => {
        pending.set(request.id, { resolve, reject });
        worker.postMessage(request, [request.image.buffer as ArrayBuffer]);
      });
    },
    async close() {
      worker.postMessage('close'); // not terminate(): a network that is running must end by itself
      await ended;
    },
  };
}

/** Why the thread has ended, once it has. */
async function endOf(worker: Worker): Promise<Error> {
  let cause: unknown;
  worker.on('error', (error: unknown) => (cause = error));
  await new Promise((resolve) => worker.once('exit', resolve));
  return new Error('The reader thread has ended.', { cause });
}

function complete(pending: Map<number, Pending>, message: WorkerMessage): void {
  if (message.kind === 'ready') return;
  const waiting = pending.get(message.id);
  pending.delete(message.id);
  if (message.kind === 'reading') waiting?.resolve(message.reading);
  else if (message.kind === 'invalid') waiting?.reject(new InvalidImageError(message.message));
  else waiting?.reject(new Error(message.message));
}
