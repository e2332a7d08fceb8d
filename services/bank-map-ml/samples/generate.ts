import { FILE_KEYS } from '../input/columns.js';
import { type Ledger, type LedgerEntry } from '../ledger.js';
import { SampleCompany } from './company.js';
import { byDate, drawUnmappable, drawUnpaid } from './open-documents.js';
import { resolveOptions, type SampleOptions } from './options.js';
import { type SampleParty } from './parties.js';
import { recordPast } from './past.js';
import { lineRow, rowId, truthOf } from './rows.js';
import { type Sink } from './sink.js';
import { type Truth } from './transaction.js';

/** The share of old lines, which a matcher returns without an account. */
const OLD_SHARE = 0.005;
/** The number of open payments, reminders and so on, per document to which lines can be mapped. */
const UNMAPPABLE_SHARE = 0.04;

/** Writes a sample to the sink. @throws RangeError for invalid options, see resolveOptions */
export function generate(given: Partial<SampleOptions>, sink: Sink): void {
  const options = resolveOptions(given);
  const company = new SampleCompany(options);
  recordPast(company, options.history, sink);
  const open = drawLines(company, options, sink);
  const unmappable = Array.from({ length: Math.ceil(UNMAPPABLE_SHARE * options.documents) }, () =>
    drawUnmappable(company),
  );
  const customers = new Set(company.customers.all.map(({ number }) => number));
  // By date, so that the order does not reveal which documents the lines pay.
  for (const entry of [...open, ...unmappable].sort(byDate)) {
    sink.row(customers.has(entry.number) ? 'customerLedgerEntries' : 'vendorLedgerEntries', entry);
  }
  writeMasterData(company, sink); // at the end, when all occasional parties are known
}

/** A sample as one value, for tests and benchmarks. @throws RangeError as `generate` does */
export function generateLedger(options: Partial<SampleOptions> = {}): { ledger: Ledger; truth: Truth[] } {
  const truth: Truth[] = [];
  const ledger = emptyLedger();
  generate(options, {
    row: (file, row) => (ledger[file] as (typeof row)[]).push(row),
    truth: (answer) => truth.push(answer),
  });
  return { ledger, truth };
}

function writeMasterData(company: SampleCompany, sink: Sink): void {
  const { customers, vendors, books, own } = company;
  for (const party of customers.all) sink.row('customers', partyRow(party));
  for (const party of vendors.all) sink.row('vendors', partyRow(party));
  for (const row of company.knownIbans('Customer')) sink.row('customerBankAccounts', row);
  for (const row of company.knownIbans('Vendor')) sink.row('vendorBankAccounts', row);
  for (const account of books.accounts) sink.row('glAccounts', account);
  for (const account of own.all) sink.row('bankAccounts', account);
  for (const rule of books.rules(own.all)) sink.row('textToAccountMappings', rule);
}

const partyRow = ({ number, name }: SampleParty) => ({ number, name, applicationMethod: 'Apply to Oldest' });

/** Writes the lines and answers. @returns the open documents: those that the lines pay, filled up to `documents` */
function drawLines(company: SampleCompany, { lines, documents }: SampleOptions, sink: Sink): LedgerEntry[] {
  const open: LedgerEntry[] = [];
  const fillUpTo = (count: number) => {
    while (open.length < count) open.push(drawUnpaid(company));
  };
  for (let index = 0; index < lines; index++) {
    const transaction = company.drawTransaction(lineDay(company, index / lines));
    const id = rowId(transaction.day, index + 1);
    sink.row('bankStatementLines', lineRow(id, transaction));
    sink.truth(truthOf(id, transaction));
    open.push(...transaction.applied.map(({ document }) => document));
    fillUpTo((documents * index) / lines); // interleaved, so that the numbers do not reveal them either
  }
  fillUpTo(documents);
  return open;
}

function lineDay({ random, calendar: { linesFrom, today } }: SampleCompany, share: number): number {
  return random.chance(OLD_SHARE)
    ? today - random.integer(61, 120)
    : linesFrom + Math.floor(share * (today - linesFrom));
}

/** A ledger without rows. */
export function emptyLedger(): Ledger {
  return Object.fromEntries(FILE_KEYS.map((file) => [file, []])) as unknown as Ledger;
}
