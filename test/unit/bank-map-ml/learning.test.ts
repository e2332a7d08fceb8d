import { backTest } from '../../../services/bank-map-ml/learning/back-test.js';
import { confidenceOf, judge, type Point } from '../../../services/bank-map-ml/learning/calibration.js';
import { INITIAL_WEIGHTS } from '../../../services/bank-map-ml/learning/features.js';
import { learn } from '../../../services/bank-map-ml/learning/index.js';
import { type Learned } from '../../../services/bank-map-ml/learning/learned-matcher.js';
import { limitFor, type PastMatch } from '../../../services/bank-map-ml/learning/limit.js';
import { chosen, learnWeights, type Example } from '../../../services/bank-map-ml/learning/model.js';
import { isotonicShares, lowerBound } from '../../../services/bank-map-ml/learning/shares.js';
import {
  ACCOUNT_TYPES,
  type Ledger,
  type LedgerEntry,
  type StatementLine,
} from '../../../services/bank-map-ml/ledger.js';
import { mainOf, type MainMapping } from '../../../services/bank-map-ml/mapping.js';
import { matchLedger } from '../../../services/bank-map-ml/matcher/index.js';
import { generateLedger } from '../../../services/bank-map-ml/samples/generate.js';
import { seeded } from '../../../services/random.js';
import { ledger, ledgerEntry, party, rule, statementEntry, statementLine } from '../../support/bank-map-ledgers.js';

const perType = <T>(value: T) => ({
  Customer: value,
  Vendor: value,
  'G/L Account': value,
  'Bank Account': value,
});

describe('isotonic shares', () => {
  test('pool neighbors that violate the order, and keep equal scores together', () => {
    const seen: [number, boolean][] = [
      [1, false],
      [1.2, true],
      [1.4, false],
      [2, true],
      [2, true],
    ];
    expect(isotonicShares(seen.map(([score, isRight]) => ({ score, isRight })))).toEqual([
      { from: 1, to: 1, matches: 1, right: 0 },
      { from: 1.2, to: 1.4, matches: 2, right: 1 },
      { from: 2, to: 2, matches: 2, right: 2 },
    ]);
  });

  test.each([1, 2, 3])('are non-decreasing for any matches (seed %i)', (seed) => {
    const random = seeded(seed);
    const drawn = Array.from({ length: 2_000 }, () => ({ score: random(), isRight: random() < 0.7 }));
    const blocks = isotonicShares(drawn);
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

describe('a limit', () => {
  const repeated = (count: number, score: number, isRight: boolean): PastMatch[] =>
    Array.from({ length: count }, () => ({ score, isRight }));

  test('is the lowest score from which few enough past lines were wrong', () => {
    const past = [...repeated(300, 5, true), ...repeated(1, 4, false), ...repeated(300, 3, true)];
    expect(limitFor(past, 0.005, 9)).toBe(3);
    expect(limitFor(past, 0.001, 9)).toBeCloseTo(4, 6);
    expect(limitFor(past, 0.001, 9)).toBeGreaterThan(4);
  });

  test('is the fallback with too few lines, and when errors have the highest scores', () => {
    expect(limitFor(repeated(29, 5, true), 0.005, 9)).toBe(9);
    expect(limitFor([...repeated(1, 6, false), ...repeated(50, 5, true)], 0.005, 9)).toBe(9);
  });
});

describe('a confidence', () => {
  const points: Point[] = [
    [1, 0.2],
    [2, 0.6],
  ];
  const calibration = { limits: perType(1.5), confidence: perType(points) };

  test('is interpolated between the points of the type', () => {
    expect([0, 1, 1.5, 2, 3].map((score) => confidenceOf(calibration, 'Vendor', score))).toEqual([
      0.2, 0.2, 0.4, 0.6, 0.6,
    ]);
    expect(confidenceOf({ ...calibration, confidence: perType([]) }, 'Vendor', 1)).toBe(0);
  });

  test('of a recommended mapping is at least 0.95', () => {
    expect(judge(calibration, 'Customer', 1.4)).toEqual({
      recommended: false,
      confidence: expect.closeTo(0.36, 9) as number,
    });
    expect(judge(calibration, 'Customer', 1.5)).toEqual({ recommended: true, confidence: 0.95 });
  });
});

describe('a model', () => {
  const features = (...values: number[]) => Float64Array.from(values);

  test('learns which feature tells the right candidate', () => {
    const examples: Example[] = [
      { candidates: [features(1, 0), features(0, 1)], right: 1 },
      { candidates: [features(0, 1), features(1, 0)], right: 0 },
      { candidates: [features(5, 0)], right: -1 },
    ];
    const weights = learnWeights(examples, [1, 0]);
    expect(weights[1]).toBeGreaterThan(weights[0] ?? 0);
    expect(learnWeights(examples, [1, 0])).toEqual(weights);
    expect(learnWeights([], [1, 0])).toEqual([1, 0]);
  });

  test('chooses the highest sum, with the logarithm of its odds as score', () => {
    const { order, score } = chosen([features(1), features(3), features(2)], [1]);
    expect(order).toEqual([1, 2, 0]);
    expect(score).toBeCloseTo(-Math.log(Math.exp(-1) + Math.exp(-2)), 12);
    expect(chosen([features(1)], [1]).score).toBe(50);
  });
});

describe('a back-test', () => {
  const day = (number: number) => `2026-03-${String(number).padStart(2, '0')}`;
  const invoice = (number: number) => `SF-1000${String(number).padStart(2, '0')}`;
  const days = Array.from({ length: 20 }, (_, index) => index + 1);
  const closed = {
    customers: days.map((number) => party(`C${number}`)),
    bankStatementEntries: days.map((number) =>
      statementEntry({
        externalDocumentNumber: `E${number}`,
        description: 'Jonas Jonaitis',
        messageToRecipient: `invoice ${invoice(number)}`,
        amount: 50 + number,
        operationDate: day(number),
      }),
    ),
    customerRecognitions: days.map((number) => ({
      externalDocumentNumber: `E${number}`,
      recognizedAccountNumber: `C${number}`,
      appliedDocumentNumber: invoice(number),
    })),
    customerLedgerEntries: days.map((number) =>
      ledgerEntry({
        documentNumber: invoice(number),
        externalDocumentNumber: invoice(number),
        number: `C${number}`,
        amount: 50 + number,
        documentDate: '2026-02-20',
        dueDate: day(number),
        isOpen: false,
        remainingAmount: 0,
        closedAtDate: day(number),
      }),
    ),
  };
  const options = { lines: 100, parts: 8 };

  test('finds the candidates of the latest part with the documents that were open then', () => {
    const past = backTest(ledger(closed), options);
    expect(past).toHaveLength(8);
    expect(past.map(({ right, types, byDefault }) => [types[right], byDefault])).toEqual(
      past.map(() => ['Customer', { type: 'Customer', recommended: false, isRight: true }]),
    );
  });

  test('uses at most the given number of lines, the latest', () => {
    expect(backTest(ledger(closed), { ...options, lines: 3 })).toHaveLength(3);
  });

  test('leaves out lines whose documents are missing, or that were not booked', () => {
    const documents = closed.customerLedgerEntries.filter(({ number }) => number !== 'C20');
    expect(backTest(ledger({ ...closed, customerLedgerEntries: documents }), options)).toHaveLength(7);
    expect(backTest(ledger({ ...closed, customerRecognitions: [] }), options)).toEqual([]);
    expect(backTest(ledger(), options)).toEqual([]);
  });

  test('has the rule that would decide without learning', () => {
    const rules = [rule({ mappingText: 'invoice', debitAccountNumber: '2710', creditAccountNumber: '2710' })];
    const past = backTest(ledger({ ...closed, textToAccountMappings: rules }), options);
    expect(past.map(({ byDefault }) => byDefault)).toEqual(
      past.map(() => ({ type: 'G/L Account', recommended: true, isRight: false })),
    );
  });
});

describe('a company', () => {
  const sample = generateLedger({ seed: 41, lines: 150, documents: 900, glAccounts: 40, history: 2_500 });
  const learned = learn(sample.ledger);
  const now = new Date('2026-06-30');
  const answers = new Map(sample.truth.map(({ id, type, number }) => [id, `${type} ${number}`]));
  const mainsOf = (options: { learned?: Learned | undefined }) =>
    matchLedger('hum', sample.ledger, { now, ...options }).mappings.flatMap((mapping) => {
      const main = mainOf(mapping);
      const isRight = answers.get(String(mapping.entry.id)) === `${main?.item.type} ${main?.item.no}`;
      return main ? [{ main, isRight }] : [];
    });

  test('is learned from its own history, the same each time and as JSON', () => {
    expect(learned?.weights).not.toEqual(INITIAL_WEIGHTS);
    expect(learn(sample.ledger)).toEqual(learned);
    expect(JSON.parse(JSON.stringify(learned))).toEqual(learned);
    for (const type of ACCOUNT_TYPES) {
      const scores = (learned?.confidence[type] ?? []).map(([, confidence]) => confidence);
      expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    }
  });

  test('gets more lines right, and none of those that are recommended wrong', () => {
    const [before, after] = [mainsOf({}), mainsOf({ learned })];
    const right = (mains: typeof before) => mains.filter(({ isRight }) => isRight).length;
    const recommended = (mains: typeof before) => mains.filter(({ main }) => main.recommended);
    expect(right(after)).toBeGreaterThan(right(before));
    expect(recommended(after).length).toBeGreaterThan(recommended(before).length);
    expect(recommended(after).filter(({ isRight }) => !isRight)).toEqual([]);
    expect(recommended(after).filter(({ main }) => main.confidence_score < 0.95)).toEqual([]);
  });

  test('without enough history learns nothing', () => {
    const bankStatementEntries = sample.ledger.bankStatementEntries.slice(0, 200);
    expect(learn({ ...sample.ledger, bankStatementEntries })).toBeUndefined();
  });
});

describe('with learning', () => {
  const learned: Learned = {
    weights: INITIAL_WEIGHTS,
    limits: perType(1),
    confidence: perType<Point[]>([[0, 0.5]]),
  };
  const now = new Date('2024-05-25T12:00:00Z');

  function mainFor(line: Partial<StatementLine>, given: Partial<Ledger>): MainMapping | undefined {
    const bankStatementLines = [statementLine(line)];
    const [mapping] = matchLedger('hum', ledger({ bankStatementLines, ...given }), { now, learned }).mappings;
    return mapping && mainOf(mapping);
  }

  const paying = (line: Partial<StatementLine>, customerLedgerEntries: LedgerEntry[]) =>
    mainFor(line, { customers: [party('C1')], customerLedgerEntries });
  const document = (externalDocumentNumber: string, amount: number, more: Partial<LedgerEntry> = {}) =>
    ledgerEntry({ documentNumber: externalDocumentNumber, externalDocumentNumber, amount, ...more });
  const docsOf = (main: MainMapping | undefined) => main?.docs?.map(({ item, sum, reason }) => [item.no, sum, reason]);

  test('`info` has the limits that were learned', () => {
    expect(matchLedger('hum', ledger(), { now, learned }).info.limits).toEqual({ source: 'learned', ...perType(1) });
  });

  test('a line that is too old, or without a candidate, is as without', () => {
    const lines = [
      statementLine({ externalDocumentNumber: '1' }),
      statementLine({ externalDocumentNumber: '2', operationDate: '2024-01-01' }),
    ];
    const { mappings } = matchLedger('hum', ledger({ bankStatementLines: lines }), { now, learned });
    expect(mappings.map(({ entry: _, ...mapping }) => mapping)).toEqual([{ main: {} }, { alternatives: [] }]);
  });

  test('a rule that was wrong on past lines does not decide', () => {
    const glAccounts = [
      { number: 'G1', name: 'Fees' },
      { number: 'G2', name: 'Payer' },
    ];
    const textToAccountMappings = [rule({ mappingText: 'fee', balSourceNumber: 'G1' })];
    const line = { transactionText: 'bank fee', debtorName: 'Payer' };
    const past = Array.from({ length: 50 }, (_, i) => String(i));
    const wrong = {
      bankStatementEntries: past.map((externalDocumentNumber) =>
        statementEntry({ externalDocumentNumber, description: 'Payer', messageToRecipient: 'bank fee' }),
      ),
      bankAccountRecognitions: past.map((statementExternalDocumentNumber) => ({
        statementExternalDocumentNumber,
        balAccountNumber: 'G2',
        balAccountType: 'G/L Account' as const,
      })),
    };
    expect(mainFor(line, { glAccounts, textToAccountMappings })).toMatchObject({
      item: { no: 'G1' },
      type: 'Text to Account',
      similarity: 2,
    });
    expect(mainFor(line, { glAccounts, textToAccountMappings, ...wrong })).toMatchObject({
      item: { no: 'G2' },
      type: 'Similarity',
    });
  });

  test.each<[string, Partial<StatementLine>, LedgerEntry[], [string, number, string][]]>([
    [
      'all that it names, when they are the amount',
      { statementAmount: 160, transactionText: 'inv 00001, INV/00003' },
      [document('INV-00001', 100), document('INV-00002', 160), document('INV-00003', 60)],
      [
        ['INV-00001', 100, 'sf && amount'],
        ['INV-00003', 60, 'sf && amount'],
      ],
    ],
    [
      'the one that is exactly the amount, of those that it names',
      { statementAmount: 60, transactionText: 'INV-00001 INV-00003' },
      [document('INV-00001', 100), document('INV-00003', 60)],
      [['INV-00003', 60, 'sf && amount']],
    ],
    [
      'what it names in part, and leaves the rest of an overpayment',
      { statementAmount: 170, transactionText: 'INV-00001 INV-00003' },
      [document('INV-00001', 100), document('INV-00002', 5), document('INV-00003', 60)],
      [
        ['INV-00001', 100, 'sf'],
        ['INV-00003', 60, 'sf'],
      ],
    ],
    [
      'a number by its last digits',
      { statementAmount: 50, transactionText: 'už 123' },
      [document('SF-2024-00123', 80), document('SF-2024-00124', 70)],
      [['SF-2024-00123', 50, 'sf']],
    ],
    [
      'a mistyped number',
      { statementAmount: 50, transactionText: 'INV-00018' },
      [document('INV-00017', 80), document('INV-00040', 70)],
      [['INV-00017', 50, 'sf sim']],
    ],
    [
      'the one of its amount, the nearest due date first',
      { statementAmount: 50 },
      [document('A', 50, { dueDate: '2024-03-01' }), document('B', 50, { dueDate: '2024-05-18' }), document('C', 10)],
      [['B', 50, 'amount']],
    ],
    [
      'documents in full, the nearest due date first, when nothing else fits',
      { statementAmount: 70 },
      [document('A', 50, { dueDate: '2024-03-01' }), document('B', 30, { dueDate: '2024-05-18' }), document('C', 80)],
      [['B', 30, 'amount']],
    ],
    [
      'a named document in another currency with all that is left',
      { statementAmount: 70, transactionText: 'INV-00001 INV-00002' },
      [document('INV-00001', 900, { currencyCode: 'SEK' }), document('INV-00002', 30)],
      [
        ['INV-00002', 30, 'sf'],
        ['INV-00001', 40, 'sf'],
      ],
    ],
  ])('a line pays %s', (_name, line, documents, expected) => {
    expect(docsOf(paying(line, documents))).toEqual(expected);
  });
});

test.each([
  [{ errorShare: 0 }, 'errorShare is 0: it must be between 0 and 1, such as 0.005.'],
  [{ errorShare: NaN }, 'errorShare is NaN: it must be between 0 and 1, such as 0.005.'],
  [{ lines: 0 }, 'lines is 0: it must be an integer from 1.'],
  [{ parts: 1.5 }, 'parts is 1.5: it must be an integer from 1.'],
])('rejects %p', (options, message) => {
  expect(() => learn(ledger(), options)).toThrow(new RangeError(message));
});
