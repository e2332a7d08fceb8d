import { type StatementLine } from '../../../services/bank-map-ml/ledger.js';
import { type Candidate } from './candidates.js';
import { fold, partyIban, partyName, spaced, words } from './terms.js';

/** The name and IBAN features of a candidate. */
export function ofNames(line: StatementLine, candidate: Candidate) {
  const who = partyName(line);
  const payer = partyIban(line);
  return {
    name_eq: fold(who) !== '' && fold(who) === fold(candidate.name) ? 1 : 0,
    name_sim: nameSimilarity(who, candidate.name),
    iban_match: payer !== '' && candidate.ibans.includes(payer) ? 1 : 0,
  };
}

function nameSimilarity(a: string, b: string): number {
  if (fold(a) === '' || fold(b) === '') return 0;
  const uniqueness = (set: string[]) =>
    set.reduce((sum, word) => sum + 1 / Math.sqrt(word === 'uab' || word === 'ab' ? 2 : 1), 0);
  const [left, right] = [[...new Set(words(a))], [...new Set(words(b))]];
  const both = uniqueness(left.filter((word) => right.includes(word)));
  const shared = left.length && right.length ? both / Math.sqrt(uniqueness(left) * uniqueness(right)) : 0;
  return 0.7 * shared + 0.2 * jaroWinkler(fold(a), fold(b)) + 0.1 * jaroWinkler(spaced(a), spaced(b));
}

function jaroWinkler(a: string, b: string): number {
  const window = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken: number[] = [];
  let left = '';
  for (let i = 0; i < a.length; i++)
    for (let j = Math.max(0, i - window); j <= i + window && j < b.length; j++)
      if (a[i] === b[j] && !taken.includes(j)) {
        taken.push(j);
        left += a.charAt(i);
        break;
      }
  const m = taken.length;
  if (m === 0) return 0;
  const right = [...taken].sort((x, y) => x - y).map((j) => b[j]);
  const t = right.filter((c, i) => c !== left[i]).length / 2;
  const jaro = (m / a.length + m / b.length + (m - t) / m) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix++;
  return jaro + prefix * 0.1 * (1 - jaro);
}
