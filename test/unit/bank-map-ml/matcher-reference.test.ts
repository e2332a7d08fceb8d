import { type AccountType } from '../../../services/bank-map-ml/ledger.js';
import { type Calibration, DEFAULT_CALIBRATION, matchLedger } from '../../../services/bank-map-ml/matcher/index.js';
import { type Alternative, type Mapping } from '../../../services/bank-map-ml/mapping.js';
import { generateLedger } from '../../../services/bank-map-ml/samples/generate.js';
import { DEFAULTS } from '../../../services/bank-map-ml/samples/options.js';
import { edgeCaseLedger } from '../../support/bank-map-ledgers.js';
import { type ReferenceAccount, referenceMatch, type ReferenceMapping } from '../../support/bank-map-reference.js';

const now = new Date('2024-05-25T12:00:00Z');

/** Certain from 2.05 on, so that rules apply in some cases only. */
const confidence = (_type: AccountType, similarity: number): number => (similarity >= 2.05 ? 1 : 0.5);
const steps: [number, number][] = [
  [2.05 - 1e-9, 0.5],
  [2.05, 1],
];
const calibration: Calibration = {
  ...DEFAULT_CALIBRATION,
  confidence: { Customer: steps, Vendor: steps, 'G/L Account': steps, 'Bank Account': steps },
};

/** Similarities are compared to 1e-9, everything else exactly. */
function simplified(mapping: Mapping): ReferenceMapping {
  const account = ({ item, similarity, details }: Alternative | NonNullable<Mapping['main']>): ReferenceAccount => ({
    ...item,
    similarity: nearly(similarity),
    details: nearlyAll(details),
  });
  return {
    id: mapping.entry.id,
    main: mapping.main && {
      ...account(mapping.main),
      by: mapping.main.type,
      recommended: mapping.main.recommended,
      docs: mapping.main.docs.map(({ item, sum, reason }) => [item.no, sum, reason]),
    },
    alternatives: mapping.alternatives.map(account),
  };
}

const nearly = (value: number): number => expect.closeTo(value, 9) as number;
const nearlyAll = (details: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(details).map(([feature, value]) => [feature, nearly(value)]));

test.each([
  { tops: 1, size: 1, rounds: 40 },
  { tops: 2, size: 1, rounds: 40 },
  { tops: 3, size: 2, rounds: 10 },
  { tops: 2, size: 5, rounds: 2 },
])('matches the reference implementation: $tops accounts per line, size $size', ({ tops, size, rounds }) => {
  for (let seed = 1; seed <= rounds; seed++) {
    const ledger = edgeCaseLedger(1_000 * tops + seed, size);
    const { mappings } = matchLedger('hum', ledger, { now, tops, calibration });
    const expected = referenceMatch(ledger, now, tops, confidence);
    expect({ seed, mappings: expected }).toEqual({ seed, mappings: mappings.map(simplified) });
  }
});

test.each([1, 2])('matches the reference implementation in sample %i', (seed) => {
  const { ledger } = generateLedger({ seed, lines: 10, documents: 60, glAccounts: 40, history: 200 });
  const today = new Date(`${DEFAULTS.today}T00:00:00Z`);
  const { mappings } = matchLedger('hum', ledger, { now: today, calibration });
  expect(referenceMatch(ledger, today, 2, confidence)).toEqual(mappings.map(simplified));
});
