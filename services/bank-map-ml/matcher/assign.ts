import { type AssignedDocument, type AssignmentReason } from '../mapping.js';
import { secondsOf, withTime } from './days.js';
import { shownType } from './document-types.js';
import { type DocumentScores } from './document-scores.js';
import { type Documents, numberOf } from './documents.js';
import { type Line } from './line.js';
import { mostSimilarToken, type NumberText, numberTokens, type NumberTokens } from './number-similarity.js';
import { normalCurrency, strip } from './text.js';

export interface Assignment {
  docs: AssignedDocument[];
  total_applied: number;
  amount_remaining: number;
}

/** Amounts up to this are nothing. */
const NOTHING = 0.01;
/** What a payment may lack of a document's amount, when both are over FROM. */
const SLACK_AMOUNT = 1;
const FROM = 10;
/** Least money that a similar number gets. */
const LEAST_MONEY = 0.005;

interface Open {
  index: number;
  /** Without its sign. */
  amount: number;
  number: NumberText;
}

/**
 * Distributes the line's amount over the documents of a party, the most certain ones first (docs/bank-map-matching.md,
 * "Documents"). Amounts are not rounded, as the sums are compared with those of earlier versions.
 *
 * @param account the party's index in `documents.starts`
 */
export function assignDocuments(documents: Documents, scores: DocumentScores, account: number, line: Line): Assignment {
  const assigner = new Assigner(documents, openDocuments(documents, scores, account, line), line);
  return assigner.assign();
}

function openDocuments(documents: Documents, scores: DocumentScores, account: number, line: Line): Open[] {
  const open: Open[] = [];
  for (let index = documents.starts[account] ?? 0; index < (documents.starts[account + 1] ?? 0); index++) {
    const amount = Math.abs(documents.amount[index] ?? 0);
    if (!scores.fits(index, line) || amount <= NOTHING) continue;
    open.push({ index, amount, number: numberOf(documents, index) });
  }
  return open;
}

class Assigner {
  readonly #documents: Documents;
  readonly #line: Line;
  #open: Open[];
  #left: number;
  /** The line's text, without the numbers of documents that are assigned. */
  #text: string;
  #tokens: NumberTokens;
  readonly #docs: AssignedDocument[] = [];

  constructor(documents: Documents, open: Open[], line: Line) {
    this.#documents = documents;
    this.#line = line;
    this.#open = open;
    this.#left = line.amount;
    this.#text = line.folded;
    this.#tokens = numberTokens(this.#text);
  }

  assign(): Assignment {
    const [only, ...others] = this.#open;
    if (only && others.length === 0 && this.#fits(only)) this.#add(only, 'one && amount');
    this.#each((open) => this.#isNamed(open) && this.#fits(open), 'sf && amount');
    this.#each((open) => this.#isNamed(open) && this.#left > 0, 'sf');
    this.#assignSimilar();
    this.#assignByDueDate();
    const applied = this.#docs.reduce((sum, { sum: part }) => sum + part, 0);
    return { docs: this.#docs, total_applied: applied, amount_remaining: this.#line.amount - applied };
  }

  #assignSimilar(): void {
    const similarity = new Map(this.#open.map((open) => [open, this.#similar(open).similarity]));
    this.#open.sort((a, b) => (similarity.get(b) ?? 0) - (similarity.get(a) ?? 0));
    for (const isFitting of [true, false]) {
      for (const open of [...this.#open]) {
        const { similarity, token } = this.#similar(open);
        if (similarity <= 0 || !(isFitting ? this.#fits(open) : this.#left > LEAST_MONEY)) continue;
        this.#add(open, isFitting ? 'sf sim && amount' : 'sf sim', token);
      }
    }
  }

  #assignByDueDate(): void {
    const distance = new Map(this.#open.map((open) => [open, this.#lateness(open)]));
    this.#open.sort((a, b) => compare(distance.get(a) ?? 0, distance.get(b) ?? 0));
    this.#each((open) => this.#fits(open), 'amount');
  }

  /** Assigns each document for which the condition is true when its turn comes. */
  #each(condition: (open: Open) => boolean, reason: AssignmentReason): void {
    for (const open of [...this.#open]) {
      if (condition(open)) this.#add(open, reason, reason === 'amount' ? '' : open.number.text);
    }
  }

  #add(open: Open, reason: AssignmentReason, named = ''): void {
    this.#docs.push(assigned(this.#documents, open.index, Math.min(this.#left, open.amount), reason));
    this.#left -= open.amount;
    this.#open = this.#open.filter((other) => other !== open);
    if (named === '') return;
    this.#text = this.#text.replace(named, () => ' ');
    this.#tokens = numberTokens(this.#text);
  }

  #fits({ amount }: Open): boolean {
    if (this.#left < NOTHING) return false;
    return amount <= this.#left + (amount > FROM && this.#left > FROM ? SLACK_AMOUNT : NOTHING);
  }

  /** An empty number is in every text. */
  #isNamed({ number }: Open): boolean {
    return this.#text.includes(number.text);
  }

  #similar({ number }: Open) {
    return mostSimilarToken(number, this.#tokens);
  }

  /** Seconds between the due date and the line; a payment in time counts one second more. */
  #lateness({ index }: Open): number {
    const { due, entered } = this.#documents;
    const date = Number.isNaN(due[index] ?? NaN) ? entered[index] : due[index];
    const late = this.#line.time - (date ?? NaN);
    if (Number.isNaN(late)) return Infinity;
    return late < 0 ? 1 - late : late;
  }
}

function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The document of an index in the result. */
export function assigned({ rows }: Documents, index: number, sum: number, reason: AssignmentReason): AssignedDocument {
  const row = rows[index];
  const item = {
    no: strip(row?.documentNumber ?? ''),
    ext_no: strip(row?.externalDocumentNumber ?? ''),
    type: shownType(row?.documentType ?? ''),
    currency: normalCurrency(row?.currencyCode ?? ''),
    amount: row?.remainingAmount ?? 0,
    due: dueOf(row?.dueDate ?? ''),
  };
  return { item, sum, reason };
}

const dueOf = (dueDate: string): string => (Number.isNaN(secondsOf(dueDate)) ? '' : withTime(dueDate));
