import { lineEvidence, plateCandidates } from '../../../services/plate-reader/choose.js';
import { type Hypothesis } from '../../../services/plate-reader/ctc.js';

const alike = (...texts: string[]): Hypothesis[] => texts.map((text) => ({ text, logProbability: Math.log(0.4) }));
const best = (...texts: string[]) => plateCandidates(alike(...texts))[0]?.text;

test.each([
  ['0 and O by position, Russia', ['O1O1HO75', '0101H075', 'O101HO75'], 'O101HO75'],
  ['0 and O by position, Brazil', ['PJJ14O6', 'PJJ1406'], 'PJJ1406'],
  ['1 and I by position, Slovakia', ['RK57GA1', 'RK576A1', 'RK576AI'], 'RK576AI'],
  ['8 and B by position, Poland', ['W851234', 'WB51234'], 'WB51234'],
])('%s', (_name, texts, plate) => {
  expect(best(...texts)).toBe(plate);
});

test.each([
  ['the country code of the blue strip', 'PLWA56660', 'WA56660'],
  ['a star of the strip read as a letter', 'HRK708AB', 'RK708AB'],
])('removes %s', (_name, text, plate) => {
  expect(plateCandidates(alike(text)).map((candidate) => candidate.text)).toContain(plate);
  expect(best(text)).toBe(plate);
});

test('a text that the recognizer is certain of is not changed to a more frequent format', () => {
  const hypotheses = [
    { text: 'BIMMIAN', logProbability: -0.01 },
    { text: 'BIMM1AN', logProbability: -9 },
  ];
  expect(plateCandidates(hypotheses)[0]?.text).toBe('BIMMIAN');
});

test('a plate is distinguished from a word, a date and a short text', () => {
  const plate = lineEvidence(plateCandidates(alike('AB123CD')));
  for (const text of ['PRIVATE', '20140502', 'EXIT']) {
    expect(lineEvidence(plateCandidates(alike(text)))).toBeLessThan(plate - 1);
  }
});

test.each(['', 'A1', 'ABCDEFGHIJKLMNOP'])('a line with the text "%s" is not a plate', (text) => {
  expect(plateCandidates(alike(text))).toEqual([]);
  expect(lineEvidence([])).toBe(-Infinity);
});
