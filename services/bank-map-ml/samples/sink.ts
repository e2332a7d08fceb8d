import { type Ledger } from '../ledger.js';
import { type Truth } from './transaction.js';

/** Receives rows one at a time, so that a large sample is not held in memory. Rows of a file arrive in its order. */
export interface Sink {
  row<K extends keyof Ledger>(file: K, row: Ledger[K][number]): void;
  truth(answer: Truth): void;
}
