import { type AccountType } from '../../services/bank-map-ml/ledger.js';
import { type MainMapping, type Mapping } from '../../services/bank-map-ml/mapping.js';
import { type LineKind, type Truth } from '../../services/bank-map-ml/samples/transaction.js';

/** A line of a sample, its right answer and what the matcher said. */
export interface Scored {
  /** The right type. */
  type: AccountType;
  kind: LineKind;
  main: MainMapping;
  /** The main account is the right one. */
  isRight: boolean;
  /** Undefined when the line has no documents or its account is wrong. */
  documents: DocumentScore | undefined;
}

export interface DocumentScore {
  /** The right documents with the right sums, and no other. */
  isExact: boolean;
  /** Of the money that belongs to documents, what went to the right ones. */
  assigned: number;
  belongs: number;
}

const CENT = 0.005;

/** Lines that are too old to be mapped are left out. */
export function scored(mappings: readonly Mapping[], truth: readonly Truth[]): Scored[] {
  const answers = new Map(truth.map((answer) => [answer.id, answer]));
  return mappings.flatMap(({ entry, main }) => {
    const answer = answers.get(entry.id);
    if (!main || !answer) return [];
    const isRight = main.item.type === answer.type && main.item.no === answer.number;
    const documents = isRight && answer.documents.length > 0 ? documentScore(main, answer) : undefined;
    return [{ type: answer.type, kind: answer.kind, main, isRight, documents }];
  });
}

function documentScore({ docs }: MainMapping, answer: Truth): DocumentScore {
  const sums = new Map(docs.map(({ item, sum }) => [item.no, sum]));
  const parts = answer.documents.map(({ number, sum }) => ({ due: sum, got: sums.get(number) ?? 0 }));
  return {
    isExact: docs.length === parts.length && parts.every(({ due, got }) => Math.abs(due - got) < CENT),
    assigned: parts.reduce((all, { due, got }) => all + Math.min(due, Math.max(0, got)), 0),
    belongs: parts.reduce((all, { due }) => all + due, 0),
  };
}

/** In percent; 0 of nothing. */
export function share<T>(all: readonly T[], isCounted: (each: T) => boolean): number {
  return all.length === 0 ? 0 : (100 * all.filter(isCounted).length) / all.length;
}
