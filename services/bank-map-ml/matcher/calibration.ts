import { type AccountType } from '../ledger.js';

/** The recommendation limit and the table from similarity to confidence, per account type. JSON-serializable. */
export interface Calibration {
  limits: Record<AccountType, number>;
  /**
   * Points in ascending order of both, with linear interpolation. Of two points with the same similarity the second one
   * is its confidence.
   */
  confidence: Record<AccountType, [similarity: number, confidence: number][]>;
  /** The confidence of a text-to-account rule by its text; RULE_CONFIDENCE for a rule that is not listed. */
  rules?: Record<string, number>;
}

const LIMIT = 1.6;
/** A mapping is recommended from this confidence on. */
export const RECOMMENDED_CONFIDENCE = 0.95;
const UNSURE = 0.5;
/** The confidence of a mapping by rule. */
export const RULE_CONFIDENCE = 0.995;

/** Without learning there are two values: a similarity reaches the limit, or it does not. */
const STEP: [number, number][] = [
  [LIMIT, UNSURE],
  [LIMIT, RECOMMENDED_CONFIDENCE],
];

const perType = <T>(value: T): Record<AccountType, T> => ({
  Customer: value,
  Vendor: value,
  'G/L Account': value,
  'Bank Account': value,
});

/** The calibration without learning. */
export const DEFAULT_CALIBRATION: Calibration = { limits: perType(LIMIT), confidence: perType(STEP) };

/** The confidence of a similarity; constant outside of the table, 0 for an empty table. */
export function confidenceOf({ confidence }: Calibration, type: AccountType, similarity: number): number {
  const points = confidence[type];
  const next = points.findIndex(([at]) => at > similarity);
  const right = points[next] ?? points.at(-1);
  const left = points[next < 0 ? points.length - 1 : next - 1] ?? right;
  if (!left || !right) return 0;
  if (left[0] === right[0]) return left[1];
  return left[1] + ((similarity - left[0]) / (right[0] - left[0])) * (right[1] - left[1]);
}

/** Whether a mapping by similarity is recommended. */
export function isRecommended(calibration: Calibration, type: AccountType, similarity: number): boolean {
  const isSure = confidenceOf(calibration, type, similarity) >= RECOMMENDED_CONFIDENCE;
  return isSure && similarity >= calibration.limits[type];
}

/** The confidence of a rule. `Object.hasOwn` because the text is client input and can be `constructor`. */
export function confidenceOfRule({ rules = {} }: Calibration, text: string): number {
  return Object.hasOwn(rules, text) ? (rules[text] ?? RULE_CONFIDENCE) : RULE_CONFIDENCE;
}
