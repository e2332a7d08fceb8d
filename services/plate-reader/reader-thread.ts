import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { InvalidImageError } from './image.js';
import { type PlateReader, type PlateReaderOptions, type Reading } from './reader.js';
import { type ReadRequest, type WorkerMessage } from './reader-worker.js';

/** A reader that runs in a separate thread, until it is closed. */
interface ReaderThread extends PlateReader {
  /** Ends the thread after the image that is being read. */
  close(): Promise<void>;
}

interface Pending {
  readonly resolve: (reading: Reading) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Starts a plate reader in a separate thread: onnxruntime-node runs a network in the calling thread, which would block
 * the event loop.
 *
 * @throws when the networks cannot be loaded
 */
export async function startReaderThread(options: PlateReaderOptions): Promise<ReaderThread> {
  const worker = new Worker(path.join(__dirname, 'reader-worker.js'), { workerData: options });
  await once(worker, 'message'); // `ready`; an `error` event instead rejects
  const pending = new Map<number, Pending>();
  let lastId = 0;
  worker.on('message', (message: WorkerMessage) => complete(pending, message));
  worker.on('error', (error: Error) => {
    for (const { reject } of pending.values()) reject(error);
    throw error; // the service cannot work without the thread: the process ends and must be restarted
  });
  return {
    readPlates(image) {
      const request: ReadRequest = { id: ++lastId, image: Uint8Array.from(image) };
      return new Promise((resolve, reject) => {
        pending.set(request.id, { resolve, reject });
        worker.postMessage(request, [request.image.buffer as ArrayBuffer]);
      });
    },
    async close() {
      const exited = once(worker, 'exit');
      worker.postMessage('close'); // not terminate(): a network that is running must end by itself
      await exited;
    },
  };
}

function complete(pending: Map<number, Pending>, message: WorkerMessage): void {
  if (message.kind === 'ready') return;
  const waiting = pending.get(message.id);
  pending.delete(message.id);
  if (message.kind === 'reading') waiting?.resolve(message.reading);
  else if (message.kind === 'invalid') waiting?.reject(new InvalidImageError(message.message));
  else waiting?.reject(new Error(message.message));
}
