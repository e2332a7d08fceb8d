import { CATEGORIES } from '../../../services/analyzer/lexicons/categories.js';
import { LEXICONS } from '../../../services/analyzer/lexicons/index.js';
import { type Lexicon } from '../../../services/analyzer/lexicons/lexicon.js';
import { Matcher } from '../../../services/analyzer/matching/matcher.js';
import { parseTerms } from '../../../services/analyzer/matching/terms.js';

const category = 'Алкоголь';

/** The matched texts with their intensities. */
function matches(text: string, terms: Lexicon['terms'], rest: Partial<Lexicon> = {}): [string, number][] {
  const { matches: found } = new Matcher([{ category, terms, ...rest }]).find(text, 0);
  return found.map(({ from, to, intensity }) => [text.slice(from, to), intensity]);
}

test('a word matches all forms with its stem, in Russian and English', () => {
  expect(matches('Сигареты, сигаретой; Сигарета. Сигарный', { mild: 'сигарета' })).toHaveLength(3);
  expect(matches('Drinks! drinking drinker', { mild: 'drink' })).toEqual([
    ['Drinks', 1],
    ['drinking', 1],
  ]);
});

test('a form, a prefix and a masked word match only what they say', () => {
  expect(matches('ёж ежи', { mild: '=еж' })).toEqual([['ёж', 1]]);
  expect(matches('наркотик нарк', { moderate: 'наркот~' })).toEqual([['наркотик', 2]]);
  expect(matches('х*й х** ху *х*', { severe: 'х*й, х**' }).map(([text]) => text)).toEqual(['х*й', 'х**']);
});

test('a phrase matches words in one sentence, with gaps and in any order where it says so', () => {
  const terms = { mild: 'бокал|бутылка вина, пьет .. водку, мальчик <> пистолет' };
  expect(matches('Бутылку\nвина. Бокал. Вина', terms).map(([text]) => text)).toEqual(['Бутылку\nвина']);
  expect(matches('Пьёт из горла свою водку. Пьёт. Водку', terms).map(([text]) => text)).toEqual([
    'Пьёт из горла свою водку',
  ]);
  expect(matches('пьёт раз два три четыре пять водку', terms)).toEqual([]);
  expect(matches('Пистолет держит мальчик. У мальчика пистолет.', terms)).toHaveLength(2);
});

test('an exclusion covers its words, and the longest of overlapping terms counts', () => {
  const terms = { mild: 'кровь', moderate: 'лужа крови', severe: 'крови', not: 'кровь с молоком' };
  expect(matches('Кровь с молоком. Лужа крови. Кровь.', terms)).toEqual([
    ['Лужа крови', 2],
    ['Кровь', 3],
  ]);
});

test('a negated term counts only where negation does not matter', () => {
  const terms = { mild: '=курит, smoking' };
  expect(matches("Он не курит. He isn't smoking. Не дым. Курит", terms, { isNegatable: true })).toEqual([['Курит', 1]]);
  expect(matches('Он не курит.', terms)).toHaveLength(1);
});

test('a term whose stem is of many words is refused', () => {
  expect(() => parseTerms('убить')).toThrow('The stem "уб" of "убить" is too short; list the forms with =.');
});

test('there is one lexicon for each category that is decided, and all terms are valid', () => {
  const decided = CATEGORIES.filter(({ isDecided }) => isDecided !== false).map(({ name }) => name);
  expect(LEXICONS.map((lexicon) => lexicon.category).sort()).toEqual([...decided].sort());
  expect(() => new Matcher(LEXICONS)).not.toThrow();
});

test('a very long word, and many of them, take no long time', () => {
  const text = `${'ы'.repeat(100_000)} ${'a*'.repeat(50_000)} ${'пьет '.repeat(20_000)}`;
  expect(new Matcher(LEXICONS).find(text, 0).words).toBe(20_002);
});
