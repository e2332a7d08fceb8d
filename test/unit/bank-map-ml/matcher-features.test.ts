import { type Ledger, type LedgerEntry, type StatementLine } from '../../../services/bank-map-ml/ledger.js';
import { matchLedger } from '../../../services/bank-map-ml/matcher/index.js';
import { type Details } from '../../../services/bank-map-ml/mapping.js';
import { ledger, ledgerEntry, statementEntry, statementLine } from '../../support/bank-map-ledgers.js';

const now = new Date('2024-05-25T12:00:00Z');

/** The features of one line and the only candidate. */
function detailsOf(line: Partial<StatementLine>, candidates: Partial<Ledger>): Details {
  const { mappings } = matchLedger('hum', ledger({ bankStatementLines: [statementLine(line)], ...candidates }), {
    now,
  });
  return mappings[0]?.main?.details ?? {};
}

const ofDocument = (line: Partial<StatementLine>, entry: Partial<LedgerEntry>): Details =>
  detailsOf(line, { customerLedgerEntries: [ledgerEntry(entry)] });

const ofName = (debtorName: string, name: string): Details =>
  detailsOf({ debtorName }, { glAccounts: [{ number: 'G1', name }] });

test.each([
  ['UAB Baltic Wood', 'uab  baltic wood ', 1],
  ['UAB Baltic Wood', 'Baltic Wood UAB', 0],
  ['', '', 0],
])('name_eq of %j and %j is %d', (a, b, value) => {
  expect(ofName(a, b).name_eq).toBe(value);
});

/** Textbook examples of Jaro-Winkler, without shared words. */
test.each([
  ['MARTHA', 'MARHTA', 0.3 * 0.9611111111],
  ['DWAYNE', 'DUANE', 0.3 * 0.84],
  ['DIXON', 'DICKSONX', 0.3 * 0.8133333333],
  ['a', 'b', 0],
  ['', 'b', 0],
  // The same words; equal spelling only when folded: 0.7 · 1 + 0.2 · 1 + 0.1 · 0.
  ['abc', 'ABC', 0.9],
  // One shared word of two, `uab` has the weight 1/√2: 0.7 · 1/√(1 · (1 + 1/√2)), plus the spelling.
  ['wood', 'wood uab', 0.7 / Math.sqrt(1 + Math.SQRT1_2) + 0.3 * (5 / 6 + 0.4 / 6)],
])('name_sim of %j and %j is %d', (a, b, value) => {
  expect(ofName(a, b).name_sim).toBeCloseTo(value, 9);
});

test.each([
  ['LT12 1000 0111', 'lt1210000111', 1],
  ['LT121', 'LT121', 0],
  ['', '', 0],
])('iban_match of %j and %j is %d', (debtorIban, iban, value) => {
  const own = { number: 'B1', name: '', iban, currencyCode: '' };
  expect(detailsOf({ debtorIban }, { bankAccounts: [own] }).iban_match).toBe(value);
});

test('the other party is the debtor of incoming and the creditor of outgoing money', () => {
  const glAccounts = [{ number: 'G1', name: 'Payee' }];
  const names = { debtorName: 'Payer', creditorName: 'Payee' };
  expect(detailsOf({ ...names, transactionType: 'DBIT' }, { glAccounts }).name_eq).toBe(1);
  expect(detailsOf({ ...names, transactionType: 'Credit' }, { glAccounts }).name_eq).toBe(0);
});

test.each([
  ['SF-2024/001', 'Apmokėjimas pagal sf 2024 001.', 1],
  ['10012345', 'Nr10012345', 1],
  ['10012345', '100123456', 0],
  ['10012345', '210012345', 0],
  ['10012345', '1001 2345', 1],
  ['SF-12', 'SF-12', 0],
  ['SF-123', 'SF-123', 1],
  ['------', '------', 0],
])('ext_doc: %j in %j is %d', (documentNumber, transactionText, value) => {
  expect(ofDocument({ transactionText }, { documentNumber }).ext_doc).toBe(value);
});

test('ext_doc finds both numbers of a document, also in the end-to-end ID, and an equal end-to-end ID', () => {
  expect(ofDocument({ transactionText: 'SF-123' }, { externalDocumentNumber: 'SF-123' }).ext_doc).toBe(1);
  expect(ofDocument({ endToEndId: 'SF-123' }, { documentNumber: 'SF-123' }).ext_doc).toBe(1);
  expect(ofDocument({ endToEndId: 'E-0017' }, { endToEndId: 'E-0017' }).ext_doc).toBe(1);
  expect(ofDocument({ endToEndId: 'NOTPROVIDED' }, { endToEndId: 'NOTPROVIDED' }).ext_doc).toBe(0);
});

test('only the first 1,000 characters of a text are used', () => {
  const at = (place: number) => ofDocument({ transactionText: 'SF-123'.padStart(place) }, { documentNumber: 'SF-123' });
  expect(at(1_000)).toMatchObject({ ext_doc: 1, ext_doc_sim: 1 });
  expect(at(1_001)).toMatchObject({ ext_doc: 0 });
});

test.each([
  ['INV-00017', 'inv00017', 1],
  // Three letters at 0.5 and five digits; two digits replaced.
  ['INV-00017', 'Invoice INV-00071', 1 - 2 / 6.5],
  // The letters are deleted.
  ['INV-00017', '00017', 1 - 1.5 / 6.5],
  ['INV-00017', 'inv', 0],
  ['INV-00017', 'a1,inv-00017;b2', 1],
])('ext_doc_sim of %j in %j is %d', (documentNumber, transactionText, value) => {
  expect(ofDocument({ transactionText }, { documentNumber }).ext_doc_sim).toBeCloseTo(value, 12);
});

test.each([
  ['2024-05-20', '2024-05-20', 1],
  ['2024-05-20', '2024-04-30', 1 - Math.tanh(1)],
  ['2024-05-20', '2024-06-09', 1 - Math.tanh(1)],
  ['2024-05-20', '0001-01-01', 0],
  ['', '', 0],
])('due_date and entry_date of %j and %j are %d', (operationDate, date, value) => {
  const { due_date, entry_date } = ofDocument({ operationDate }, { dueDate: date, documentDate: date });
  expect(due_date).toBeCloseTo(value, 12);
  expect(entry_date).toBeCloseTo(value, 12);
});

test.each([
  ['the same amount', { statementAmount: 100 }, {}, 1],
  ['ten more', { statementAmount: 110 }, {}, 1 - Math.tanh(1)],
  ['a negative line and a negative document', { statementAmount: -100 }, { amount: -100 }, 1],
  ['the remaining amount of the document', { statementAmount: 30 }, { amount: 100, remainingAmount: 30 }, 1],
  ['the wrong direction', { statementAmount: 4, transactionType: 'DBIT' }, { amount: 6 }, 1 - Math.tanh(1)],
])('amount_match of %s', (_name, line, entry, value) => {
  expect(ofDocument(line, entry).amount_match).toBeCloseTo(value, 12);
});

test.each([
  ['', 'EUR', 1],
  ['usd', 'USD', 1],
  ['USD', '', 0],
])('curr_match of %j and %j is %d', (accountCurrency, currencyCode, value) => {
  expect(ofDocument({ accountCurrency }, { currencyCode }).curr_match).toBe(value);
});

test.each([
  ['CRDT', 'Invoice', 1, 0],
  ['DBIT', 'Invoice', 0, 1],
  ['Credit', 'Delspinigių pažyma', 1, 0],
  ['Credit', 'Credit Memo', 0, 1],
  ['Debit', 'Grąžinimo pažyma', 1, 0],
])(
  'payment_match of %s and %s: a customer’s %d, a vendor’s %d',
  (transactionType, documentType, customers, vendors) => {
    const documents = [ledgerEntry({ documentType })];
    expect(detailsOf({ transactionType }, { customerLedgerEntries: documents }).payment_match).toBe(customers);
    expect(detailsOf({ transactionType }, { vendorLedgerEntries: documents }).payment_match).toBe(vendors);
  },
);

test('G/L accounts match every amount by half, every currency and every direction', () => {
  const details = detailsOf({ accountCurrency: 'USD' }, { glAccounts: [{ number: 'G1', name: '' }] });
  expect(details).toMatchObject({ amount_match: 0.5, curr_match: 1, payment_match: 1 });
  expect(details).not.toHaveProperty('iban_match');
  expect(details).not.toHaveProperty('ext_doc');
});

describe('history', () => {
  const past = (externalDocumentNumber: string, description: string, debtorIban: string, messageToRecipient: string) =>
    statementEntry({ externalDocumentNumber, description, debtorIban, messageToRecipient });
  const mapped = (statementExternalDocumentNumber: string, balAccountNumber: string) =>
    ({ statementExternalDocumentNumber, balAccountNumber, balAccountType: 'G/L Account' }) as const;
  const line = { debtorName: 'Jonas', debtorIban: 'LT1234567', transactionText: 'Salary 2024 05' };
  const glAccounts = [{ number: 'G1', name: '' }];
  const bankStatementEntries = [
    past('1', 'JONAS', 'LT1234567', 'Salary 2024 04'),
    past('2', 'Jonas', 'LT7654321', 'Salary 2023 12'),
    past('3', 'Petras', 'LT1234567', 'Bonus'),
    past('4', 'Jonas', '', 'Bonus'),
    past('1', 'Jonas', '', 'the same number again'),
    past('5', 'Jonas', '', 'mapped to nothing'),
  ];

  test('is the share of mapped lines with the same payer, IBAN and masked text', () => {
    const bankAccountRecognitions = [mapped('1', 'G1'), mapped('2', 'G2'), mapped('3', 'G2'), mapped('4', 'G1')];
    const details = detailsOf(line, { glAccounts, bankStatementEntries, bankAccountRecognitions });
    expect(details).toMatchObject({ who_prob: 2 / 3, iban_prob: 1 / 2, iban_msgc_prob: 1, who_msgc_prob: 1 / 2 });
  });

  test('counts an account once per line, and customers and vendors by their own files', () => {
    const recognition = { externalDocumentNumber: '1', recognizedAccountNumber: 'C1', appliedDocumentNumber: '' };
    const customers = { customerLedgerEntries: [ledgerEntry()], customerRecognitions: [recognition, recognition] };
    expect(detailsOf(line, { bankStatementEntries, ...customers })).toMatchObject({ who_prob: 1, iban_prob: 1 });
    const vendors = { customerLedgerEntries: [ledgerEntry()], vendorRecognitions: [recognition] };
    expect(detailsOf(line, { bankStatementEntries, ...vendors })).toMatchObject({ who_prob: 0, iban_prob: 0 });
  });
});
