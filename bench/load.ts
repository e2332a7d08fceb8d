import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { quantile } from './figures.js';
import { type LoadRun, type LoadSample } from './load-generator.js';

const MAX_OUTPUT_BYTES = 200_000_000;
const GRACE_MS = 60_000;
const run = promisify(execFile);

export interface LoadResult {
  requests: number;
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/**
 * Sends load to a URL from a separate process, so that it does not share a thread with the measured code or with fake
 * services. Rejects when a response has another status than the expected one.
 */
export async function putLoad(load: LoadRun): Promise<LoadResult> {
  const script = path.join(__dirname, 'load-generator.js');
  const { stdout } = await run(process.execPath, [script, JSON.stringify(load)], {
    maxBuffer: MAX_OUTPUT_BYTES,
    timeout: load.seconds * 1_000 + GRACE_MS,
  });
  const sample = JSON.parse(stdout) as LoadSample;
  const other = Object.entries(sample.statuses).filter(([status]) => Number(status) !== load.expect);
  if (other.length > 0 || sample.errors > 0) {
    throw new Error(`${load.url}: ${sample.errors} errors, statuses ${JSON.stringify(sample.statuses)}`);
  }
  return {
    requests: sample.latencies.length,
    perSecond: sample.latencies.length / sample.seconds,
    p50: quantile(sample.latencies, 0.5),
    p99: quantile(sample.latencies, 0.99),
  };
}
