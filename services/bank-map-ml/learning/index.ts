import { ACCOUNT_TYPES, type AccountType, type Ledger } from '../ledger.js';
import { backTest, type PastLine } from './back-test.js';
import { type Point } from './calibration.js';
import { INITIAL_WEIGHTS } from './features.js';
import { type Learned } from './learned-matcher.js';
import { limitFor, type PastMatch } from './limit.js';
import { chosen, learnWeights } from './model.js';
import { lowerBound, isotonicShares } from './shares.js';

interface LearnOptions {
  /** The accepted share of errors among recommended mappings. Default 0.005. */
  errorShare?: number;
  /** The maximum of past lines that are tested. Default 5,000. */
  lines?: number;
  /** The number of points in time at which they are tested. Default 4. */
  parts?: number;
}

const DEFAULTS: Required<LearnOptions> = { errorShare: 0.005, lines: 5_000, parts: 4 };
/** With fewer past lines nothing is learned. */
const MIN_LINES = 200;
/** Mappings are recommended only from these odds on: the past of a type can be better than its future. */
const LEAST_LIMIT = Math.log(50);
/** The limit of a type of which there are too few past lines. */
const CAUTIOUS_LIMIT = Math.log(1_000);
/** The table of such a type. */
const CAUTIOUS_CURVE: readonly Point[] = [
  [0, 0.5],
  [CAUTIOUS_LIMIT, 0.95],
  [2 * CAUTIOUS_LIMIT, 0.99],
];
const MIN_LINES_OF_TYPE = 30;

/**
 * Learns from the history of a company how to choose accounts, and what scores mean: its latest lines are mapped again and
 * compared with the accounts to which they were booked. Undefined with too little history.
 *
 * @throws RangeError when an option is out of range
 */
export function learn(ledger: Ledger, options: LearnOptions = {}): Learned | undefined {
  const { errorShare, ...test } = resolve(options);
  const past = backTest(ledger, test);
  if (past.length < MIN_LINES) return undefined;
  const matches = crossValidated(past);
  const of = (type: AccountType) => matches.filter((match) => match.type === type);
  return {
    weights: learnWeights(past, INITIAL_WEIGHTS),
    limits: perType((type) => {
      const share = Math.min(errorShare, defaultShare(past, type));
      return Math.max(LEAST_LIMIT, limitFor(of(type), share, CAUTIOUS_LIMIT));
    }),
    confidence: perType((type) => curveOf(of(type))),
  };
}

function resolve(options: LearnOptions): Required<LearnOptions> {
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

type TypedMatch = PastMatch & { type: AccountType };

/** The matches of each half of the lines with the weights that the other half gives. */
function crossValidated(past: readonly PastLine[]): TypedMatch[] {
  const halves = [0, 1].map((half) => past.filter((_, index) => index % 2 === half));
  return halves.flatMap((half, h) => {
    const weights = learnWeights(halves[1 - h] ?? [], INITIAL_WEIGHTS);
    return half.map(({ candidates, types, right }): TypedMatch => {
      const { order, score } = chosen(candidates, weights);
      const first = order[0] ?? 0;
      return { score, isRight: first === right, type: types[first] ?? 'G/L Account' };
    });
  });
}

/** The share of errors that mappings of the type would have had without learning. */
function defaultShare(past: readonly PastLine[], type: AccountType): number {
  const recommended = past.filter(({ byDefault }) => byDefault.type === type && byDefault.recommended);
  return recommended.filter(({ byDefault }) => !byDefault.isRight).length / Math.max(1, recommended.length);
}

/** Two points per block, so that the interpolation between blocks never exceeds the upper one. */
function curveOf(matches: readonly PastMatch[]): Point[] {
  if (matches.length < MIN_LINES_OF_TYPE) return [...CAUTIOUS_CURVE];
  let confidence = 0;
  const points = isotonicShares(matches).flatMap((block): Point[] => {
    confidence = Math.max(confidence, lowerBound(block));
    return [
      [block.from, confidence],
      [block.to, confidence],
    ];
  });
  // Points inside a horizontal segment are redundant.
  const scoreAt = (index: number) => points[index]?.[1];
  return points.filter(([, score], at) => scoreAt(at - 1) !== score || scoreAt(at + 1) !== score);
}
