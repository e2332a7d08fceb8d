import { mostSimilarWord } from './document-numbers.js';
import { type Candidate, type Line } from './load.js';
import { paymentMatches } from './similarity.js';
import { fold } from './values.js';

interface Assigned {
  document: Candidate;
  sum: number;
  reason: string;
}

/** The documents of an account that a line pays: as many as its amount is enough for, the most certain ones first. */
export function assignedDocuments(documents: readonly Candidate[], line: Line, account: Candidate): Assigned[] {
  let open = documents.filter(
    (document) =>
      document.no === account.no &&
      document.type === account.type &&
      paymentMatches(document, line) &&
      Math.abs(document.amount) > 0.01,
  );
  const assigned: Assigned[] = [];
  let remaining = line.amount;
  let message = fold(line.message);

  /** A difference of 1 EUR is accepted above 10 EUR. */
  const fits = (document: Candidate) => {
    const amount = Math.abs(document.amount);
    const slack = amount > 10 && remaining > 10 ? 1 : 0.01;
    return remaining >= 0.01 && amount <= remaining + slack;
  };
  const assign = (document: Candidate, reason: string, found: string) => {
    const amount = Math.abs(document.amount);
    assigned.push({ document, reason, sum: Math.min(remaining, amount) });
    remaining -= amount;
    open = open.filter((other) => other !== document);
    if (found !== '') message = message.replace(fold(found), () => ' ');
  };
  const isNamed = (document: Candidate) => message.includes(fold(document.externalNo));
  const similar = (document: Candidate) => mostSimilarWord(document.externalNo, message);

  const [only] = open;
  if (only && open.length === 1 && fits(only)) assign(only, 'one && amount', '');
  for (const document of open) {
    if (isNamed(document) && fits(document)) assign(document, 'sf && amount', document.externalNo);
  }
  for (const document of open) {
    if (isNamed(document) && remaining > 0) assign(document, 'sf', document.externalNo);
  }
  const similarities = new Map(open.map((document) => [document, similar(document).similarity]));
  open = open.toSorted((a, b) => (similarities.get(b) ?? 0) - (similarities.get(a) ?? 0));
  for (const document of open) {
    const { similarity, word } = similar(document);
    if (similarity > 0 && fits(document)) assign(document, 'sf sim && amount', word);
  }
  for (const document of open) {
    const { similarity, word } = similar(document);
    if (similarity > 0 && remaining > 0.005) assign(document, 'sf sim', word);
  }
  open = open.toSorted((a, b) => distanceInTime(a, line) - distanceInTime(b, line));
  for (const document of open) if (fits(document)) assign(document, 'amount', '');
  return assigned;
}

/** Seconds between the due date and the line; a day after the line counts one more. Without a date it is the last. */
function distanceInTime({ dueDate, documentDate }: Candidate, line: Line): number {
  const due = dueDate ?? documentDate;
  if (!due) return Number.MAX_VALUE;
  const seconds = (line.date.ms - due.ms) / 1_000;
  return seconds < 0 ? 1 - seconds : seconds;
}
