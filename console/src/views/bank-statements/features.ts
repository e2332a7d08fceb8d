import { type MapResult } from '@longhaul/client';

export type Mapping = MapResult['mappings'][number];
/** The account that was chosen; a line may have none. */
export type Main = Extract<NonNullable<Mapping['main']>, { item: object }>;
export type Candidate = Pick<Main, 'item' | 'similarity' | 'details'>;

/** What each feature says of a line and an account (docs/bank-map-matching.md, Features). */
const WORDS: Record<string, string> = {
  name_eq: 'The names are equal',
  name_sim: 'The names are similar',
  iban_match: 'The IBANs are equal',
  ext_doc: 'The text has the number of the document',
  ext_doc_sim: 'The text has a number like that of the document',
  due_date: 'The document is due near the day of the line',
  entry_date: 'The document was made near the day of the line',
  amount_match: 'The amounts are near each other',
  curr_match: 'The currencies are equal',
  payment_match: 'The direction fits the document',
  who_prob: 'Earlier lines of this name went to this account',
  iban_prob: 'Earlier lines of this IBAN went to this account',
  iban_msgc_prob: 'Earlier lines of this IBAN with such a text went to this account',
  who_msgc_prob: 'Earlier lines of this name with such a text went to this account',
  e2e_id: 'The end-to-end ids are equal',
};

/** From this similarity on, an account is recommended (docs/bank-map-matching.md, Main and alternatives). */
export const RECOMMENDED_FROM = 1.6;
/** A similarity is at most about this (docs/bank-map-matching.md, Features). */
export const MOST = 3.5;

export const mainOf = ({ main }: Mapping): Main | undefined => (main && 'item' in main ? (main as Main) : undefined);

/** A part of a similarity: the parts of one account add up to it. */
export interface Part {
  feature: string;
  words: string;
  /** How much it adds to the similarity of the account; without weights, its value from 0 to 1. */
  chosen: number;
  /** The same of the best other account. */
  other: number;
}

/** The parts of the chosen account's score, the largest first. */
export function partsOf(chosen: Candidate, other: Candidate | undefined, weights: Record<string, number> | undefined) {
  const part = ({ details }: Partial<Candidate>, feature: string) =>
    (details?.[feature] ?? 0) * (weights ? (weights[feature] ?? 0) : 1);
  return Object.keys(chosen.details ?? {})
    .map((feature): Part => {
      const [words, parts] = [WORDS[feature] ?? feature, [part(chosen, feature), part(other ?? {}, feature)] as const];
      return { feature, words, chosen: parts[0], other: parts[1] };
    })
    .sort((a, b) => b.chosen - a.chosen || b.other - a.other);
}

/** `info.weights` of a result, where it has them. */
export function weightsOf({ info }: MapResult): Record<string, number> | undefined {
  return info.weights as Record<string, number> | undefined;
}
