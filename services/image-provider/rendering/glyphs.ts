/**
 * Letters and digits as strokes in a box 60 wide and 100 high, similar to plate fonts. They are part of the project so
 * that the samples do not depend on the fonts of the machine.
 */
const HEIGHT = 100;
const STROKE = 13;
const WIDTH = 60;
const WIDTHS: Readonly<Record<string, number>> = { I: 26, M: 66, W: 84, ' ': 34, '-': 40, '.': 24 };

const OVAL = 'M30 6.5C46 6.5 53 16 53 33V67C53 84 46 93.5 30 93.5C14 93.5 7 84 7 67V33C7 16 14 6.5 30 6.5Z';
const BOWL = 'M10 100V6.5H31C46 6.5 52 16 52 30C52 44 46 53 31 53H10';

const PATHS: Readonly<Record<string, string>> = {
  '0': OVAL,
  '1': 'M11 30L35 8V100',
  '2': 'M9 30C9 14 18 6.5 30 6.5C43 6.5 51 15 51 28C51 38 46 45 38 54L11 86V93.5H54',
  '3': 'M9 25C11 12 19 6.5 30 6.5C43 6.5 50 14 50 26C50 39 42 46 26 46C44 46 52 54 52 69C52 85 43 93.5 29 93.5C17 93.5 9 87 7 74',
  '4': 'M36 0L10 71H57M42 42V100',
  '5': 'M51 6.5H15L12 48C17 42 23 39 31 39C45 39 53 49 53 65C53 83 44 93.5 30 93.5C18 93.5 10 87 8 75',
  '6': 'M43 2L14 51C9 58 7 62 7 68C7 84 16 93.5 30 93.5C44 93.5 53 84 53 68C53 53 44 44 31 44C24 44 18 46 14 51',
  '7': 'M6 6.5H53L24 100',
  '8': 'M30 6.5C42 6.5 50 14 50 26C50 38 42 45 30 45C18 45 10 38 10 26C10 14 18 6.5 30 6.5ZM30 45C44 45 53 54 53 69C53 84 44 93.5 30 93.5C16 93.5 7 84 7 69C7 54 16 45 30 45Z',
  '9': 'M17 98L46 49C51 42 53 38 53 32C53 16 44 6.5 30 6.5C16 6.5 7 16 7 32C7 47 16 56 29 56C36 56 42 54 46 49',
  A: 'M5 100L28 4H32L55 100M13 68H47',
  B: 'M9 6.5H30C44 6.5 50 14 50 26C50 38 44 46 30 46H9M30 46C46 46 53 54 53 69C53 85 46 93.5 30 93.5H9V0',
  C: 'M52 33C52 15 44 6.5 31 6.5C15 6.5 8 16 8 33V67C8 84 15 93.5 31 93.5C44 93.5 52 85 52 67',
  D: 'M9 6.5V93.5H27C45 93.5 53 83 53 66V34C53 17 45 6.5 27 6.5Z',
  E: 'M53 6.5H10V93.5H53M10 48H46',
  F: 'M53 6.5H10V100M10 50H46',
  G: 'M52 31C51 14 44 6.5 31 6.5C15 6.5 8 16 8 33V67C8 84 15 93.5 31 93.5C45 93.5 52 85 52 68V53H32',
  H: 'M9 0V100M51 0V100M9 48H51',
  I: 'M13 0V100',
  J: 'M47 0V70C47 85 40 93.5 27 93.5C14 93.5 8 85 8 70',
  K: 'M10 0V100M52 0L13 57M24 43L54 100',
  L: 'M10 0V93.5H53',
  M: 'M8 100V5H12L33 60L54 5H58V100',
  N: 'M9 100V5H13L47 95H51V0',
  O: OVAL,
  P: BOWL,
  Q: `${OVAL}M34 72L56 99`,
  R: `${BOWL}M33 53L54 100`,
  S: 'M51 27C49 13 42 6.5 30 6.5C17 6.5 9 14 9 26C9 38 17 43 30 48C44 53 53 58 53 71C53 85 44 93.5 30 93.5C16 93.5 8 86 6 72',
  T: 'M4 6.5H56M30 6.5V100',
  U: 'M8 0V68C8 84 15 93.5 30 93.5C45 93.5 52 84 52 68V0',
  V: 'M6 0L28 96H32L54 0',
  W: 'M6 0L22 96H26L42 22L58 96H62L78 0',
  X: 'M7 0L53 100M53 0L7 100',
  Y: 'M6 0L30 52L54 0M30 52V100',
  Z: 'M6 6.5H51L9 93.5H54',
  '-': 'M6 50H34',
  '.': 'M12 44V56',
};

export interface TextStyle {
  /** Height of the glyphs in the units of the drawing. */
  height: number;
  color: string;
  /** Width of the glyphs relative to their natural width. */
  stretch?: number;
  /** Gap between glyphs, as a share of their height. */
  gap?: number;
  /** Width of the strokes relative to the natural width. */
  weight?: number;
}

/** Width of a text, in the units of the drawing. */
export function textWidth(text: string, { height, stretch = 1, gap = 0.14 }: TextStyle): number {
  const scale = height / HEIGHT;
  const natural = Array.from(text).reduce((sum, glyph) => sum + (WIDTHS[glyph] ?? WIDTH), 0);
  return natural * scale * stretch + Math.max(0, text.length - 1) * gap * height;
}

/** A text as SVG with its top left corner at (x, y). Throws for a character without a glyph. */
export function drawText(text: string, x: number, y: number, style: TextStyle): string {
  const { height, color, stretch = 1, gap = 0.14, weight = 1 } = style;
  const scale = height / HEIGHT;
  let left = x;
  const glyphs = Array.from(text).map((glyph) => {
    const at = left;
    left += (WIDTHS[glyph] ?? WIDTH) * scale * stretch + gap * height;
    return glyph === ' '
      ? ''
      : `<path transform="translate(${at} ${y}) scale(${scale * stretch} ${scale})" d="${pathOf(glyph)}"/>`;
  });
  return `<g fill="none" stroke="${color}" stroke-width="${STROKE * weight}" stroke-linejoin="round">${glyphs.join('')}</g>`;
}

/** A text as SVG with its center at (x, y). Throws for a character without a glyph. */
export function drawCentered(text: string, x: number, y: number, style: TextStyle): string {
  return drawText(text, x - textWidth(text, style) / 2, y - style.height / 2, style);
}

function pathOf(glyph: string): string {
  const path = PATHS[glyph];
  if (path === undefined) throw new Error(`There is no glyph for "${glyph}".`);
  return path;
}
