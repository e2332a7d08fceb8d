import { parentPort } from 'node:worker_threads';
import { type ReadRequest, type WorkerMessage } from '../../services/plate-reader/reader-worker.js';

/**
 * A reader thread without neural networks. An image is a text: it is the plate number; `exit` and `throw` end the thread;
 * `hold` is not answered.
 */
function read({ id, image }: ReadRequest): void {
  const text = Buffer.from(image).toString();
  if (text === 'exit') process.exit(1); // of the thread
  if (text === 'throw') throw new Error('The thread fails.');
  if (text === 'hold') return;
  send({ kind: 'reading', id, reading: { candidates: [{ plateNumber: text, confidence: 1 }] } });
}

const send = (message: WorkerMessage) => parentPort?.postMessage(message);

parentPort?.on('message', (message: ReadRequest | 'close') => {
  if (message === 'close') parentPort?.close();
  else read(message);
});
send({ kind: 'ready' });
