import { type Line } from './line.js';
import { isBetter, type Match, type Scores } from './scores.js';
import { SLACK } from './weights.js';

/**
 * The best candidates of the `count` best accounts, best first. Accounts are scored exactly in the order of their upper
 * bounds, until no remaining account can be better than those found.
 */
export function bestAccounts(scores: Scores, line: Line, count: number): Match[] {
  const threshold = nthGreatest(scores.least, count) - SLACK;
  const contenders: number[] = [];
  for (let i = 0; i < scores.most.length; i++) if ((scores.most[i] ?? 0) >= threshold) contenders.push(i);
  contenders.sort((a, b) => (scores.most[b] ?? 0) - (scores.most[a] ?? 0));
  const best: Match[] = [];
  for (const account of contenders) {
    const floor = Math.max(threshold, best[count - 1]?.similarity ?? -Infinity);
    if ((scores.most[account] ?? 0) < floor - SLACK) break;
    const match = scores.bestOf(account, line, floor);
    if (match) insert(best, match, count);
  }
  return best;
}

function insert(best: Match[], match: Match, count: number): void {
  const at = best.findIndex((other) => isBetter(match, other));
  best.splice(at < 0 ? best.length : at, 0, match);
  best.length = Math.min(best.length, count);
}

/** The n-th greatest value; −∞ when there are fewer. */
function nthGreatest(values: Float64Array, n: number): number {
  if (n > values.length) return -Infinity;
  const greatest = new Float64Array(n).fill(-Infinity);
  for (const value of values) {
    if (value <= (greatest[n - 1] ?? Infinity)) continue;
    let i = n - 1;
    for (; i > 0 && (greatest[i - 1] ?? 0) < value; i--) greatest[i] = greatest[i - 1] ?? 0;
    greatest[i] = value;
  }
  return greatest[n - 1] ?? -Infinity;
}
