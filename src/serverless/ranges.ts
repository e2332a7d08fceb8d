/** Whole numbers as ascending ranges, both ends included, with a gap between each two: `[[3, 5], [9, 9]]`. */
export type Ranges = readonly (readonly [from: number, to: number])[];

export function has(ranges: Ranges, n: number): boolean {
  return ranges.some(([from, to]) => from <= n && n <= to);
}

export function add(ranges: Ranges, n: number): Ranges {
  if (has(ranges, n)) return ranges;
  const before = ranges.filter(([, to]) => to < n - 1);
  const after = ranges.filter(([from]) => from > n + 1);
  const touching = ranges.slice(before.length, ranges.length - after.length);
  return [...before, [Math.min(n, ...touching.map(first)), Math.max(n, ...touching.map(last))], ...after];
}

const first = ([from]: readonly [number, number]) => from;
const last = ([, to]: readonly [number, number]) => to;

export function remove(ranges: Ranges, n: number): Ranges {
  return ranges.flatMap(([from, to]): [number, number][] => {
    if (n < from || n > to) return [[from, to]];
    const parts: [number, number][] = [
      [from, n - 1],
      [n + 1, to],
    ];
    return parts.filter(([first, last]) => first <= last);
  });
}

/** How many there are from `from` to `to`, both included. */
export function count(ranges: Ranges, from = -Infinity, to = Infinity): number {
  return ranges.reduce((sum, [first, last]) => sum + Math.max(0, Math.min(last, to) - Math.max(first, from) + 1), 0);
}

/** The numbers from `from` to `to` that are not in the ranges. */
export function gaps(ranges: Ranges, from: number, to: number): Ranges {
  const found: [number, number][] = [];
  let next = from;
  for (const [start, end] of [...ranges, [to + 1, to + 1] as const]) {
    if (start > next && next <= to) found.push([next, Math.min(start - 1, to)]);
    next = Math.max(next, end + 1);
  }
  return found;
}
