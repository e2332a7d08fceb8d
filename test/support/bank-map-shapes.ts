import { type Files } from './bank-map-zip.js';
import { type Rows } from './bank-map-reference/load.js';
import { type Row } from './bank-map-reference/values.js';

/** When the ledgers of these shapes are mapped. */
export const SHAPES_NOW = '2026-11-28T00:00:00Z';

const document = (party: 'customer' | 'vendor', number: string, documentNumber: string, more: Row = {}): Row => ({
  documentType: 'Invoice',
  [`${party}Number`]: number,
  documentNumber,
  dueDate: '2026-11-20',
  documentDate: '2026-11-01',
  externalDocumentNumber: `${documentNumber}-2026`,
  amount: 121.5,
  currencyCode: 'EUR',
  closedAtDate: '0001-01-01',
  isOpen: true,
  remainingAmount: 121.5,
  endToEndId: '',
  ...more,
});

const line = (externalDocumentNumber: string, more: Row = {}): Row => ({
  externalDocumentNumber,
  transactionType: 'CRDT',
  creditorName: '',
  debtorName: 'UAB Ąžuolas',
  transactionText: 'Už sąskaitą INV-100001-2026',
  statementAmount: 121.5,
  operationDate: '2026-11-24',
  endToEndId: 'NOTPROVIDED',
  accountCurrency: 'EUR',
  bankAccountNumber: 'B1',
  creditorIban: '',
  debtorIban: 'LT121000011101001000',
  ...more,
});

const past = (externalDocumentNumber: string, more: Row = {}): Row => ({
  externalDocumentNumber,
  bankAccountNumber: 'B1',
  description: 'UAB Ąžuolas',
  messageToRecipient: 'Už sąskaitą INV-90001-2026',
  transactionType: 'CRDT',
  amount: 10,
  operationDate: '2026-10-01',
  debtorIban: 'LT121000011101001000',
  creditorIban: '',
  endToEndId: '',
  accountCurrency: 'EUR',
  ...more,
});

const rule = (more: Row): Row => ({
  mappingText: 'bank fee',
  debitAccountNumber: '6001',
  creditAccountNumber: '6002',
  balSourceType: 'G/L Account',
  balSourceNumber: '6000',
  bankAccountNo: '',
  ...more,
});

/** A small ledger with rows in every file. */
const ROWS: Rows = {
  bankStatementLines: [
    line('L1'),
    line('L2', { transactionType: 'DBIT', transactionText: 'bank fee', statementAmount: 2 }),
  ],
  bankStatementEntries: [past('H1'), past('H2', { description: '', debtorIban: '', messageToRecipient: 'fee 7' })],
  customerRecognitions: [{ externalDocumentNumber: 'H1', recognizedAccountNumber: 'C1', appliedDocumentNumber: 'D1' }],
  vendorRecognitions: [],
  bankAccountRecognitions: [
    { statementExternalDocumentNumber: 'H2', balAccountNumber: '6000', balAccountType: 'G/L Account' },
  ],
  customerLedgerEntries: [document('customer', 'C1', 'INV-100001'), document('customer', 'C2', 'INV-100002')],
  vendorLedgerEntries: [document('vendor', 'V1', 'PINV-1', { amount: -121.5, remainingAmount: -121.5 })],
  customerBankAccounts: [{ customerNumber: 'C1', iban: 'LT121000011101001000' }],
  vendorBankAccounts: [{ vendorNumber: 'V1', bankAccountNumber: 'LT347300010002000300' }],
  customers: [
    { number: 'C1', name: 'UAB Ąžuolas', applicationMethod: 'Manual' },
    { number: 'C2', name: 'Ąžuolas ir Ko', applicationMethod: '' },
  ],
  vendors: [{ number: 'V1', name: 'SIA Ozols' }],
  glAccounts: [{ number: '6000', searchName: 'BANK FEES' }],
  bankAccounts: [{ number: 'B1', searchName: 'MAIN', iban: 'LT601010012345678901', currencyCode: '' }],
  textToAccountMappings: [rule({})],
};

const DATES = [
  '2026-11-24 00:00:00',
  '2026-11-24 00:00:00.000',
  '20261124',
  '2026-11-24T10:30',
  '2026-11-24T10:30:00.5+02:00',
];

/** The ledger with one more row in a file, or with other content of files. */
const plus = (file: string, ...rows: Row[]): Files => ({ ...ROWS, [file]: [...(ROWS[file] ?? []), ...rows] });
const other = (files: Files): Files => ({ ...ROWS, ...files });
const lines = (text: string) => text.replaceAll('\n', '\r\n');
const textOf = (rows: readonly Row[] = []) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** Zips that the existing service takes, by what is special about them; some have rows that it leaves out. */
export const SHAPES: readonly (readonly [shape: string, files: Files])[] = [
  ['nothing special', ROWS],
  [
    'another type of account in the history',
    plus('bankAccountRecognitions', {
      statementExternalDocumentNumber: 'H1',
      balAccountNumber: 'E1',
      balAccountType: 'Employee',
    }),
  ],
  [
    'an empty account in the history',
    plus('bankAccountRecognitions', {
      statementExternalDocumentNumber: 'H1',
      balAccountNumber: '',
      balAccountType: 'Customer',
    }),
  ],
  [
    'no statement number in the history of accounts',
    plus('bankAccountRecognitions', { balAccountNumber: '6000', balAccountType: 'G/L Account' }),
  ],
  [
    'an empty statement number, which a past line has too',
    other({
      bankAccountRecognitions: [
        { statementExternalDocumentNumber: '', balAccountNumber: '6000', balAccountType: 'G/L Account' },
      ],
      bankStatementEntries: [past(''), past('H1')],
    }),
  ],
  ['an empty document number of a customer', plus('customerLedgerEntries', document('customer', 'C1', ''))],
  [
    'an empty customer number',
    plus('customerLedgerEntries', document('customer', '', 'INV-3'), document('customer', ' ', 'INV-4')),
  ],
  ['a customer that is not in the list', plus('customerLedgerEntries', document('customer', 'C9', 'INV-3'))],
  ['an empty document number of a vendor', plus('vendorLedgerEntries', document('vendor', 'V1', ''))],
  ['an empty vendor number', plus('vendorLedgerEntries', document('vendor', '', 'P-3'))],
  [
    'a due date of a vendor that is none',
    plus(
      'vendorLedgerEntries',
      document('vendor', 'V1', 'P-3', { dueDate: 'none' }),
      document('vendor', 'V1', 'P-4', { dueDate: '2026-02-30' }),
    ),
  ],
  [
    'a number of a vendor’s row left out that is none',
    plus('vendorLedgerEntries', document('vendor', 'V1', 'P-3', { dueDate: '?', amount: 'ten' })),
  ],
  ['an empty number of a G/L account', plus('glAccounts', { number: '', searchName: 'x' }, { searchName: 'y' })],
  ['G/L and bank accounts without names', plus('glAccounts', { number: '7000' }, { number: '7001', name: 'OTHER' })],
  ['a bank account with its number only', plus('bankAccounts', { number: 'B2' })],
  ['an empty number in the list of customers', plus('customers', { number: '', name: 'x' })],
  ['a customer without a name', other({ customers: [{ number: 'C1' }, { number: 'C2', name: null }] })],
  [
    'bank accounts without a party or an IBAN',
    plus('customerBankAccounts', { iban: 'LT12' }, { customerNumber: 'C2' }),
  ],
  [
    'lines without a date',
    plus(
      'bankStatementLines',
      line('L3', { operationDate: '' }),
      line('L4', { operationDate: null }),
      line('L5', { operationDate: undefined, transactionType: '?' }),
    ),
  ],
  [
    'past lines without a date',
    plus('bankStatementEntries', past('H3', { operationDate: '' }), past('H4', { operationDate: undefined })),
  ],
  ['no numbers of lines', other({ bankStatementLines: [line(''), line('', { statementAmount: 1 })] })],
  [
    'lines without the field of their number',
    plus('bankStatementLines', line('', { externalDocumentNumber: undefined })),
  ],
  ['past lines without numbers', plus('bankStatementEntries', past(''), past('', { externalDocumentNumber: null }))],
  ['a line twice', plus('bankStatementLines', line('L1', { statementAmount: 7 }))],
  ['a number of a line that is a number', plus('bankStatementLines', line('', { externalDocumentNumber: 42 }))],
  ...DATES.map(
    (date) =>
      [
        `dates like ${date}`,
        other({
          bankStatementLines: [line('L1', { operationDate: date })],
          bankStatementEntries: [past('H1', { operationDate: date })],
          customerLedgerEntries: [
            document('customer', 'C1', 'INV-100001', { dueDate: date, documentDate: date, closedAtDate: date }),
          ],
        }),
      ] as const,
  ),
  ['a date that is a number', plus('bankStatementLines', line('L3', { operationDate: 20261124 }))],
  [
    'no due dates of documents that are closed',
    plus(
      'customerLedgerEntries',
      document('customer', 'C1', 'INV-3', { isOpen: false, dueDate: null, documentDate: '' }),
    ),
  ],
  [
    'the empty date of Business Central',
    plus('customerLedgerEntries', document('customer', 'C1', 'INV-3', { dueDate: '0001-01-01' })),
  ],
  ['no lines', other({ bankStatementLines: [] })],
  [
    'only old lines',
    other({ bankStatementLines: [line('L1', { operationDate: '2022-11-10 00:00:00', statementAmount: null })] }),
  ],
  [
    'no accounts and no documents',
    other({ customerLedgerEntries: [], vendorLedgerEntries: [], glAccounts: [], bankAccounts: [] }),
  ],
  ['no files with rows', Object.fromEntries(Object.keys(ROWS).map((file) => [file, '']))],
  ['rules without a text', plus('textToAccountMappings', rule({ mappingText: '' }), rule({ mappingText: undefined }))],
  [
    'rules of other types',
    plus('textToAccountMappings', rule({ balSourceType: 'Employee' }), rule({ balSourceType: '' })),
  ],
  ['no rules', other({ textToAccountMappings: [] })],
  ['no file of rules', other({ textToAccountMappings: undefined } as unknown as Files)],
  ['a rule without its type', plus('textToAccountMappings', rule({ balSourceType: undefined }))],
  [
    'a file of rules that is no JSON',
    other({ textToAccountMappings: `${textOf(ROWS.textToAccountMappings)}{"mappingText"` }),
  ],
  ['a file of rules that is no text', other({ textToAccountMappings: new Uint8Array([0x7b, 0xff, 0x7d, 0x0a]) })],
  ['a file of rules with other rows', other({ textToAccountMappings: '[1]\n"x"\n' })],
  [
    'null amounts',
    plus('customerLedgerEntries', document('customer', 'C1', 'INV-3', { amount: null, remainingAmount: null })),
  ],
  ['no amount', plus('customerLedgerEntries', document('customer', 'C1', 'INV-3', { amount: undefined }))],
  [
    'amounts as texts',
    plus(
      'customerLedgerEntries',
      document('customer', 'C1', 'INV-3', { amount: '12.50', remainingAmount: ' 1.25e1 ' }),
    ),
  ],
  [
    'documents of which it is not said that they are open',
    plus(
      'customerLedgerEntries',
      ...[null, '', 'yes', 'true', 1, 'True'].map((isOpen, at) => document('customer', 'C1', `INV-3${at}`, { isOpen })),
    ),
  ],
  [
    'documents that no payment is for',
    plus(
      'customerLedgerEntries',
      ...['Payment', 'Mokėjimas', 'Reminder', 'Bill', 'Prepayment', 'Prepayment Refund', '', null].map(
        (documentType) => ({ documentType, amount: 'x' }),
      ),
    ),
  ],
  [
    'documents of every type',
    plus(
      'customerLedgerEntries',
      ...[
        'SF',
        'Delspinigių pažyma',
        'Finance Charge Memo',
        'Credit Memo',
        'Refund',
        'Refund (Receipt)',
        'Grąž. paž.',
        'Grąžinimas',
        'Grąžinimo pažyma',
      ].map((documentType) => document('customer', 'C2', documentType, { documentType })),
    ),
  ],
  [
    'past amounts and end-to-end ids of any kind',
    plus('bankStatementEntries', past('H3', { amount: 'ten', endToEndId: 5 }), past('H4', { amount: null })),
  ],
  [
    'numbers as texts and texts as numbers',
    other({
      customers: [{ number: 1001, name: 2002 }],
      customerLedgerEntries: [
        document('customer', '1001', 'INV-100001', { externalDocumentNumber: 100001, isOpen: 'True' }),
      ],
      glAccounts: [{ number: 6000.5, searchName: 'x' }],
      bankStatementLines: [line('L1', { transactionText: 100001, debtorName: 12.5, bankAccountNumber: true })],
    }),
  ],
  [
    'end-to-end ids',
    plus(
      'customerLedgerEntries',
      ...Array.from({ length: 11 }, (_, at) => document('customer', 'C2', `INV-3${at}`, { endToEndId: `E-${at}` })),
    ),
  ],
  ['line ends of two characters', other({ bankStatementLines: lines(textOf(ROWS.bankStatementLines)) })],
  ['a byte order mark and no last line end', other({ customers: `\uFEFF${textOf(ROWS.customers).trim()}` })],
  [
    'other fields and files',
    { ...plus('customers', { number: 'C3', name: 'x', more: [{}] }), 'customers.csv': 'no rows' },
  ],
];
