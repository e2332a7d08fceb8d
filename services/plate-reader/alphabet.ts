/** The characters that a plate can have. Their symbols start at 2, after BLANK and OTHER. */
const PLATE_CHARACTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The CTC blank. */
export const BLANK = 0;
/** Any character that is not in PLATE_CHARACTERS. */
export const OTHER = 1;

/** Symbols per time step: blank, other, and the plate characters. */
export const SYMBOLS = 2 + PLATE_CHARACTERS.length;

/** The symbol of a character; OTHER when it is not in PLATE_CHARACTERS. */
export function symbolOf(character: string): number {
  const at = PLATE_CHARACTERS.indexOf(character);
  return at < 0 ? OTHER : at + 2;
}

/** The character of a symbol above OTHER. */
export function characterOf(symbol: number): string {
  return PLATE_CHARACTERS.charAt(symbol - 2);
}

/**
 * The symbol of each output column of the recognizer. PaddleOCR's columns are: blank, the lines of the key file, space.
 * Lower case and accented letters map to the plain capital, because plates have only those.
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
