import { calibrate } from '../../services/bank-map-ml/calibration/index.js';
import { ACCOUNT_TYPES } from '../../services/bank-map-ml/ledger.js';
import { matchLedger } from '../../services/bank-map-ml/matcher/index.js';
import { generateLedger } from '../../services/bank-map-ml/samples/generate.js';
import { type Figure } from '../figures.js';
import { LARGE, NOW } from './sample.js';
import { scored, type Scored, share } from './score.js';

/** The largest error rate that docs/contracts/bank-map.md allows, percent. */
const MAX_ERROR_RATE = { atMost: 0.5 };
/** The score from which a mapping counts as certain. */
const CERTAIN = 0.995;

/** Maps a sample twice: with a calibration on its own history, and without one. */
export function mapSample(seed: number): { tuned: Scored[]; untuned: Scored[] } {
  const { ledger, truth } = generateLedger({ ...LARGE, seed });
  const now = new Date(NOW);
  const calibration = calibrate('hum', ledger);
  return {
    tuned: scored(matchLedger('hum', ledger, { now, calibration }).mappings, truth),
    untuned: scored(matchLedger('hum', ledger, { now }).mappings, truth),
  };
}

/** Accuracy over all lines of all samples. */
export function accuracyFigures(lines: readonly Scored[]): Figure[] {
  return ACCOUNT_TYPES.flatMap((type) => {
    const own = lines.filter((line) => line.type === type);
    return [
      { name: `${type}: main account right, of ${own.length} lines`, value: share(own, isRight), unit: '%' },
      { name: '  rejected (not recommended)', value: 100 - share(own, isRecommended), unit: '%' },
      { name: '  wrong among the recommended', value: share(own.filter(isRecommended), isWrong), unit: '%' },
    ];
  }).concat(documentFigures(lines));
}

function documentFigures(lines: readonly Scored[]): Figure[] {
  const scores = lines.flatMap(({ documents }) => documents ?? []);
  const sum = (key: 'assigned' | 'expected') => scores.reduce((all, score) => all + score[key], 0);
  const exact = share(scores, ({ isExact }) => isExact);
  return [
    { name: `documents and sums exactly right, of ${scores.length} lines`, value: exact, unit: '%' },
    { name: '  money at the right document', value: (100 * sum('assigned')) / sum('expected'), unit: '%' },
  ];
}

/** Error rates that the limits and scores promise, measured on lines that were not used for the calibration. */
export function calibrationFigures(tuned: readonly Scored[], untuned: readonly Scored[]): Figure[] {
  const sure = tuned.filter(({ main }) => main.confidence_score >= CERTAIN);
  const bySimilarity = tuned.filter(isSimilar);
  const recommended = bySimilarity.filter(isRecommended);
  const untunedSimilar = untuned.filter(isSimilar);
  const byRule = tuned.filter((line) => !isSimilar(line));
  return [
    { name: `wrong among scores ≥ ${CERTAIN}`, value: share(sure, isWrong), unit: '%', target: MAX_ERROR_RATE },
    { name: `  which are, of ${tuned.length} lines`, value: (100 * sure.length) / tuned.length, unit: '%' },
    {
      name: 'wrong among recommended, tuned limits',
      value: share(recommended, isWrong),
      unit: '%',
      target: MAX_ERROR_RATE,
    },
    { name: `  which are, of ${bySimilarity.length} lines`, value: share(bySimilarity, isRecommended), unit: '%' },
    { name: '  limit 1.6: wrong', value: share(untunedSimilar.filter(isRecommended), isWrong), unit: '%' },
    { name: '  limit 1.6: recommended', value: share(untunedSimilar, isRecommended), unit: '%' },
    { name: `wrong among the ${byRule.length} lines that rules decide`, value: share(byRule, isWrong), unit: '%' },
  ];
}

/** Rules are set by the company: their mappings are recommended regardless of the limits. */
const isSimilar = ({ main }: Scored) => main.type === 'Similarity';
const isRight = ({ isRight }: Scored) => isRight;
const isWrong = ({ isRight }: Scored) => !isRight;
const isRecommended = ({ main }: Scored) => main.recommended;
