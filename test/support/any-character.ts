import fc from 'fast-check';

/** Any code point, half of a pair too. Beside the unit `binary` it needs no table, which takes a second to build. */
export const anyCharacter = fc.nat(0x10_ffff).map((point) => String.fromCodePoint(point));
