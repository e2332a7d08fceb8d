/**
 * The rules of docs/bank-map-matching.md, written down once more as plainly as can be: every feature of every pair of a
 * line and a candidate, nothing kept, nothing skipped. It shares no code with the matcher that it is held against.
 */
import {
  type AccountType,
  type Ledger,
  type LedgerEntry,
  type StatementLine,
  type TextToAccountMapping,
} from '../../services/bank-map-ml/ledger.js';

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

interface Candidate {
  type: AccountType;
  no: string;
  name: string;
  ibans: string[];
  currency?: string;
  entry?: LedgerEntry;
}

interface Scored {
  candidate: Candidate;
  details: Record<string, number>;
  similarity: number;
}

export interface ReferenceAccount {
  no: string;
  type: AccountType;
  name: string;
  similarity: number;
  details: Record<string, number>;
}

export interface ReferenceMapping {
  id: string;
  main:
    | (ReferenceAccount & { by: string; recommended: boolean; docs: [no: string, sum: number, reason: string][] })
    | undefined;
  alternatives: ReferenceAccount[];
}

/** What the rules say of each line, with limit 1.6 and the confidence given as a function of the similarity. */
export function referenceMatch(
  ledger: Ledger,
  now: Date,
  tops: number,
  confidence: (type: AccountType, similarity: number) => number,
): ReferenceMapping[] {
  const candidates = allCandidates(ledger);
  const history = allHistory(ledger);
  return once(ledger.bankStatementLines).map((line) => {
    const id = line.externalDocumentNumber;
    if ((day(line.operationDate) ?? Infinity) < Math.floor(now.getTime() / 86_400_000) - 60)
      return { id, main: undefined, alternatives: [] };
    const inOrder = candidates.map((candidate) => score(line, candidate, history));
    const scored = inOrder.toSorted((a, b) => b.similarity - a.similarity); // stable
    const best = scored[0];
    const rule = ruleFor(line, ledger);
    const sure = best && best.similarity > 2 && confidence(best.candidate.type, best.similarity) >= 0.995;
    if (rule && !sure) {
      const own = scored.find((s) => s.candidate.no === rule.no && s.candidate.type === rule.type);
      const { similarity, details } = own ?? { similarity: 0, details: {} };
      const main = {
        ...rule,
        name: nameOf(rule, ledger),
        similarity,
        details,
        by: 'Text to Account',
        recommended: true,
      };
      return { id, main: { ...main, docs: documents(line, rule, inOrder) }, alternatives: others(scored, rule, tops) };
    }
    if (!best) return { id, main: undefined, alternatives: [] };
    const main = { ...account(best), by: 'Similarity', recommended: best.similarity >= 1.6 };
    return { id, main: { ...main, docs: documents(line, main, inOrder) }, alternatives: others(scored, main, tops) };
  });
}

const account = (s: Scored): ReferenceAccount => ({
  no: s.candidate.no,
  type: s.candidate.type,
  name: s.candidate.name,
  similarity: s.similarity,
  details: s.details,
});

function others(scored: Scored[], main: { no: string; type: AccountType }, tops: number): ReferenceAccount[] {
  const found: ReferenceAccount[] = [];
  for (const next of scored.map(account)) {
    const taken = [main, ...found].some((a) => a.no === next.no && a.type === next.type);
    if (!taken && found.length < tops - 1) found.push(next);
  }
  return found;
}

// Rows and texts

function once<T extends { externalDocumentNumber: string }>(rows: T[]): T[] {
  const number = (row: T) => row.externalDocumentNumber.trim();
  return rows.filter((row) => number(row) === '' || rows.find((r) => number(r) === number(row)) === row);
}

const spaced = (text: string): string => text.slice(0, 1_000).normalize('NFC').replace(/\s+/g, ' ').trim();
const fold = (text: string): string => spaced(text).toLowerCase();
const words = (text: string): string[] => fold(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
const iban = (text: string): string => {
  const plain = text.toUpperCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '');
  return plain.length > 5 ? plain : '';
};
const currency = (text: string): string => text.trim().toUpperCase() || 'EUR';
const cents = (amount: number): number => Math.round(amount * 100);
const masked = (text: string): string => fold(text).replace(/[0-9]+/g, '#');
const isDigit = (c: string | undefined): boolean => c !== undefined && c >= '0' && c <= '9';

function day(date: string): number | undefined {
  if (!/^(19|[2-9]\d)\d\d-\d\d-\d\d/.test(date)) return undefined;
  const ms = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(ms) ? undefined : ms / 86_400_000;
}

function incoming(type: string, amount: number): boolean {
  const known = type.trim().toLowerCase();
  if (known === 'crdt' || known === 'credit') return true;
  return known === 'dbit' || known === 'debit' ? false : amount >= 0;
}

const comesIn = (line: StatementLine): boolean => incoming(line.transactionType, line.statementAmount);
const partyName = (line: StatementLine): string => (comesIn(line) ? line.debtorName : line.creditorName);
const partyIban = (line: StatementLine): string => iban(comesIn(line) ? line.debtorIban : line.creditorIban);

// Candidates

const INVOICES = [
  'invoice',
  'sf',
  'sąskaita faktūra',
  'pvm sąskaita faktūra',
  'finance charge memo',
  'delspinigių pažyma',
];
const CREDIT_NOTES = [
  'credit memo',
  'credit note',
  'refund',
  'grąžinimo pažyma',
  'grąžinimas',
  'kreditinė sąskaita',
  'kreditinė pvm sąskaita faktūra',
];

const isCreditNote = (entry: LedgerEntry): boolean => CREDIT_NOTES.includes(fold(entry.documentType));
const isOpen = (entry: LedgerEntry): boolean =>
  entry.isOpen && (isCreditNote(entry) || INVOICES.includes(fold(entry.documentType)));
const openAmount = (entry: LedgerEntry): number => Math.abs(entry.remainingAmount || entry.amount);

function firsts<T extends { number: string }>(rows: T[]): T[] {
  return rows.filter((row) => rows.find((r) => r.number === row.number) === row);
}

function allCandidates(ledger: Ledger): Candidate[] {
  const ofParties = (
    type: AccountType,
    entries: LedgerEntry[],
    parties: Ledger['customers'],
    banks: Ledger['customerBankAccounts'],
  ) =>
    entries.filter(isOpen).map((entry): Candidate => ({
      type,
      no: entry.number,
      name: parties.find((p) => p.number === entry.number)?.name ?? '',
      ibans: banks.filter((b) => b.number === entry.number).map((b) => iban(b.iban)),
      currency: entry.currencyCode,
      entry,
    }));
  return [
    ...ofParties('Customer', ledger.customerLedgerEntries, ledger.customers, ledger.customerBankAccounts),
    ...ofParties('Vendor', ledger.vendorLedgerEntries, ledger.vendors, ledger.vendorBankAccounts),
    ...firsts(ledger.glAccounts).map((a): Candidate => ({
      type: 'G/L Account',
      no: a.number,
      name: a.name,
      ibans: [],
    })),
    ...firsts(ledger.bankAccounts).map((a): Candidate => ({
      type: 'Bank Account',
      no: a.number,
      name: a.name,
      ibans: [iban(a.iban)],
      currency: a.currencyCode,
    })),
  ];
}

// Features

function score(line: StatementLine, candidate: Candidate, history: Past[]): Scored {
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

function ofNames(line: StatementLine, candidate: Candidate) {
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

function ofDocument(line: StatementLine, candidate: Candidate): Record<string, number> {
  const entry = candidate.entry;
  const sameCurrency = currency(candidate.currency ?? '') === currency(line.accountCurrency) ? 1 : 0;
  if (!entry)
    return { amount_match: 0.5, curr_match: candidate.type === 'G/L Account' ? 1 : sameCurrency, payment_match: 1 };
  const fits = comesIn(line) === ((candidate.type === 'Customer') !== isCreditNote(entry));
  const difference = Math.abs(line.statementAmount) - (fits ? 1 : -1) * openAmount(entry);
  return {
    ext_doc:
      keys(entry).some((key) => occurs(key, `${line.transactionText} ${line.endToEndId}`)) ||
      sameEndToEndId(line, entry)
        ? 1
        : 0,
    ext_doc_sim: numberSimilarity(line, entry),
    due_date: closeness(line.operationDate, entry.dueDate),
    entry_date: closeness(line.operationDate, entry.documentDate),
    amount_match: 1 - Math.tanh(Math.abs(difference) / 10),
    curr_match: sameCurrency,
    payment_match: fits ? 1 : 0,
  };
}

function closeness(a: string, b: string): number {
  const [from, to] = [day(a), day(b)];
  return from === undefined || to === undefined ? 0 : 1 - Math.tanh(Math.abs(from - to) / 20);
}

const keys = (entry: LedgerEntry): string[] =>
  [entry.documentNumber, entry.externalDocumentNumber]
    .filter((number) => number.trim().length > 5)
    .map((number) => words(number).join(''))
    .filter((key) => key !== '');

function sameEndToEndId(line: StatementLine, entry: LedgerEntry): boolean {
  const id = entry.endToEndId.trim();
  return id.length > 5 && id.toUpperCase() !== 'NOTPROVIDED' && id === line.endToEndId.trim();
}

/** `joined` are the words without anything between, `starts` where each began. */
function occurs(key: string, text: string): boolean {
  const joined = words(text).join('');
  const starts = new Set<number>();
  let length = 0;
  for (const word of words(text)) {
    starts.add(length);
    length += word.length;
  }
  const cuts = (at: number) => isDigit(joined[at - 1]) && isDigit(joined[at]) && !starts.has(at);
  for (let at = joined.indexOf(key); at >= 0; at = joined.indexOf(key, at + 1))
    if (!cuts(at) && !cuts(at + key.length)) return true;
  return false;
}

function numberSimilarity(line: StatementLine, entry: LedgerEntry): number {
  const tokens = fold(line.transactionText)
    .split(/[\s,;]+/)
    .map((token) => words(token).join(''))
    .filter((token) => /[0-9]/.test(token));
  let best = 0;
  for (const key of keys(entry))
    for (const token of tokens)
      best = Math.max(best, 1 - distance(key, token) / Math.max(distance(key, ''), distance('', token)));
  return best;
}

function distance(a: string, b: string): number {
  const cost = (c: string | undefined) => (isDigit(c) ? 1 : 0.5);
  const table = [[0]];
  const at = (i: number, j: number) => table[i]?.[j] ?? Infinity;
  for (let i = 0; i <= a.length; i++) {
    const row = (table[i] ??= []);
    for (let j = 0; j <= b.length; j++) {
      if (i === 0 && j === 0) continue;
      const replace = a[i - 1] === b[j - 1] ? 0 : Math.max(cost(a[i - 1]), cost(b[j - 1]));
      row[j] = Math.min(at(i - 1, j) + cost(a[i - 1]), at(i, j - 1) + cost(b[j - 1]), at(i - 1, j - 1) + replace);
    }
  }
  return at(a.length, b.length);
}

// History

interface Past {
  who: string;
  iban: string;
  text: string;
  accounts: string[];
}

const named = (type: AccountType, no: string): string => JSON.stringify([type, no]);

function allHistory(ledger: Ledger): Past[] {
  return once(ledger.bankStatementEntries).map((entry) => {
    const id = entry.externalDocumentNumber.trim();
    const of = (rows: Ledger['customerRecognitions'], type: AccountType) =>
      rows.filter((r) => r.externalDocumentNumber.trim() === id).map((r) => named(type, r.recognizedAccountNumber));
    const accounts = [
      ...of(ledger.customerRecognitions, 'Customer'),
      ...of(ledger.vendorRecognitions, 'Vendor'),
      ...ledger.bankAccountRecognitions
        .filter((r) => r.statementExternalDocumentNumber.trim() === id)
        .map((r) => named(r.balAccountType, r.balAccountNumber)),
    ];
    return {
      who: fold(entry.description),
      iban: iban(incoming(entry.transactionType, entry.amount) ? entry.debtorIban : entry.creditorIban),
      text: masked(entry.messageToRecipient),
      accounts: id === '' ? [] : accounts,
    };
  });
}

function ofHistory(line: StatementLine, candidate: Candidate, history: Past[]) {
  const [who, payer, text] = [fold(partyName(line)), partyIban(line), masked(line.transactionText)];
  const share = (isSame: (past: Past) => boolean) => {
    const same = history.filter((past) => past.accounts.length > 0 && isSame(past));
    const here = same.filter((past) => past.accounts.includes(named(candidate.type, candidate.no)));
    return same.length ? here.length / same.length : 0;
  };
  const [byWho, byIban] = [(p: Past) => who !== '' && p.who === who, (p: Past) => payer !== '' && p.iban === payer];
  return {
    who_prob: share(byWho),
    iban_prob: share(byIban),
    iban_msgc_prob: share((p) => byIban(p) && p.text === text),
    who_msgc_prob: share((p) => byWho(p) && p.text === text),
  };
}

// Rules

function ruleFor(line: StatementLine, ledger: Ledger): { no: string; type: AccountType } | undefined {
  const spread = (text: string) => ` ${words(text).join(' ')} `;
  const rules = ledger.textToAccountMappings.filter(
    (rule) =>
      words(rule.mappingText).length > 0 &&
      [line.transactionText, partyName(line)].some((text) => spread(text).includes(spread(rule.mappingText))) &&
      ruleAccount(rule, line).no !== '' &&
      ofBankAccount(rule.bankAccountNo.trim(), line, ledger),
  );
  const withBank = (rule: TextToAccountMapping) => (rule.bankAccountNo.trim() ? 1 : 0);
  rules.sort((a, b) => withBank(b) - withBank(a) || fold(b.mappingText).length - fold(a.mappingText).length);
  return rules[0] && ruleAccount(rules[0], line);
}

function nameOf({ no, type }: { no: string; type: AccountType }, ledger: Ledger): string {
  const rows = {
    Customer: ledger.customers,
    Vendor: ledger.vendors,
    'G/L Account': ledger.glAccounts,
    'Bank Account': ledger.bankAccounts,
  }[type];
  return rows.find((row) => row.number === no)?.name ?? '';
}

function ofBankAccount(no: string, line: StatementLine, ledger: Ledger): boolean {
  if (no === '' || line.bankAccountNumber.trim() === no) return true;
  const own = ledger.bankAccounts.find((account) => account.number === no);
  return own !== undefined && iban(own.iban) !== '' && iban(own.iban) === iban(line.bankAccountNumber);
}

function ruleAccount(rule: TextToAccountMapping, line: StatementLine): { no: string; type: AccountType } {
  const parties: AccountType[] = ['Customer', 'Vendor', 'Bank Account'];
  const type = parties.find((name) => name.toLowerCase() === fold(rule.balSourceType));
  if (type) return { type, no: rule.balSourceNumber.trim() };
  const no = comesIn(line) ? rule.creditAccountNumber : rule.debitAccountNumber;
  return { type: 'G/L Account', no: no.trim() || rule.balSourceNumber.trim() };
}

// Documents

function documents(
  line: StatementLine,
  main: { no: string; type: AccountType },
  scored: Scored[], // in the order of candidates
): [string, number, string][] {
  if (main.type !== 'Customer' && main.type !== 'Vendor') return [];
  const days = (s: Scored) => {
    const [from, to] = [day(line.operationDate), day(s.candidate.entry?.dueDate ?? '')];
    return from === undefined || to === undefined ? 1e9 : Math.abs(from - to);
  };
  const feature = (s: Scored, name: string) => s.details[name] ?? 0;
  const open = (s: Scored) => (s.candidate.entry ? cents(openAmount(s.candidate.entry)) : 0);
  let free = scored
    .filter((s) => s.candidate.no === main.no && s.candidate.type === main.type && s.candidate.entry)
    .filter((s) => feature(s, 'payment_match') === 1 && open(s) > 0)
    .sort((a, b) => days(a) - days(b));
  const foreign = free.filter((s) => feature(s, 'curr_match') === 0 && feature(s, 'ext_doc') === 1);
  free = free.filter((s) => feature(s, 'curr_match') === 1);
  let left = cents(Math.abs(line.statementAmount));
  const found: [string, number, string][] = [];
  const take = (reason: string, from: Scored[], fitting: boolean) => {
    for (const s of from) {
      if (left === 0 || (fitting && open(s) !== left)) continue;
      const sum = foreign.includes(s) ? left : Math.min(left, open(s));
      found.push([s.candidate.entry?.documentNumber ?? '', sum / 100, reason]);
      left -= sum;
      free = free.filter((other) => other !== s);
    }
  };
  const numbered = () => free.filter((s) => feature(s, 'ext_doc') === 1);
  const similar = () =>
    free
      .filter((s) => feature(s, 'ext_doc_sim') >= 0.8)
      .sort((a, b) => feature(b, 'ext_doc_sim') - feature(a, 'ext_doc_sim'));
  const fitting = free.filter((s) => open(s) === left);
  if (fitting.length === 1) take('only document with this amount', fitting, true);
  take('number and amount', numbered(), true);
  take('number', numbered(), false);
  take('number', foreign, false);
  take('similar number and amount', similar(), true);
  take('similar number', similar(), false);
  take('nearest due date', free, false);
  return found;
}
