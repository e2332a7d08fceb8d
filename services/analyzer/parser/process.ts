import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { type ProcessInput, type ProcessMessage } from '../analysis-process.js';

/*
 * The process of one analysis. The work is done in a thread. The main thread is free to watch the memory, which V8's own
 * limit cannot do for buffers.
 */

const MB = 1_000_000;
const WATCH_INTERVAL_MS = 20;
/** Resident memory of a process and thread without work; the rest can be heap. */
const BASE_MB = 90;
const MIN_HEAP_MB = 32;

process.on('SIGINT', () => undefined); // Ctrl-C in a terminal reaches this process too; the service ends it
process.once('disconnect', () => process.exit());
process.once('message', (input: ProcessInput) => run(input));

function run(input: ProcessInput): void {
  const { memoryMb } = input;
  const worker = new Worker(path.join(__dirname, 'thread.js'), {
    workerData: input,
    resourceLimits: { maxOldGenerationSizeMb: Math.max(MIN_HEAP_MB, memoryMb - BASE_MB) },
  });
  const outOfMemory: ProcessMessage = {
    kind: 'failed',
    code: 'MemoryLimit',
    message: `The analysis needs more than ${memoryMb} MB of memory.`,
  };
  setInterval(() => {
    if (process.memoryUsage.rss() > memoryMb * MB) end(outOfMemory);
  }, WATCH_INTERVAL_MS);
  worker.on('message', end);
  worker.on('error', (thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      end(outOfMemory);
      return;
    }
    console.error(thrown);
    end({ kind: 'failed', code: 'ParserFailed', message: `The analysis failed with an error (${thrown.name}).` });
  });
}

function end(message: ProcessMessage): void {
  process.send?.(message, () => process.exit());
}
