import { FILES } from '../../../src/bank-map/zip/expected-files.js';
import { RowCheck } from '../../../src/bank-map/zip/rows.js';
import { smallLedger } from '../../support/zips.js';

function rowsOf(file: string, text: string | Uint8Array, pieces = 1): number {
  const check = new RowCheck(file, FILES.get(file) ?? { required: true, fields: [] });
  const bytes = Buffer.from(text as string);
  const size = Math.ceil(bytes.length / pieces) || 1;
  for (let at = 0; at < bytes.length; at += size) check.push(bytes.subarray(at, at + size));
  check.end();
  return check.rows;
}

const row = (file: string, change: object) =>
  JSON.stringify({ ...((smallLedger()[file] as object[])[0] ?? {}), ...change });
const LINES = 'bankStatementLines.jsonl';

test.each([
  ['line ends of two characters', `${row(LINES, {})}\r\n${row(LINES, {})}\r\n`, 2],
  ['a byte order mark', `\uFEFF${row(LINES, {})}`, 1],
  ['empty lines and no last line end', `\n\n${row(LINES, {})}\n \n${row(LINES, {})}`, 2],
  ['a date with a time', row(LINES, { operationDate: '2026-11-20T10:00:00Z' }), 1],
  ['numbers as texts, unknown fields', row(LINES, { statementAmount: '12.5', more: [] }), 1],
  ['a direction in small letters', row(LINES, { transactionType: ' dbit' }), 1],
  ['a leap day', row(LINES, { operationDate: '2024-02-29' }), 1],
])('takes %s', (_name, text, rows) => {
  for (const pieces of [1, 2, 7, 400]) expect(rowsOf(LINES, text, pieces)).toBe(rows);
});

test.each([
  ['no number', { externalDocumentNumber: undefined }, 'the field externalDocumentNumber is missing; it is a text'],
  ['an empty number', { externalDocumentNumber: '' }, 'the field externalDocumentNumber is empty; it is a text'],
  ['null', { statementAmount: null }, 'the field statementAmount is empty; it is a number'],
  ['no date', { operationDate: '0001-01-01' }, 'the field operationDate is empty; it is a date such as 2026-11-24'],
  ['an amount in words', { statementAmount: 'ten' }, 'statementAmount: expected a number, got "ten"'],
  [
    'a date of another country',
    { operationDate: '20.11.2026' },
    'operationDate: expected a date such as 2026-11-24, got "20.11.2026"',
  ],
  [
    'a day that is none',
    { operationDate: '2026-02-29' },
    'operationDate: expected a date such as 2026-11-24, got "2026-02-29"',
  ],
  ['month 13', { operationDate: '2026-13-01' }, 'operationDate: expected a date such as 2026-11-24, got "2026-13-01"'],
  ['no direction', { transactionType: 'IN' }, 'transactionType: expected CRDT, Credit, DBIT or Debit, got "IN"'],
])('refuses %s', (_name, change, what) => {
  const text = `${row(LINES, {})}\n${row(LINES, change)}\n`;
  expect(() => rowsOf(LINES, text)).toThrow(`${LINES}, line 2: ${what}.`);
});

test('a wrong value is not repeated whole', () => {
  expect(() => rowsOf(LINES, row(LINES, { operationDate: 'x'.repeat(500) }))).toThrow(/got "x{39}…\.$/);
});

test('an unknown type of account is refused, an unknown type of document is not', () => {
  const recognition = { statementExternalDocumentNumber: '1', balAccountNumber: '2', balAccountType: 'Employee' };
  expect(() => rowsOf('bankAccountRecognitions.jsonl', JSON.stringify(recognition))).toThrow(
    /balAccountType: expected Customer, Vendor, G\/L Account or Bank Account, got "Employee"/,
  );
  const entry = row('customerLedgerEntries.jsonl', { documentType: 'Whatever', dueDate: '', closedAtDate: null });
  expect(rowsOf('customerLedgerEntries.jsonl', entry)).toBe(1);
});

test('lines to be mapped there must be; other files may be empty', () => {
  expect(() => rowsOf(LINES, '')).toThrow(`${LINES} is empty; it must have a line for each line to be mapped.`);
  expect(rowsOf('vendors.jsonl', '')).toBe(0);
});

test('bytes that are no text, and a line without an end', () => {
  expect(() => rowsOf('vendors.jsonl', Buffer.from([0x7b, 0xff, 0x7d, 0x0a]))).toThrow(
    /line 1: the line is not UTF-8 text/,
  );
  expect(() => rowsOf('vendors.jsonl', 'x'.repeat(1_100_000), 20)).toThrow(
    /line 1: the line is longer than 1048576 bytes/,
  );
});
