import { scored, share } from '../../../bench/bank-map/score.js';
import { describeErrors } from '../../../bench/bank-map/errors.js';
import { type AccountType } from '../../../services/bank-map-ml/ledger.js';
import { type MainMapping, type Mapping } from '../../../services/bank-map-ml/mapping.js';
import { type Truth } from '../../../services/bank-map-ml/samples/transaction.js';

const docs = (sums: Record<string, number>): MainMapping['docs'] =>
  Object.entries(sums).map(([no, sum]) => ({
    item: { no, ext_no: '', type: 'Invoice', currency: 'EUR', amount: sum, due: '' },
    sum,
    reason: 'amount',
  }));

function mapping(id: string, type: AccountType, no: string, sums: Record<string, number> = {}): Mapping {
  const entry = { amount: 1, date: '', msg: '', currency: '', desc: '', id, type: 'Credit' as const, bank_account: '' };
  const main: MainMapping = {
    item: { no, type, name: '' },
    similarity: 2,
    recommended: true,
    confidence_score: 1,
    type: 'Similarity',
    details: {},
    docs: docs(sums),
    total_applied: 0,
    amount_remaining: 0,
  };
  return { entry, main, alternatives: [] };
}

const answer = (id: string, sums: Record<string, number> = {}): Truth => ({
  id,
  type: 'Customer',
  number: 'K1',
  documents: Object.entries(sums).map(([number, sum]) => ({ number, externalNumber: '', sum })),
  kind: 'paid',
});

test('counts accounts, and documents where the account is correct', () => {
  const mappings = [
    mapping('exact', 'Customer', 'K1', { A: 10, B: 5 }),
    mapping('more', 'Customer', 'K1', { A: 10, B: 5 }),
    mapping('less', 'Customer', 'K1', { A: 8 }),
    mapping('none', 'Customer', 'K1'),
    mapping('wrong', 'Vendor', 'K1', { A: 10 }),
    { ...mapping('old', 'Customer', 'K1'), main: undefined },
  ];
  const truth = [
    answer('exact', { A: 10, B: 5 }),
    answer('more', { A: 10 }),
    answer('less', { A: 10 }),
    answer('none'),
    answer('wrong', { A: 10 }),
    answer('old'),
  ];
  const result = scored(mappings, truth);
  expect(result.map(({ isRight }) => isRight)).toEqual([true, true, true, true, false]);
  expect(result.map(({ documents }) => documents)).toEqual([
    { isExact: true, assigned: 15, expected: 15 },
    { isExact: false, assigned: 10, expected: 10 },
    { isExact: false, assigned: 8, expected: 10 },
    undefined,
    undefined,
  ]);
  expect(share(result, ({ isRight }) => isRight)).toBe(80);
  expect(share([], () => true)).toBe(0);
  expect(describeErrors(result)).toMatch(/^paid +5 +1 +1 +Vendor 1 +2$/m);
});
