/**
 * A file of the zip and what is required of its rows (docs/contracts/bank-map.md, "The zip"). Little is: zips come from
 * many ledger systems, and the mapping leaves rows out that it cannot use.
 */
export interface FileRule {
  /** Whether a zip without it is refused. */
  required: boolean;
  /** Checked in this order. Without them the file may have any content. */
  fields?: readonly FieldRule[];
}

export interface FieldRule {
  name: string;
  is: Kind;
  /** `filled`: present and not empty; `present`: may be empty; `optional`: may be missing. */
  need: 'filled' | 'present' | 'optional';
  /**
   * With such a value the mapping leaves the row out, and its other fields are not checked. `unpaid`: an empty type of
   * document, or one of UNPAID_TYPES.
   */
  leavesOut?: 'empty' | 'invalid' | 'unpaid';
}

type Kind = 'text' | 'date' | 'number' | 'direction';

const field =
  (need: FieldRule['need'], leavesOut?: FieldRule['leavesOut']) =>
  (is: Kind, name: string): FieldRule => ({ name, is, need, ...(leavesOut && { leavesOut }) });
const filled = field('filled');
const present = field('present');
const optional = field('optional');
const used = field('optional', 'empty');

/** Types of documents that no payment is applied to, with their names in Business Central. */
export const UNPAID_TYPES: readonly string[] = [
  'Payment',
  'Mokėjimas',
  'Reminder',
  'Bill',
  'Prepayment',
  'Prepayment Refund',
];
const documentType = field('present', 'unpaid')('text', 'documentType');

const recognitions: FileRule = {
  required: true,
  fields: [filled('text', 'externalDocumentNumber'), present('text', 'recognizedAccountNumber')],
};

const documentValues: readonly FieldRule[] = [
  optional('date', 'documentDate'),
  optional('number', 'amount'),
  optional('date', 'closedAtDate'),
  present('text', 'isOpen'),
  optional('number', 'remainingAmount'),
];

const anyRows: FileRule = { required: true, fields: [] };

/** The files that are read; others are ignored. A map, as a zip may name a file `constructor`. */
export const FILES: ReadonlyMap<string, FileRule> = new Map(
  Object.entries<FileRule>({
    'bankStatementLines.jsonl': {
      required: true,
      fields: [
        used('date', 'operationDate'),
        filled('direction', 'transactionType'),
        optional('number', 'statementAmount'),
      ],
    },
    'bankStatementEntries.jsonl': {
      required: true,
      fields: [used('date', 'operationDate'), optional('direction', 'transactionType')],
    },
    'customerRecognitions.jsonl': recognitions,
    'vendorRecognitions.jsonl': recognitions,
    'bankAccountRecognitions.jsonl': { required: true, fields: [filled('text', 'balAccountType')] },
    'customerLedgerEntries.jsonl': {
      required: true,
      fields: [
        documentType,
        used('text', 'documentNumber'),
        used('text', 'customerNumber'),
        optional('date', 'dueDate'),
        ...documentValues,
      ],
    },
    'vendorLedgerEntries.jsonl': {
      required: true,
      fields: [
        documentType,
        used('text', 'vendorNumber'),
        field('optional', 'invalid')('date', 'dueDate'),
        present('text', 'documentNumber'),
        ...documentValues,
      ],
    },
    'customerBankAccounts.jsonl': anyRows,
    'vendorBankAccounts.jsonl': anyRows,
    'customers.jsonl': anyRows,
    'vendors.jsonl': anyRows,
    'glAccounts.jsonl': anyRows,
    'bankAccounts.jsonl': { required: true, fields: [filled('text', 'number')] },
    'textToAccountMappings.jsonl': { required: false }, // a broken one is ignored
  }),
);
