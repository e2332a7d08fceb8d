/** `node child.js ZIP TODAY`: reads and maps one zip, then calibrates, and prints time and memory as JSON. */
import { calibrate } from '../../services/bank-map-ml/calibration/index.js';
import { readLedger } from '../../services/bank-map-ml/input/read-ledger.js';
import { matchLedger } from '../../services/bank-map-ml/matcher/index.js';

const secondsSince = (start: number) => (performance.now() - start) / 1_000;
const peakMib = () => process.resourceUsage().maxRSS / 1_024;

async function main([zip = '', today = '']: string[]): Promise<void> {
  const start = performance.now();
  const ledger = await readLedger(zip);
  const readSeconds = secondsSince(start);
  const { metrics } = matchLedger('hum', ledger, { now: new Date(today) }).info;
  const matched = { peakMib: peakMib(), prepareSeconds: metrics.prepare_sec, matchSeconds: metrics.match_sec };
  const calibrating = performance.now();
  calibrate('hum', ledger);
  const calibrated = { calibrateSeconds: secondsSince(calibrating), calibratePeakMib: peakMib() };
  process.stdout.write(JSON.stringify({ readSeconds, ...matched, ...calibrated }));
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
