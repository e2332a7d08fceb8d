import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { FILE_KEYS } from '../../../services/bank-map-ml/input/columns.js';
import { readLedger } from '../../../services/bank-map-ml/input/read-ledger.js';
import { type LedgerEntry } from '../../../services/bank-map-ml/ledger.js';
import { documentKind } from '../../../services/bank-map-ml/matcher/index.js';
import { generateLedger } from '../../../services/bank-map-ml/samples/generate.js';
import { isIban } from '../../../services/bank-map-ml/samples/iban.js';
import { type SampleOptions } from '../../../services/bank-map-ml/samples/options.js';
import { LINE_KINDS, type Truth } from '../../../services/bank-map-ml/samples/transaction.js';

const SIZES = { lines: 400, documents: 2_500, glAccounts: 60, history: 2_000 };
const { ledger, truth } = generateLedger({ seed: 7, ...SIZES });
const documents = [...ledger.customerLedgerEntries, ...ledger.vendorLedgerEntries];
const isMappable = ({ isOpen, documentType }: LedgerEntry) => isOpen && documentKind(documentType) !== 'left out';

test('generates the given number of rows', () => {
  expect({
    lines: ledger.bankStatementLines.length,
    documents: documents.filter(isMappable).length,
    glAccounts: ledger.glAccounts.length,
    history: ledger.bankStatementEntries.length,
  }).toEqual(SIZES);
  expect(documents.some((document) => !isMappable(document) && document.isOpen)).toBe(true);
});

test('generates the same rows for the same seed, and others for another seed', () => {
  const small = { lines: 20, documents: 200, glAccounts: 40, history: 100 };
  expect(generateLedger({ seed: 3, ...small })).toEqual(generateLedger({ seed: 3, ...small }));
  expect(generateLedger({ seed: 4, ...small }).ledger).not.toEqual(generateLedger({ seed: 3, ...small }).ledger);
});

test('every IBAN has correct check digits and the length of its country', () => {
  const lengths: Record<string, number> = { LT: 20, LV: 21, EE: 20, GB: 22 };
  const ibans = [
    ...ledger.bankStatementLines.flatMap(({ debtorIban, creditorIban }) => [debtorIban, creditorIban]),
    ...[...ledger.customerBankAccounts, ...ledger.vendorBankAccounts, ...ledger.bankAccounts].map(({ iban }) => iban),
  ].filter((iban) => iban !== '');
  expect(ibans.filter((iban) => !isIban(iban) || iban.length !== lengths[iban.slice(0, 2)])).toEqual([]);
  expect(ibans.length).toBeGreaterThan(800);
  expect(isIban('LT121000011101001000')).toBe(true); // the registry's example
  expect(isIban('LT121000011101001001')).toBe(false);
});

test('every answer is an existing account, and every kind of line occurs', () => {
  const numbers = {
    Customer: new Set(ledger.customers.map(({ number }) => number)),
    Vendor: new Set(ledger.vendors.map(({ number }) => number)),
    'G/L Account': new Set(ledger.glAccounts.map(({ number }) => number)),
    'Bank Account': new Set(ledger.bankAccounts.map(({ number }) => number)),
  };
  expect(truth.map(({ id }) => id)).toEqual(ledger.bankStatementLines.map((line) => line.externalDocumentNumber));
  expect(new Set(truth.map(({ id }) => id)).size).toBe(SIZES.lines);
  expect(truth.filter(({ type, number }) => !numbers[type].has(number))).toEqual([]);
  expect(LINE_KINDS.filter((kind) => !truth.some((answer) => answer.kind === kind))).toEqual([]);
});

test('applies lines to open documents of their account, with valid sums', () => {
  const open = new Map(documents.filter(isMappable).map((document) => [document.documentNumber, document]));
  const amounts = new Map(ledger.bankStatementLines.map((line) => [line.externalDocumentNumber, line.statementAmount]));
  const taken = truth.flatMap((answer) => answer.documents.map((part) => ({ ...part, account: answer.number })));
  expect(new Set(taken.map(({ number }) => number)).size).toBe(taken.length);
  for (const { number, account, sum } of taken) {
    const document = open.get(number);
    expect(document?.number).toBe(account);
    // Other currencies are converted.
    if (document?.currencyCode === '') expect(sum).toBeLessThanOrEqual(Math.abs(document.remainingAmount));
  }
  const total = ({ documents: parts }: Truth) => parts.reduce((all, { sum }) => all + sum, 0);
  expect(truth.filter((answer) => total(answer) > (amounts.get(answer.id) ?? 0) + 0.005)).toEqual([]);
});

test('past lines are in order, most of them recognized, with documents that were open then', () => {
  const days = ledger.bankStatementEntries.map(({ operationDate }) => operationDate);
  expect(days).toEqual(days.toSorted());
  const booked = new Set([
    ...[...ledger.customerRecognitions, ...ledger.vendorRecognitions].map((row) => row.externalDocumentNumber),
    ...ledger.bankAccountRecognitions.map((row) => row.statementExternalDocumentNumber),
  ]);
  expect(booked.size / SIZES.history).toBeGreaterThan(0.9);
  const closed = documents.filter(({ isOpen }) => !isOpen);
  expect(closed.filter((row) => row.documentDate >= row.closedAtDate || row.remainingAmount !== 0)).toEqual([]);
});

test.each<[Partial<SampleOptions>, string]>([
  [{ lines: 0 }, 'lines is 0: it must be an integer from 1.'],
  [{ documents: 10 }, 'documents is 10: for 200 lines it must be at least 1200.'],
  [{ glAccounts: 3.5 }, 'glAccounts is 3.5: it must be an integer from 40.'],
  [{ today: '2026-02-30' }, 'today is 2026-02-30: it must be YYYY-MM-DD.'],
])('rejects %p', (options, message) => {
  expect(() => generateLedger(options)).toThrow(new RangeError(message));
});

describe('the command', () => {
  const MAIN = path.join(__dirname, '../../../services/bank-map-ml/samples/main.js');
  let folder: string;
  beforeAll(async () => (folder = await fs.mkdtemp(path.join(os.tmpdir(), 'longhaul-'))));
  afterAll(() => fs.rm(folder, { recursive: true }));

  test('writes a zip with all files, one JSON object per line, and the file of answers', async () => {
    const out = path.join(folder, 'a.zip');
    const sizes = ['--lines', '20', '--documents', '200', '--history', '300', '--seed', '5', '--today', '2026-03-31'];
    await promisify(execFile)(process.execPath, [MAIN, '--out', out, ...sizes]);
    const same = generateLedger({ lines: 20, documents: 200, history: 300, seed: 5, today: '2026-03-31' });
    await expect(readLedger(out)).resolves.toEqual(same.ledger);
    const files = unzipSync(await fs.readFile(out));
    expect(Object.keys(files)).toEqual(FILE_KEYS.map((key) => `${key}.jsonl`));
    const vendors = parse(Buffer.from(files['vendorLedgerEntries.jsonl'] ?? []).toString());
    expect(vendors[0]).toHaveProperty('vendorNumber');
    expect(parse(await fs.readFile(`${out}.truth.jsonl`, 'utf8'))).toEqual(same.truth);
  });

  test('reports invalid options', async () => {
    const run = promisify(execFile)(process.execPath, [MAIN, '--out', path.join(folder, 'b.zip'), '--documents', '5']);
    await expect(run).rejects.toMatchObject({
      stderr: expect.stringContaining('documents is 5: for 200 lines it must be at least 1200.') as string,
    });
    await expect(fs.readdir(folder)).resolves.not.toContain('b.zip');
  });
});

const parse = (text: string) => {
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
};
