import { ACCOUNT_TYPES, type AccountType, type Ledger } from '../ledger.js';
import { type Calibration, DEFAULT_CALIBRATION } from '../matcher/index.js';
import { backTest, type PastMatch } from './back-test.js';
import { limitFor } from './limit.js';
import { lowerBound, risingShares } from './shares.js';

export interface CalibrateOptions {
  /** The share of errors among recommended mappings that the company takes. Default 0.005. */
  errorShare?: number;
  /** Lines of the past that are tried, at most. Default 6,000. */
  lines?: number;
  /** Points of time at which they are tried. Default 4. */
  parts?: number;
}

const DEFAULTS: Required<CalibrateOptions> = { errorShare: 0.005, lines: 6_000, parts: 4 };
/** Fewer lines of a type say nothing about it. */
const FEWEST = 30;
/** What a rule is taken for before it was tried: so many lines, so often right. People write rules with care. */
const RULE_PRIOR = { lines: 20, right: 19.8 };

/**
 * Limits and confidences of a company, learnt from its own past: the latest lines of its history are mapped as if they
 * came in again, and what comes out is held to what they were mapped to. Types with too little history keep the
 * defaults. @throws RangeError when an option is out of bounds
 */
export function calibrate(company: string, ledger: Ledger, options: CalibrateOptions = {}): Calibration {
  const { errorShare, ...test } = resolve(options);
  return calibrationFrom(backTest(company, ledger, test), errorShare);
}

/** The same from matches that are there already. */
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
      throw new RangeError(`${name} is ${all[name]}: it must be a whole number from 1.`);
    }
  }
  return all;
}

function perType<T>(valueOf: (type: AccountType) => T): Record<AccountType, T> {
  return Object.fromEntries(ACCOUNT_TYPES.map((type) => [type, valueOf(type)])) as Record<AccountType, T>;
}

type Curve = Calibration['confidence'][AccountType];

/** Two points for each block, so that a straight line between neighbours never promises more than the upper one. */
function curveOf(matches: readonly PastMatch[], fallback: Curve): Curve {
  if (matches.length < FEWEST) return fallback;
  let confidence = 0;
  const points = risingShares(matches).flatMap((block): Curve => {
    confidence = Math.max(confidence, lowerBound(block));
    return [
      [block.from, confidence],
      [block.to, confidence],
    ];
  });
  // Points within a level stretch say nothing.
  const scoreAt = (index: number) => points[index]?.[1];
  const corners = points.filter(([, score], at) => scoreAt(at - 1) !== score || scoreAt(at + 1) !== score);
  return [[0, 0], ...corners];
}

function rulesFrom(matches: readonly PastMatch[]): Record<string, number> {
  const tried = matches.filter(({ rule }) => rule !== undefined);
  const byRule = Map.groupBy(tried, ({ rule }) => rule ?? '');
  const sure = [...byRule].map(([rule, all]): [string, number] => {
    const right = all.filter(({ isRight }) => isRight).length;
    return [rule, (right + RULE_PRIOR.right) / (all.length + RULE_PRIOR.lines)];
  });
  return Object.fromEntries(sure);
}
