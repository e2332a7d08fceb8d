/** The weights of docs/contracts/bank-map.md before scaling, in the order of the sum and of `details`. */
const CONTRACT = {
  name_eq: 0.58871234,
  name_sim: 0.36948084,
  iban_match: 0.17431711,
  ext_doc: 0.33272096,
  ext_doc_sim: 0.09060666,
  due_date: 0.22587429,
  entry_date: 0.08930895,
  amount_match: 0.29486793,
  curr_match: 0.46856608,
  payment_match: 0.2590398,
  who_prob: 0.07337495,
  iban_prob: 0.20706663,
  iban_msgc_prob: 0.36512314,
  who_msgc_prob: 0.18762794,
};

export type Feature = keyof typeof CONTRACT;
type Weights = Record<Feature, number>;

/** The sum of the scaled weights: the similarity of a perfect match. */
const SUM = 3.5;

const scale = SUM / Object.values(CONTRACT).reduce((sum, weight) => sum + weight, 0);

/** The scaled weights. */
export const WEIGHTS = Object.fromEntries(
  Object.entries(CONTRACT).map(([feature, weight]) => [feature, weight * scale]),
) as Weights;

/** Rounds a sum, so that the order of the summands does not matter. */
export const rounded = (similarity: number): number => Math.round(similarity * 1e10) / 1e10;

/** The maximum error of sums, by order and rounding. Candidates within it are not skipped. */
export const SLACK = 1e-9;
