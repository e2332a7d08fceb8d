import { type AccountType } from '../../services/bank-map-ml/ledger.js';
import { mainOf, type MainMapping, type Mapping } from '../../services/bank-map-ml/mapping.js';
import { type LineKind, type Truth } from '../../services/bank-map-ml/samples/transaction.js';

/** A line of a sample with its correct answer and the matcher's mapping. */
export interface Scored {
  /** The correct type. */
  type: AccountType;
  kind: LineKind;
  main: MainMapping;
  /** Whether the main account is correct. */
  isRight: boolean;
  /** Undefined when the line has no documents or its account is wrong. */
  documents: DocumentScore | undefined;
}

interface DocumentScore {
  /** Whether all documents and sums are correct, without additional ones. */
  isExact: boolean;
  /** The part of `expected` that is assigned to the correct documents. */
  assigned: number;
  /** The sum of the documents in the correct answer. */
  expected: number;
}

const CENT = 0.005;

/** Compares mappings with the correct answers. Lines without a mapping (too old) are left out. */
export function scored(mappings: readonly Mapping[], truth: readonly Truth[]): Scored[] {
  const answers = new Map(truth.map((answer) => [answer.id, answer]));
  return mappings.flatMap((mapping) => {
    const main = mainOf(mapping);
    const answer = answers.get(String(mapping.entry.id));
    if (!main || !answer) return [];
    const isRight = main.item.type === answer.type && main.item.no === answer.number;
    const documents = isRight && answer.documents.length > 0 ? documentScore(main, answer) : undefined;
    return [{ type: answer.type, kind: answer.kind, main, isRight, documents }];
  });
}

function documentScore({ docs = [] }: MainMapping, answer: Truth): DocumentScore {
  const sums = new Map(docs.map(({ item, sum }) => [item.no, sum]));
  const parts = answer.documents.map(({ number, sum }) => ({ expected: sum, actual: sums.get(number) ?? 0 }));
  return {
    isExact: docs.length === parts.length && parts.every(({ expected, actual }) => Math.abs(expected - actual) < CENT),
    assigned: parts.reduce((all, { expected, actual }) => all + Math.min(expected, Math.max(0, actual)), 0),
    expected: parts.reduce((all, { expected }) => all + expected, 0),
  };
}

/** The share of counted elements, percent; 0 for an empty list. */
export function share<T>(all: readonly T[], isCounted: (each: T) => boolean): number {
  return all.length === 0 ? 0 : (100 * all.filter(isCounted).length) / all.length;
}
