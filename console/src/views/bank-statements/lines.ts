import { mainOf, type Mapping } from './features.js';

/** A line with its place in the result, which names it in the URL. */
export interface Line {
  index: number;
  mapping: Mapping;
}

export const SORTS = {
  date: 'Date',
  score: 'Highest score first',
  doubt: 'Lowest score first',
  amount: 'Largest amount first',
} as const;
export type Sort = keyof typeof SORTS;

export interface Filter {
  /** `recommended`, `not` or none of both. */
  show: string;
  /** A number or a part of a name. */
  account: string;
  /** A part of the line's name, text or id. */
  text: string;
  sort: Sort;
}

const scoreOf = ({ mapping }: Line) => mainOf(mapping)?.similarity ?? -1;
const amountOf = ({ mapping }: Line) => Math.abs(mapping.entry.amount ?? 0);

const ORDERS: Record<Exclude<Sort, 'date'>, (a: Line, b: Line) => number> = {
  score: (a, b) => scoreOf(b) - scoreOf(a),
  doubt: (a, b) => scoreOf(a) - scoreOf(b),
  amount: (a, b) => amountOf(b) - amountOf(a),
};

/** The lines that a filter shows, in its order. The order of the result is that of dates. */
export function linesOf(mappings: readonly Mapping[], { show, account, text, sort }: Filter): Line[] {
  const [wantedAccount, wantedText] = [account.trim().toLowerCase(), text.trim().toLowerCase()];
  const shown = mappings
    .map((mapping, index): Line => ({ mapping, index }))
    .filter(({ mapping }) => {
      const { entry } = mapping;
      const main = mainOf(mapping);
      if (show !== 'all' && (main?.recommended ?? false) !== (show === 'recommended')) return false;
      if (wantedAccount && !`${main?.item.no} ${main?.item.name}`.toLowerCase().includes(wantedAccount)) return false;
      return !wantedText || `${entry.desc} ${entry.msg} ${entry.id}`.toLowerCase().includes(wantedText);
    });
  return sort === 'date' ? shown : shown.sort(ORDERS[sort]);
}
