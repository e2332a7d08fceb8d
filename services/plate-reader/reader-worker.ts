import { parentPort } from 'node:worker_threads';
import sharp from 'sharp';
import { InvalidImageError } from './image.js';
import { createPlateReader, type PlateReader, type Reading } from './reader.js';

/** A request of the main thread. The ID is repeated in the response. */
export interface ReadRequest {
  readonly id: number;
  readonly image: Uint8Array;
}

/** A message to the main thread. The first one is `ready`, after the networks are loaded. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reading'; readonly id: number; readonly reading: Reading }
  | { readonly kind: 'invalid' | 'failed'; readonly id: number; readonly message: string };

const port = parentPort;
if (!port) throw new Error('This file is a worker thread; start it with startReaderThread.');

const send = (message: WorkerMessage) => port.postMessage(message);

async function serve(): Promise<void> {
  sharp.concurrency(1);
  const reader = await createPlateReader();
  port?.on('message', (request: ReadRequest | 'close') => {
    if (request === 'close') port.close();
    else void answer(reader, request);
  });
  send({ kind: 'ready' });
}

async function answer(reader: PlateReader, { id, image }: ReadRequest): Promise<void> {
  try {
    send({ kind: 'reading', id, reading: await reader.readPlates(Buffer.from(image.buffer, 0, image.byteLength)) });
  } catch (thrown) {
    const kind = thrown instanceof InvalidImageError ? 'invalid' : 'failed';
    send({ kind, id, message: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) });
  }
}

void serve(); // a failure is the thread's `error` event
