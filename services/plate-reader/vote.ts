import { type Hypothesis } from './ctc.js';

/** The log probability of a text that a reading does not contain. */
const UNLIKELY = Math.log(1e-4);

/**
 * Merges several readings of one line by the mean of their probabilities. The mean and not the product, so that one bad
 * crop does not outweigh all others.
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
