import { measure, precisionOf, recallOf, SETS, tableRows, type ScriptSet } from '../../support/analyzer-precision.js';
import { readFile } from '../../support/documents.js';

/** A change of a lexicon may not fall below these. */
const FLOORS: Readonly<Record<ScriptSet, [precision: number, recall: number]>> = {
  named: [0.9, 0.9],
  implicit: [0.8, 0.8],
  'held-out': [0.85, 0.3],
};
/** Of each category with at least this many labels. */
const MIN_LABELS = 4;
const CATEGORY_FLOOR = 0.5;

const measured = measure();

test('the labels are categories of the list', () => {
  expect(measured.unknown).toEqual([]);
});

test.each(SETS)('precision and recall of the set %s hold their floors', (set) => {
  const score = measured.bySet.get(set) ?? { right: 0, wrong: 0, missed: 0 };
  const [precision, recall] = FLOORS[set];
  expect(precisionOf(score)).toBeGreaterThanOrEqual(precision);
  expect(recallOf(score)).toBeGreaterThanOrEqual(recall);
});

test('precision and recall of each category hold their floor', () => {
  const common = [...measured.byCategory].filter(([, { right, missed }]) => right + missed >= MIN_LABELS);
  expect(common.length).toBeGreaterThan(10);
  const low = common.filter(([, score]) => Math.min(precisionOf(score), recallOf(score)) < CATEGORY_FLOOR);
  expect(low).toEqual([]);
});

test('docs/analyzer.md has the measured figures', () => {
  const lines = readFile('docs/analyzer.md').split('\n');
  expect(tableRows(measured).filter((row) => !lines.includes(row))).toEqual([]);
});
