import { seeded } from '../../services/random.js';
import { type Rows } from './bank-map-reference/load.js';
import { type Row } from './bank-map-reference/values.js';

/** When the random ledgers are mapped. */
export const RANDOM_NOW = new Date('2026-11-28T00:00:00Z');

// prettier-ignore
const NAMES = [
  '', ' ', undefined, null, 'UAB Baltic Wood', 'Baltic Wood, UAB', 'baltic wood uab', 'AB Lietuvos Žemė', 'UAB AB', 'A',
  'SIA Rīgas Ūdens', 'Rigas Udens SIA', 'Smith & Sons Ltd.', 'Jonas Jonaitis', 'Jonaitis Jonas', '***', 'Martha', 'Marhta',
  'Straße GmbH', 'STRASSE GMBH', 'DIXON', 'Dicksonx', 1234,
];
const NUMBERS = [
  '',
  null,
  'SF-1',
  'SF-2024/001',
  'SF 2024 002',
  'sf2024003',
  '10012345',
  '100123456',
  '------',
  10012354,
];
// prettier-ignore
const TEXTS = [
  '', undefined, null, 'Už prekes', 'SF-2024/001', 'sf 2024 001, SF-2024/002', 'Nr10012345', 'mokėjimas 100123456;10012345',
  'Invoice INV-00011 2024', 'Salary 2024 05', 'Salary 2024 06', 'bank fee 1.20', ' BANK FEE ', 'fee, 75 m²', 'SF2024003\tir 345',
  'monthly bank fee', 'straße 17', '12345 012345 2345', 'SF-10012345/2024',
];
// prettier-ignore
const IBANS = [
  '', undefined, null, 'LT12', 'LT121000011101001000', 'lt121000011101001000', 'LV80BANK0000435195001',
  'LT121000011101001000:LV80BANK0000435195001', 'LT12 1000 0111 0100 1000',
];
const RECENT = ['2026-11-20', '2026-11-20T10:30:00', '2026-11-19 00:00:00', '2026-11-18 00:00:00.000', '20261117'];
const LINE_DATES = [...RECENT, ...RECENT, '2026-09-29', '2026-09-28T23:59:59', '2026-11-29', '2026-12-24', '', null];
const PAST_DATES = [
  '2026-08-01',
  '2026-08-02T10:00:00Z',
  '2025-01-31',
  '2026-11-28',
  '2026-11-29',
  '2026-11-28T23:59:59',
  '',
];
// prettier-ignore
const DOCUMENT_DATES = ['2026-11-20', '2026-11-21', '2026-11-19', '2026-10-20T12:00:00', '20261220', '2025-01-01', '0001-01-01'];
const AMOUNTS = [
  0,
  100,
  100,
  100.005,
  99.99,
  100.5,
  101,
  40,
  60,
  -100,
  250.5,
  1e6,
  0.1,
  0.2,
  9.5,
  10.5,
  '121.50',
  -60,
  0.01,
];
const LINE_AMOUNTS = AMOUNTS.filter((amount) => typeof amount === 'number');
// prettier-ignore
const TYPES = [
  'Invoice', 'Invoice', 'Invoice', 'SF', 'Delspinigių pažyma', 'Finance Charge Memo', 'Credit Memo', 'Grąž. paž.', 'Refund',
  'Grąžinimo pažyma', 'Grąžinimas', 'Refund (Receipt)', ' Invoice ',
];
const LEFT_OUT = ['Payment', 'Mokėjimas', 'Reminder', 'Bill', 'Prepayment', 'Prepayment Refund', '', null];
const DIRECTIONS = ['CRDT', 'Credit', 'DBIT', 'Debit', ' DBIT '];
const CURRENCIES = ['', undefined, null, 'EUR', 'eur', 'USD', ' usd '];
const NO_IDS = ['', undefined, null, 'NOTPROVIDED', 'Not Provided', 'not_provided', 'X'];
const IDS = ['E2E-1', 'e2e-1', 'E2E-2', 'SF-2024/001'];
const OPEN = [true, true, true, true, 'True', false, 'true', null, 1];
/** Of random texts; a few, so that texts have common parts. */
const CHARACTERS = Array.from('aabBžŽßİ00123--/.,; $#²\t😀');
const ACCOUNT_TYPES = ['Customer', 'Vendor', 'G/L Account', 'Bank Account'];

/**
 * The rows of a random ledger with everything that the mapping distinguishes: equal and empty names, IBANs and texts,
 * ties, currencies, end-to-end ids, refunds, rules, old lines, dates of every form. No row makes a zip invalid.
 *
 * @param size multiplies the number of rows
 */
export function randomRows(seed: number, size = 1): Rows {
  const next = seeded(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  const several = (max: number, make: (index: number) => Row): Row[] =>
    Array.from({ length: Math.floor(next() * (size * max + 1)) }, (_, index) => make(index));
  const noise = () => Array.from({ length: Math.floor(next() * 12) }, () => pick(CHARACTERS)).join('');
  // A few of each, so that lines, history and documents have equal values.
  const few = <T>(from: readonly T[]): T[] => Array.from({ length: 5 }, () => pick(from));
  const [ibans, amounts] = [few(IBANS), few(AMOUNTS)];
  const names = [...few(NAMES), noise(), noise()];
  const numbers = [...few(NUMBERS), noise(), `${noise()}123`];
  // Without emojis, which `slice` would cut in two.
  const searched = String(pick(numbers) ?? '').replace(/\p{So}/gu, '');
  const similar = [searched.slice(1), `nr ${searched.replace(/\d$/, '7')}`, `${searched.slice(2)} x${searched}1`];
  const texts = [
    ...few(TEXTS),
    ...similar,
    noise(),
    `${noise()} ${pick(numbers)} ${noise()}`,
    `${pick(numbers)}, ${searched}`,
  ];
  const bankAccounts = few(['', null, 'B1', 'B2']);
  const ids = next() < 0.5 ? [...IDS, ...NO_IDS] : NO_IDS;
  const number = (prefix: string) => `${prefix}${Math.floor(next() * 4 * size)}`;
  const id = (index: number) => (next() < 0.1 ? pick(['', null, 'L0', 7]) : `L${index}`);
  const pastId = () => (next() < 0.1 ? '' : `L${Math.floor(next() * 15 * size)}`);
  const party = (prefix: string) => (next() < 0.05 ? '' : number(prefix));

  const line = (index: number): Row => {
    const operationDate = pick(LINE_DATES);
    return {
      externalDocumentNumber: id(index),
      transactionType: pick(DIRECTIONS),
      creditorName: pick(names),
      debtorName: pick(names),
      transactionText: pick(texts),
      statementAmount: operationDate?.startsWith('2026-09-28') ? null : pick(LINE_AMOUNTS),
      operationDate,
      endToEndId: pick(ids),
      accountCurrency: pick(CURRENCIES),
      bankAccountNumber: pick(bankAccounts),
      creditorIban: pick(ibans),
      debtorIban: pick(ibans),
    };
  };
  const past = (index: number): Row => ({
    externalDocumentNumber: id(index),
    transactionType: pick(DIRECTIONS),
    description: pick(names),
    messageToRecipient: pick(texts),
    amount: pick([...amounts, null, undefined]),
    operationDate: pick(PAST_DATES),
    bankAccountNumber: pick(bankAccounts),
    creditorIban: pick(ibans),
    debtorIban: pick(ibans),
  });
  const document = (role: 'customer' | 'vendor') => (index: number) => {
    const isVendor = role === 'vendor';
    return {
      documentType: next() < 0.9 ? pick(TYPES) : pick(LEFT_OUT),
      [`${role}Number`]: party(isVendor ? 'V' : 'C'),
      documentNumber: next() < 0.9 ? `${role}-${index}` : pick(['', null]),
      externalDocumentNumber: pick(numbers),
      dueDate: isVendor && next() < 0.1 ? 'none' : pick(DOCUMENT_DATES),
      documentDate: pick([...DOCUMENT_DATES, '', null, undefined]),
      closedAtDate: pick(['', '0001-01-01', undefined]),
      amount: pick([...amounts, null, undefined]),
      remainingAmount: next() < 0.1 ? null : pick(amounts),
      currencyCode: pick(CURRENCIES),
      isOpen: pick(OPEN),
      endToEndId: pick(ids) ?? null,
    };
  };
  const recognition = (prefix: string) => () => ({
    externalDocumentNumber: pastId() || 'L1',
    recognizedAccountNumber: number(prefix),
    appliedDocumentNumber: 'D1',
  });
  const named = (prefix: string) => () => ({ number: party(prefix), name: pick(names), applicationMethod: '' });
  const ownAccount = (prefix: string) =>
    pick([{ searchName: pick(names), name: pick(names) }, { number: number(prefix) }]);
  return {
    bankStatementLines: several(8, line),
    bankStatementEntries: several(20, past),
    customerRecognitions: several(6, recognition('C')),
    vendorRecognitions: several(6, recognition('V')),
    bankAccountRecognitions: several(10, () => ({
      statementExternalDocumentNumber: pastId(),
      balAccountNumber: next() < 0.1 ? pick(['', null]) : pick(['C', 'V', 'G', 'B'].map(number)),
      balAccountType: next() < 0.1 ? 'Employee' : pick(ACCOUNT_TYPES),
    })),
    customerLedgerEntries: several(18, document('customer')),
    vendorLedgerEntries: several(12, document('vendor')),
    customerBankAccounts: several(5, () => ({
      customerNumber: party('C'),
      iban: pick(ibans),
      bankAccountNumber: pick(ibans),
    })),
    vendorBankAccounts: several(5, () => ({ vendorNumber: party('V'), iban: pick(ibans) })),
    customers: several(8, named('C')),
    vendors: several(8, named('V')),
    glAccounts: several(4, () => ({ number: party('G'), ...ownAccount('G') })),
    bankAccounts: several(3, () => ({
      number: number('B'),
      ...ownAccount('B'),
      iban: pick(ibans),
      currencyCode: pick(CURRENCIES),
    })),
    textToAccountMappings: several(next() < 0.5 ? 0 : 4, () => ({
      mappingText: pick([...texts, 'bank fee', 'salary', 'fee']),
      debitAccountNumber: pick(['', 'G1', 'C1', null]),
      creditAccountNumber: pick(['', 'G2', 'G0', undefined]),
      ...(next() < 0.95 && { balSourceType: pick([...ACCOUNT_TYPES, 'G/L Account', '', 'vendor']) }),
      balSourceNumber: pick(['', 'G3', 'C1', 'V2', undefined]),
      bankAccountNo: pick(['', '', 'B1', 'B2']),
    })),
  };
}
