import { BLANK, OTHER, SYMBOLS, symbolByColumn, symbolOf } from '../../../services/plate-reader/alphabet.js';
import { likelyTexts } from '../../../services/plate-reader/ctc.js';
import { type LineReading } from '../../../services/plate-reader/recognize.js';
import { mergeReadings } from '../../../services/plate-reader/vote.js';

type Step = Readonly<Record<string, number>>;

/** A reading from steps such as `{ A: 0.9, '8': 0.1 }`; `-` is the blank, `?` is OTHER. */
function reading(...steps: Step[]): LineReading {
  const probabilities = new Float32Array(steps.length * SYMBOLS);
  steps.forEach((step, at) => {
    for (const [name, probability] of Object.entries(step)) {
      const symbol = name === '-' ? BLANK : name === '?' ? OTHER : symbolOf(name);
      probabilities[at * SYMBOLS + symbol] = probability;
    }
  });
  return { steps: steps.length, probabilities };
}

const texts = (line: LineReading) => likelyTexts(line, 5).map(({ text }) => text);

test('a character repeated over several steps counts once, after a blank it counts again', () => {
  expect(texts(reading({ A: 1 }, { A: 1 }, { '-': 1 }, { A: 1 }))[0]).toBe('AA');
});

test('the alternatives of an ambiguous character are ordered by probability', () => {
  const line = reading({ '-': 1 }, { '8': 0.6, B: 0.3, '3': 0.1 }, { '-': 1 });
  expect(texts(line).slice(0, 3)).toEqual(['8', 'B', '3']);
});

test('the probabilities of all paths to the same text add up', () => {
  const line = reading({ A: 0.6, '-': 0.4 }, { A: 0.4, '-': 0.6 });
  const [best] = likelyTexts(line, 1);
  expect(best?.text).toBe('A');
  expect(Math.exp(best?.logProbability ?? 0)).toBeCloseTo(0.76, 1);
});

test('a symbol that no plate has is replaced by the most probable character', () => {
  expect(texts(reading({ '?': 0.9, D: 0.1 }))[0]).toBe('D');
});

test('an empty reading has no text', () => {
  expect(texts(reading())).toEqual(['']);
});

test('lower case, accents and full-width letters map to their capital, other scripts to OTHER', () => {
  const [, a, u, wide, han, pair] = symbolByColumn(['a', 'ü', 'Ｂ', '京', 'AB']);
  expect([a, u, wide, han, pair]).toEqual([symbolOf('A'), symbolOf('U'), symbolOf('B'), OTHER, OTHER]);
});

test('merged readings prefer a text that all contain over one that a single reading is certain of', () => {
  const one = [
    { text: 'AB12', logProbability: Math.log(0.7) },
    { text: 'A812', logProbability: Math.log(0.3) },
  ];
  const other = [{ text: 'A812', logProbability: Math.log(0.9) }];
  expect(mergeReadings([one, other])[0]?.text).toBe('A812');
  expect(mergeReadings([one])).toEqual(one);
});
