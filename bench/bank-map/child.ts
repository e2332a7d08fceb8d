/** `node child.js ZIP TODAY`: reads and maps one zip, then learns from it, and prints time and memory as JSON. In a thread, as the service. */
import { isMainThread, Worker } from 'node:worker_threads';
import { learn } from '../../services/bank-map-ml/learning/index.js';
import { readLedger } from '../../services/bank-map-ml/input/read-ledger.js';
import { threadLimits } from '../../services/bank-map-ml/job-thread.js';
import { matchLedger } from '../../services/bank-map-ml/matcher/index.js';

const MEMORY_MB = 2_048;

const secondsSince = (start: number) => (performance.now() - start) / 1_000;
const peakMib = () => process.resourceUsage().maxRSS / 1_024;

async function main([zip = '', today = '']: string[]): Promise<void> {
  const start = performance.now();
  const ledger = await readLedger(zip);
  const readSeconds = secondsSince(start);
  const { metrics } = matchLedger('hum', ledger, { now: new Date(today) }).info;
  const { user, system } = process.cpuUsage();
  const matched = {
    cpuSeconds: (user + system) / 1_000_000,
    peakMib: peakMib(),
    prepareSeconds: metrics.prepare_sec,
    matchSeconds: metrics.match_sec,
  };
  const learning = performance.now();
  learn(ledger);
  const learned = { learnSeconds: secondsSince(learning), learnPeakMib: peakMib() };
  process.stdout.write(JSON.stringify({ readSeconds, ...matched, ...learned }));
}

if (isMainThread) {
  const worker = new Worker(__filename, { argv: process.argv.slice(2), resourceLimits: threadLimits(MEMORY_MB) });
  worker.on('exit', (code) => (process.exitCode = code));
} else {
  main(process.argv.slice(2)).catch((thrown: unknown) => {
    console.error(thrown);
    process.exitCode = 1;
  });
}
