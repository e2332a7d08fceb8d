import { type CategoryName } from './categories.js';

/** 1: a mention; 2: an act or a strong word; 3: cruel, obscene or explicit. */
export type Intensity = 1 | 2 | 3;

/** The terms of a category, Russian and English; matching/terms.ts describes their form. */
export interface Lexicon {
  readonly category: CategoryName;
  /** Whether a term after a negation (`не курит`, `no weapons`) is not counted. */
  readonly isNegatable?: boolean;
  readonly terms: {
    /** Intensity 1, 2 and 3. */
    readonly mild?: string;
    readonly moderate?: string;
    readonly severe?: string;
    /** Phrases whose words are not counted: other meanings, idioms. */
    readonly not?: string;
  };
}
