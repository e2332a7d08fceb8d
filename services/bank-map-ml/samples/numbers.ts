import { isoDay, type Day } from './days.js';
import { type Dice } from './dice.js';
import { slip } from './names.js';

/** How a party numbers its invoices: a style, its series, and where its counter stands. */
export interface Numbering {
  style: 'yearly' | 'slashed' | 'plain' | 'padded' | 'series' | 'spaced';
  series: string;
  next: number;
}

const STYLES: Record<Numbering['style'], number> = {
  yearly: 28,
  slashed: 12,
  plain: 22,
  padded: 13,
  series: 19,
  spaced: 6,
};
const SERIES = ['SF', 'PVM', 'VAT', 'INV', 'S', 'AA', 'REK', 'FA', 'R'] as const;

export function drawNumbering(dice: Dice, type: 'Customer' | 'Vendor'): Numbering {
  // Customers quote our own numbers, which come out of one counter: see OWN_NUMBERING.
  if (type === 'Customer') return OWN_NUMBERING;
  const series = dice.chance(0.7) ? dice.pick(SERIES) : dice.letters(dice.whole(2, 4));
  return { style: dice.weighted(STYLES), series, next: dice.whole(1, dice.pick([300, 9_000, 400_000])) };
}

/** `SF-2026-00123`. */
export const OWN_NUMBERING: Numbering = { style: 'yearly', series: 'SF', next: 0 };

/** The number of an invoice of that day, in the party's style. */
export function formatNumber({ style, series }: Numbering, counter: number, day: Day): string {
  const year = isoDay(day).slice(0, 4);
  switch (style) {
    case 'yearly':
      return `${series}-${year}-${String(counter).padStart(5, '0')}`;
    case 'slashed':
      return `${series}/${year.slice(2)}/${counter}`;
    case 'plain':
      return String(counter);
    case 'padded':
      return String(counter).padStart(8, '0');
    case 'series':
      return `${series}${String(counter).padStart(6, '0')}`;
    case 'spaced':
      return `${series} Nr. ${counter}`;
  }
}

/** How payers write a number. */
const QUOTES = { exact: 66, short: 13, joined: 8, spaced: 5, lower: 5, slip: 3 };

/** A number as somebody types it into a payment: as it is, without series or zeros, other separators, a slip. */
export function quoteNumber(dice: Dice, number: string): string {
  switch (dice.weighted(QUOTES)) {
    case 'exact':
      return number;
    case 'short':
      return (/\d+$/.exec(number)?.[0] ?? number).replace(/^0+/, '');
    case 'joined':
      return number.replace(/[^\p{L}\d]/gu, '');
    case 'spaced':
      return number.replace(/[-/]/g, ' ');
    case 'lower':
      return number.toLowerCase();
    case 'slip':
      return slip(dice, number);
  }
}
