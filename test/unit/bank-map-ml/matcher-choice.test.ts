import { type Ledger, type StatementLine } from '../../../services/bank-map-ml/ledger.js';
import { matchLedger } from '../../../services/bank-map-ml/matcher/index.js';
import { mainOf, type MainMapping, type Mapping } from '../../../services/bank-map-ml/mapping.js';
import { ledger, ledgerEntry, party, rule, statementEntry, statementLine } from '../../support/bank-map-ledgers.js';

const now = new Date('2024-05-25T12:00:00Z');

function mappingOf(given: Partial<Ledger>, line: Partial<StatementLine> = {}, options = {}): Mapping | undefined {
  const bankStatementLines = [statementLine(line)];
  return matchLedger('hum', ledger({ bankStatementLines, ...given }), { now, ...options }).mappings[0];
}

function mainFor(...given: Parameters<typeof mappingOf>): MainMapping | undefined {
  const mapping = mappingOf(...given);
  return mapping && mainOf(mapping);
}

const account = (number: string, name = '') => ({ number, name });
const accounts = { glAccounts: [account('G1'), account('G2'), account('G3', 'Payer')] };
const accountsOf = (mapping: Mapping | undefined) => [
  mapping && mainOf(mapping)?.item.no,
  ...(mapping?.alternatives ?? []).map(({ item }) => item.no),
];

describe('main and alternatives', () => {
  test('are the best accounts; the first candidate wins a tie', () => {
    const mapping = mappingOf(accounts, { debtorName: 'payer' }, { tops: 3 });
    expect(accountsOf(mapping)).toEqual(['G3', 'G1', 'G2']);
    expect(mapping?.alternatives?.[0]).toMatchObject({ recommended: false, item: { type: 'G/L Account', name: '' } });
  });

  test('of a tie between files, G/L accounts are first, then bank accounts, customers and vendors', () => {
    const given = {
      glAccounts: [account('G1')],
      bankAccounts: [{ ...account('B1'), iban: '', currencyCode: '' }],
      customers: [party('C1')],
      vendors: [party('V1')],
      customerLedgerEntries: [ledgerEntry({ amount: 100 })],
      vendorLedgerEntries: [ledgerEntry({ number: 'V1', documentType: 'Credit Memo', amount: 100 })],
    };
    // 10 · artanh(1/2) off, so that the amount counts half as that of the others.
    const line = { statementAmount: 100 + 10 * Math.atanh(0.5) };
    expect(accountsOf(mappingOf(given, line, { tops: 4 }))).toEqual(['G1', 'B1', 'C1', 'V1']);
  });

  test('have similarities that are the sum of weighted features', () => {
    const given = { ...accounts, bankStatementLines: [statementLine({ debtorName: 'payer' })] };
    const { mappings, info } = matchLedger('hum', ledger(given), { now });
    const [mapping] = mappings;
    const found = mapping ? [mainOf(mapping), ...(mapping.alternatives ?? [])] : [];
    expect(found).toHaveLength(2);
    for (const one of found) {
      const details = Object.entries(one?.details ?? {});
      expect(details.map(([feature]) => feature)).toEqual(Object.keys(info.weights));
      const sum = details.reduce((total, [feature, value]) => total + value * (info.weights[feature] ?? 0), 0);
      expect(sum).toBeCloseTo(one?.similarity ?? NaN, 12);
    }
  });

  test('contain a number once, for any number of documents and types', () => {
    const given = {
      customers: [party('C1'), party('C2')],
      customerLedgerEntries: [ledgerEntry(), ledgerEntry(), ledgerEntry({ number: 'C2' })],
      glAccounts: [account('C1')],
    };
    expect(accountsOf(mappingOf(given, {}, { tops: 4 }))).toEqual(['C1', 'C2']);
  });

  test('have a similarity of 3.5 for a perfect match', () => {
    const history = { debtorIban: 'LT1234567', externalDocumentNumber: 'P1' };
    const dates = { dueDate: '2024-05-20', documentDate: '2024-05-20' };
    const mapping = mappingOf(
      {
        customers: [party('C1', 'Payer')],
        customerBankAccounts: [{ number: 'C1', iban: 'LT1234567' }],
        customerLedgerEntries: [ledgerEntry({ externalDocumentNumber: 'SF-123', ...dates })],
        bankStatementEntries: [statementEntry({ ...history, description: 'Payer', messageToRecipient: 'SF-122' })],
        customerRecognitions: [
          { externalDocumentNumber: 'P1', recognizedAccountNumber: 'C1', appliedDocumentNumber: 'SF-122' },
        ],
      },
      { debtorName: 'Payer', debtorIban: 'LT1234567', transactionText: 'SF-123', statementAmount: 100 },
    );
    const main = mapping && mainOf(mapping);
    expect(main?.similarity).toBeCloseTo(3.5, 9);
    expect(Object.values(main?.details ?? {})).toEqual(Array(14).fill(expect.closeTo(1, 12)));
  });

  test('have the confidence 0.95 and are recommended from the similarity 1.6 on, otherwise 0.5', () => {
    const given = { customers: [party('C1', 'Payer')], customerLedgerEntries: [ledgerEntry()] };
    const found = mainFor(given, { debtorName: 'Payer', statementAmount: 100 });
    expect(found?.similarity).toBeGreaterThan(1.6);
    expect(found).toMatchObject({ confidence_score: 0.95, recommended: true });
    const other = mainFor(given, { debtorName: 'Other', statementAmount: 100 });
    expect(other?.similarity).toBeLessThan(1.6);
    expect(other).toMatchObject({ confidence_score: 0.5, recommended: false });
  });

  test('leave out documents that are closed, of other types, or of an unknown customer', () => {
    const left = ['Payment', 'Reminder', 'Bill', 'Prepayment', 'Prepayment Refund', 'Mokėjimas', 'unheard of', ''];
    const customerLedgerEntries = [
      ...left.map((documentType) => ledgerEntry({ documentType })),
      ledgerEntry({ isOpen: false }),
      ledgerEntry({ number: 'C2' }),
      ledgerEntry({ number: '' }),
      ledgerEntry({ documentNumber: '' }),
    ];
    const given = ledger({
      customers: [party('C1'), party('')],
      customerLedgerEntries,
      glAccounts: [account('')],
      bankStatementLines: [statementLine()],
    });
    const { mappings, info } = matchLedger('hum', given, { now });
    expect(mappings).toEqual([{ entry: expect.anything() as object, alternatives: [] }]);
    expect(info.left_out).toEqual({
      customers: { 'no number': 1 },
      glAccounts: { 'no number': 1 },
      customerLedgerEntries: {
        'unknown document type': 1,
        'unknown customer': 1,
        'no customer number': 1,
        'no document number': 1,
      },
    });
  });

  test('a vendor’s document may have no number', () => {
    const given = { vendors: [party('C1')], vendorLedgerEntries: [ledgerEntry({ documentNumber: '' })] };
    expect(mainFor(given)?.item).toMatchObject({ type: 'Vendor', no: 'C1' });
  });

  test('a line of 60 days ago is mapped, an older one has an empty main mapping', () => {
    expect(mainFor(accounts, { operationDate: '2024-03-26T12:00:00' })).toBeDefined();
    const old = mappingOf(accounts, { operationDate: '2024-03-26', externalDocumentNumber: 'L1' });
    expect(old).toEqual({ entry: expect.objectContaining({ id: 'L1' }) as object, main: {} });
  });

  test('lines are in the order of date; one without a date or with a number of another line is left out', () => {
    const numbers = ['L1', '', ' L1', '', 'L2', 'L3', 'L4'];
    const days = ['20', '20', '20', '20', '20', '19', ''];
    const bankStatementLines = numbers.map((externalDocumentNumber, i) =>
      statementLine({ externalDocumentNumber, operationDate: days[i] === '' ? '' : `2024-05-${days[i] ?? ''}` }),
    );
    const { mappings, info } = matchLedger('hum', ledger({ bankStatementLines }), { now });
    expect(mappings.map(({ entry }) => entry.id)).toEqual(['L3', 'L1', '', 'L2']);
    expect(info.left_out).toEqual({ bankStatementLines: { 'repeated number': 2, 'no date': 1 } });
    expect(info.sizes).toMatchObject({ bank_statement_lines: 4 });
  });

  test('an entry repeats the line', () => {
    const line = {
      externalDocumentNumber: ' L1',
      transactionType: 'DBIT',
      creditorName: 'Payee ',
      transactionText: 'Text',
      statementAmount: -5,
      bankAccountNumber: 'B1',
    };
    expect(mappingOf({}, line)?.entry).toEqual({
      amount: -5,
      date: '2024-05-20T00:00:00',
      msg: 'Text',
      currency: 'EUR',
      desc: 'Payee',
      id: ' L1',
      type: 'Debit',
      bank_account: 'B1',
    });
    expect(mappingOf({}, { ...line, id: null, statementAmount: NaN })?.entry).toMatchObject({ id: null, amount: null });
  });
});

test.each([0, 1.5, NaN])('rejects %d accounts per line', (tops) => {
  expect(() => mappingOf(accounts, {}, { tops })).toThrow(
    new RangeError(`tops is ${tops}: it must be an integer from 1.`),
  );
});

describe('text-to-account rules', () => {
  const fee = rule({ mappingText: 'Bank Fee', creditAccountNumber: 'G1', debitAccountNumber: 'G2' });
  const to = (number: string, given = {}) => rule({ mappingText: 'fee', creditAccountNumber: number, ...given });

  test.each([
    ['between spaces', 'Monthly BANK fee May', 'G1'],
    ['part of a word', 'Bank fees', 'G3'],
    ['next to punctuation', 'Bank fee, May', 'G3'],
    ['with another space', 'Bank  fee', 'G3'],
  ])('need their text %s', (_name, transactionText, number) => {
    const given = { ...accounts, textToAccountMappings: [fee] };
    expect(mainFor(given, { transactionText, debtorName: 'Payer' })?.item.no).toBe(number);
    expect(mainFor(given, { debtorName: 'Bank fee' })?.item.no).not.toBe('G2');
  });

  test('have precedence over an uncertain similarity, with fixed values and without documents', () => {
    const given = { ...accounts, textToAccountMappings: [fee] };
    const mapping = mappingOf(given, { debtorName: 'Payer', transactionText: 'bank fee' });
    expect(accountsOf(mapping)).toEqual(['G1', 'G3']);
    expect(mapping?.main).toEqual({
      item: { no: 'G1', type: 'G/L Account', name: '' },
      similarity: 2,
      recommended: true,
      confidence_score: 0.995,
      type: 'Text to Account',
    });
  });

  test('are ordered: the longest bank account first, then the longest text, then the first in the file', () => {
    const line = { transactionText: 'the bank fee', bankAccountNumber: 'B1' };
    const first = (...rules: ReturnType<typeof rule>[]) =>
      mainFor({ ...accounts, textToAccountMappings: rules }, line)?.item.no;
    expect(first(to('G1'), to('G2'))).toBe('G1');
    expect(first(to('G1'), to('G2', { mappingText: 'bank fee' }))).toBe('G2');
    expect(first(to('G1', { mappingText: 'bank fee' }), to('G2', { bankAccountNo: 'B1' }))).toBe('G2');
    expect(first(to('G1', { bankAccountNo: 'B10' }), to('G2'))).toBe('G2');
    expect(first(to('G1', { mappingText: '' }), to('G2'))).toBe('G2');
    expect(first(to(''), to('G2'))).toBe('');
  });

  test.each([
    ['Customer', 'X1', 'Customer', 'X1'],
    ['Vendor', 'X1', 'Vendor', 'X1'],
    ['Bank Account', 'X1', 'Bank Account', 'X1'],
    ['G/L Account', 'X1', 'G/L Account', 'G1'],
    ['vendor', 'X1', 'G/L Account', 'G3'],
    ['', 'X1', 'G/L Account', 'G3'],
  ])('with balancing type %j and number %j map to %s %s', (balSourceType, balSourceNumber, type, no) => {
    const given = { ...accounts, textToAccountMappings: [{ ...fee, balSourceType, balSourceNumber }] };
    const main = mainFor(given, { transactionText: 'bank fee', debtorName: 'Payer' });
    expect(main?.item).toMatchObject({ type, no });
  });

  test('use the credit account for incoming money, the debit account for outgoing, or else the balancing account', () => {
    const given = { ...accounts, textToAccountMappings: [fee] };
    expect(mainFor(given, { transactionText: 'bank fee', transactionType: 'CRDT' })?.item.no).toBe('G1');
    expect(mainFor(given, { transactionText: 'bank fee', transactionType: 'DBIT' })?.item.no).toBe('G2');
    const balancing = { ...fee, debitAccountNumber: '', balSourceNumber: 'G3' };
    const other = { ...accounts, textToAccountMappings: [balancing] };
    expect(mainFor(other, { transactionText: 'bank fee', transactionType: 'DBIT' })?.item.no).toBe('G3');
  });
});

test('progress and sizes report the results of the lines', () => {
  const seen: number[] = [];
  const bankStatementLines = Array.from({ length: 120 }, (_, i) =>
    statementLine({
      externalDocumentNumber: String(i),
      transactionText: i >= 30 && i < 40 ? 'fee' : '',
      operationDate: i < 20 ? '2023-01-01' : '2024-05-20',
    }),
  );
  const given = { ...accounts, bankStatementLines, textToAccountMappings: [rule({ mappingText: 'fee' })] };
  const { info, mappings } = matchLedger('hum', ledger(given), { now, onProgress: (done) => seen.push(done) });
  expect(seen).toEqual([50, 100, 120]);
  expect(mappings).toHaveLength(120);
  expect(info.sizes).toMatchObject({
    bank_statement_lines: 120,
    gl_accounts: 3,
    skip_old_days: 60,
    skipped_old: 20,
    recommended: 10,
    recommended_percent: 10,
    recommended_tta: 10,
    use_e2e: false,
  });
  expect(info.sizes.similarity_percentile_25).toBe(info.sizes.similarity_percentile_75);
  // Rank 89.1 of 100 similarities, of which the last ten are higher: those of the rule.
  const { similarity_percentile_50: low = 0, similarity_percentile_100: high = 0 } = info.sizes;
  expect(info.sizes.similarity_percentile_90).toBeCloseTo(Number(low) + 0.1 * (Number(high) - Number(low)), 12);
  expect(info.limits).toMatchObject({ source: 'default', 'G/L Account': 1.6, Customer: 1.6 });
});
