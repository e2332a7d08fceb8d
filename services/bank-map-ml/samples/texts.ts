import { type Dice } from './dice.js';
import { quoteNumber } from './numbers.js';
import { type Language } from './words.js';

/** Texts of payments; `{n}` stands for the numbers. */
const NUMBERED: Readonly<Record<Language, readonly string[]>> = {
  lt: [
    ...['Apmokėjimas pagal sąskaitą {n}', 'Už prekes pagal s.f. {n}', '{n}', 'Sąskaita faktūra Nr. {n}', 'SF {n}'],
    ...['Mokėjimas už paslaugas {n}', 'pagal sask. {n}', 'PVM sąskaita-faktūra {n}', 'už {n}', 'sąsk. {n} ačiū'],
  ],
  lv: [
    'Apmaksa par rēķinu {n}',
    'Rēķins Nr. {n}',
    'Par precēm {n}',
    '{n}',
    'rek. {n}',
    'Samaksa par pakalpojumiem {n}',
  ],
  en: ['Invoice {n}', 'Payment of inv. {n}', 'Inv {n}', '/INV/{n}', '{n}', 'Payment ref {n} thank you', 'INVOICES {n}'],
};
const UNNUMBERED: Readonly<Record<Language, readonly string[]>> = {
  lt: [
    'Už prekes',
    'Apmokėjimas',
    'Už paslaugas',
    'Mokėjimas',
    'Pagal sutartį',
    '',
    'Apmokėjimas pagal sąskaitą',
    'skola',
  ],
  lv: ['Par precēm', 'Apmaksa', 'Par pakalpojumiem', 'Maksājums', '', 'Pēc līguma'],
  en: ['Payment', 'For goods', 'Services', '', 'As agreed', 'Thank you'],
};
const REFUNDS: Readonly<Record<Language, readonly string[]>> = {
  lt: ['Pinigų grąžinimas {n}', 'Permokos grąžinimas', 'Grąžinimas pagal {n}', 'Kreditinė sąskaita {n}'],
  lv: ['Naudas atmaksa {n}', 'Pārmaksas atmaksa', 'Kredītrēķins {n}'],
  en: ['Refund {n}', 'Credit note {n}', 'Refund of overpayment'],
};
const NOISE = [
  'kl. k. {d}{d}{d}{d}{d}',
  'sutartis {d}{d}/{d}{d}',
  'užs. {d}{d}{d}{d}{d}{d}',
  'tel. 86{d}{d}{d}{d}{d}{d}{d}',
  'dept {d}',
];

export type TextKind = 'numbered' | 'unnumbered' | 'refund';
const TEMPLATES: Readonly<Record<TextKind, typeof NUMBERED>> = {
  numbered: NUMBERED,
  unnumbered: UNNUMBERED,
  refund: REFUNDS,
};

/** What a payer writes about the documents of those numbers, in at most the 140 characters that banks take. */
export function paymentText(dice: Dice, language: Language, kind: TextKind, numbers: readonly string[]): string {
  const template = dice.pick(TEMPLATES[kind][language]);
  const text = template.replace('{n}', quoteAll(dice, numbers));
  const noise = dice.chance(0.15) ? ` ${dice.pick(NOISE).replace(/\{d\}/g, () => dice.digits(1))}` : '';
  return (text + noise).slice(0, 140);
}

/** Several numbers as a list; now and then the later ones are cut to their last digits, or the first stands for all. */
function quoteAll(dice: Dice, numbers: readonly string[]): string {
  const [first = '', ...later] = numbers;
  if (later.length > 0 && dice.chance(0.08)) return `${quoteNumber(dice, first)} ir kt.`;
  const separator = dice.pick([', ', ',', '; ', ' ', ' ir ', '+']);
  if (later.length > 0 && dice.chance(0.1)) return [first, ...later.map((number) => number.slice(-3))].join(separator);
  return numbers.map((number) => quoteNumber(dice, number)).join(separator);
}
