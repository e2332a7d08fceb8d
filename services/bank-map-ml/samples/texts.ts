import { type RandomSource } from './random-source.js';
import { quoteNumber } from './numbers.js';
import { type Language } from './vocabulary.js';

/** Texts of payments; `{n}` is replaced by the numbers. */
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

/** The text of a payment for documents with these numbers, at most the 140 characters that banks allow. */
export function paymentText(
  random: RandomSource,
  language: Language,
  kind: TextKind,
  numbers: readonly string[],
): string {
  const template = random.pick(TEMPLATES[kind][language]);
  const text = template.replace('{n}', quoteAll(random, numbers));
  const noise = random.chance(0.15) ? ` ${random.pick(NOISE).replace(/\{d\}/g, () => random.digits(1))}` : '';
  return (text + noise).slice(0, 140);
}

/** The numbers as a list; sometimes later ones are reduced to their last digits, or only the first one is named. */
function quoteAll(random: RandomSource, numbers: readonly string[]): string {
  const [first = '', ...later] = numbers;
  if (later.length > 0 && random.chance(0.08)) return `${quoteNumber(random, first)} ir kt.`;
  const separator = random.pick([', ', ',', '; ', ' ', ' ir ', '+']);
  if (later.length > 0 && random.chance(0.1))
    return [first, ...later.map((number) => number.slice(-3))].join(separator);
  return numbers.map((number) => quoteNumber(random, number)).join(separator);
}
