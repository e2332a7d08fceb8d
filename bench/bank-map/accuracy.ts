import { calibrate } from '../../services/bank-map-ml/calibration/index.js';
import { ACCOUNT_TYPES } from '../../services/bank-map-ml/ledger.js';
import { matchLedger } from '../../services/bank-map-ml/matcher/index.js';
import { generateLedger } from '../../services/bank-map-ml/samples/generate.js';
import { type Figure } from '../figures.js';
import { LARGE, NOW } from './sample.js';
import { scored, type Scored, share } from './score.js';

/** The share of errors that is asked for (contract: 0.5 %), and the score from which a rule gives way. */
const MOST_WRONG = { atMost: 0.5 };
const SURE = 0.995;

/** Maps a sample with the calibration that its own history gives. */
export function mapSample(seed: number): { tuned: Scored[]; untuned: Scored[] } {
  const { ledger, truth } = generateLedger({ ...LARGE, seed });
  const now = new Date(NOW);
  const calibration = calibrate('hum', ledger);
  return {
    tuned: scored(matchLedger('hum', ledger, { now, calibration }).mappings, truth),
    untuned: scored(matchLedger('hum', ledger, { now }).mappings, truth),
  };
}

/** Over all lines of the samples together. */
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
  const sum = (key: 'assigned' | 'belongs') => scores.reduce((all, score) => all + score[key], 0);
  const exact = share(scores, ({ isExact }) => isExact);
  return [
    { name: `documents and sums exactly right, of ${scores.length} lines`, value: exact, unit: '%' },
    { name: '  money at the right document', value: (100 * sum('assigned')) / sum('belongs'), unit: '%' },
  ];
}

/** What limits and scores promise, and what became of it on lines that they were not learnt from. */
export function calibrationFigures(tuned: readonly Scored[], untuned: readonly Scored[]): Figure[] {
  const sure = tuned.filter(({ main }) => main.confidence_score >= SURE);
  const bySimilarity = tuned.filter(isSimilar);
  const recommended = bySimilarity.filter(isRecommended);
  const untunedSimilar = untuned.filter(isSimilar);
  const byRule = tuned.filter((line) => !isSimilar(line));
  return [
    { name: `wrong among scores ≥ ${SURE}`, value: share(sure, isWrong), unit: '%', target: MOST_WRONG },
    { name: `  which are, of ${tuned.length} lines`, value: (100 * sure.length) / tuned.length, unit: '%' },
    {
      name: 'wrong among recommended, tuned limits',
      value: share(recommended, isWrong),
      unit: '%',
      target: MOST_WRONG,
    },
    { name: `  which are, of ${bySimilarity.length} lines`, value: share(bySimilarity, isRecommended), unit: '%' },
    { name: '  limit 1.6: wrong', value: share(untunedSimilar.filter(isRecommended), isWrong), unit: '%' },
    { name: '  limit 1.6: recommended', value: share(untunedSimilar, isRecommended), unit: '%' },
    { name: `wrong among the ${byRule.length} lines that rules decide`, value: share(byRule, isWrong), unit: '%' },
  ];
}

/** Rules are the company's own word: they are recommended whatever the limits. */
const isSimilar = ({ main }: Scored) => main.type === 'Similarity';
const isRight = ({ isRight }: Scored) => isRight;
const isWrong = ({ isRight }: Scored) => !isRight;
const isRecommended = ({ main }: Scored) => main.recommended;
