import { type LedgerEntry, type StatementLine } from '../../../services/bank-map-ml/ledger.js';
import { type Candidate, isCreditNote, openAmount } from './candidates.js';
import { isIncoming, currency, day, fold, isDigit, words } from './terms.js';

/** The document features of a candidate. */
export function ofDocument(line: StatementLine, candidate: Candidate): Record<string, number> {
  const entry = candidate.entry;
  const sameCurrency = currency(candidate.currency ?? '') === currency(line.accountCurrency) ? 1 : 0;
  if (!entry)
    return { amount_match: 0.5, curr_match: candidate.type === 'G/L Account' ? 1 : sameCurrency, payment_match: 1 };
  const fits = isIncoming(line) === ((candidate.type === 'Customer') !== isCreditNote(entry));
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

/** `joined`: the concatenated words; `starts`: the position of each word. */
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
