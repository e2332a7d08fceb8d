import { AUDIENCES, type Audience } from './audiences.js';
import { type Severity } from './severity.js';

/** The lowest age for anything that was found. */
const LOWEST = 1;

/**
 * The age for a category of this severity (docs/analyzer.md#age-rating).
 *
 * Three ages in the list: one for each severity. One or two: `moderate` takes the first and `severe` the last, `mild` the
 * rating below the first.
 *
 * @param ages of the category in the base list of violations, lowest first; none for a category that needs a mark, not an age
 */
export function ageOf(severity: Severity, ages: readonly Audience[]): Audience {
  const [first, second] = ages;
  const last = ages.at(-1);
  if (severity === 'None' || !first || !last) return '0+';
  if (severity === 'severe') return last;
  if (ages.length >= 3) return (severity === 'mild' ? first : second) ?? last;
  if (severity === 'moderate') return first;
  return AUDIENCES[Math.max(LOWEST, AUDIENCES.indexOf(first) - 1)] ?? first;
}

export const isAbove = (rating: Audience, other: Audience) => AUDIENCES.indexOf(rating) > AUDIENCES.indexOf(other);

export function highestAge(ages: readonly Audience[]): Audience {
  return ages.reduce((highest, age) => (isAbove(age, highest) ? age : highest), '0+');
}
