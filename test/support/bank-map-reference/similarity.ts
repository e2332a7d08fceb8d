import { mostSimilarWord } from './document-numbers.js';
import { type Shares } from './history.js';
import { type Candidate, type Line } from './load.js';
import { nameSimilarity } from './names.js';
import { characters, fold, type Moment } from './values.js';

/** The weights of the features, for ledgers with end-to-end ids and without. */
const WEIGHTS = {
  name_eq: [0.58871234, 0.14668068569590628],
  name_sim: [0.36948084, 0.5035113126302384],
  iban_match: [0.17431711, 0.41693845423600595],
  ext_doc: [0.33272096, 0.46449193276640294],
  ext_doc_sim: [0.09060666, 0.232767588571744],
  due_date: [0.22587429, 0.24964867999396576],
  entry_date: [0.08930895, 0.07128066228103774],
  amount_match: [0.29486793, 0.20613821152145123],
  curr_match: [0.46856608, 0.2151562194561919],
  payment_match: [0.2590398, 0.25924099172026793],
  who_prob: [0.07337495, 0.7990523629782535],
  iban_prob: [0.20706663, 0.2409751744517808],
  iban_msgc_prob: [0.36512314, 0.6113640181480774],
  who_msgc_prob: [0.18762794, 0.971182972935486],
  e2e_id: [0, 0.946876267023782],
} as const;
type Feature = keyof typeof WEIGHTS;
const FEATURES = Object.keys(WEIGHTS) as Feature[];
const TOTAL = 3.5;

type Details = Partial<Record<Feature, number>>;

export interface Scored {
  candidate: Candidate;
  similarity: number;
  details: Details;
}

const DAY_MS = 86_400_000;
const isLong = (number: string) => characters(number).length > 5;

/** @param usesIds whether the ledger has end-to-end ids */
export function score(line: Line, candidate: Candidate, shares: Shares, usesIds: boolean): Scored {
  const { externalNo, dueDate, documentDate } = candidate;
  const values: Record<Feature, number> = {
    name_eq: Number(line.who !== '' && fold(candidate.name) === fold(line.who)),
    name_sim: nameSimilarity(candidate.name, line.who),
    iban_match: Number(candidate.ibans.some((iban) => isLong(iban) && iban === fold(line.iban))),
    ext_doc: Number(isLong(externalNo) && fold(line.message).includes(fold(externalNo))),
    ext_doc_sim: isLong(externalNo) ? mostSimilarWord(externalNo, line.message).similarity : 0,
    due_date: dateSimilarity(dueDate, line.date),
    entry_date: dateSimilarity(line.date, documentDate),
    amount_match: amountMatch(line, candidate),
    curr_match: Number(fold(candidate.currency) === fold(line.currency)),
    payment_match: Number(paymentMatches(candidate, line)),
    ...shares(candidate),
    e2e_id: Number(characters(candidate.endToEndId).length > 1 && candidate.endToEndId === line.endToEndId),
  };
  const features = usesIds ? FEATURES : FEATURES.slice(0, -1);
  const weight = (feature: Feature) => WEIGHTS[feature][usesIds ? 1 : 0];
  const sum = (terms: number[]) => terms.reduce((total, term) => total + term, 0);
  const factor = TOTAL / sum(features.map(weight));
  return {
    candidate,
    similarity: sum(features.map((feature) => values[feature] * weight(feature) * factor)),
    details: Object.fromEntries(features.map((feature) => [feature, values[feature]])),
  };
}

function dateSimilarity(from: Moment | undefined, to: Moment | undefined): number {
  return from && to ? 1 - Math.tanh(Math.abs(Math.floor((from.ms - to.ms) / DAY_MS) / 20)) : 0;
}

const isAccount = ({ type }: Candidate) => type === 'G/L Account' || type === 'Bank Account';

function amountMatch(line: Line, candidate: Candidate): number {
  if (isAccount(candidate)) return 0.5;
  const sign = paymentMatches(candidate, line) ? -1 : 1;
  return 1 - Math.tanh(Math.abs((line.amount + sign * candidate.amount) / 10));
}

/** Incoming money pays a customer's invoice or a vendor's credit memo, outgoing money the others. */
export function paymentMatches(candidate: Candidate, line: Line): boolean {
  if (isAccount(candidate)) return true;
  return line.isCredit === ((candidate.type === 'Customer') === (candidate.documentType === 'Invoice'));
}
