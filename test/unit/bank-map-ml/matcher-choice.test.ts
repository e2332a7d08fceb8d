import { type Ledger, type StatementLine } from '../../../services/bank-map-ml/ledger.js';
import { type Calibration, DEFAULT_CALIBRATION, matchLedger } from '../../../services/bank-map-ml/matcher/index.js';
import { type Mapping } from '../../../services/bank-map-ml/mapping.js';
import { ledger, ledgerEntry, rule, statementEntry, statementLine } from '../../support/bank-map-ledgers.js';

const now = new Date('2024-05-25T12:00:00Z');

function mappingOf(given: Partial<Ledger>, line: Partial<StatementLine> = {}, options = {}): Mapping | undefined {
  const bankStatementLines = [statementLine(line)];
  return matchLedger('hum', ledger({ bankStatementLines, ...given }), { now, ...options }).mappings[0];
}

const account = (number: string, name = '') => ({ number, name });
const accounts = { glAccounts: [account('G1'), account('G2'), account('G3', 'Payer')] };
const accountsOf = (mapping: Mapping | undefined) => [
  mapping?.main?.item.no,
  ...(mapping?.alternatives ?? []).map(({ item }) => item.no),
];

describe('main and alternatives', () => {
  test('are the best accounts; the first candidate wins a tie', () => {
    const mapping = mappingOf(accounts, { debtorName: 'payer' }, { tops: 3 });
    expect(accountsOf(mapping)).toEqual(['G3', 'G1', 'G2']);
    expect(mapping?.alternatives[0]).toMatchObject({ recommended: false, item: { type: 'G/L Account', name: '' } });
  });

  test('contain an account once, for any number of documents', () => {
    const customerLedgerEntries = [ledgerEntry(), ledgerEntry(), ledgerEntry({ number: 'C2', isOpen: true })];
    expect(accountsOf(mappingOf({ customerLedgerEntries }, {}, { tops: 4 }))).toEqual(['C1', 'C2']);
  });

  test('have a similarity of 3.5 for a perfect match', () => {
    const history = { debtorIban: 'LT1234567', externalDocumentNumber: 'P1' };
    const dates = { dueDate: '2024-05-20', documentDate: '2024-05-20' };
    const mapping = mappingOf(
      {
        customers: [{ ...account('C1', 'Payer'), applicationMethod: '' }],
        customerBankAccounts: [{ number: 'C1', iban: 'LT1234567' }],
        customerLedgerEntries: [ledgerEntry({ documentNumber: 'SF-123', ...dates })],
        bankStatementEntries: [statementEntry({ ...history, description: 'Payer', messageToRecipient: 'SF-122' })],
        customerRecognitions: [
          { externalDocumentNumber: 'P1', recognizedAccountNumber: 'C1', appliedDocumentNumber: '' },
        ],
      },
      { debtorName: 'Payer', debtorIban: 'LT1234567', transactionText: 'SF-123', statementAmount: 100 },
    );
    expect(mapping?.main?.similarity).toBeCloseTo(3.5, 9);
    expect(Object.values(mapping?.main?.details ?? {})).toEqual(Array(14).fill(1));
  });

  test.each([
    [0.8, true],
    [0.9, false],
  ])('are recommended from the limit of the type on: %d', (limit, recommended) => {
    const limits = { ...DEFAULT_CALIBRATION.limits, 'G/L Account': limit };
    const calibration: Calibration = { ...DEFAULT_CALIBRATION, limits };
    expect(mappingOf(accounts, {}, { calibration })?.main).toMatchObject({ recommended });
  });

  test('have the confidence of the type’s table, interpolated linearly', () => {
    const at = mappingOf(accounts)?.main?.similarity ?? 0;
    const points: [number, number][] = [
      [at - 0.5, 0.2],
      [at + 0.5, 0.6],
    ];
    const confidence = { ...DEFAULT_CALIBRATION.confidence, 'G/L Account': points };
    const calibration: Calibration = { ...DEFAULT_CALIBRATION, confidence };
    expect(mappingOf(accounts, {}, { calibration })?.main?.confidence_score).toBeCloseTo(0.4, 12);
    expect(mappingOf(accounts, { debtorName: 'Payer' }, { calibration })?.main?.confidence_score).toBe(0.6);
  });

  test('leave out closed documents and types other than invoice and credit note', () => {
    const left = ['Payment', 'Reminder', 'Bill', 'Prepayment', 'Mokėjimas', 'unheard of', ''];
    const customerLedgerEntries = [
      ...left.map((documentType) => ledgerEntry({ documentType })),
      ledgerEntry({ isOpen: false }),
    ];
    expect(mappingOf({ customerLedgerEntries })).toMatchObject({ main: undefined, alternatives: [] });
  });

  test('a line of 60 days ago is mapped, an older one has no main mapping', () => {
    expect(mappingOf(accounts, { operationDate: '2024-03-26' })?.main).toBeDefined();
    const old = mappingOf(accounts, { operationDate: '2024-03-25', externalDocumentNumber: 'L1' });
    expect(old).toMatchObject({ entry: { id: 'L1' }, main: undefined, alternatives: [] });
  });

  test('lines with the same number are mapped once, lines without a number all', () => {
    const numbers = ['L1', '', ' L1', '', 'L2'];
    const bankStatementLines = numbers.map((externalDocumentNumber) => statementLine({ externalDocumentNumber }));
    const { mappings } = matchLedger('hum', ledger({ bankStatementLines }), { now });
    expect(mappings.map(({ entry }) => entry.id)).toEqual(['L1', '', '', 'L2']);
  });

  test('an entry repeats the line', () => {
    const line = {
      externalDocumentNumber: 'L1',
      transactionType: 'DBIT',
      creditorName: 'Payee',
      transactionText: 'Text',
      statementAmount: -5,
      bankAccountNumber: 'B1',
    };
    expect(mappingOf({}, line)?.entry).toEqual({
      amount: -5,
      date: '2024-05-20',
      msg: 'Text',
      currency: 'EUR',
      desc: 'Payee',
      id: 'L1',
      type: 'DBIT',
      bank_account: 'B1',
    });
  });
});

test.each([0, 1.5, NaN])('rejects %d accounts per line', (tops) => {
  expect(() => mappingOf(accounts, {}, { tops })).toThrow(
    new RangeError(`tops is ${tops}: it must be an integer from 1.`),
  );
});

describe('text-to-account rules', () => {
  const fee = rule({ mappingText: 'Bank Fee', creditAccountNumber: 'G1', debitAccountNumber: 'G2' });
  const to = (number: string, given = {}) => rule({ mappingText: 'fee', debitAccountNumber: number, ...given });

  test.each([
    ['whole words, in order', 'Monthly BANK  fee, May', 'G2'],
    ['part of a word', 'Bank fees', undefined],
    ['words apart', 'bank card fee', undefined],
  ])('need their text as %s', (_name, transactionText, number) => {
    const main = mappingOf({ textToAccountMappings: [fee] }, { transactionText })?.main;
    expect(main?.item.no).toBe(number);
  });

  test('have precedence over an uncertain similarity, and keep the similarity of their account', () => {
    const given = { ...accounts, textToAccountMappings: [fee] };
    const mapping = mappingOf(given, { debtorName: 'Payer', transactionText: 'bank fee' });
    expect(accountsOf(mapping)).toEqual(['G2', 'G3']);
    expect(mapping?.main).toMatchObject({ type: 'Text to Account', recommended: true, confidence_score: 1 });
    expect(mapping?.main?.similarity).toBeCloseTo(mappingOf({ glAccounts: [account('G2')] })?.main?.similarity ?? 0, 9);
  });

  test.each([
    ['over 2.0 with confidence 0.995', '2024-05-20', 0.995, 'Similarity'],
    ['over 2.0 with less confidence', '2024-05-20', 0.994, 'Text to Account'],
    ['under 2.0', '', 1, 'Text to Account'],
  ])('compete with a similarity %s', (_name, dueDate, certainty, type) => {
    const confidence = { ...DEFAULT_CALIBRATION.confidence, Customer: [[0, certainty]] as [number, number][] };
    const given = {
      customers: [{ ...account('C1', 'Payer'), applicationMethod: '' }],
      customerLedgerEntries: [ledgerEntry({ amount: 5, dueDate })],
      textToAccountMappings: [fee],
    };
    const line = { debtorName: 'Payer', transactionText: 'bank fee', statementAmount: 5 };
    const options = { calibration: { ...DEFAULT_CALIBRATION, confidence } };
    expect(mappingOf(given, line, options)?.main?.type).toBe(type);
  });

  test.each([
    ['Bank Fee', 0.9],
    ['constructor', 1],
  ])('have the calibrated confidence of their text: %s', (mappingText, confidence) => {
    const textToAccountMappings = [{ ...fee, mappingText }];
    const calibration: Calibration = { ...DEFAULT_CALIBRATION, rules: { 'Bank Fee': 0.9 } };
    const main = mappingOf({ textToAccountMappings }, { transactionText: mappingText }, { calibration })?.main;
    expect(main?.confidence_score).toBe(confidence);
  });

  test('are ordered: for one bank account first, then the longest, then the first in the file', () => {
    const line = { transactionText: 'the bank fee', bankAccountNumber: 'B1' };
    const first = (...rules: ReturnType<typeof rule>[]) =>
      mappingOf({ textToAccountMappings: rules }, line)?.main?.item.no;
    expect(first(to('G1'), to('G2'))).toBe('G1');
    expect(first(to('G1'), to('G2', { mappingText: 'bank fee' }))).toBe('G2');
    expect(first(to('G1', { mappingText: 'bank fee' }), to('G2', { bankAccountNo: 'B1' }))).toBe('G2');
    expect(first(to('G1', { bankAccountNo: 'B2' }), to('G2'))).toBe('G2');
    expect(first(to(''), to('G2'))).toBe('G2');
  });

  test('match their bank account also by its IBAN', () => {
    const bankAccounts = [{ ...account('B1'), iban: 'LT12 1000 0111', currencyCode: '' }];
    const given = { bankAccounts, textToAccountMappings: [to('G1', { bankAccountNo: 'B1' })] };
    const main = mappingOf(given, { transactionText: 'fee', bankAccountNumber: 'LT1210000111' })?.main;
    expect(main?.item.no).toBe('G1');
  });

  test.each([
    ['Customer', 'X1', 'Customer', 'X1'],
    ['vendor', 'X1', 'Vendor', 'X1'],
    ['Bank Account', 'X1', 'Bank Account', 'X1'],
    ['G/L Account', 'X1', 'G/L Account', 'G2'],
    ['', '', 'G/L Account', 'G2'],
  ])('with balancing type %j and number %j map to %s %s', (balSourceType, balSourceNumber, type, no) => {
    const textToAccountMappings = [{ ...fee, balSourceType, balSourceNumber }];
    const main = mappingOf({ textToAccountMappings }, { transactionText: 'bank fee' })?.main;
    expect(main).toMatchObject({ item: { type, no }, similarity: 0, details: {} });
  });

  test('use the credit account for outgoing money', () => {
    const line = { transactionText: 'bank fee', transactionType: 'DBIT' };
    expect(mappingOf({ textToAccountMappings: [fee] }, line)?.main?.item.no).toBe('G1');
  });

  test('include the name of a party without open documents, and the documents of a party with some', () => {
    const given = {
      customers: [{ ...account('C1', 'Customer'), applicationMethod: '' }],
      textToAccountMappings: [rule({ mappingText: 'fee', balSourceType: 'Customer', balSourceNumber: 'C1' })],
    };
    const line = { transactionText: 'fee', statementAmount: 100 };
    expect(mappingOf(given, line)?.main).toMatchObject({ item: { name: 'Customer' }, docs: [], amount_remaining: 100 });
    const open = { ...given, customerLedgerEntries: [ledgerEntry()] };
    expect(mappingOf(open, line)?.main).toMatchObject({ type: 'Text to Account', docs: [{ sum: 100 }] });
  });
});

test('progress and sizes report the results of the lines', () => {
  const seen: number[] = [];
  const bankStatementLines = Array.from({ length: 120 }, (_, i) =>
    statementLine({ debtorName: i < 30 ? 'Payer' : '', operationDate: i < 20 ? '2023-01-01' : '2024-05-20' }),
  );
  const limits = { ...DEFAULT_CALIBRATION.limits, 'G/L Account': 0.9 };
  const { info, mappings } = matchLedger('hum', ledger({ ...accounts, bankStatementLines }), {
    now,
    calibration: { ...DEFAULT_CALIBRATION, limits },
    onProgress: (done) => seen.push(done),
  });
  expect(seen).toEqual([50, 100, 120]);
  expect(mappings).toHaveLength(120);
  expect(info.sizes).toMatchObject({ bankStatementLines: 120, glAccounts: 3, mapped: 100 });
  expect(info.sizes).toMatchObject({ recommended: 10, recommended_percent: 10 });
  expect(info.sizes.similarity_p5).toBe(info.sizes.similarity_p50);
  expect(info.sizes.similarity_p95).toBeGreaterThan(info.sizes.similarity_p50 ?? 0);
  expect(info.recognition_finished >= now.toISOString()).toBe(true);
});
