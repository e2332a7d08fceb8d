import { ACCOUNT_TYPES } from '../../services/bank-map-ml/ledger.js';
import { learn } from '../../services/bank-map-ml/learning/index.js';
import { matchLedger } from '../../services/bank-map-ml/matcher/index.js';
import { generateLedger } from '../../services/bank-map-ml/samples/generate.js';
import { type Figure } from '../figures.js';
import { LARGE, NOW } from './sample.js';
import { scored, type Scored, share } from './score.js';

/** The largest error rate with the default of --error-share, percent. */
const MAX_ERROR_RATE = { atMost: 0.5 };
/** The score from which a mapping counts as certain. */
const CERTAIN = 0.995;

/** Maps a sample twice: by default, and with what its own history teaches. */
export function mapSample(seed: number): Modes {
  const { ledger, truth } = generateLedger({ ...LARGE, seed });
  const now = new Date(NOW);
  return {
    byDefault: scored(matchLedger('hum', ledger, { now }).mappings, truth),
    learned: scored(matchLedger('hum', ledger, { now, learned: learn(ledger) }).mappings, truth),
  };
}

/** The lines of samples, in both modes. */
export interface Modes {
  byDefault: Scored[];
  learned: Scored[];
}

/** Accuracy over all lines of all samples; with learning, the default's figures are the targets. */
export function accuracyFigures({ byDefault, learned }: Modes): Figure[] {
  const [before, after] = [figuresOf(byDefault), figuresOf(learned)];
  return before.flatMap(({ name, value, higher }, at) => [
    { name, value, unit: '%' },
    {
      name: '  with learning',
      value: after[at]?.value ?? 0,
      unit: '%',
      target: higher ? { atLeast: value } : { atMost: value },
    },
  ]);
}

interface Rate {
  name: string;
  /** Percent. */
  value: number;
  /** Whether a higher value is better. */
  higher: boolean;
}

function figuresOf(lines: readonly Scored[]): Rate[] {
  const scores = lines.flatMap(({ documents }) => documents ?? []);
  const sum = (key: 'assigned' | 'expected') => scores.reduce((all, score) => all + score[key], 0);
  return [
    ...ACCOUNT_TYPES.flatMap((type): Rate[] => {
      const own = lines.filter((line) => line.type === type);
      const wrong = share(own.filter(isRecommended), isWrong);
      return [
        { name: `${type}: right, of ${own.length} lines`, value: share(own, isRight), higher: true },
        { name: `${type}: rejected`, value: 100 - share(own, isRecommended), higher: false },
        { name: `${type}: wrong among the recommended`, value: wrong, higher: false },
      ];
    }),
    { name: 'documents and sums exactly right', value: share(scores, ({ isExact }) => isExact), higher: true },
    { name: 'money at the right document', value: (100 * sum('assigned')) / sum('expected'), higher: true },
  ];
}

/** The error rates that the scores promise, measured on lines from which nothing was learned. */
export function promiseFigures(learned: readonly Scored[]): Figure[] {
  const sure = learned.filter(({ main }) => main.confidence_score >= CERTAIN);
  const recommended = learned.filter(isRecommended);
  return [
    { name: `wrong among scores ≥ ${CERTAIN}`, value: share(sure, isWrong), unit: '%', target: MAX_ERROR_RATE },
    { name: `  which are, of ${learned.length} lines`, value: (100 * sure.length) / learned.length, unit: '%' },
    { name: 'wrong among recommended', value: share(recommended, isWrong), unit: '%', target: MAX_ERROR_RATE },
    { name: `  which are, of ${learned.length} lines`, value: share(learned, isRecommended), unit: '%' },
  ];
}

const isRight = ({ isRight }: Scored) => isRight;
const isWrong = ({ isRight }: Scored) => !isRight;
const isRecommended = ({ main }: Scored) => main.recommended;
