import { drawCentered, drawText, textWidth, type TextStyle } from './glyphs.js';

/** A plate as SVG with its top left corner at the origin. Lengths are millimeters of a real plate. */
export interface PlateDrawing {
  width: number;
  height: number;
  svg: string;
}

export type PlateKind = 'russian' | 'european' | 'british' | 'american' | 'brazilian' | 'dutch';

const BLACK = '#15161a';

/** Draws a plate. @param text with spaces for gaps, a Russian plate in Latin homoglyphs @param label country or state */
export function drawPlate(kind: PlateKind, text: string, label: string): PlateDrawing {
  switch (kind) {
    case 'russian':
      return russian(text);
    case 'european':
      return european(text, label, '#f4f5f1');
    case 'dutch':
      return european(text, label, '#f2b61c');
    case 'british':
      return british(text);
    case 'american':
      return american(text, label);
    case 'brazilian':
      return brazilian(text);
  }
}

function board(width: number, height: number, fill: string, border: string, inside: string): PlateDrawing {
  const frame = `<rect x="-9" y="-9" width="${width + 18}" height="${height + 18}" rx="10" fill="#1b1c1f"/>`;
  const face = `<rect width="${width}" height="${height}" rx="9" fill="${fill}"/>`;
  const line = `<rect x="4" y="4" width="${width - 8}" height="${height - 8}" rx="7" fill="none" stroke="${border}" stroke-width="3"/>`;
  return { width, height, svg: frame + face + line + inside };
}

/** GOST R 50577: letters are lower than digits, the region is in a separate box at the right. */
function russian(text: string): PlateDrawing {
  const [series = '', region = ''] = text.split(' ');
  let x = 24;
  const glyphs = Array.from(series).map((glyph) => {
    const digit = /\d/.test(glyph);
    const style: TextStyle = { height: digit ? 76 : 60, color: BLACK, stretch: digit ? 0.97 : 1.15, weight: 0.95 };
    const drawn = drawText(glyph, x, digit ? 18 : 34, style);
    x += textWidth(glyph, style) + 15;
    return drawn;
  });
  const flag = ['#ffffff', '#2a4ea1', '#c8102e']
    .map((color, row) => `<rect x="468" y="${80 + row * 5}" width="24" height="5" fill="${color}"/>`)
    .join('');
  const box = `<path d="M392 5V107" stroke="${BLACK}" stroke-width="3"/><rect x="468" y="80" width="24" height="15" fill="none" stroke="#888" stroke-width="1"/>`;
  const side =
    drawCentered(region, 455, 40, { height: 54, color: BLACK, stretch: region.length > 2 ? 0.9 : 1 }) +
    drawCentered('RUS', 434, 88, { height: 19, color: BLACK, stretch: 1.1 });
  return board(520, 112, '#f3f4f2', BLACK, glyphs.join('') + box + flag + side);
}

function european(text: string, country: string, fill: string): PlateDrawing {
  const stars = Array.from({ length: 12 }, (_, index) => {
    const angle = (index * Math.PI) / 6;
    return `<circle cx="${26 + 12 * Math.sin(angle)}" cy="${36 + 12 * Math.cos(angle)}" r="2.2" fill="#ffd617"/>`;
  });
  const strip = `<rect x="4" y="4" width="44" height="102" rx="6" fill="#1b3f94"/>${stars.join('')}`;
  const letter = drawCentered(country, 26, 82, { height: 25, color: '#f5f5f5' });
  const style: TextStyle = { height: 75, color: BLACK, stretch: 0.8, gap: 0.15 };
  const fitting = { ...style, stretch: 0.8 * Math.min(1, 445 / textWidth(text, style)) };
  return board(520, 110, fill, BLACK, strip + letter + drawCentered(text, 283, 56, fitting));
}

function british(text: string): PlateDrawing {
  const style: TextStyle = { height: 79, color: BLACK, stretch: 0.83, gap: 0.14 };
  return board(520, 111, '#f0c419', '#e0b410', drawCentered(text, 260, 56, style));
}

function american(text: string, state: string): PlateDrawing {
  const bolts = [60, 245]
    .map((x) => `<circle cx="${x}" cy="14" r="5" fill="#777"/><circle cx="${x}" cy="138" r="5" fill="#777"/>`)
    .join('');
  const title = drawCentered(state, 152, 25, { height: 20, color: '#b3262e', stretch: 1.05, gap: 0.25 });
  const number = drawCentered(text, 152, 84, { height: 66, color: '#1d2b5e', stretch: 0.55, gap: 0.12 });
  return board(305, 152, '#f1f2ef', '#9aa0aa', bolts + title + number);
}

function brazilian(text: string): PlateDrawing {
  const band = '<path d="M4 30V10Q4 4 10 4H390Q396 4 396 10V30Z" fill="#1d3f8f"/>';
  const flag =
    '<rect x="358" y="9" width="26" height="17" fill="#1f9a4c"/><circle cx="371" cy="17.5" r="6" fill="#f3d02f"/>';
  const title = drawCentered('BRASIL', 200, 17, { height: 14, color: '#f5f5f5', stretch: 1.2, gap: 0.3 });
  const number = drawCentered(text, 200, 80, { height: 68, color: BLACK, stretch: 0.75, gap: 0.12 });
  return board(400, 130, '#f2f3f1', BLACK, band + flag + title + number);
}
