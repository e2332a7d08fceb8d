import fc from 'fast-check';
import { add, count, gaps, has, remove, type Ranges } from '../../../src/serverless/ranges.js';

const MOST = 12;
const number = fc.integer({ min: 0, max: MOST });
const numbers = fc.uniqueArray(number);
const all = Array.from({ length: MOST + 1 }, (_, n) => n);

const rangesOf = (given: number[]) => given.reduce<Ranges>((ranges, n) => add(ranges, n), []);
const contents = (ranges: Ranges) => all.filter((n) => has(ranges, n));
const sorted = (given: Iterable<number>) => [...given].sort((a, b) => a - b);

/** Ascending, and with a gap between each two. */
function isTidy(ranges: Ranges): boolean {
  return ranges.every(([from, to], index) => from <= to && (index === 0 || (ranges[index - 1]?.[1] ?? 0) < from - 1));
}

test('added numbers are in, no others, in as few ranges as possible', () => {
  fc.assert(
    fc.property(numbers, (given) => {
      const ranges = rangesOf(given);
      expect(contents(ranges)).toEqual(sorted(given));
      expect(isTidy(ranges)).toBe(true);
    }),
  );
});

test('removed numbers are out', () => {
  fc.assert(
    fc.property(numbers, number, (given, gone) => {
      const ranges = remove(rangesOf(given), gone);
      expect(contents(ranges)).toEqual(sorted(given.filter((n) => n !== gone)));
      expect(isTidy(ranges)).toBe(true);
    }),
  );
});

test('counts and gaps are those of a window, both ends included', () => {
  fc.assert(
    fc.property(numbers, number, number, (given, from, to) => {
      const window = all.filter((n) => n >= from && n <= to);
      const ranges = rangesOf(given);
      expect(count(ranges, from, to)).toBe(window.filter((n) => given.includes(n)).length);
      expect(contents(gaps(ranges, from, to))).toEqual(window.filter((n) => !given.includes(n)));
    }),
  );
});
