import { type Findings } from '../figures.js';
import { accuracyFigures, mapSample, type Modes, promiseFigures } from './accuracy.js';
import { describeErrors } from './errors.js';
import { LARGE, SEEDS } from './sample.js';
import { measureSpeed } from './speed.js';

/** Speed and memory of a large job; then the accuracy on samples, by default and with learning. */
export async function benchBankMap(): Promise<Findings> {
  const speed = await measureSpeed(SEEDS[0]);
  const samples = SEEDS.map((seed) => ({ seed, ...mapSample(seed) }));
  const all: Modes = {
    byDefault: samples.flatMap(({ byDefault }) => byDefault),
    learned: samples.flatMap(({ learned }) => learned),
  };
  return {
    figures: [...speed, ...accuracyFigures(all), ...promiseFigures(all.learned)],
    notes: [
      `Errors in ${SEEDS.length} samples, by default:\n${describeErrors(all.byDefault)}`,
      `With learning:\n${describeErrors(all.learned)}`,
    ].join('\n\n'),
    details: {
      sizes: LARGE,
      seeds: samples.map(({ seed, ...modes }) => ({ seed, figures: accuracyFigures(modes) })),
    },
  };
}
