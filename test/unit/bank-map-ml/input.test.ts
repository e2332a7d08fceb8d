import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { InputError } from '../../../services/input-error.js';
import { readLedger } from '../../../services/bank-map-ml/input/read-ledger.js';
import { type Ledger } from '../../../services/bank-map-ml/ledger.js';
import { LeftOut } from '../../../services/bank-map-ml/matcher/index.js';
import { SMALL, zipOf, type Files } from '../../support/bank-map-zip.js';

let dir: string;
beforeAll(async () => (dir = await fs.mkdtemp(path.join(os.tmpdir(), 'input-'))));
afterAll(() => fs.rm(dir, { recursive: true }));

async function read(zip: Buffer, leftOut = new LeftOut()): Promise<Ledger> {
  const file = path.join(dir, 'input.zip');
  await fs.writeFile(file, zip);
  return readLedger(file, { leftOut });
}

/** The error message for an invalid zip. */
async function errorFor(zip: Buffer): Promise<string> {
  const thrown: unknown = await read(zip).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(InputError);
  return (thrown as InputError).message;
}

const [LINE] = SMALL.bankStatementLines as [object];
const [DOCUMENT] = SMALL.customerLedgerEntries as [object];

test('rows have every field for all names and forms in the file', async () => {
  const ledger = await read(
    zipOf({
      bankStatementLines: [{ ...LINE, statementAmount: '-12.50', operationDate: '2026-06-30T10:00:00Z', other: [1] }],
      glAccounts: [
        { number: 6000, name: 'Rent', searchName: '' },
        { number: '6001', searchName: 'BANK FEES', name: 'Bank fees' },
      ],
      vendorBankAccounts: [{ vendorNumber: 'V1', bankAccountNumber: 'LT60' }],
      customerLedgerEntries: [
        {
          ...DOCUMENT,
          isOpen: 'False',
          closedAtDate: '0001-01-01',
          dueDate: '2026-06-30 00:00:00.000',
          currencyCode: null,
        },
      ],
      bankAccountRecognitions: [
        { statementExternalDocumentNumber: 'E1', balAccountNumber: '6000', balAccountType: 'G/L Account' },
      ],
    }),
  );
  expect(ledger.bankStatementLines).toEqual([
    expect.objectContaining({
      statementAmount: -12.5,
      operationDate: '2026-06-30T10:00:00',
      creditorName: '',
      endToEndId: '',
    }),
  ]);
  expect(ledger.bankStatementLines[0]).not.toHaveProperty('other');
  expect(ledger.glAccounts).toEqual([
    { number: '6000', name: 'Rent' },
    { number: '6001', name: 'BANK FEES' },
  ]);
  expect(ledger.vendorBankAccounts).toEqual([{ number: 'V1', iban: 'LT60' }]);
  expect(ledger.customerLedgerEntries).toEqual([
    expect.objectContaining({ number: 'C1', isOpen: false, closedAtDate: '0001-01-01', dueDate: '2026-06-30' }),
  ]);
});

test('accepts a byte order mark, Windows line endings, blank lines and a last line without an ending', async () => {
  const customers = '\uFEFF{"number":"C1","name":"Ąžuolas"}\r\n\r\n  \n{"number":"C2","name":"𝒳"}';
  expect((await read(zipOf({ customers }))).customers.map(({ name }) => name)).toEqual(['Ąžuolas', '𝒳']);
});

test('the rules can be missing, files can be empty, and other files are ignored', async () => {
  const ledger = await read(
    zipOf({ textToAccountMappings: undefined, bankStatementLines: '', 'notes/readme.txt': 'x', '__MACOSX/.x': '\0' }),
  );
  expect(ledger.textToAccountMappings).toEqual([]);
  expect(ledger.bankStatementLines).toEqual([]);
});

test('empty and unusual values are read', async () => {
  const empty = { externalDocumentNumber: null, statementAmount: null, operationDate: '' };
  const ledger = await read(
    zipOf({
      bankStatementLines: [
        { ...LINE, ...empty },
        { ...LINE, externalDocumentNumber: 17, operationDate: '20261110' },
      ],
      bankStatementEntries: [{ amount: 'none', transactionType: '?' }],
      customers: [{ name: 'Nobody' }, { number: 'C1' }],
      customerLedgerEntries: [{ documentType: 'Invoice', isOpen: null }],
      bankAccounts: [{ number: true }],
    }),
  );
  expect(ledger.bankStatementLines).toMatchObject([
    { externalDocumentNumber: '', id: null, statementAmount: NaN, operationDate: '' },
    { externalDocumentNumber: '17', id: 17, operationDate: '2026-11-10' },
  ]);
  expect(ledger.bankStatementEntries).toMatchObject([{ externalDocumentNumber: '', amount: 0, operationDate: '' }]);
  expect(ledger.customers).toMatchObject([{ number: '' }, { number: 'C1', name: '' }]);
  expect(ledger.customerLedgerEntries).toMatchObject([{ number: '', documentNumber: '', amount: 0, isOpen: false }]);
  expect(ledger.bankAccounts).toMatchObject([{ number: 'True', name: '' }]);
});

test.each([
  [true, true],
  ['True', true],
  ['true', false],
  [false, false],
  ['', false],
  [1, false],
])('isOpen %j is %s', async (isOpen, expected) => {
  const { customerLedgerEntries } = await read(zipOf({ customerLedgerEntries: [{ ...DOCUMENT, isOpen }] }));
  expect(customerLedgerEntries).toMatchObject([{ isOpen: expected }]);
});

test.each([
  ['2026-11-10', '2026-11-10'],
  ['20261110', '2026-11-10'],
  ['2026-11-10 00:00:00', '2026-11-10'],
  ['2026-11-10T00:00:00.000Z', '2026-11-10'],
  ['2026-11-10T10:30+02:00', '2026-11-10T10:30:00'],
  ['2026-11-10T10:30:01.5', '2026-11-10T10:30:01.500000'],
  [' 2026-11-10 ', '2026-11-10'],
  ['0001-01-01', '0001-01-01'],
])('the date %j is read as %j', async (dueDate, expected) => {
  const { customerLedgerEntries } = await read(zipOf({ customerLedgerEntries: [{ ...DOCUMENT, dueDate }] }));
  expect(customerLedgerEntries).toMatchObject([{ dueDate: expected }]);
});

test('values of rows that no mapping can use are not checked', async () => {
  const wrong = { ...DOCUMENT, amount: 'x', dueDate: 'soon' };
  const ledger = await read(
    zipOf({
      bankStatementLines: [{ transactionType: '?', operationDate: null }],
      customerLedgerEntries: [
        { ...wrong, documentType: 'Payment' },
        { ...wrong, documentNumber: '' },
      ],
      vendorLedgerEntries: [wrong],
    }),
  );
  expect(ledger.bankStatementLines).toMatchObject([{ transactionType: '', operationDate: '' }]);
  expect(ledger.customerLedgerEntries).toMatchObject([{ amount: 0, dueDate: '' }, { amount: 0 }]);
  expect(ledger.vendorLedgerEntries).toMatchObject([{ number: '', amount: 0 }]);
});

test('rows that no mapping can use are left out and counted', async () => {
  const leftOut = new LeftOut();
  const recognition = { statementExternalDocumentNumber: 'E', balAccountNumber: '1' };
  const ledger = await read(
    zipOf({
      bankAccountRecognitions: [
        { ...recognition, balAccountType: 'Employee' },
        { ...recognition, balAccountType: 'Vendor' },
      ],
      vendorLedgerEntries: [{ documentType: 'Invoice', vendorNumber: 'V1', dueDate: 'none', isOpen: true }],
    }),
    leftOut,
  );
  expect(ledger.bankAccountRecognitions).toHaveLength(1);
  expect(ledger.vendorLedgerEntries).toEqual([]);
  expect(leftOut.toJSON()).toEqual({
    bankAccountRecognitions: { 'other balAccountType': 1 },
    vendorLedgerEntries: { 'unreadable due date': 1 },
  });
});

test.each([
  ['a row without a type', [{ mappingText: 'fee' }], 'textToAccountMappings.jsonl line 1: balSourceType is missing.'],
  ['no JSON', 'fee;6000', 'textToAccountMappings.jsonl line 1 is not JSON; every line must be one JSON object.'],
])('a file of rules with %s counts as empty', async (_what, textToAccountMappings, reason) => {
  const leftOut = new LeftOut();
  expect((await read(zipOf({ textToAccountMappings }), leftOut)).textToAccountMappings).toEqual([]);
  expect(leftOut.toJSON()).toEqual({ textToAccountMappings: { [`all, because ${reason}`]: 1 } });
});

test.each<[string, Partial<Files>, string]>([
  [
    'a file is missing',
    { vendors: undefined, glAccounts: undefined },
    'The zip lacks vendors.jsonl, glAccounts.jsonl.',
  ],
  [
    'a line is not JSON',
    { customers: '{"number":"C1","name":"A"}\n\n{number: 1}\n' },
    'customers.jsonl line 3 is not JSON',
  ],
  [
    'a line is not an object',
    { customers: '[1,2]' },
    'customers.jsonl line 1 is [1,2]; every line must be one JSON object.',
  ],
  ['a line is truncated', { vendors: '{"number":"V1","na' }, 'vendors.jsonl line 1 is not JSON'],
  ['not UTF-8', { vendors: Buffer.from('{"number":"V1","name":"\xe0"}', 'latin1') }, 'vendors.jsonl is not UTF-8 text'],
  ['a file of one endless line', { vendors: ' '.repeat(1_100_000) }, 'vendors.jsonl line 1 is longer than 1048576'],
  [
    'a field is missing',
    { bankStatementLines: [LINE, { ...LINE, transactionType: undefined }] },
    'bankStatementLines.jsonl line 2: transactionType is missing.',
  ],
  [
    'a field is empty',
    { bankAccounts: [{ number: ' ', name: 'Bank' }] },
    'bankAccounts.jsonl line 1: number is empty.',
  ],
  ['a value is not a string', { customers: [{ number: 'C1', name: { lt: 'A' } }] }, 'name {"lt":"A"} is not a string.'],
  [
    'a number has a comma',
    { bankStatementLines: [{ ...LINE, statementAmount: '12,50' }] },
    'statementAmount "12,50" is not a number; write it like -12.50.',
  ],
  [
    'a day is not in the calendar',
    { bankStatementLines: [{ ...LINE, operationDate: '2026-02-29' }] },
    'operationDate "2026-02-29" is not a date; write it as YYYY-MM-DD.',
  ],
  [
    'a date has another format',
    { customerLedgerEntries: [{ ...DOCUMENT, dueDate: '30.06.2026' }] },
    'dueDate "30.06.2026" is not a date',
  ],
  [
    'a direction is unknown',
    { bankStatementLines: [{ ...LINE, transactionType: 'IN' }] },
    'transactionType "IN" is unknown; it must be CRDT, Credit, DBIT or Debit.',
  ],
  [
    'an account type is empty',
    {
      bankAccountRecognitions: [{ statementExternalDocumentNumber: 'E', balAccountNumber: '1', balAccountType: '' }],
    },
    'balAccountType is empty.',
  ],
])('%s', async (_what, given, sentence) => {
  expect(await errorFor(zipOf(given))).toContain(sentence);
});

const patched = (zip: Buffer, change: (zip: Buffer) => void): Buffer => {
  change(zip);
  return zip;
};
/** The offsets of the headers with this signature. */
const headers = (zip: Buffer, signature: number): number[] =>
  [...zip.keys()].filter((at) => at + 4 <= zip.length && zip.readUInt32LE(at) === signature);
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

test.each<[string, () => Buffer, string]>([
  ['no bytes', () => Buffer.alloc(0), 'The input is not a zip, or a truncated one'],
  ['not a zip', () => Buffer.from('bankStatementLines'.repeat(100)), 'The input is not a zip, or a truncated one'],
  ['a truncated zip', () => zipOf().subarray(0, -40), 'The input is not a zip, or a truncated one'],
  [
    'an encrypted file',
    () => patched(zipOf(), (zip) => zip.writeUInt16LE(1, (headers(zip, CENTRAL)[0] ?? 0) + 8)),
    'bankStatementLines.jsonl is encrypted; send the zip without a password.',
  ],
  [
    'a path outside of the zip',
    () => zipOf({ '../../etc/cron.d/x': 'x' }),
    'invalid relative path: ../../etc/cron.d/x',
  ],
  ['an absolute name', () => zipOf({ '/etc/passwd.d': 'x' }), 'absolute path: /etc/passwd.d'],
  [
    'a duplicate name',
    () => patched(zipOf({ 'customerz.jsonl': 'x' }), (zip) => rename(zip, 'customerz.jsonl', 'customers.jsonl')),
    'The zip holds customers.jsonl twice.',
  ],
  [
    'too many files',
    () => zipOf(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}.txt`, '']))),
    '100 files',
  ],
  [
    'a decompression bomb',
    () => zipOf({ 'bomb.txt': new Uint8Array(11_000_000) }),
    'bomb.txt unpacks to more than 250 times its size',
  ],
  [
    'more bytes than the declared size',
    () => patched(zipOf(), (zip) => zip.writeUInt32LE(10, (headers(zip, CENTRAL)[0] ?? 0) + 24)),
    'bankStatementLines.jsonl is damaged in the zip',
  ],
  [
    'a wrong checksum',
    () => patched(zipOf(), (zip) => zip.writeUInt32LE(7, (headers(zip, CENTRAL)[0] ?? 0) + 16)),
    'bankStatementLines.jsonl is damaged in the zip: its checksum differs.',
  ],
  [
    'corrupt compressed data',
    () =>
      patched(zipOf(), (zip) => zip.fill(0xff, (headers(zip, LOCAL)[0] ?? 0) + 60, (headers(zip, LOCAL)[0] ?? 0) + 90)),
    'bankStatementLines.jsonl is damaged in the zip',
  ],
])('rejects %s', async (_what, zip, sentence) => {
  expect(await errorFor(zip())).toContain(sentence);
});

function rename(zip: Buffer, from: string, to: string): void {
  for (let at = zip.indexOf(from); at >= 0; at = zip.indexOf(from)) zip.write(to, at);
}
