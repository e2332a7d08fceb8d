/** A mapping is recommended from this similarity on, when nothing is learned from the company's history. */
export const DEFAULT_LIMIT = 1.6;
/** The confidence of a recommended mapping, and of any other one. */
export const RECOMMENDED_CONFIDENCE = 0.95;
export const OTHER_CONFIDENCE = 0.5;
/** The confidence and the similarity of a mapping by rule. */
export const RULE_CONFIDENCE = 0.995;
export const RULE_SIMILARITY = 2;
