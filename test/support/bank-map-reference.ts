/**
 * The mapping of the existing service (docs/glossary.md) in its simplest form: every feature of every pair of a line and a candidate,
 * without indexes, caches and shortcuts. It shares no code with the matcher that is compared with it.
 */
import { assignedDocuments } from './bank-map-reference/documents.js';
import { sharesFor, type Recognized } from './bank-map-reference/history.js';
import {
  bankAccountsOf,
  documentsOf,
  glAccountsOf,
  linesOf,
  pastOf,
  recognitionsOf,
  rulesOf,
  type Candidate,
  type Line,
  type Rows,
  type Rule,
} from './bank-map-reference/load.js';
import { score, type Scored } from './bank-map-reference/similarity.js';
import { characters, fold } from './bank-map-reference/values.js';

const DAY_MS = 86_400_000;
const MAX_AGE_DAYS = 60;
const LIMIT = 1.6;
const RULE_SIMILARITY = 2;
const RULE_CONFIDENCE = 0.995;
/** More documents with an end-to-end id than this, and the weights are those for such ledgers. */
const IDS_FROM = 10;

interface Ledger {
  accounts: Candidate[];
  documents: Candidate[];
  past: Recognized[];
  rules: Rule[];
  usesIds: boolean;
  now: number;
}

interface Mapping {
  entry: object;
  main?: { similarity?: number; recommended?: boolean; type?: string };
  alternatives?: object[];
}

/** `mappings` and `info.sizes` of the result for the rows of a zip. */
export function referenceMatch(rows: Rows, now: Date): { mappings: Mapping[]; sizes: object } {
  const documents = [...documentsOf(rows, 'Customer'), ...documentsOf(rows, 'Vendor')];
  const recognitions = recognitionsOf(rows);
  const allPast = pastOf(rows);
  const past = allPast.filter(({ date }) => date.ms < now.getTime() + DAY_MS);
  const recognized = past.map((line) => ({ line, account: recognitions.all.get(line.id) ?? '' }));
  const ledger: Ledger = {
    accounts: [...glAccountsOf(rows), ...bankAccountsOf(rows)],
    documents: documents.filter(({ isOpen }) => isOpen),
    past: recognized.filter(({ account }) => account !== ''),
    rules: rulesOf(rows),
    usesIds: documents.filter(({ endToEndId }) => characters(endToEndId).length > 1).length > IDS_FROM,
    now: now.getTime(),
  };
  const lines = linesOf(rows);
  const mappings = lines.map((line) => mappingOf(line, ledger));
  const loaded = {
    customer_recognitions: recognitions.customers.size,
    vendor_recognitions: recognitions.vendors.size,
    bank_account_recognitions: recognitions.others.size,
    bank_statement_entries: allPast.length,
    customer_ledger_entries: documentsOf(rows, 'Customer').length,
    vendor_ledger_entries: documentsOf(rows, 'Vendor').length,
    gl_accounts: glAccountsOf(rows).length,
    bank_accounts: bankAccountsOf(rows).length,
    open_sfs: ledger.documents.length,
    bank_statement_lines: lines.length,
    text_to_account_mappings: ledger.rules.length,
  };
  return { mappings, sizes: { ...loaded, ...results(lines, mappings, ledger) } };
}

const isOld = (line: Line, { now }: Ledger) => line.date.ms < now - MAX_AGE_DAYS * DAY_MS;

function mappingOf(line: Line, ledger: Ledger): Mapping {
  const entry = {
    amount: line.rawAmount === null ? null : line.amount,
    date: line.date.iso,
    msg: line.message,
    currency: line.currency,
    desc: line.who,
    id: line.rawId,
    type: line.isCredit ? 'Credit' : 'Debit',
    bank_account: line.bankAccount,
  };
  if (isOld(line, ledger)) return { entry, main: {} };
  const shares = sharesFor(line, ledger.past);
  const scored = [...ledger.accounts, ...ledger.documents].map((one) => score(line, one, shares, ledger.usesIds));
  const inOrder = scored.toSorted((a, b) => b.similarity - a.similarity); // stable
  const [best] = inOrder;
  if (!best) return { entry, alternatives: [] };
  const rule = ledger.rules.find((one) => applies(one, line));
  const main = rule ? byRule(rule, line) : bySimilarity(best, line, ledger);
  const next = inOrder.find(({ candidate }) => candidate.no !== main.item.no);
  return { entry, main, alternatives: next ? [{ ...answer(next), recommended: false, details: next.details }] : [] };
}

const answer = ({ candidate: { no, type, name }, similarity }: Scored) => ({ item: { no, type, name }, similarity });

function bySimilarity(best: Scored, line: Line, { documents }: Ledger) {
  const recommended = best.similarity >= LIMIT;
  const confidence_score = recommended ? 0.95 : 0.5;
  const main = { ...answer(best), recommended, confidence_score, type: 'Similarity', details: best.details };
  if (!documents.includes(best.candidate)) return main;
  const assigned = assignedDocuments(documents, line, best.candidate);
  const total = assigned.reduce((sum, document) => sum + document.sum, 0);
  return { ...main, docs: assigned.map(documentOf), total_applied: total, amount_remaining: line.amount - total };
}

const documentOf = ({ document, sum, reason }: ReturnType<typeof assignedDocuments>[number]) => ({
  item: {
    no: document.documentNo,
    ext_no: document.externalNo,
    type: document.documentType,
    currency: document.currency,
    amount: document.amount,
    due: document.dueDate?.iso ?? '',
  },
  sum,
  reason,
});

function applies(rule: Rule, line: Line): boolean {
  const isHere = rule.bankAccount === '' || rule.bankAccount === line.bankAccount;
  return isHere && rule.text !== '' && ` ${fold(line.message)} `.includes(` ${fold(rule.text)} `);
}

function byRule({ type, account, creditAccount, debitAccount }: Rule, line: Line) {
  const own = line.isCredit ? creditAccount : debitAccount;
  const no = type === 'G/L Account' && own !== '' ? own : account;
  return {
    item: { no, type, name: '' },
    similarity: RULE_SIMILARITY,
    recommended: true,
    confidence_score: RULE_CONFIDENCE,
    type: 'Text to Account',
  };
}

function results(lines: readonly Line[], mappings: readonly Mapping[], ledger: Ledger) {
  const skipped_old = lines.filter((line) => isOld(line, ledger)).length;
  const recommended = mappings.filter(({ main }) => main?.recommended).length;
  const similarities = mappings.flatMap(({ main }) => main?.similarity ?? []).toSorted((a, b) => a - b);
  const mapped = lines.length - skipped_old;
  return {
    skip_old_days: MAX_AGE_DAYS,
    skipped_old,
    recommended,
    use_e2e: ledger.usesIds,
    recommended_tta: mappings.filter(({ main }) => main?.type === 'Text to Account').length,
    ...(mapped > 0 && { recommended_percent: (recommended / mapped) * 100 }),
    ...(similarities.length > 0 &&
      Object.fromEntries(
        [25, 50, 75, 90, 95, 99, 100].map((p) => [`similarity_percentile_${p}`, percentile(similarities, p)]),
      )),
  };
}

/** Between two values it is interpolated. */
function percentile(sorted: readonly number[], percent: number): number {
  const at = (percent / 100) * (sorted.length - 1);
  const [low = 0, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}
