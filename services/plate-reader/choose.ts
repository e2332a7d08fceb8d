import type { Hypothesis } from './ctc.js';
import { MAX_LENGTH, MIN_LENGTH, plateEvidence } from './plate-syntax.js';
import { plateVariants } from './plate-variants.js';

/** A registration that a line may carry. `score` compares candidates of one line, and of different lines. */
export interface Candidate {
  readonly text: string;
  readonly score: number;
}

/** How much a natural logarithm of plate evidence counts against one of the recogniser's. */
const EVIDENCE_WEIGHT = 0.6;

/** The registrations that a line may carry, best first; empty when it cannot be a plate. */
export function plateCandidates(hypotheses: readonly Hypothesis[]): Candidate[] {
  const scores = new Map<string, number>();
  for (const { text, logProbability } of hypotheses) {
    for (const variant of plateVariants(text)) {
      if (variant.text.length < MIN_LENGTH || variant.text.length > MAX_LENGTH) continue;
      const evidence = plateEvidence(variant.text) * EVIDENCE_WEIGHT;
      const score = logProbability + variant.logPenalty + evidence;
      scores.set(variant.text, Math.max(scores.get(variant.text) ?? -Infinity, score));
    }
  }
  return [...scores].map(([text, score]) => ({ text, score })).sort((a, b) => b.score - a.score);
}
