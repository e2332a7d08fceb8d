import { type Hypothesis } from './ctc.js';
import { junkEvidence, MAX_LENGTH, MIN_LENGTH, plateEvidence } from './plate-syntax.js';
import { plateVariants } from './plate-variants.js';

/** A registration that a line may carry. The score is a natural logarithm and compares texts of one line. */
export interface Candidate {
  readonly text: string;
  readonly score: number;
}

/** How much a natural logarithm of plate evidence counts against one of the recogniser's, which is over-sure. */
const EVIDENCE_WEIGHT = 0.7;

/** Added per character, since a beam search prefers short texts (the usual "insertion bonus" of CTC decoding). */
const LENGTH_BONUS = 0.7;

/** Where a line is as likely a plate as not: the natural logarithm of its evidence. */
const EVEN_ODDS = -2;

/** Texts of a line that are worth keeping. */
const MAX_CANDIDATES = 8;

/** The registrations that a line may carry, best first; empty when it cannot be a plate. */
export function plateCandidates(hypotheses: readonly Hypothesis[]): Candidate[] {
  const scores = new Map<string, number>();
  for (const { text, logProbability } of hypotheses) {
    for (const variant of plateVariants(text)) {
      const { length } = variant.text;
      if (length < MIN_LENGTH || length > MAX_LENGTH) continue;
      const score =
        logProbability + variant.logPenalty + LENGTH_BONUS * length + EVIDENCE_WEIGHT * plateEvidence(variant.text);
      scores.set(variant.text, Math.max(scores.get(variant.text) ?? -Infinity, score));
    }
  }
  const ranked = [...scores].map(([text, score]) => ({ text, score })).sort((a, b) => b.score - a.score);
  return ranked.slice(0, MAX_CANDIDATES);
}

/** How likely a line is a plate, by the best of its candidates: a natural logarithm, near 0 for a clear plate. */
export function lineEvidence(candidates: readonly Candidate[]): number {
  const [best] = candidates;
  if (!best) return -Infinity;
  const junk = EVIDENCE_WEIGHT * junkEvidence(best.text) + LENGTH_BONUS * best.text.length;
  return -Math.log1p(Math.exp(EVEN_ODDS + junk - best.score));
}
