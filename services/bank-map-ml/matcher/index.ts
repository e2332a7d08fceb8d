import { type Ledger } from '../ledger.js';
import { type Mapping, type MappingResult } from '../mapping.js';
import { type Calibration, DEFAULT_CALIBRATION } from './calibration.js';
import { sizesOf } from './info.js';
import { lineOf } from './line.js';
import { Matcher } from './matcher.js';
import { onceEach } from './rows.js';

export { type Calibration, DEFAULT_CALIBRATION } from './calibration.js';
export { documentKind } from './document-types.js';

interface MatchOptions {
  /** Lines that are more than 60 days older get no main mapping. */
  now: Date;
  /** The number of accounts per line: the main one and `tops` − 1 alternatives. Default 2. */
  tops?: number;
  /** Default: limit 1.6 for every type, a cautious confidence curve. */
  calibration?: Calibration;
  /** For `info.app_version`; default ''. */
  appVersion?: string;
  /** Called every 50 lines and at the end. */
  onProgress?: (done: number, total: number) => void;
}

/** Lines between two calls of onProgress. */
const PROGRESS_STEP = 50;

/**
 * Maps every statement line of a company to an account, by the rules of docs/bank-map-matching.md.
 *
 * @throws RangeError when `tops` is not an integer from 1
 */
export function matchLedger(company: string, ledger: Ledger, options: MatchOptions): MappingResult {
  const { now, tops = 2, calibration = DEFAULT_CALIBRATION, onProgress } = options;
  if (!Number.isInteger(tops) || tops < 1) throw new RangeError(`tops is ${tops}: it must be an integer from 1.`);
  const start = performance.now();
  const lines = onceEach(ledger.bankStatementLines, (row) => row.externalDocumentNumber).map(lineOf);
  const matcher = new Matcher(ledger, lines, { now, calibration, tops });
  const prepared = performance.now();

  // Sorted by name, because Names compares equal names once.
  const order = lines.map((_, i) => i).sort((a, b) => compareTexts(lines[a]?.name, lines[b]?.name));
  const mappings = new Array<Mapping>(lines.length);
  for (const [done, i] of order.entries()) {
    const line = lines[i];
    if (line) mappings[i] = matcher.map(line);
    if ((done + 1) % PROGRESS_STEP === 0) onProgress?.(done + 1, lines.length);
  }
  onProgress?.(lines.length, lines.length);
  const end = performance.now();
  return {
    company,
    mappings,
    info: {
      metrics: {
        prepare_sec: (prepared - start) / 1000,
        match_sec: (end - prepared) / 1000,
        total_sec: (end - start) / 1000,
      },
      sizes: sizesOf(ledger, mappings),
      app_version: options.appVersion ?? '',
      recognition_finished: new Date(now.getTime() + end - start).toISOString(),
    },
  };
}

function compareTexts(a = '', b = ''): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
