import { type AssignmentReason } from '../mapping.js';
import { assigned, type Assignment } from '../matcher/assign.js';
import { type Documents, numberOf } from '../matcher/documents.js';
import { type Line } from '../matcher/line.js';
import { mostSimilarToken, numberTokens } from '../matcher/number-similarity.js';
import { normalCurrency } from '../matcher/text.js';
import { CENT } from './features.js';
import { type Named } from './named-documents.js';

/** From this similarity on a number counts as a mistyped one. */
const SIMILAR = 0.5;

interface Part {
  document: number;
  sum: number;
  reason: AssignmentReason;
}

/**
 * Distributes the line's amount over the documents that it names, or else over those whose amounts fit. What is left
 * after named documents stays unassigned, as in the books of an overpayment.
 *
 * @param own the documents of the account that the line can pay
 */
export function assignByEvidence(documents: Documents, own: readonly number[], named: Named, line: Line): Assignment {
  const assigner = new Assigner(documents, own, line);
  const parts = assigner.assign(named);
  const applied = Math.round(100 * parts.reduce((sum, part) => sum + part.sum, 0)) / 100;
  return {
    docs: parts.map(({ document, sum, reason }) => assigned(documents, document, sum, reason)),
    total_applied: applied,
    amount_remaining: Math.round(100 * (line.amount - applied)) / 100,
  };
}

class Assigner {
  readonly #documents: Documents;
  readonly #line: Line;
  /** By due date, the nearest first. */
  readonly #own: readonly number[];

  constructor(documents: Documents, own: readonly number[], line: Line) {
    this.#documents = documents;
    this.#line = line;
    this.#own = own.toSorted((a, b) => this.#distance(a) - this.#distance(b));
  }

  assign({ whole, tail }: Named): Part[] {
    const wholly = this.#own.filter((document) => whole.has(document));
    const byTail = this.#own.filter((document) => tail.has(document) && !whole.has(document));
    const all = [...wholly, ...byTail];
    for (const named of [wholly, all, byTail]) if (this.#pays(named)) return this.#parts(named, 'sf && amount');
    const exact = all.find((document) => this.#pays([document]));
    if (exact !== undefined) return this.#parts([exact], 'sf && amount');
    if (wholly.length > 0) return this.#withRest(wholly, byTail);
    const similar = this.#similar();
    const fitting = [...similar, ...this.#own].find((document) => this.#pays([document]));
    if (fitting !== undefined) return this.#parts([fitting], similar.includes(fitting) ? 'sf sim && amount' : 'amount');
    if (byTail.length > 0) return this.#parts(byTail, 'sf');
    if (similar.length > 0) return this.#parts(similar, 'sf sim');
    return this.#parts(this.#inOrderOfDate(), 'amount');
  }

  /** The named documents, and another one that is exactly what is left. */
  #withRest(named: readonly number[], byTail: readonly number[]): Part[] {
    const left = this.#line.amount - this.#sum(named);
    if (left < CENT) return this.#parts(named, 'sf');
    const others = [...byTail, ...this.#own.filter((document) => !named.includes(document))];
    const rest = others.find((document) => Math.abs(this.#amount(document) - left) < CENT);
    return this.#parts(rest === undefined ? named : [...named, rest], 'sf');
  }

  /** The oldest documents that are paid in full. */
  #inOrderOfDate(): number[] {
    let left = this.#line.amount;
    return this.#own.filter((document) => {
      if (this.#isForeign(document) || this.#amount(document) > left + CENT) return false;
      left -= this.#amount(document);
      return true;
    });
  }

  #similar(): number[] {
    const tokens = numberTokens(this.#line.folded);
    return this.#own
      .map((document) => ({
        document,
        similarity: mostSimilarToken(numberOf(this.#documents, document), tokens).similarity,
      }))
      .filter(({ similarity }) => similarity >= SIMILAR)
      .sort((a, b) => b.similarity - a.similarity)
      .map(({ document }) => document);
  }

  /** Each document in full, the last one in part. The rate of another currency is not known: it gets all that is left. */
  #parts(chosen: readonly number[], reason: AssignmentReason): Part[] {
    let left = this.#line.amount;
    const foreignLast = chosen.toSorted((a, b) => Number(this.#isForeign(a)) - Number(this.#isForeign(b)));
    return foreignLast.flatMap((document): Part[] => {
      const sum = this.#isForeign(document) ? left : Math.min(left, this.#amount(document));
      if (sum < CENT) return [];
      left -= sum;
      return [{ document, sum: Math.round(100 * sum) / 100, reason }];
    });
  }

  #pays(chosen: readonly number[]): boolean {
    const isOwn = chosen.length > 0 && !chosen.some((document) => this.#isForeign(document));
    return isOwn && Math.abs(this.#sum(chosen) - this.#line.amount) < CENT;
  }

  #sum(chosen: readonly number[]): number {
    return chosen.reduce((sum, document) => sum + this.#amount(document), 0);
  }

  #amount(document: number): number {
    return Math.abs(this.#documents.amount[document] ?? 0);
  }

  #isForeign(document: number): boolean {
    return normalCurrency(this.#documents.rows[document]?.currencyCode ?? '') !== this.#line.currency;
  }

  #distance(document: number): number {
    const distance = Math.abs((this.#documents.due[document] ?? NaN) - this.#line.time);
    return Number.isNaN(distance) ? Number.MAX_VALUE : distance;
  }
}
