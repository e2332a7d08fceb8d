import { type AccountType } from '../ledger.js';

/** The recommend limit per account type, and a table similarity → confidence per type. JSON-serialisable. */
export interface Calibration {
  limits: Record<AccountType, number>;
  /** Points in rising order of both; between them it is a straight line. */
  confidence: Record<AccountType, [similarity: number, confidence: number][]>;
  /** How sure a text-to-account rule is, by its text; 1 for one that is not listed. */
  rules?: Record<string, number>;
}

const LIMIT = 1.6;

/** For a company that nothing is known of yet: sure only well above the limit. */
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

export const DEFAULT_CALIBRATION: Calibration = { limits: perType(LIMIT), confidence: perType(CURVE) };

/** How sure a similarity is; the first and last point's value outside of the table, 0 without one. */
export function confidenceOf({ confidence }: Calibration, type: AccountType, similarity: number): number {
  const points = confidence[type];
  const next = points.findIndex(([at]) => at >= similarity);
  const right = points[next] ?? points.at(-1);
  const left = points[next - 1] ?? right;
  if (!left || !right) return 0;
  if (left[0] === right[0]) return right[1];
  return left[1] + ((similarity - left[0]) / (right[0] - left[0])) * (right[1] - left[1]);
}

/** How sure the rule with such a text is. Texts are a client's, so what every object has (`constructor`) is no entry. */
export function confidenceOfRule({ rules = {} }: Calibration, text: string): number {
  return Object.hasOwn(rules, text) ? (rules[text] ?? 1) : 1;
}
