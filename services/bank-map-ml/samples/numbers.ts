import { isoDay, type Day } from './days.js';
import { type RandomSource } from './random-source.js';
import { typo } from './names.js';

/** The invoice numbers of a party: style, series, and the next value of the counter. */
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

/** Generates the numbering of a party. */
export function drawNumbering(random: RandomSource, type: 'Customer' | 'Vendor'): Numbering {
  // Customers quote our own numbers, which come from one counter.
  if (type === 'Customer') return OWN_NUMBERING;
  const series = random.chance(0.7) ? random.pick(SERIES) : random.letters(random.integer(2, 4));
  return { style: random.weighted(STYLES), series, next: random.integer(1, random.pick([300, 9_000, 400_000])) };
}

/** The numbering of the company's own invoices, such as `SF-2026-00123`. */
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

/** Frequencies of the ways in which payers write a number, percent. */
const QUOTES = { exact: 66, short: 13, joined: 8, spaced: 5, lower: 5, typo: 3 };

/** A number as in a payment text: exact, without series and zeros, with other separators, or with a typo. */
export function quoteNumber(random: RandomSource, number: string): string {
  switch (random.weighted(QUOTES)) {
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
    case 'typo':
      return typo(random, number);
  }
}
