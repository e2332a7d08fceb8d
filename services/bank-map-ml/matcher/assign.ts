import { type AssignedDocument, type AssignmentReason } from '../mapping.js';
import { dayOf } from './days.js';
import { type DocumentScores } from './document-scores.js';
import { type Documents } from './documents.js';
import { type Line } from './line.js';
import { cents, normalCurrency } from './text.js';

/** From here on a number counts as another one mistyped: one wrong digit of six is 0.83. */
const SIMILAR = 0.8;

interface OpenDocument {
  index: number;
  cents: number;
  /** Between due date and line; huge when either is missing. */
  days: number;
}

export interface Assignment {
  docs: AssignedDocument[];
  total_applied: number;
  amount_remaining: number;
}

/** For an account that has no documents. */
export const nothingAssigned = (line: Line): Assignment => ({
  docs: [],
  total_applied: 0,
  amount_remaining: cents(line.amount) / 100,
});

/**
 * The documents of a party that a line pays, while its amount lasts: first what is sure, last what is likely.
 * `account` is the party's index in `documents.starts`.
 */
export function assignDocuments(documents: Documents, scores: DocumentScores, account: number, line: Line): Assignment {
  const total = cents(line.amount);
  const open = openDocuments(documents, scores, account, line);
  const free = new Set(open);
  const docs: AssignedDocument[] = [];
  let left = total;
  const settle = (reason: AssignmentReason, from: readonly OpenDocument[], onlyFitting: boolean) => {
    for (const document of from) {
      if (left === 0) return;
      if (!free.has(document) || (onlyFitting && document.cents !== left)) continue;
      const sum = Math.min(left, document.cents);
      docs.push(assigned(documents, document.index, sum, reason));
      free.delete(document);
      left -= sum;
    }
  };

  const fitting = open.filter((document) => document.cents === total);
  if (fitting.length === 1) settle('only document with this amount', fitting, true);
  const named = open.filter(({ index }) => scores.isNamed(index));
  settle('number and amount', named, true);
  settle('number', named, false);
  const similar = left === 0 ? [] : mostSimilarFirst(open, scores);
  settle('similar number and amount', similar, true);
  settle('similar number', similar, false);
  settle('nearest due date', open, false);
  return { docs, total_applied: (total - left) / 100, amount_remaining: left / 100 };
}

/** Those that the line's money can settle, the nearest due date first. */
function openDocuments(documents: Documents, scores: DocumentScores, account: number, line: Line): OpenDocument[] {
  const [start, end] = [documents.starts[account] ?? 0, documents.starts[account + 1] ?? 0];
  return Array.from({ length: end - start }, (_, i) => start + i)
    .filter((index) => scores.fits(index, line) && scores.sameCurrency(index, line))
    .map((index) => ({
      index,
      cents: cents(documents.amount[index] ?? 0),
      days: daysBetween(line.day, dayOf(documents.rows[index]?.dueDate ?? '')),
    }))
    .filter((document) => document.cents > 0)
    .sort((a, b) => a.days - b.days);
}

const daysBetween = (a: number | undefined, b: number | undefined): number =>
  a === undefined || b === undefined ? Number.MAX_SAFE_INTEGER : Math.abs(a - b);

function mostSimilarFirst(open: readonly OpenDocument[], scores: DocumentScores): OpenDocument[] {
  return open
    .map((document) => ({ document, similar: scores.similarNumber(document.index) }))
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
