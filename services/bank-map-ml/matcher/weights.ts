/** The features of a candidate, in the order of the sum and of `details`. */
export const FEATURES = [
  'name_eq',
  'name_sim',
  'iban_match',
  'ext_doc',
  'ext_doc_sim',
  'due_date',
  'entry_date',
  'amount_match',
  'curr_match',
  'payment_match',
  'who_prob',
  'iban_prob',
  'iban_msgc_prob',
  'who_msgc_prob',
  'e2e_id',
] as const;
export type Feature = (typeof FEATURES)[number];
export type Weights = Readonly<Record<Feature, number>>;

/** Without end-to-end IDs, before scaling (docs/bank-map-matching.md, "Features"). */
const PLAIN: Weights = {
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
  e2e_id: 0,
};

/** With end-to-end IDs. */
const WITH_IDS: Weights = {
  name_eq: 0.14668068569590628,
  name_sim: 0.5035113126302384,
  iban_match: 0.41693845423600595,
  ext_doc: 0.46449193276640294,
  ext_doc_sim: 0.232767588571744,
  due_date: 0.24964867999396576,
  entry_date: 0.07128066228103774,
  amount_match: 0.20613821152145123,
  curr_match: 0.2151562194561919,
  payment_match: 0.25924099172026793,
  who_prob: 0.7990523629782535,
  iban_prob: 0.2409751744517808,
  iban_msgc_prob: 0.6113640181480774,
  who_msgc_prob: 0.971182972935486,
  e2e_id: 0.946876267023782,
};

/** The sum of the scaled weights: the similarity of a perfect match. */
const SUM = 3.5;

function scaled(weights: Weights): Weights {
  const factor = SUM / FEATURES.reduce((sum, feature) => sum + weights[feature], 0);
  return Object.fromEntries(FEATURES.map((feature) => [feature, weights[feature] * factor])) as Record<Feature, number>;
}

/** The scaled weights. */
export const WEIGHTS = scaled(PLAIN);
export const WEIGHTS_WITH_IDS = scaled(WITH_IDS);

/** The maximum error of bounds, by amounts that are not near and the order of sums. Candidates within it are not skipped. */
export const SLACK = 1e-5;
