import { type Ledger } from '../ledger.js';
import { type Truth } from './transaction.js';

/** Where rows go, one at a time, so that a large sample need not be in memory. Rows of one file come in its order. */
export interface Sink {
  row<K extends keyof Ledger>(file: K, row: Ledger[K][number]): void;
  truth(answer: Truth): void;
}
