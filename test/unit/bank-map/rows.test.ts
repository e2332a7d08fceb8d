import { FILES } from '../../../src/bank-map/zip/expected-files.js';
import { RowCheck } from '../../../src/bank-map/zip/rows.js';
import { smallLedger } from '../../support/zips.js';

/** Checks a file that arrives in pieces. */
function check(file: string, text: string | Uint8Array, pieces = 1): void {
  const rows = new RowCheck(file, FILES.get(file)?.fields ?? []);
  const bytes = Buffer.from(text as string);
  const size = Math.ceil(bytes.length / pieces) || 1;
  for (let at = 0; at < bytes.length; at += size) rows.push(bytes.subarray(at, at + size));
  rows.end();
}

const row = (file: string, change: object) =>
  JSON.stringify({ ...((smallLedger()[file] as object[])[0] ?? {}), ...change });
const LINES = 'bankStatementLines.jsonl';

test.each([
  ['line ends of two characters', `${row(LINES, {})}\r\n${row(LINES, {})}\r\n`],
  ['a byte order mark', `\uFEFF${row(LINES, {})}`],
  ['empty lines and no last line end', `\n\n${row(LINES, {})}\n \n${row(LINES, {})}`],
  ['no lines', ''],
  ['a date with a time', row(LINES, { operationDate: '2026-11-20T10:00:00Z' })],
  ['a time after a space, with milliseconds', row(LINES, { operationDate: '2026-11-20 10:00:00.000' })],
  ['a date without dashes', row(LINES, { operationDate: ' 20261120 ' })],
  ['a date that is a number', row(LINES, { operationDate: 20261120 })],
  ['no date, and then nothing else', row(LINES, { operationDate: null, transactionType: '?', statementAmount: 'x' })],
  ['no number of the line', row(LINES, { externalDocumentNumber: undefined })],
  ['numbers as texts, unknown fields', row(LINES, { statementAmount: ' 12.5 ', more: [] })],
  ['a number in other forms', `${row(LINES, { statementAmount: '1.25e1' })}\n${row(LINES, { statementAmount: '.5' })}`],
  ['no amount', row(LINES, { statementAmount: null })],
  ['a direction in small letters', row(LINES, { transactionType: ' dbit' })],
  ['a leap day', row(LINES, { operationDate: '2024-02-29' })],
])('takes %s', (_name, text) => {
  for (const pieces of [1, 2, 7, 400]) check(LINES, text, pieces);
});

test.each([
  [
    'no direction',
    { transactionType: undefined },
    'the field transactionType is missing; it is CRDT, Credit, DBIT or Debit',
  ],
  ['an empty one', { transactionType: ' ' }, 'the field transactionType is empty; it is CRDT, Credit, DBIT or Debit'],
  ['an unknown one', { transactionType: 'IN' }, 'transactionType: expected CRDT, Credit, DBIT or Debit, got "IN"'],
  ['an amount in words', { statementAmount: 'ten' }, 'statementAmount: expected a number, got "ten"'],
  ['an amount that is a point', { statementAmount: '.' }, 'statementAmount: expected a number, got "."'],
])('refuses %s', (_name, change, what) => {
  const text = `${row(LINES, {})}\n${row(LINES, change)}\n`;
  expect(() => check(LINES, text)).toThrow(`${LINES}, line 2: ${what}.`);
});

test.each([
  '20.11.2026',
  '2026-02-29',
  '2026-13-01',
  '20261301',
  '2026-1120',
  '2026-11-20 noon',
  '2026-11-20T24:00',
  '2026',
])('refuses the date %s', (date) => {
  expect(() => check(LINES, row(LINES, { operationDate: date }))).toThrow(
    `${LINES}, line 1: operationDate: expected a date such as 2026-11-24, got "${date}".`,
  );
});

test('a wrong value is not repeated whole', () => {
  expect(() => check(LINES, row(LINES, { operationDate: 'x'.repeat(500) }))).toThrow(/got "x{39}…\.$/);
});

const DOCUMENTS = 'customerLedgerEntries.jsonl';

test.each([
  ['another type of account', 'bankAccountRecognitions.jsonl', JSON.stringify({ balAccountType: 'Employee' })],
  [
    'another type of document',
    DOCUMENTS,
    row(DOCUMENTS, { documentType: 'Whatever', dueDate: '', closedAtDate: null }),
  ],
  [
    'a payment with other wrong values',
    DOCUMENTS,
    row(DOCUMENTS, { documentType: 'Payment', isOpen: undefined, amount: 'x' }),
  ],
  ['a document without a number', DOCUMENTS, row(DOCUMENTS, { documentNumber: '', amount: 'x' })],
  ['a document that is not said to be open', DOCUMENTS, row(DOCUMENTS, { isOpen: null, amount: null })],
  [
    'a due date of a vendor that is none',
    'vendorLedgerEntries.jsonl',
    row(DOCUMENTS, { vendorNumber: 'V', dueDate: 'none', amount: 'x' }),
  ],
  ['parties without number or name', 'customers.jsonl', '{}\n{"number":"","name":null}'],
  ['an empty file', 'vendors.jsonl', ''],
])('takes %s', (_name, file, text) => {
  check(file, text);
});

test.each([
  [
    'a document without the field of its type',
    DOCUMENTS,
    row(DOCUMENTS, { documentType: undefined }),
    'the field documentType is missing',
  ],
  ['a document that may be open', DOCUMENTS, row(DOCUMENTS, { isOpen: undefined }), 'the field isOpen is missing'],
  ['a due date of a customer that is none', DOCUMENTS, row(DOCUMENTS, { dueDate: 'none' }), 'dueDate: expected a date'],
  [
    'a remaining amount in words',
    DOCUMENTS,
    row(DOCUMENTS, { remainingAmount: 'ten' }),
    'remainingAmount: expected a number',
  ],
  [
    'a recognition without a line',
    'vendorRecognitions.jsonl',
    '{"recognizedAccountNumber":"V1"}',
    'the field externalDocumentNumber is missing',
  ],
  ['no type of account', 'bankAccountRecognitions.jsonl', '{"balAccountType":""}', 'the field balAccountType is empty'],
  ['a bank account without a number', 'bankAccounts.jsonl', '{"number":[]}', 'number: expected a text, got []'],
])('refuses %s', (_name, file, text, what) => {
  expect(() => check(file, text)).toThrow(`${file}, line 1: ${what}`);
});

test('bytes that are no text, and a line without an end', () => {
  expect(() => check('vendors.jsonl', Buffer.from([0x7b, 0xff, 0x7d, 0x0a]))).toThrow(
    /line 1: the line is not UTF-8 text/,
  );
  expect(() => check('vendors.jsonl', 'x'.repeat(1_100_000), 20)).toThrow(
    /line 1: the line is longer than 1048576 bytes/,
  );
});
