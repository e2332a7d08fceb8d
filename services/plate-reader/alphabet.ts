/** The characters of a plate as the recogniser may write them; index 0 is CTC's blank, 1 anything else it knows. */
export const PLATE_CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

export const BLANK = 0;
export const OTHER = 1;

/** Symbols per time step: blank, other, and the plate characters. */
export const SYMBOLS = 2 + PLATE_CHARACTERS.length;

/** The symbol's number for one of PLATE_CHARACTERS. */
export function symbolOf(character: string): number {
  const at = PLATE_CHARACTERS.indexOf(character);
  return at < 0 ? OTHER : at + 2;
}

/** The character of a symbol above OTHER. */
export function characterOf(symbol: number): string {
  return PLATE_CHARACTERS.charAt(symbol - 2);
}

/**
 * Which symbol each column of the recogniser counts towards. PaddleOCR's columns are: blank, the key file's lines,
 * a space. Lower case and accents count as their capital: plates have neither, though umlauts are read as such.
 */
export function symbolByColumn(keys: readonly string[]): Uint8Array {
  return Uint8Array.from([BLANK, ...keys.map(fold), BLANK]);
}

function fold(key: string): number {
  const bare = key
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toUpperCase();
  return bare.length === 1 ? symbolOf(bare) : OTHER;
}
