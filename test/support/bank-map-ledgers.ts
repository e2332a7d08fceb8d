import {
  ACCOUNT_TYPES,
  type Ledger,
  type LedgerEntry,
  type Party,
  type StatementEntry,
  type StatementLine,
  type TextToAccountMapping,
} from '../../services/bank-map-ml/ledger.js';
import { emptyLedger } from '../../services/bank-map-ml/samples/generate.js';
import { seeded } from '../../services/random.js';

/** A line with the given fields; all others are empty. */
export const statementLine = (given: Partial<StatementLine> = {}): StatementLine => ({
  externalDocumentNumber: '',
  transactionType: 'CRDT',
  creditorName: '',
  debtorName: '',
  transactionText: '',
  statementAmount: 0,
  operationDate: '2024-05-20',
  endToEndId: '',
  accountCurrency: '',
  bankAccountNumber: '',
  creditorIban: '',
  debtorIban: '',
  ...given,
});

/** A past line with the given fields; all others are empty. */
export const statementEntry = (given: Partial<StatementEntry> = {}): StatementEntry => ({
  externalDocumentNumber: '',
  bankAccountNumber: '',
  description: '',
  messageToRecipient: '',
  transactionType: 'CRDT',
  amount: 0,
  operationDate: '2024-04-20',
  debtorIban: '',
  creditorIban: '',
  endToEndId: '',
  accountCurrency: '',
  ...given,
});

/** A customer or vendor. */
export const party = (number: string, name = ''): Party => ({ number, name, applicationMethod: '' });

/** An open invoice of 100 EUR of party 'C1'. */
export const ledgerEntry = (given: Partial<LedgerEntry> = {}): LedgerEntry => ({
  documentType: 'Invoice',
  number: 'C1',
  documentNumber: 'D1',
  dueDate: '',
  documentDate: '',
  externalDocumentNumber: '',
  amount: 100,
  currencyCode: '',
  closedAtDate: '',
  isOpen: true,
  remainingAmount: given.amount ?? 100,
  endToEndId: '',
  ...given,
});

/** A text-to-account rule with the given fields; all others are empty. */
export const rule = (given: Partial<TextToAccountMapping> = {}): TextToAccountMapping => ({
  mappingText: '',
  debitAccountNumber: '',
  creditAccountNumber: '',
  balSourceType: 'G/L Account',
  balSourceNumber: '',
  bankAccountNo: '',
  ...given,
});

/** A ledger with the given files; all others are empty. */
export const ledger = (given: Partial<Ledger> = {}): Ledger => ({ ...emptyLedger(), ...given });

// prettier-ignore
const NAMES = [
  '', ' ', 'UAB Baltic Wood', 'Baltic Wood, UAB', 'baltic wood uab', 'AB Lietuvos Žemė', 'UAB AB', 'AB', 'Ąžuolas', 'A',
  'SIA Rīgas Ūdens', 'Rigas Udens SIA', 'Smith & Sons Ltd.', 'SMITH AND SONS LTD', 'Jonas Jonaitis', 'Jonaitis Jonas', '***',
];
const NUMBERS = [
  '',
  'SF-1',
  'SF-2024/001',
  'SF 2024 002',
  'sf2024003',
  '10012345',
  '100123456',
  '20240520',
  '------',
  'INV-00017',
  'INV-00071',
];
// prettier-ignore
const TEXTS = [
  '', 'Už prekes', 'SF-2024/001', 'sf 2024 001, SF-2024/002', 'Nr10012345', 'apmokėjimas 100123456;10012345', 'Invoice INV-00011',
  'Salary 2024 05', 'Salary 2024 06', 'bank fee 1.20', 'BANK FEE', 'fee', '20 24 05 20', 'SF2024003 ir INV 00017', '007',
];
const IBANS = [
  '',
  'LT12',
  'LT12 1000 0111 0100 1000',
  'lt121000011101001000',
  'LV80BANK0000435195001',
  'GB29 NWBK 6016 1331 9268 19',
];
const DATES = [
  '',
  '2024-05-20',
  '2024-05-19',
  '2024-04-30',
  '2024-06-20',
  '2024-03-01',
  '2023-01-01',
  '0001-01-01',
  '2024-05-20T10:00:00Z',
  'soon',
];
const AMOUNTS = [0, 100, 100, 100.005, 99.99, 40, 60, -100, 250.5, 1e6, 0.1, 0.2, 0.3];
const TYPES = [
  'Invoice',
  'Invoice',
  'SF',
  ' invoice',
  'Credit Memo',
  'Grąžinimo pažyma',
  'Refund',
  'Payment',
  'Reminder',
  '',
  'Finance Charge Memo',
];
const DIRECTIONS = ['CRDT', 'Credit', 'DBIT', 'Debit', 'debit', '', '?'];
const CURRENCIES = ['', 'EUR', 'eur', 'USD', 'GBP', 'SEK', 'PLN'];
const END_TO_END = ['', 'NOTPROVIDED', 'E2E-0001', 'E2E-0002', 'SF-2024/001', 'E2E'];
const IDS = ['', 'L1', 'L2', ' L2', ...Array.from({ length: 60 }, (_, i) => `L${i + 3}`)];

/**
 * A random ledger with all edge cases that the files allow: equal names, ties, empty fields, unusual dates. It has a few
 * rows per file, times `size`.
 */
export function edgeCaseLedger(seed: number, size = 1): Ledger {
  const next = seeded(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  const several = <T>(max: number, make: (i: number) => T): T[] =>
    Array.from({ length: Math.floor(next() * (size * max + 1)) }, (_, i) => make(i));
  const id = () => pick(IDS.slice(0, 14 * size));
  // A few of each, so that lines, history and documents have equal values.
  const few = <T>(from: readonly T[]): T[] => Array.from({ length: 4 }, () => pick(from));
  const [names, texts, ibans, amounts, numbers] = [few(NAMES), few(TEXTS), few(IBANS), few(AMOUNTS), few(NUMBERS)];
  const number = (prefix: string) => `${prefix}${Math.floor(next() * 3 * size)}`;
  const dated = () => ({ operationDate: pick(DATES), debtorIban: pick(ibans), creditorIban: pick(ibans) });
  const entryOf = (prefix: string) => () =>
    ledgerEntry({
      documentType: pick(TYPES),
      number: number(prefix),
      documentNumber: pick(numbers),
      externalDocumentNumber: pick(numbers),
      dueDate: pick(DATES),
      documentDate: pick(DATES),
      amount: pick(amounts),
      remainingAmount: pick(amounts),
      currencyCode: pick(CURRENCIES),
      isOpen: next() < 0.9,
      endToEndId: pick(END_TO_END),
    });
  const recognition = (prefix: string) => () => ({
    externalDocumentNumber: id(),
    recognizedAccountNumber: number(prefix),
    appliedDocumentNumber: pick(numbers),
  });
  const account = () => pick(['C', 'V', 'G', 'B'].map(number));
  return {
    bankStatementLines: several(8, () =>
      statementLine({
        ...dated(),
        externalDocumentNumber: id(),
        transactionType: pick(DIRECTIONS),
        creditorName: pick(names),
        debtorName: pick(names),
        transactionText: pick(texts),
        statementAmount: pick(amounts),
        endToEndId: pick(END_TO_END),
        accountCurrency: pick(CURRENCIES),
        bankAccountNumber: pick(['', 'B1', 'B2', ...IBANS]),
      }),
    ),
    bankStatementEntries: several(20, () =>
      statementEntry({
        ...dated(),
        externalDocumentNumber: id(),
        description: pick(names),
        messageToRecipient: pick(texts),
        transactionType: pick(DIRECTIONS),
        amount: pick(amounts),
      }),
    ),
    customerRecognitions: several(8, recognition('C')),
    vendorRecognitions: several(8, recognition('V')),
    bankAccountRecognitions: several(8, () => ({
      statementExternalDocumentNumber: id(),
      balAccountNumber: account(),
      balAccountType: pick(ACCOUNT_TYPES),
    })),
    customerLedgerEntries: several(15, entryOf('C')),
    vendorLedgerEntries: several(15, entryOf('V')),
    customerBankAccounts: several(4, () => ({ number: number('C'), iban: pick(ibans) })),
    vendorBankAccounts: several(4, () => ({ number: number('V'), iban: pick(ibans) })),
    customers: several(5, () => ({ number: number('C'), name: pick(names), applicationMethod: '' })),
    vendors: several(5, () => ({ number: number('V'), name: pick(names), applicationMethod: 'Apply to Oldest' })),
    glAccounts: several(4, () => ({ number: number('G'), name: pick([...names, ...texts]) })),
    bankAccounts: several(3, () => ({
      number: number('B'),
      name: pick(names),
      iban: pick(ibans),
      currencyCode: pick(CURRENCIES),
    })),
    textToAccountMappings: several(next() < 0.5 ? 0 : 3, () =>
      rule({
        mappingText: pick([...texts, ...names]),
        debitAccountNumber: pick(['', 'G1', 'G9']),
        creditAccountNumber: pick(['', 'G2', 'G8']),
        balSourceType: pick(['', 'G/L Account', 'Customer', 'vendor', 'Bank Account']),
        balSourceNumber: pick(['', account()]),
        bankAccountNo: pick(['', '', 'B1', 'B2']),
      }),
    ),
  };
}
