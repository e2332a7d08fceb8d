import { type AssignedDocument, type AssignmentReason } from '../mapping.js';
import { type DocumentScores } from './document-scores.js';
import { type Documents } from './documents.js';
import { type Line } from './line.js';
import { cents, normalCurrency } from './text.js';
import { SLACK } from './weights.js';

/** From this similarity on a number counts as a mistyped one: one wrong digit of six is 0.83. */
const SIMILAR = 0.8;

interface Assignment {
  docs: AssignedDocument[];
  total_applied: number;
  amount_remaining: number;
}

/** The assignment for an account without documents. */
export const nothingAssigned = (line: Line): Assignment => ({
  docs: [],
  total_applied: 0,
  amount_remaining: cents(line.amount) / 100,
});

/**
 * Distributes the line's amount over the documents of a party, the most certain ones first.
 *
 * @param account the party's index in `documents.starts`
 */
export function assignDocuments(documents: Documents, scores: DocumentScores, account: number, line: Line): Assignment {
  const total = cents(line.amount);
  const { open, foreign } = payable(documents, scores, account, line);
  const taken = new Set<number>();
  const docs: AssignedDocument[] = [];
  let left = total;
  const apply = (reason: AssignmentReason, from: readonly number[], onlyFitting: boolean) => {
    for (const document of from) {
      const amount = foreign.includes(document) ? Infinity : (documents.cents[document] ?? 0);
      if (left === 0 || taken.has(document) || (onlyFitting && amount !== left)) continue;
      const sum = Math.min(left, amount);
      docs.push(assigned(documents, document, sum, reason));
      taken.add(document);
      left -= sum;
    }
  };

  const fitting = open.filter((document) => documents.cents[document] === total);
  if (fitting.length === 1) apply('only document with this amount', fitting, true);
  const named = byDueDate(
    open.filter((document) => scores.isNamed(document)),
    documents,
    line,
  );
  apply('number and amount', named, true);
  apply('number', named, false);
  apply('number', foreign, false); // the exchange rate is unknown, so the first one gets the remaining amount
  const rest = left === 0 ? [] : byDueDate(open, documents, line);
  const similar = mostSimilarFirst(rest, scores);
  apply('similar number and amount', similar, true);
  apply('similar number', similar, false);
  apply('nearest due date', rest, false);
  return { docs, total_applied: (total - left) / 100, amount_remaining: left / 100 };
}

/** The documents that the line can pay: those in its currency, and those in other currencies that it names. */
function payable(documents: Documents, scores: DocumentScores, account: number, line: Line) {
  const open: number[] = [];
  const foreign: number[] = [];
  for (let i = documents.starts[account] ?? 0; i < (documents.starts[account + 1] ?? 0); i++) {
    if (!scores.fits(i, line) || documents.cents[i] === 0) continue;
    if (scores.sameCurrency(i, line)) open.push(i);
    else if (scores.isNamed(i)) foreign.push(i);
  }
  return { open, foreign: byDueDate(foreign, documents, line) };
}

/** Sorted by the distance of the due date; documents without one come last. */
function byDueDate(open: readonly number[], { due }: Documents, { day }: Line): number[] {
  if (day === undefined) return [...open];
  const days = (document: number) => Math.abs((due[document] ?? 0) - day);
  return open.toSorted((a, b) => days(a) - days(b));
}

function mostSimilarFirst(open: readonly number[], scores: DocumentScores): number[] {
  return open
    .map((document) => ({ document, similar: scores.similarNumber(document, SIMILAR - SLACK) }))
    .filter(({ similar }) => similar >= SIMILAR)
    .sort((a, b) => b.similar - a.similar)
    .map(({ document }) => document);
}

function assigned({ rows }: Documents, index: number, sum: number, reason: AssignmentReason): AssignedDocument {
  const row = rows[index];
  const item = {
    no: row?.documentNumber ?? '',
    ext_no: row?.externalDocumentNumber ?? '',
    type: row?.documentType ?? '',
    currency: normalCurrency(row?.currencyCode ?? ''),
    amount: row?.amount ?? 0,
    due: row?.dueDate ?? '',
  };
  return { item, sum: sum / 100, reason };
}
