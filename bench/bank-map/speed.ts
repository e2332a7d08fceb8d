import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { ROOT } from '../../dev/plan.js';
import { writeSample } from '../../services/bank-map-ml/samples/write.js';
import { type Figure } from '../figures.js';
import { withFolder } from '../host/engine.js';
import { LARGE, NOW } from './sample.js';

const CHILD = path.join(ROOT, 'dist/bench/bank-map/child.js');
/** Targets of the project. */
const MAX_SECONDS = 10;
const MAX_MIB = 1_024;
const MIN_LINES_PER_CPU_SECOND = 400;

const report = z.object({
  readSeconds: z.number(),
  prepareSeconds: z.number(),
  matchSeconds: z.number(),
  peakMib: z.number(),
  cpuSeconds: z.number(),
  learnSeconds: z.number(),
  learnPeakMib: z.number(),
});

/** Runs one job in a process of its own, in a thread as the service does: reads the zip, builds the index and maps the lines. */
export function measureSpeed(seed: number): Promise<Figure[]> {
  return withFolder(async (folder) => {
    const zip = path.join(folder, 'sample.zip');
    writeSample({ ...LARGE, seed }, zip, () => undefined);
    const { stdout } = await promisify(execFile)(process.execPath, [CHILD, zip, NOW]);
    return figures(report.parse(JSON.parse(stdout)));
  });
}

function figures({ readSeconds, prepareSeconds, matchSeconds, ...rest }: z.infer<typeof report>): Figure[] {
  const total = readSeconds + prepareSeconds + matchSeconds;
  const size = `${LARGE.lines} lines × ${LARGE.documents} documents × ${LARGE.glAccounts} accounts × ${LARGE.history} history`;
  return [
    { name: size, value: total, unit: 's', target: { atMost: MAX_SECONDS } },
    { name: '  reading the zip', value: readSeconds, unit: 's' },
    { name: '  indexing', value: prepareSeconds, unit: 's' },
    { name: '  matching', value: matchSeconds, unit: 's' },
    {
      name: '  lines per second of processor time, of the whole process',
      value: LARGE.lines / rest.cpuSeconds,
      unit: '/s',
      target: { atLeast: MIN_LINES_PER_CPU_SECOND },
    },
    { name: '  peak memory of the process', value: rest.peakMib, unit: 'MiB', target: { below: MAX_MIB } },
    { name: 'learning from the history', value: rest.learnSeconds, unit: 's' },
    { name: '  peak memory of the process', value: rest.learnPeakMib, unit: 'MiB', target: { below: MAX_MIB } },
  ];
}
