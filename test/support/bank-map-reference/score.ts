import { type StatementLine } from '../../../services/bank-map-ml/ledger.js';
import { type Candidate, type Scored } from './candidates.js';
import { ofDocument } from './document-features.js';
import { ofHistory, type Past } from './history.js';
import { ofNames } from './names.js';

const CONTRACT_WEIGHTS: [string, number][] = [
  ['name_eq', 0.58871234],
  ['name_sim', 0.36948084],
  ['iban_match', 0.17431711],
  ['ext_doc', 0.33272096],
  ['ext_doc_sim', 0.09060666],
  ['due_date', 0.22587429],
  ['entry_date', 0.08930895],
  ['amount_match', 0.29486793],
  ['curr_match', 0.46856608],
  ['payment_match', 0.2590398],
  ['who_prob', 0.07337495],
  ['iban_prob', 0.20706663],
  ['iban_msgc_prob', 0.36512314],
  ['who_msgc_prob', 0.18762794],
];
const WEIGHT_SUM = CONTRACT_WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);

/** The features and the similarity of a candidate. */
export function score(line: StatementLine, candidate: Candidate, history: Past[]): Scored {
  const details: Record<string, number> = {
    ...ofNames(line, candidate),
    ...ofDocument(line, candidate),
    ...ofHistory(line, candidate, history),
  };
  if (candidate.type === 'G/L Account') delete details.iban_match;
  let sum = 0;
  for (const [feature, weight] of CONTRACT_WEIGHTS) sum += ((weight * 3.5) / WEIGHT_SUM) * (details[feature] ?? 0);
  return { candidate, details, similarity: Math.round(sum * 1e10) / 1e10 };
}
