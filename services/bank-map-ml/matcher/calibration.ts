import { type AccountType } from '../ledger.js';

/** The recommendation limit and the table from similarity to confidence, per account type. JSON-serializable. */
export interface Calibration {
  limits: Record<AccountType, number>;
  /** Points in ascending order of both, with linear interpolation. */
  confidence: Record<AccountType, [similarity: number, confidence: number][]>;
  /** The confidence of a text-to-account rule by its text; 1 for a rule that is not listed. */
  rules?: Record<string, number>;
}

const LIMIT = 1.6;

/** The default for a company without history: high confidence only well above the limit. */
const CURVE: [number, number][] = [
  [0, 0],
  [1.2, 0.3],
  [1.6, 0.9],
  [2, 0.995],
  [2.5, 0.999],
  [3.5, 1],
];

const perType = <T>(value: T): Record<AccountType, T> => ({
  Customer: value,
  Vendor: value,
  'G/L Account': value,
  'Bank Account': value,
});

/** The calibration of a company without history. */
export const DEFAULT_CALIBRATION: Calibration = { limits: perType(LIMIT), confidence: perType(CURVE) };

/** The confidence of a similarity; constant outside of the table, 0 for an empty table. */
export function confidenceOf({ confidence }: Calibration, type: AccountType, similarity: number): number {
  const points = confidence[type];
  const next = points.findIndex(([at]) => at >= similarity);
  const right = points[next] ?? points.at(-1);
  const left = points[next - 1] ?? right;
  if (!left || !right) return 0;
  if (left[0] === right[0]) return right[1];
  return left[1] + ((similarity - left[0]) / (right[0] - left[0])) * (right[1] - left[1]);
}

/** The confidence of a rule. `Object.hasOwn` because the text is client input and can be `constructor`. */
export function confidenceOfRule({ rules = {} }: Calibration, text: string): number {
  return Object.hasOwn(rules, text) ? (rules[text] ?? 1) : 1;
}
