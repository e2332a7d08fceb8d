import { type Findings } from '../figures.js';
import { accuracyFigures, calibrationFigures, mapSample } from './accuracy.js';
import { describeErrors } from './errors.js';
import { LARGE, SEEDS } from './sample.js';
import { measureSpeed } from './speed.js';

/** Speed and memory of a large job; then the accuracy on samples whose limits are calibrated on their own history. */
export async function benchBankMap(): Promise<Findings> {
  const speed = await measureSpeed(SEEDS[0]);
  const samples = SEEDS.map((seed) => ({ seed, ...mapSample(seed) }));
  const tuned = samples.flatMap((sample) => sample.tuned);
  const untuned = samples.flatMap((sample) => sample.untuned);
  return {
    figures: [...speed, ...accuracyFigures(tuned), ...calibrationFigures(tuned, untuned)],
    notes: `Errors in ${SEEDS.length} samples:\n${describeErrors(tuned)}`,
    details: {
      sizes: LARGE,
      seeds: samples.map((sample) => ({
        seed: sample.seed,
        figures: calibrationFigures(sample.tuned, sample.untuned),
      })),
    },
  };
}
