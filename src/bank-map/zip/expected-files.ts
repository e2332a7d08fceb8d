/**
 * A file of the zip and the fields of its rows (docs/contracts/bank-map.md, "The zip"). Only fields that the mapping
 * needs are required: zips come from many ledger systems, and an absent field counts as empty.
 */
export interface FileRule {
  /** Whether a zip without it is refused. */
  required: boolean;
  /** Whether it must have a row. */
  rows?: boolean;
  fields: readonly FieldRule[];
}

export interface FieldRule {
  /** A row has the field under one of these names. */
  names: readonly string[];
  is: 'text' | 'date' | 'number' | 'flag' | 'direction' | 'accountType';
  /** `filled`: present and not empty; `present`: may be empty; `optional`: checked only when present. */
  need: 'filled' | 'present' | 'optional';
}

type Kind = FieldRule['is'];
const filled = (is: Kind, ...names: string[]): FieldRule => ({ names, is, need: 'filled' });
const present = (is: Kind, ...names: string[]): FieldRule => ({ names, is, need: 'present' });
const optional = (is: Kind, ...names: string[]): FieldRule => ({ names, is, need: 'optional' });

const recognitions: FileRule = {
  required: true,
  fields: [filled('text', 'externalDocumentNumber'), present('text', 'recognizedAccountNumber')],
};

function ledgerEntries(party: string): FileRule {
  return {
    required: true,
    fields: [
      present('text', 'documentType'),
      filled('text', party),
      filled('text', 'documentNumber'),
      filled('number', 'amount'),
      filled('flag', 'isOpen'),
      optional('number', 'remainingAmount'),
      optional('date', 'dueDate'),
      optional('date', 'documentDate'),
      optional('date', 'closedAtDate'),
    ],
  };
}

const bankAccounts = (party: string): FileRule => ({ required: true, fields: [filled('text', party)] });
const named = (...names: string[]): FileRule => ({
  required: true,
  fields: [filled('text', 'number'), present('text', ...names)],
});

/** The files that are read; others are ignored. A map, as a zip may name a file `constructor`. */
export const FILES: ReadonlyMap<string, FileRule> = new Map(
  Object.entries<FileRule>({
    'bankStatementLines.jsonl': {
      required: true,
      rows: true,
      fields: [
        filled('text', 'externalDocumentNumber'),
        filled('direction', 'transactionType'),
        filled('number', 'statementAmount'),
        filled('date', 'operationDate'),
      ],
    },
    'bankStatementEntries.jsonl': {
      required: true,
      fields: [
        filled('text', 'externalDocumentNumber'),
        optional('direction', 'transactionType'),
        optional('number', 'amount'),
        filled('date', 'operationDate'),
      ],
    },
    'customerRecognitions.jsonl': recognitions,
    'vendorRecognitions.jsonl': recognitions,
    'bankAccountRecognitions.jsonl': {
      required: true,
      fields: [
        filled('text', 'statementExternalDocumentNumber'),
        present('text', 'balAccountNumber'),
        filled('accountType', 'balAccountType'),
      ],
    },
    'customerLedgerEntries.jsonl': ledgerEntries('customerNumber'),
    'vendorLedgerEntries.jsonl': ledgerEntries('vendorNumber'),
    'customerBankAccounts.jsonl': bankAccounts('customerNumber'),
    'vendorBankAccounts.jsonl': bankAccounts('vendorNumber'),
    'customers.jsonl': named('name'),
    'vendors.jsonl': named('name'),
    'glAccounts.jsonl': named('searchName', 'name'),
    'bankAccounts.jsonl': named('searchName', 'name'),
    'textToAccountMappings.jsonl': { required: false, fields: [filled('text', 'mappingText')] },
  }),
);
