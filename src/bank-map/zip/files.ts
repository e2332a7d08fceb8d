/**
 * The files of the zip and what every row of them must have (contracts/bank-map.md, "The zip"). Only what the mapping
 * cannot do without is asked for: ledgers of many systems come here, and an absent field is an empty one.
 */
export interface FileRule {
  /** Whether a zip without it is refused. */
  required: boolean;
  /** Whether it must have a row. */
  rows?: boolean;
  /** Fields of a row: one of the names, and what its value is. */
  fields: readonly FieldRule[];
}

export interface FieldRule {
  names: readonly string[];
  /** `text` must not be empty; a `date` may be, unless it is `day`. */
  is: 'text' | 'day' | 'date' | 'number' | 'direction' | 'accountType';
  /** Whether it may be absent. */
  optional?: boolean;
}

const text = (...names: string[]): FieldRule => ({ names, is: 'text' });
const maybe = (is: FieldRule['is'], ...names: string[]): FieldRule => ({ names, is, optional: true });

const recognitions: FileRule = {
  required: true,
  fields: [text('externalDocumentNumber'), text('recognizedAccountNumber')],
};

function ledgerEntries(party: string): FileRule {
  return {
    required: true,
    fields: [
      text('documentType'),
      text(party),
      text('documentNumber'),
      maybe('number', 'amount'),
      maybe('number', 'remainingAmount'),
      maybe('date', 'dueDate'),
      maybe('date', 'documentDate'),
      maybe('date', 'closedAtDate'),
    ],
  };
}

const named = (...names: string[]): FileRule => ({ required: true, fields: [text('number'), ...names.map(maybeName)] });
const maybeName = (name: string): FieldRule => ({ names: [name], is: 'text', optional: true });

/** Every file that is looked at; others are ignored. */
export const FILES: Readonly<Record<string, FileRule>> = {
  'bankStatementLines.jsonl': {
    required: true,
    rows: true,
    fields: [
      text('externalDocumentNumber'),
      { names: ['transactionType'], is: 'direction' },
      { names: ['statementAmount'], is: 'number' },
      { names: ['operationDate'], is: 'day' },
    ],
  },
  'bankStatementEntries.jsonl': {
    required: true,
    fields: [
      text('externalDocumentNumber'),
      maybe('direction', 'transactionType'),
      maybe('number', 'amount'),
      { names: ['operationDate'], is: 'day' },
    ],
  },
  'customerRecognitions.jsonl': recognitions,
  'vendorRecognitions.jsonl': recognitions,
  'bankAccountRecognitions.jsonl': {
    required: true,
    fields: [
      text('statementExternalDocumentNumber'),
      text('balAccountNumber'),
      { names: ['balAccountType'], is: 'accountType' },
    ],
  },
  'customerLedgerEntries.jsonl': ledgerEntries('customerNumber'),
  'vendorLedgerEntries.jsonl': ledgerEntries('vendorNumber'),
  'customerBankAccounts.jsonl': { required: true, fields: [text('customerNumber')] },
  'vendorBankAccounts.jsonl': { required: true, fields: [text('vendorNumber')] },
  'customers.jsonl': named(),
  'vendors.jsonl': named(),
  'glAccounts.jsonl': named(),
  'bankAccounts.jsonl': named(),
  'textToAccountMappings.jsonl': { required: false, fields: [text('mappingText')] },
};
