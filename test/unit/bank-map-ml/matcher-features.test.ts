import { type Ledger, type LedgerEntry, type StatementLine } from '../../../services/bank-map-ml/ledger.js';
import { matchLedger } from '../../../services/bank-map-ml/matcher/index.js';
import { type Details, mainOf } from '../../../services/bank-map-ml/mapping.js';
import { ledger, ledgerEntry, party, statementEntry, statementLine } from '../../support/bank-map-ledgers.js';

const now = new Date('2024-05-25T12:00:00Z');
const parties = { customers: [party('C1')], vendors: [party('C1')] };

/** The features of one line and the only candidate. */
function detailsOf(line: Partial<StatementLine>, candidates: Partial<Ledger>): Details {
  const given = ledger({ ...parties, bankStatementLines: [statementLine(line)], ...candidates });
  const [mapping] = matchLedger('hum', given, { now }).mappings;
  return (mapping && mainOf(mapping)?.details) ?? {};
}

const ofDocument = (line: Partial<StatementLine>, entry: Partial<LedgerEntry>): Details =>
  detailsOf(line, { customerLedgerEntries: [ledgerEntry(entry)] });

const ofName = (debtorName: string, name: string): Details =>
  detailsOf({ debtorName }, { glAccounts: [{ number: 'G1', name }] });

test.each([
  ['UAB Baltic Wood', ' uab baltic wood', 1],
  ['UAB Baltic Wood', 'uab  baltic wood', 0],
  ['Strauß', 'STRAUSS', 1],
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
  ['***', '***', 0.7 + 0.3],
  ['---', '---', 0],
  // Jaro 0.676 has no boost for the common prefix.
  ['ABCDE', 'AXYZDEX', 0.3 * ((3 / 5 + 3 / 7 + 1) / 3)],
  // Three units that differ in order are one transposition, not one and a half.
  ['ABCDEF', 'ABEFDCX', 0.3 * jaroWinkler(5, 6, 7, 1, 2)],
  // The same words; equal spelling only in lower case: 0.7 · 1 + 0.2 · 1 + 0.1 · 0.
  ['abc', 'ABC', 0.9],
  // One shared word of two, `uab` has the weight 1/√2: 0.7 · 1/√(1 · (1 + 1/√2)), plus the spelling.
  ['wood', 'wood uab', 0.7 / Math.sqrt(1 + Math.SQRT1_2) + 0.3 * (5 / 6 + 0.4 / 6)],
  // A repeated word counts twice in its name, and once where it is shared.
  ['wood wood', 'wood', 0.7 / Math.sqrt(2) + 0.3 * ((4 / 9 + 1 + 1) / 3 + 0.4 * (1 - (4 / 9 + 1 + 1) / 3))],
])('name_sim of %j and %j is %d', (a, b, value) => {
  expect(ofName(a, b).name_sim).toBeCloseTo(value, 9);
});

function jaroWinkler(matches: number, a: number, b: number, transpositions: number, prefix: number): number {
  const jaro = (matches / a + matches / b + (matches - transpositions) / matches) / 3;
  return jaro + prefix * 0.1 * (1 - jaro);
}

test.each([
  ['LT1210000111', 'lt1210000111', 1],
  ['LT12 1000 0111', 'LT1210000111', 0],
  ['LT1210000111', 'LT99:LT1210000111', 1],
  ['LT121', 'LT121', 0],
  ['', '', 0],
])('iban_match of %j and %j is %d', (debtorIban, iban, value) => {
  const own = { number: 'B1', name: '', iban, currencyCode: '' };
  expect(detailsOf({ debtorIban }, { bankAccounts: [own] }).iban_match).toBe(value);
});

test('the other party is the first that is filled, the creditor before the debtor', () => {
  const glAccounts = [{ number: 'G1', name: 'Payee' }];
  const names = { debtorName: 'Payer', creditorName: 'Payee' };
  expect(detailsOf({ ...names, transactionType: 'DBIT' }, { glAccounts }).name_eq).toBe(1);
  expect(detailsOf({ ...names, transactionType: 'Credit' }, { glAccounts }).name_eq).toBe(1);
  expect(detailsOf({ debtorName: 'Payee', creditorName: ' ' }, { glAccounts }).name_eq).toBe(1);
});

test.each([
  ['SF-2024/001', 'Apmokėjimas pagal sf-2024/001.', 1],
  ['SF-2024/001', 'sf 2024 001', 0],
  ['10012345', '2100123456', 1],
  ['SF-12', 'SF-12', 0],
  ['SF-123', 'SF-123', 1],
])('ext_doc: %j in %j is %d', (externalDocumentNumber, transactionText, value) => {
  expect(ofDocument({ transactionText }, { externalDocumentNumber }).ext_doc).toBe(value);
});

test('ext_doc looks for the external number in the text only', () => {
  expect(ofDocument({ transactionText: 'SF-123' }, { documentNumber: 'SF-123' }).ext_doc).toBe(0);
  expect(ofDocument({ endToEndId: 'SF-123' }, { externalDocumentNumber: 'SF-123' }).ext_doc).toBe(0);
});

test('only the first 10,000 characters of a text are used', () => {
  const at = (place: number) =>
    ofDocument({ transactionText: `x${'SF-123'.padStart(place - 1)}` }, { externalDocumentNumber: 'SF-123' });
  expect(at(10_000)).toMatchObject({ ext_doc: 1, ext_doc_sim: 1 });
  expect(at(10_001)).toMatchObject({ ext_doc: 0 });
});

test.each([
  ['INV-00017', 'inv-00017', 1],
  // The hyphen is part of a token only where the number has one.
  ['INV00017', 'INV-00017', 0.1 + 0.05 * 3],
  // A wrong digit costs 0.4 after the fourth character, two 0.8.
  ['INV-00017', 'INV-00018', 1 - 0.4],
  ['INV-00017', 'INV-00028', 1 - 0.8],
  ['INV-00017', 'INV-01128', 0],
  // Letters among the first three characters and a last digit may be missing: 0.3 each.
  ['INV-00017', 'V-00017', 1 - 0.6],
  ['INV-00017', 'INV-0001', 1 - 0.3],
  // The end of a number: 0.1 for two characters, and 0.05 for each further one.
  ['INV-00017', 'sf 017', 0.1 + 0.05],
  ['INV-00017', '7', 0],
  ['INV-0001A', 'sf 1a', 0.1],
  ['INV-00017', 'inv', 0],
  ['SF-17', 'SF-17', 0],
])('ext_doc_sim of %j in %j is %d', (externalDocumentNumber, transactionText, value) => {
  expect(ofDocument({ transactionText }, { externalDocumentNumber }).ext_doc_sim).toBeCloseTo(value, 12);
});

test.each([
  ['2024-05-20', '2024-05-20', 1, 1],
  ['2024-05-20', '2024-04-30', 1 - Math.tanh(1), 1 - Math.tanh(1)],
  ['2024-05-20', '2024-06-09', 1 - Math.tanh(1), 1 - Math.tanh(1)],
  // Days are rounded down: from the line to the due date, and from the date of the document to the line.
  ['2024-05-20T12:00:00', '2024-05-21', 1, 1 - Math.tanh(1 / 20)],
  ['2024-05-20', '0001-01-01', 0, 0],
  ['2024-05-20', '', 0, 0],
])('due_date and entry_date of %j and %j are %d and %d', (operationDate, date, due, entered) => {
  const { due_date, entry_date } = ofDocument({ operationDate }, { dueDate: date, documentDate: date });
  expect(due_date).toBeCloseTo(due, 12);
  expect(entry_date).toBeCloseTo(entered, 12);
});

test.each([
  ['the same amount', { statementAmount: 100 }, {}, 1],
  ['ten more', { statementAmount: 110 }, {}, 1 - Math.tanh(1)],
  ['another sign', { statementAmount: 5 }, { amount: -5 }, 1 - Math.tanh(1)],
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
  ['Debit', 'Grąž. paž.', 1, 0],
  ['Debit', 'Refund (Receipt)', 1, 0],
])(
  'payment_match of %s and %s: a customer’s %d, a vendor’s %d',
  (transactionType, documentType, customers, vendors) => {
    const documents = [ledgerEntry({ documentType, documentNumber: 'D' })];
    expect(detailsOf({ transactionType }, { customerLedgerEntries: documents }).payment_match).toBe(customers);
    expect(detailsOf({ transactionType }, { vendorLedgerEntries: documents }).payment_match).toBe(vendors);
  },
);

test('G/L accounts match every amount by half and every direction, and are in EUR', () => {
  const glAccounts = [{ number: 'G1', name: '' }];
  const same = { amount_match: 0.5, payment_match: 1, iban_match: 0, ext_doc: 0, due_date: 0 };
  expect(detailsOf({ accountCurrency: 'eur' }, { glAccounts })).toMatchObject({ ...same, curr_match: 1 });
  expect(detailsOf({ accountCurrency: 'USD' }, { glAccounts })).toMatchObject({ ...same, curr_match: 0 });
});

describe('end-to-end IDs', () => {
  const withIds = (count: number, endToEndId: string) => ({
    customerLedgerEntries: [
      ledgerEntry({ endToEndId: 'E-1', documentNumber: 'D' }),
      ...Array.from({ length: count }, () => ledgerEntry({ documentNumber: 'D', endToEndId, isOpen: false })),
    ],
  });

  test('are compared when more than ten customer documents have one', () => {
    expect(detailsOf({ endToEndId: 'e-1' }, withIds(10, 'E-2'))).toMatchObject({ e2e_id: 1 });
    expect(detailsOf({ endToEndId: 'E-2' }, withIds(10, 'E-2'))).toMatchObject({ e2e_id: 0 });
    expect(detailsOf({ endToEndId: 'e-1' }, withIds(9, 'E-2'))).not.toHaveProperty('e2e_id');
  });

  test.each(['NOTPROVIDED', 'not_provided', 'Not Provided', 'x', ''])('%j is none', (id) => {
    expect(detailsOf({ endToEndId: 'e-1' }, withIds(10, id))).not.toHaveProperty('e2e_id');
  });
});

describe('history', () => {
  const past = (externalDocumentNumber: string, description: string, debtorIban: string, messageToRecipient: string) =>
    statementEntry({ externalDocumentNumber, description, debtorIban, messageToRecipient });
  const mapped = (statementExternalDocumentNumber: string, balAccountNumber: string) =>
    ({ statementExternalDocumentNumber, balAccountNumber, balAccountType: 'G/L Account' }) as const;
  const line = { debtorName: 'Jonas', debtorIban: 'LT1234567', transactionText: 'Salary 2024 05' };
  const glAccounts = [{ number: 'G1', name: '' }];
  const bankStatementEntries = [
    past('1', 'Jonas', 'LT1234567', 'Salary 2024 04'),
    past('2', 'Jonas', 'LT7654321', 'Salary 2023 12'),
    past('3', 'Petras', 'LT1234567', 'Bonus'),
    past('4', 'Jonas', '', 'Bonus'),
    past('1', 'Jonas', '', 'the same number again'),
    past('5', 'Jonas', '', 'mapped to nothing'),
    past('6', 'jonas', 'lt1234567', 'another case'),
    { ...past('7', 'Jonas', '', 'no date'), operationDate: '' },
    { ...past('8', 'Jonas', '', 'tomorrow'), operationDate: '2024-05-27' },
    { ...past('9', 'Jonas', '', 'another bank account'), bankAccountNumber: 'B1' },
  ];
  const numbers = ['1', '3', '4', '6', '7', '8', '9'];
  const bankAccountRecognitions = [mapped('2', 'G2'), ...numbers.map((number) => mapped(number, 'G1'))];

  test('is the share of mapped lines with the same payer, IBAN, masked text and bank account', () => {
    const details = detailsOf(line, { glAccounts, bankStatementEntries, bankAccountRecognitions });
    expect(details).toMatchObject({ who_prob: 2 / 3, iban_prob: 1, iban_msgc_prob: 1, who_msgc_prob: 1 / 2 });
  });

  test('has lines without a payer and an IBAN too', () => {
    const entries = [past('1', '', '', 'Fee 1'), past('2', '', '', 'Rent')];
    const given = { glAccounts, bankStatementEntries: entries, bankAccountRecognitions };
    const none = detailsOf({ transactionText: 'Fee 2' }, given);
    expect(none).toMatchObject({ who_prob: 1 / 2, iban_prob: 1 / 2, iban_msgc_prob: 1, who_msgc_prob: 1 });
  });

  test('counts a vendor before a customer, and both before the account of the bank’s file', () => {
    const recognized = { externalDocumentNumber: '1', recognizedAccountNumber: 'C1', appliedDocumentNumber: 'D' };
    const entries = { bankStatementEntries: [past('1', 'Jonas', '', '')], bankAccountRecognitions };
    const customer = { ...entries, customerLedgerEntries: [ledgerEntry({ documentNumber: 'D' })] };
    expect(detailsOf(line, { ...customer, customerRecognitions: [recognized] }).who_prob).toBe(1);
    const both = { customerRecognitions: [recognized], vendorRecognitions: [recognized] };
    expect(detailsOf(line, { ...customer, ...both }).who_prob).toBe(0);
    expect(detailsOf(line, customer).who_prob).toBe(0);
  });
});
