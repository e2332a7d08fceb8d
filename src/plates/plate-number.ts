/** The letters of Russian plates: Cyrillic ones that have a Latin equivalent (GOST R 50577-2018, 3.2). */
const CYRILLIC: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from('abekmhopctyx', (latin, index) => [latin, 'авекмнорстух'[index] ?? latin]),
);
const LATIN: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(CYRILLIC).map(([latin, cyrillic]) => [cyrillic, latin]),
);
/** Letter, three digits, two letters, region of two or three digits. */
const RUSSIAN = /^[авекмнорстух]\d{3}[авекмнорстух]{2}\d{2,3}$/;

/**
 * Normalizes a plate: lower case, no spaces or punctuation; Cyrillic where it has the form of a Russian plate, Latin
 * otherwise. Empty when no character is left.
 */
export function normalizePlate(text: string): string {
  const plain = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
  const cyrillic = replaceLetters(plain, CYRILLIC);
  return RUSSIAN.test(cyrillic) ? cyrillic : replaceLetters(plain, LATIN);
}

function replaceLetters(text: string, letters: Readonly<Record<string, string>>): string {
  return Array.from(text, (letter) => letters[letter] ?? letter).join('');
}
