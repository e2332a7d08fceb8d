import { type Candidate, type Line } from './load.js';

/** What past lines are compared by: always with the bank account. */
const KEYS = {
  who_prob: ({ who, bankAccount }: Line) => `${who}:${bankAccount}`,
  iban_prob: ({ iban, bankAccount }: Line) => `${iban}:${bankAccount}`,
  iban_msgc_prob: ({ iban, pattern, bankAccount }: Line) => `${iban}:${pattern}:${bankAccount}`,
  who_msgc_prob: ({ who, pattern, bankAccount }: Line) => `${who}:${pattern}:${bankAccount}`,
};

/** A past line with its account as `type:number`. */
export interface Recognized {
  line: Line;
  account: string;
}

/** For each key, the share of the past lines like this one that belonged to a candidate. */
export type Shares = (candidate: Candidate) => Record<keyof typeof KEYS, number>;

export function sharesFor(line: Line, past: readonly Recognized[]): Shares {
  const [who, iban, ibanPattern, whoPattern] = Object.values(KEYS).map((key) => shareOf(line, past, key));
  return ({ type, no }) => ({
    who_prob: who?.(`${type}:${no}`) ?? 0,
    iban_prob: iban?.(`${type}:${no}`) ?? 0,
    iban_msgc_prob: ibanPattern?.(`${type}:${no}`) ?? 0,
    who_msgc_prob: whoPattern?.(`${type}:${no}`) ?? 0,
  });
}

function shareOf(line: Line, past: readonly Recognized[], key: (line: Line) => string): (account: string) => number {
  const accounts = past.filter((other) => key(other.line) === key(line)).map(({ account }) => account);
  const counts = new Map<string, number>();
  for (const account of accounts) counts.set(account, (counts.get(account) ?? 0) + 1);
  return (account) => (counts.get(account) ?? 0) / Math.max(1, accounts.length);
}
