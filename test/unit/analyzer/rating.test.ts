import { ageOf } from '../../../services/analyzer/rating/ages.js';
import { type Audience } from '../../../services/analyzer/rating/audiences.js';
import { overallSeverity, severityOf, type Severity } from '../../../services/analyzer/rating/severity.js';

test.each<[count: number, points: number, peak: 0 | 1 | 2 | 3, words: number, severity: Severity]>([
  [0, 0, 0, 100, 'None'],
  [1, 1, 1, 10, 'mild'],
  [4, 4, 1, 100, 'mild'],
  [5, 5, 1, 100, 'moderate'],
  [5, 5, 1, 101, 'mild'],
  [1, 2, 2, 50, 'mild'],
  [2, 4, 2, 5_000, 'moderate'],
  [1, 3, 3, 5_000, 'moderate'],
  [2, 6, 3, 5_000, 'severe'],
  [5, 10, 2, 100, 'severe'],
  [5, 10, 2, 101, 'moderate'],
])('%i findings with %i points, the highest %i, in %i words are %s', (count, points, peak, words, severity) => {
  expect(severityOf({ count, points, peak }, words)).toBe(severity);
});

test('the severity of a script is that of its highest scenes, one step more when they are many', () => {
  expect(overallSeverity([], 9)).toBe('None');
  expect(overallSeverity(['mild', 'moderate'], 9)).toBe('moderate');
  expect(overallSeverity(Array<Severity>(5).fill('mild'), 20)).toBe('moderate');
  expect(overallSeverity(Array<Severity>(5).fill('mild'), 21)).toBe('mild');
  expect(overallSeverity(Array<Severity>(4).fill('mild'), 4)).toBe('mild');
  expect(overallSeverity(Array<Severity>(9).fill('severe'), 9)).toBe('severe');
});

test.each<[Audience[], [mild: Audience, moderate: Audience, severe: Audience]]>([
  [
    ['6+', '12+', '16+'],
    ['6+', '12+', '16+'],
  ],
  [
    ['12+', '16+'],
    ['6+', '12+', '16+'],
  ],
  [
    ['16+', '18+'],
    ['12+', '16+', '18+'],
  ],
  [['18+'], ['16+', '18+', '18+']],
  [['16+'], ['12+', '16+', '16+']],
  [[], ['0+', '0+', '0+']],
])('the ages %j give %j', (ages, expected) => {
  expect((['mild', 'moderate', 'severe'] as const).map((severity) => ageOf(severity, ages))).toEqual(expected);
  expect(ageOf('None', ages)).toBe('0+');
});
