import { BLANK, OTHER, SYMBOLS, symbolByColumn, symbolOf } from '../../../services/plate-reader/alphabet.js';
import { likelyTexts } from '../../../services/plate-reader/ctc.js';
import { type LineReading } from '../../../services/plate-reader/recognise.js';
import { mergeReadings } from '../../../services/plate-reader/vote.js';

type Step = Readonly<Record<string, number>>;

/** A reading from steps such as `{ A: 0.9, '8': 0.1 }`; `-` is the blank, `?` any symbol that no plate has. */
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

test('a character held over several steps counts once, one after a blank counts again', () => {
  expect(texts(reading({ A: 1 }, { A: 1 }, { '-': 1 }, { A: 1 }))[0]).toBe('AA');
});

test('the alternatives of a doubtful character come in the order of their probability', () => {
  const line = reading({ '-': 1 }, { '8': 0.6, B: 0.3, '3': 0.1 }, { '-': 1 });
  expect(texts(line).slice(0, 3)).toEqual(['8', 'B', '3']);
});

test('ways that lead to the same text add up', () => {
  const line = reading({ A: 0.6, '-': 0.4 }, { A: 0.4, '-': 0.6 });
  const [best] = likelyTexts(line, 1);
  expect(best?.text).toBe('A');
  expect(Math.exp(best?.logProbability ?? 0)).toBeCloseTo(0.76, 1);
});

test('what no plate has gives way to the likeliest character beside it', () => {
  expect(texts(reading({ '?': 0.9, D: 0.1 }))[0]).toBe('D');
});

test('an empty reading says nothing', () => {
  expect(texts(reading())).toEqual(['']);
});

test('lower case, accents and full-width letters count as their capital, other scripts as no character', () => {
  const [, a, u, wide, han, pair] = symbolByColumn(['a', 'ü', 'Ｂ', '京', 'AB']);
  expect([a, u, wide, han, pair]).toEqual([symbolOf('A'), symbolOf('U'), symbolOf('B'), OTHER, OTHER]);
});

test('readings of one line vote: what all allow beats what one is sure of', () => {
  const one = [
    { text: 'AB12', logProbability: Math.log(0.7) },
    { text: 'A812', logProbability: Math.log(0.3) },
  ];
  const other = [{ text: 'A812', logProbability: Math.log(0.9) }];
  expect(mergeReadings([one, other])[0]?.text).toBe('A812');
  expect(mergeReadings([one])).toEqual(one);
});
