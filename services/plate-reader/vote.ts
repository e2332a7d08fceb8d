import type { Hypothesis } from './ctc.js';

/** What a text gets from a crop in which it is not among the likely ones. */
const UNLIKELY = Math.log(1e-4);

/**
 * One list out of several readings of the same line, by the mean of the probabilities that the readings give a text.
 * The mean, not the product: one bad cut must not veto what all others read.
 */
export function mergeReadings(readings: readonly (readonly Hypothesis[])[]): Hypothesis[] {
  if (readings.length === 1) return [...(readings[0] ?? [])];
  const byText = readings.map((reading) => new Map(reading.map((one) => [one.text, one.logProbability])));
  const texts = new Set(readings.flat().map(({ text }) => text));
  return [...texts]
    .map((text) => ({ text, logProbability: logMean(byText.map((known) => known.get(text) ?? UNLIKELY)) }))
    .sort((a, b) => b.logProbability - a.logProbability);
}

function logMean(logs: readonly number[]): number {
  const sum = logs.reduce((total, log) => total + Math.exp(Math.max(log, UNLIKELY)), 0);
  return Math.log(sum / logs.length);
}
