import { type AccountType } from '../ledger.js';
import { RECOMMENDED_CONFIDENCE } from '../matcher/limits.js';

/** A point of a table from score to confidence. */
export type Point = [score: number, confidence: number];

/** What a score means, per account type of the mapping. */
export interface Calibration {
  /** A mapping is recommended from this score on. */
  limits: Record<AccountType, number>;
  /** Points in ascending order of both, with linear interpolation. */
  confidence: Record<AccountType, Point[]>;
}

/** The confidence of a score; constant outside of the table, 0 for an empty table. */
export function confidenceOf({ confidence }: Calibration, type: AccountType, score: number): number {
  const points = confidence[type];
  const next = points.findIndex(([at]) => at >= score);
  const right = points[next] ?? points.at(-1);
  const left = points[next - 1] ?? right;
  if (!left || !right) return 0;
  if (left[0] === right[0]) return right[1];
  return left[1] + ((score - left[0]) / (right[0] - left[0])) * (right[1] - left[1]);
}

/** Whether a mapping is recommended, and its confidence, which is then at least RECOMMENDED_CONFIDENCE. */
export function judge(calibration: Calibration, type: AccountType, score: number) {
  const recommended = score >= calibration.limits[type];
  const confidence = confidenceOf(calibration, type, score);
  return { recommended, confidence: recommended ? Math.max(confidence, RECOMMENDED_CONFIDENCE) : confidence };
}
