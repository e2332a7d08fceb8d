import { ACCOUNT_TYPES } from '../ledger.js';
import { type Account } from '../matcher/accounts.js';
import { type Documents } from '../matcher/documents.js';
import { type Line } from '../matcher/line.js';
import { FEATURES, WEIGHTS } from '../matcher/weights.js';
import { type Named } from './named-documents.js';
import { type Evidence } from './text-history.js';

/** Amounts that differ by less are equal. */
export const CENT = 0.005;

/** What the documents of an account say about a line, beyond the features of the similarity. */
const DOCUMENT_FEATURES = ['named', 'named by its end', 'pays what it names', 'exact amount'] as const;
const EVIDENCE_FEATURES = ['name', 'text', 'bestWord', 'meanWord'] as const;
const RULE = FEATURES.length + DOCUMENT_FEATURES.length + EVIDENCE_FEATURES.length;
const TYPES = RULE + 1;
/** The number of features of a candidate. */
const COUNT = TYPES + 2 * ACCOUNT_TYPES.length;

/** One unit of similarity makes a candidate about 3,000 times as probable, before anything is learned. */
const SHARPNESS = 8;
const INITIAL_RULE = 8;

/** The weights before anything is learned: those of the similarity, and rules. */
export const INITIAL_WEIGHTS: readonly number[] = Array.from({ length: COUNT }, (_, f) => {
  const feature = FEATURES[f];
  if (feature !== undefined) return SHARPNESS * WEIGHTS[feature];
  return f === RULE ? INITIAL_RULE : 0;
});

/** What is known about a candidate. */
export interface Known {
  account: Account;
  /** The features of the similarity. */
  values: Readonly<Record<string, number>>;
  /** The indexes of its documents that the line can pay. */
  documents: readonly number[];
  evidence: Evidence;
  /** The share of past lines with the candidate's rule that were mapped as it says; 0 without a rule. */
  rule: number;
}

/** The features of a candidate, in a fixed order. */
export function featuresOf(known: Known, documents: Documents, named: Named, line: Line): Float64Array {
  const features = new Float64Array(COUNT);
  let f = 0;
  for (const feature of FEATURES) features[f++] = known.values[feature] ?? 0;
  for (const value of documentFeatures(known.documents, documents, named, line)) features[f++] = value;
  for (const feature of EVIDENCE_FEATURES) features[f++] = known.evidence[feature];
  features[RULE] = known.rule;
  features[TYPES + 2 * ACCOUNT_TYPES.indexOf(known.account.type) + (line.incoming ? 1 : 0)] = 1;
  return features;
}

function documentFeatures(own: readonly number[], { amount }: Documents, named: Named, line: Line): number[] {
  const open = (document: number) => Math.abs(amount[document] ?? 0);
  const isPaid = (sum: number) => Math.abs(sum - line.amount) < CENT;
  const whole = own.filter((document) => named.whole.has(document));
  const tail = own.filter((document) => named.tail.has(document));
  const all = whole.length > 0 ? whole : tail;
  const sum = all.reduce((total, document) => total + open(document), 0);
  const pays = all.length > 0 && (isPaid(sum) || all.some((document) => isPaid(open(document))));
  const isExact = own.some((document) => isPaid(open(document)));
  return [whole.length > 0, tail.length > 0, pays, isExact].map(Number);
}
