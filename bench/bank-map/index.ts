import { type Findings } from '../figures.js';
import { accuracyFigures, calibrationFigures, mapSample } from './accuracy.js';
import { describeMisses } from './misses.js';
import { LARGE, SEEDS } from './sample.js';
import { measureSpeed } from './speed.js';

/** Speed and memory of a large job; then how right it is, on samples with limits tuned on their own histories. */
export async function benchBankMap(): Promise<Findings> {
  const speed = await measureSpeed(SEEDS[0]);
  const samples = SEEDS.map((seed) => ({ seed, ...mapSample(seed) }));
  const tuned = samples.flatMap((sample) => sample.tuned);
  const untuned = samples.flatMap((sample) => sample.untuned);
  return {
    figures: [...speed, ...accuracyFigures(tuned), ...calibrationFigures(tuned, untuned)],
    notes: `What was wrong in ${SEEDS.length} samples:\n${describeMisses(tuned)}`,
    details: {
      sizes: LARGE,
      seeds: samples.map((sample) => ({
        seed: sample.seed,
        figures: calibrationFigures(sample.tuned, sample.untuned),
      })),
    },
  };
}
