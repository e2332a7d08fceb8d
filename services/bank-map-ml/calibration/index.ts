import { ACCOUNT_TYPES, type AccountType, type Ledger } from '../ledger.js';
import { type Calibration, DEFAULT_CALIBRATION } from '../matcher/index.js';
import { backTest, type PastMatch } from './back-test.js';
import { limitFor } from './limit.js';
import { lowerBound, isotonicShares } from './shares.js';

interface CalibrateOptions {
  /** The accepted share of errors among recommended mappings. Default 0.005. */
  errorShare?: number;
  /** The maximum of past lines that are tested. Default 6,000. */
  lines?: number;
  /** The number of points in time at which they are tested. Default 4. */
  parts?: number;
}

const DEFAULTS: Required<CalibrateOptions> = { errorShare: 0.005, lines: 6_000, parts: 4 };
/** With fewer lines of a type its defaults are kept. */
const MIN_LINES = 30;
/** The prior of a rule: counted as this many tested and correct lines, because rules are usually correct. */
const RULE_PRIOR = { lines: 20, right: 19.8 };

/**
 * Computes the limits and confidences of a company from its own history: its latest lines are mapped again and compared
 * with their actual accounts. Types with too little history keep the defaults.
 *
 * @throws RangeError when an option is out of range
 */
export function calibrate(company: string, ledger: Ledger, options: CalibrateOptions = {}): Calibration {
  const { errorShare, ...test } = resolve(options);
  return calibrationFrom(backTest(company, ledger, test), errorShare);
}

/** Computes the calibration from the results of a back-test. */
export function calibrationFrom(matches: readonly PastMatch[], errorShare: number): Calibration {
  const byType = Map.groupBy(
    matches.filter(({ rule }) => rule === undefined),
    ({ type }) => type,
  );
  const limit = (type: AccountType) => limitFor(byType.get(type) ?? [], errorShare, DEFAULT_CALIBRATION.limits[type]);
  const curve = (type: AccountType) => curveOf(byType.get(type) ?? [], DEFAULT_CALIBRATION.confidence[type]);
  return { limits: perType(limit), confidence: perType(curve), rules: rulesFrom(matches) };
}

function resolve(options: CalibrateOptions): Required<CalibrateOptions> {
  const all = { ...DEFAULTS, ...options };
  if (!(all.errorShare > 0 && all.errorShare < 1)) {
    throw new RangeError(`errorShare is ${all.errorShare}: it must be between 0 and 1, such as 0.005.`);
  }
  for (const name of ['lines', 'parts'] as const) {
    if (!Number.isSafeInteger(all[name]) || all[name] < 1) {
      throw new RangeError(`${name} is ${all[name]}: it must be an integer from 1.`);
    }
  }
  return all;
}

function perType<T>(valueOf: (type: AccountType) => T): Record<AccountType, T> {
  return Object.fromEntries(ACCOUNT_TYPES.map((type) => [type, valueOf(type)])) as Record<AccountType, T>;
}

type Curve = Calibration['confidence'][AccountType];

/** Two points per block, so that the interpolation between blocks never exceeds the upper one. */
function curveOf(matches: readonly PastMatch[], fallback: Curve): Curve {
  if (matches.length < MIN_LINES) return fallback;
  let confidence = 0;
  const points = isotonicShares(matches).flatMap((block): Curve => {
    confidence = Math.max(confidence, lowerBound(block));
    return [
      [block.from, confidence],
      [block.to, confidence],
    ];
  });
  // Points inside a horizontal segment are redundant.
  const scoreAt = (index: number) => points[index]?.[1];
  const corners = points.filter(([, score], at) => scoreAt(at - 1) !== score || scoreAt(at + 1) !== score);
  return [[0, 0], ...corners];
}

function rulesFrom(matches: readonly PastMatch[]): Record<string, number> {
  const tested = matches.filter(({ rule }) => rule !== undefined);
  const byRule = Map.groupBy(tested, ({ rule }) => rule ?? '');
  const confidences = [...byRule].map(([rule, all]): [string, number] => {
    const right = all.filter(({ isRight }) => isRight).length;
    return [rule, (right + RULE_PRIOR.right) / (all.length + RULE_PRIOR.lines)];
  });
  return Object.fromEntries(confidences);
}
