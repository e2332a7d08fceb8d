import { type Intensity } from '../lexicons/lexicon.js';

/** The severities, lowest first. The spelling is that of the contract. */
export const SEVERITIES = ['None', 'mild', 'moderate', 'severe'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The findings of one category in a scene. */
export interface Tally {
  count: number;
  /** The sum of the intensities. */
  points: number;
  /** The highest intensity; 0 without findings. */
  peak: Intensity | 0;
}

/** A shorter scene counts as one of this length, so that one word in a short scene is not a high density. */
const MIN_WORDS = 100;
/** Points from which act or strong words (intensity 2) are moderate. */
const MODERATE_POINTS = 4;
/** Points for 100 words from which mentions alone are moderate. */
const MODERATE_DENSITY = 5;
/** Points from which a scene with a finding of intensity 3 is severe. */
const SEVERE_POINTS = 6;
/** Points for 100 words from which a scene with a finding of intensity 2 is severe. */
const SEVERE_DENSITY = 10;

/**
 * The severity of a category in a scene (docs/analyzer.md#severity).
 *
 * @param words of the scene
 */
export function severityOf({ count, points, peak }: Tally, words: number): Severity {
  if (count === 0) return 'None';
  const density = (100 * points) / Math.max(MIN_WORDS, words);
  if (peak === 3 && points >= SEVERE_POINTS) return 'severe';
  if (peak >= 2 && density >= SEVERE_DENSITY) return 'severe';
  if (peak === 3 || (peak === 2 && points >= MODERATE_POINTS) || density >= MODERATE_DENSITY) return 'moderate';
  return 'mild';
}

/** The part of the scenes, and their number, from which the severity of the script is one step higher. */
const WIDE_SHARE = 0.25;
const WIDE_SCENES = 5;

/**
 * The severity of a category in a script: the highest one of a scene, or one step more when a quarter of the scenes, and
 * at least five, have it.
 */
export function overallSeverity(ofScenes: readonly Severity[], scenes: number): Severity {
  const highest = highestOf(ofScenes);
  const alike = ofScenes.filter((severity) => severity === highest).length;
  if (highest === 'None' || alike < WIDE_SCENES || alike < WIDE_SHARE * scenes) return highest;
  return SEVERITIES[SEVERITIES.indexOf(highest) + 1] ?? highest;
}

export function highestOf(severities: readonly Severity[]): Severity {
  return SEVERITIES[Math.max(0, ...severities.map((severity) => SEVERITIES.indexOf(severity)))] ?? 'None';
}
