/** The twelve letters of Russian plates: from the Latin letter of the same shape to Cyrillic (GOST R 50577). */
const CYRILLIC: Readonly<Record<string, string>> = {
  a: 'а',
  b: 'в',
  e: 'е',
  k: 'к',
  m: 'м',
  h: 'н',
  o: 'о',
  p: 'р',
  c: 'с',
  t: 'т',
  y: 'у',
  x: 'х',
};

const RUSSIAN = /^[abekmhopctyx]\d{3}[abekmhopctyx]{2}\d{2,3}$/;

/**
 * A plate number in the API's format: lower case, no spaces or punctuation, and Cyrillic letters when it has the format
 * of a Russian plate (letter, three digits, two letters, two or three digits for the region).
 */
export function normalizePlate(text: string): string {
  const bare = text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  if (!RUSSIAN.test(bare)) return bare;
  return bare.replace(/[a-z]/g, (letter) => CYRILLIC[letter] ?? letter);
}
