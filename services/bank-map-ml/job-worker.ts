import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { learn } from './learning/index.js';
import { type Learned } from './learning/learned-matcher.js';
import { download } from './input/download.js';
import { InputError } from '../input-error.js';
import { readLedger } from './input/read-ledger.js';
import { type ThreadJob, type ThreadMessage } from './job-thread.js';
import { type Ledger } from './ledger.js';
import { type MappingResult } from './mapping.js';
import { LeftOut, matchLedger } from './matcher/index.js';

/** Progress in percent after the download, after reading, after learning, and after mapping. */
const FETCHED = 5;
const READ = 35;
const LEARNED = 60;
const MAPPED = 99;

const { version } = createRequire(__filename)('../../../package.json') as { version: string };

const port = parentPort;
if (!port) throw new Error('This file is a worker thread; start it with startJobThread.');

const send = (message: ThreadMessage) => port.postMessage(message);

/** Reports the progress of a stage (0 to 1) as a percentage of the job between `from` and `to`. */
const reporter = (from: number, to: number) => (part: number) =>
  send({ kind: 'progress', percent: Math.floor(from + (to - from) * Math.min(1, part)) });

async function run(job: ThreadJob): Promise<void> {
  const start = performance.now();
  await download(job.inputUrl, job.zipFile);
  const fetched = performance.now();
  reporter(0, FETCHED)(1);
  const leftOut = new LeftOut();
  const ledger = await readLedger(job.zipFile, { onProgress: reporter(FETCHED, READ), leftOut });
  const read = performance.now();
  const { learning, errorShare } = job.settings;
  const learned = learning ? learn(ledger, { errorShare }) : undefined;
  const learnedAt = performance.now();
  reporter(READ, LEARNED)(1);
  const { info, ...result } = map(job, ledger, learned, leftOut);
  const metrics = {
    fetch_sec: (fetched - start) / 1_000,
    read_sec: (read - fetched) / 1_000,
    learn_sec: (learnedAt - read) / 1_000,
    ...info.metrics,
    total_sec: (performance.now() - start) / 1_000,
  };
  const file = path.basename(new URL(job.inputUrl).pathname);
  await write(job.resultFile, { ...result, info: { ...info, metrics, file } });
  send({ kind: 'done' });
}

function map(
  { company, settings: { now } }: ThreadJob,
  ledger: Ledger,
  learned: Learned | undefined,
  leftOut: LeftOut,
): MappingResult {
  const report = reporter(LEARNED, MAPPED);
  return matchLedger(company, ledger, {
    now: now === undefined ? new Date() : new Date(now),
    learned,
    leftOut,
    appVersion: version,
    onProgress: (done, total) => report(total === 0 ? 1 : done / total),
  });
}

/** Writes one mapping at a time, because one string would double the memory and can exceed V8's limit. */
async function write(file: string, result: MappingResult): Promise<void> {
  await pipeline(Readable.from(chunks(result)), fs.createWriteStream(file, { mode: 0o600 }));
}

function* chunks({ company, mappings, info }: MappingResult): Generator<string> {
  yield `{"company":${JSON.stringify(company)},"mappings":[`;
  for (const [i, mapping] of mappings.entries()) {
    yield (i === 0 ? '' : ',') + JSON.stringify(mapping);
  }
  yield `],"info":${JSON.stringify(info)}}`;
}

run(workerData as ThreadJob).catch((thrown: unknown) => {
  if (!(thrown instanceof InputError)) throw thrown; // reported by the thread's `error` event
  send({ kind: 'failed', error: thrown.message });
});
