import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { InputError } from '../../../services/bank-map-ml/input/input-error.js';
import { readLedger } from '../../../services/bank-map-ml/input/read-ledger.js';
import { type Ledger } from '../../../services/bank-map-ml/ledger.js';
import { SMALL, zipOf, type Files } from '../../support/bank-map-zip.js';

let dir: string;
beforeAll(async () => (dir = await fs.mkdtemp(path.join(os.tmpdir(), 'input-'))));
afterAll(() => fs.rm(dir, { recursive: true }));

async function read(zip: Buffer): Promise<Ledger> {
  const file = path.join(dir, 'input.zip');
  await fs.writeFile(file, zip);
  return readLedger(file);
}

/** The sentence with which a zip is refused. */
async function complaint(zip: Buffer): Promise<string> {
  const thrown: unknown = await read(zip).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(InputError);
  return (thrown as InputError).message;
}

const [LINE] = SMALL.bankStatementLines as [object];
const [DOCUMENT] = SMALL.customerLedgerEntries as [object];

test('rows have every field, whatever names and forms the file uses', async () => {
  const ledger = await read(
    zipOf({
      bankStatementLines: [{ ...LINE, statementAmount: '-12.50', operationDate: '2026-06-30T10:00:00Z', other: [1] }],
      glAccounts: [
        { number: 6000, name: 'Rent', searchName: '' },
        { number: '6001', searchName: 'BANK FEES', name: 'Bank fees' },
      ],
      vendorBankAccounts: [{ vendorNumber: 'V1', bankAccountNumber: 'LT60' }],
      customerLedgerEntries: [{ ...DOCUMENT, isOpen: 'False', closedAtDate: '0001-01-01', currencyCode: null }],
      bankAccountRecognitions: [
        { statementExternalDocumentNumber: 'E1', balAccountNumber: '6000', balAccountType: 'G/L Account' },
      ],
    }),
  );
  expect(ledger.bankStatementLines).toEqual([
    expect.objectContaining({ statementAmount: -12.5, operationDate: '2026-06-30', creditorName: '', endToEndId: '' }),
  ]);
  expect(ledger.bankStatementLines[0]).not.toHaveProperty('other');
  expect(ledger.glAccounts).toEqual([
    { number: '6000', name: 'Rent' },
    { number: '6001', name: 'BANK FEES' },
  ]);
  expect(ledger.vendorBankAccounts).toEqual([{ number: 'V1', iban: 'LT60' }]);
  expect(ledger.customerLedgerEntries).toEqual([
    expect.objectContaining({ number: 'C1', isOpen: false, closedAtDate: '', currencyCode: '', dueDate: '2026-06-30' }),
  ]);
});

test('a byte order mark, Windows line ends, blank lines and a last line without an end are no matter', async () => {
  const customers = '\uFEFF{"number":"C1","name":"Ąžuolas"}\r\n\r\n  \n{"number":"C2","name":"𝒳"}';
  expect((await read(zipOf({ customers }))).customers.map(({ name }) => name)).toEqual(['Ąžuolas', '𝒳']);
});

test('the rules may be missing, and files may be empty; files that nobody asked for are passed over', async () => {
  const ledger = await read(
    zipOf({ textToAccountMappings: undefined, bankStatementLines: '', 'notes/readme.txt': 'x', '__MACOSX/.x': '\0' }),
  );
  expect(ledger.textToAccountMappings).toEqual([]);
  expect(ledger.bankStatementLines).toEqual([]);
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
    'a line is no object',
    { customers: '[1,2]' },
    'customers.jsonl line 1 is [1,2]; every line must be one JSON object.',
  ],
  ['a line is cut off', { vendors: '{"number":"V1","na' }, 'vendors.jsonl line 1 is not JSON'],
  ['not UTF-8', { vendors: Buffer.from('{"number":"V1","name":"\xe0"}', 'latin1') }, 'vendors.jsonl is not UTF-8 text'],
  ['a file of one endless line', { vendors: ' '.repeat(1_100_000) }, 'vendors.jsonl line 1 is longer than 1048576'],
  [
    'a field is missing',
    { bankStatementLines: [LINE, { ...LINE, statementAmount: undefined }] },
    'bankStatementLines.jsonl line 2: statementAmount is missing.',
  ],
  [
    'both names of a field are missing',
    { glAccounts: [{ number: '1' }] },
    'glAccounts.jsonl line 1: searchName or name is missing.',
  ],
  [
    'a field is empty',
    { bankStatementLines: [{ ...LINE, externalDocumentNumber: '' }] },
    'bankStatementLines.jsonl line 1: externalDocumentNumber is empty.',
  ],
  ['a customer’s number is missing', { customerBankAccounts: [{ iban: 'LT1' }] }, 'line 1: customerNumber is missing.'],
  ['a text is none', { customers: [{ number: 'C1', name: { lt: 'A' } }] }, 'name {"lt":"A"} is not a text.'],
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
    'a date is written otherwise',
    { customerLedgerEntries: [{ ...DOCUMENT, dueDate: '30.06.2026' }] },
    'dueDate "30.06.2026" is not a date',
  ],
  [
    'no date where one must be',
    { bankStatementLines: [{ ...LINE, operationDate: '0001-01-01' }] },
    'operationDate is empty.',
  ],
  [
    'a direction is not known',
    { bankStatementLines: [{ ...LINE, transactionType: 'IN' }] },
    'transactionType "IN" is not known; it must be CRDT, Credit, DBIT or Debit.',
  ],
  [
    'an account type is not known',
    {
      bankAccountRecognitions: [
        { statementExternalDocumentNumber: 'E', balAccountNumber: '1', balAccountType: 'Item' },
      ],
    },
    'balAccountType "Item" is not known; it must be Customer, Vendor, G/L Account or Bank Account.',
  ],
  [
    'a flag is none',
    { customerLedgerEntries: [{ ...DOCUMENT, isOpen: 'maybe' }] },
    'isOpen "maybe" is neither true nor false.',
  ],
])('%s', async (_what, given, sentence) => {
  expect(await complaint(zipOf(given))).toContain(sentence);
});

const patched = (zip: Buffer, change: (zip: Buffer) => void): Buffer => {
  change(zip);
  return zip;
};
/** Where each header of this signature begins. */
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
  ['a name that leads out', () => zipOf({ '../../etc/cron.d/x': 'x' }), 'invalid relative path: ../../etc/cron.d/x'],
  ['an absolute name', () => zipOf({ '/etc/passwd.d': 'x' }), 'absolute path: /etc/passwd.d'],
  [
    'one name twice',
    () => patched(zipOf({ 'customerz.jsonl': 'x' }), (zip) => rename(zip, 'customerz.jsonl', 'customers.jsonl')),
    'The zip holds customers.jsonl twice.',
  ],
  [
    'too many files',
    () => zipOf(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}.txt`, '']))),
    '100 files',
  ],
  [
    'a bomb',
    () => zipOf({ 'bomb.txt': new Uint8Array(11_000_000) }),
    'bomb.txt unpacks to more than 250 times its size',
  ],
  [
    'more bytes than a file says it has',
    () => patched(zipOf(), (zip) => zip.writeUInt32LE(10, (headers(zip, CENTRAL)[0] ?? 0) + 24)),
    'bankStatementLines.jsonl is damaged in the zip',
  ],
  [
    'bytes that do not fit the checksum',
    () => patched(zipOf(), (zip) => zip.writeUInt32LE(7, (headers(zip, CENTRAL)[0] ?? 0) + 16)),
    'bankStatementLines.jsonl is damaged in the zip: its checksum differs.',
  ],
  [
    'bytes that cannot be unpacked',
    () =>
      patched(zipOf(), (zip) => zip.fill(0xff, (headers(zip, LOCAL)[0] ?? 0) + 60, (headers(zip, LOCAL)[0] ?? 0) + 90)),
    'bankStatementLines.jsonl is damaged in the zip',
  ],
])('refuses %s', async (_what, zip, sentence) => {
  expect(await complaint(zip())).toContain(sentence);
});

function rename(zip: Buffer, from: string, to: string): void {
  for (let at = zip.indexOf(from); at >= 0; at = zip.indexOf(from)) zip.write(to, at);
}
