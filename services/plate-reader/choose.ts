import { type Hypothesis } from './ctc.js';
import { junkEvidence, MAX_LENGTH, MIN_LENGTH, plateEvidence } from './plate-evidence.js';
import { plateVariants } from './plate-variants.js';

/** A possible plate number of a line. The score is a natural logarithm, comparable within one line only. */
export interface Candidate {
  readonly text: string;
  readonly score: number;
}

/** Weight of the plate evidence relative to the recognizer's log probability, which is overconfident. */
const EVIDENCE_WEIGHT = 0.7;

/** Added per character, since a beam search prefers short texts (the usual "insertion bonus" of CTC decoding). */
const LENGTH_BONUS = 0.7;

/** The log evidence at which a line is a plate with a probability of 0.5. */
const EVEN_ODDS = -2;

/** The number of candidates kept per line. */
const MAX_CANDIDATES = 8;

/** The possible plate numbers of a line, best first; empty when it cannot be a plate. */
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

/** The log probability that a line is a plate, by its best candidate: near 0 for a clear plate. */
export function lineEvidence(candidates: readonly Candidate[]): number {
  const [best] = candidates;
  if (!best) return -Infinity;
  const junk = EVIDENCE_WEIGHT * junkEvidence(best.text) + LENGTH_BONUS * best.text.length;
  return -Math.log1p(Math.exp(EVEN_ODDS + junk - best.score));
}
