import { backTest, type PastMatch } from '../../../services/bank-map-ml/calibration/back-test.js';
import { calibrate, calibrationFrom } from '../../../services/bank-map-ml/calibration/index.js';
import { lowerBound, isotonicShares } from '../../../services/bank-map-ml/calibration/shares.js';
import { ACCOUNT_TYPES } from '../../../services/bank-map-ml/ledger.js';
import { confidenceOf } from '../../../services/bank-map-ml/matcher/calibration.js';
import { mainOf } from '../../../services/bank-map-ml/mapping.js';
import { DEFAULT_CALIBRATION, matchLedger } from '../../../services/bank-map-ml/matcher/index.js';
import { generateLedger } from '../../../services/bank-map-ml/samples/generate.js';
import { seeded } from '../../../services/random.js';
import { ledger, ledgerEntry, party, rule, statementEntry } from '../../support/bank-map-ledgers.js';

/** Matches whose error rate falls from 0.5 at similarity 1 to 0.001 from 2.5 on. */
function draw(seed: number, count: number): PastMatch[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => {
    const similarity = 1 + 2.4 * random();
    const errors = Math.max(0.001, 0.5 * Math.max(0, 1 - (similarity - 1) / 1.5) ** 3);
    return { type: 'Customer', similarity, isRight: random() >= errors, rule: undefined };
  });
}

const match = (similarity: number, isRight: boolean, name?: string): PastMatch => ({
  type: 'Vendor',
  similarity,
  isRight,
  rule: name,
});
const repeated = (count: number, similarity: number, isRight: boolean, name?: string) =>
  Array.from({ length: count }, () => match(similarity, isRight, name));
const wrongShare = (matches: readonly PastMatch[]) => matches.filter(({ isRight }) => !isRight).length / matches.length;

describe('isotonic shares', () => {
  test('pool neighbors that violate the order, and keep equal similarities together', () => {
    const seen: [number, boolean][] = [
      [1, false],
      [1.2, true],
      [1.4, false],
      [2, true],
      [2, true],
    ];
    expect(isotonicShares(seen.map(([similarity, isRight]) => ({ similarity, isRight })))).toEqual([
      { from: 1, to: 1, matches: 1, right: 0 },
      { from: 1.2, to: 1.4, matches: 2, right: 1 },
      { from: 2, to: 2, matches: 2, right: 2 },
    ]);
  });

  test.each([1, 2, 3])('are non-decreasing for any matches (seed %i)', (seed) => {
    const blocks = isotonicShares(draw(seed, 2_000));
    const shares = blocks.map(({ right, matches }) => right / matches);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(blocks.reduce((sum, { matches }) => sum + matches, 0)).toBe(2_000);
  });

  test('have a low lower bound for few matches', () => {
    expect(lowerBound({ right: 3, matches: 3 })).toBeCloseTo(0.75);
    expect(lowerBound({ right: 199, matches: 199 })).toBeCloseTo(0.995);
    expect(lowerBound({ right: 0, matches: 5 })).toBe(0);
    expect(lowerBound({ right: 990, matches: 1_000 })).toBeLessThan(0.99);
  });
});

describe('a calibration', () => {
  test.each([11, 12, 13, 14])('holds for lines that it was not computed from (seed %i)', (seed) => {
    const calibration = calibrationFrom(draw(seed, 3_000), 0.005);
    const later = draw(seed + 100, 20_000);
    const sure = later.filter(({ similarity }) => confidenceOf(calibration, 'Customer', similarity) >= 0.995);
    const recommended = later.filter(({ similarity }) => similarity >= calibration.limits.Customer);
    expect(wrongShare(sure)).toBeLessThanOrEqual(0.005);
    expect(sure.length).toBeGreaterThan(2_000);
    expect(wrongShare(recommended)).toBeLessThanOrEqual(0.008);
    expect(recommended.length).toBeGreaterThan(sure.length);
  });

  test('has scores that increase with the similarity, from 0 to below 1', () => {
    const calibration = calibrationFrom(draw(21, 3_000), 0.005);
    const scores = Array.from({ length: 71 }, (_, step) => confidenceOf(calibration, 'Customer', step / 20));
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    expect(scores[0]).toBe(0);
    expect(scores.at(-1)).toBeLessThan(1);
  });

  test('recommends more when more errors are accepted', () => {
    const past = draw(31, 3_000);
    const limits = [0.001, 0.005, 0.02, 0.1].map((share) => calibrationFrom(past, share).limits.Customer);
    expect(limits).toEqual(limits.toSorted((a, b) => b - a));
    expect(new Set(limits).size).toBe(4);
  });

  test('keeps the defaults for little history', () => {
    expect(calibrationFrom([], 0.005)).toEqual({ ...DEFAULT_CALIBRATION, rules: {} });
    const few = calibrationFrom(repeated(29, 1.2, true), 0.005);
    expect(few).toEqual({ ...DEFAULT_CALIBRATION, rules: {} });
    expect(calibrationFrom(repeated(150, 1.2, true), 0.005).limits.Vendor).toBe(1.6);
    expect(calibrationFrom(repeated(250, 1.2, true), 0.005).limits.Vendor).toBe(1.2);
  });

  test('recommends nothing below an error that exceeds the share', () => {
    const past = [...repeated(20, 2.4, true), ...repeated(20, 2.3, false), ...repeated(400, 1.9, true)];
    const { limits } = calibrationFrom(past, 0.005);
    expect(limits.Vendor).toBeGreaterThan(2.3);
    expect(limits.Vendor).toBeLessThan(2.4);
  });

  test('gives a rule the confidence of its past results', () => {
    const past = [
      ...repeated(300, 1, true, 'Salary'),
      ...repeated(20, 1, true, 'Fee'),
      ...repeated(20, 1, false, 'Fee'),
      ...repeated(2, 1, true, 'Rent'),
    ];
    const { rules, limits } = calibrationFrom(past, 0.005);
    expect(rules?.Salary).toBeGreaterThan(0.995);
    expect(rules?.Rent).toBeLessThan(0.995);
    expect(rules?.Fee).toBeCloseTo(0.663);
    expect(limits).toEqual(DEFAULT_CALIBRATION.limits);
  });
});

describe('a back-test', () => {
  const day = (number: number) => `2026-03-${String(number).padStart(2, '0')}`;
  const past = (number: number) =>
    statementEntry({
      externalDocumentNumber: `E${number}`,
      description: 'Jonas Jonaitis',
      messageToRecipient: `Invoice SF-1000${String(number).padStart(2, '0')}`,
      amount: 50 + number,
      operationDate: day(number),
    });
  const document = (number: number, closed: boolean) =>
    ledgerEntry({
      documentNumber: `SF-1000${String(number).padStart(2, '0')}`,
      externalDocumentNumber: `SF-1000${String(number).padStart(2, '0')}`,
      number: `C${number}`,
      amount: 50 + number,
      documentDate: '2026-02-20',
      dueDate: day(number),
      isOpen: !closed,
      remainingAmount: closed ? 0 : 50 + number,
      closedAtDate: closed ? day(number) : '',
    });
  const days = Array.from({ length: 20 }, (_, index) => index + 1);
  const closed = {
    customers: days.map((number) => party(`C${number}`)),
    bankStatementEntries: days.map(past),
    customerRecognitions: days.map((number) => ({
      externalDocumentNumber: `E${number}`,
      recognizedAccountNumber: `C${number}`,
      appliedDocumentNumber: `SF-1000${String(number).padStart(2, '0')}`,
    })),
    customerLedgerEntries: days.map((number) => document(number, true)),
  };
  const options = { lines: 100, parts: 8 };

  test('maps the latest part with the documents that were open then', () => {
    const matches = backTest('hum', ledger(closed), options);
    expect(matches).toHaveLength(8);
    expect(matches.every(({ type, isRight }) => type === 'Customer' && isRight)).toBe(true);
  });

  test('uses at most the given number of lines, the latest', () => {
    expect(backTest('hum', ledger(closed), { ...options, lines: 3 })).toHaveLength(3);
  });

  test('leaves out lines whose documents are missing, or that were not booked', () => {
    const documents = closed.customerLedgerEntries.filter(({ number }) => number !== 'C20');
    expect(backTest('hum', ledger({ ...closed, customerLedgerEntries: documents }), options)).toHaveLength(7);
    expect(backTest('hum', ledger({ ...closed, customerRecognitions: [] }), options)).toEqual([]);
    expect(backTest('hum', ledger(), options)).toEqual([]);
  });

  test('returns the rule that decided', () => {
    const rules = [rule({ mappingText: 'invoice', debitAccountNumber: '2710', creditAccountNumber: '2710' })];
    const glAccounts = [{ number: '2710', name: 'Other' }];
    const matches = backTest('hum', ledger({ ...closed, glAccounts, textToAccountMappings: rules }), options);
    expect(matches.map(({ rule: name, isRight }) => [name, isRight])).toEqual(
      matches.map(() => ['invoice', false]),
    );
  });
});

describe('a company', () => {
  const sample = generateLedger({ seed: 41, lines: 150, documents: 900, glAccounts: 40, history: 3_000 });
  const calibration = calibrate('hum', sample.ledger);

  test('is calibrated from its own history, the same each time and as JSON', () => {
    expect(calibration.limits.Customer).not.toBe(DEFAULT_CALIBRATION.limits.Customer);
    expect(JSON.parse(JSON.stringify(calibration))).toEqual(calibration);
    for (const type of ACCOUNT_TYPES) {
      const [similarities, scores] = [0, 1].map((at) => calibration.confidence[type].map((point) => point[at] ?? NaN));
      expect(similarities).toEqual(similarities?.toSorted((a, b) => a - b));
      expect(scores).toEqual(scores?.toSorted((a, b) => a - b));
    }
  });

  test('has scores that hold for its current lines', () => {
    const { mappings } = matchLedger('hum', sample.ledger, { now: new Date('2026-06-30'), calibration });
    const answers = new Map(sample.truth.map(({ id, type, number }) => [id, `${type} ${number}`]));
    const sure = mappings.flatMap((mapping) => {
      const main = mainOf(mapping);
      return main && main.confidence_score >= 0.995 ? [{ id: String(mapping.entry.id), item: main.item }] : [];
    });
    const wrong = sure.filter(({ id, item }) => answers.get(id) !== `${item.type} ${item.no}`);
    expect(sure.length).toBeGreaterThan(30);
    expect(wrong).toEqual([]);
  });
});

test.each([
  [{ errorShare: 0 }, 'errorShare is 0: it must be between 0 and 1, such as 0.005.'],
  [{ errorShare: NaN }, 'errorShare is NaN: it must be between 0 and 1, such as 0.005.'],
  [{ lines: 0 }, 'lines is 0: it must be an integer from 1.'],
  [{ parts: 1.5 }, 'parts is 1.5: it must be an integer from 1.'],
])('rejects %p', (options, message) => {
  expect(() => calibrate('hum', ledger(), options)).toThrow(new RangeError(message));
});
