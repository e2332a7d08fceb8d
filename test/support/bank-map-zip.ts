import { strToU8, zipSync, type Zippable } from 'fflate';
import { FILE_KEYS } from '../../services/bank-map-ml/input/columns.js';

/** The rows of each file, or its bytes. */
export type Files = Record<string, readonly object[] | string | Uint8Array>;

/** The rows of a small company: one line that pays the only invoice of customer 'C1'. */
export const SMALL: Files = {
  bankStatementLines: [
    {
      externalDocumentNumber: 'L1',
      transactionType: 'CRDT',
      debtorName: 'UAB Ąžuolas',
      transactionText: 'Už sąskaitą INV-100001',
      statementAmount: 121.5,
      operationDate: new Date().toISOString().slice(0, 10),
      accountCurrency: 'EUR',
    },
  ],
  customerLedgerEntries: [
    {
      documentType: 'Invoice',
      customerNumber: 'C1',
      documentNumber: 'INV-100001',
      dueDate: '2026-06-30',
      amount: 121.5,
      remainingAmount: 121.5,
      isOpen: true,
    },
  ],
  customers: [{ number: 'C1', name: 'UAB Ąžuolas' }],
};

/** All files of a zip: the given ones, the small company's, and empty ones. Undefined leaves a file out. */
function filesOf(given: Partial<Files> = {}): Record<string, Uint8Array> {
  const all: Partial<Files> = { ...Object.fromEntries(FILE_KEYS.map((key) => [key, ''])), ...SMALL, ...given };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, content]) => (content === undefined ? [] : [[nameOf(key), bytesOf(content)]])),
  );
}

/** The same as a zip. */
export const zipOf = (given?: Partial<Files>, more: Zippable = {}): Buffer =>
  Buffer.from(zipSync({ ...filesOf(given), ...more }, { level: 1 }));

/** The file name of a ledger's key; other names are unchanged. */
const nameOf = (key: string): string => (key.includes('.') ? key : `${key}.jsonl`);

/** The bytes of a file; rows as JSON Lines. */
export function bytesOf(content: Files[string]): Uint8Array {
  if (content instanceof Uint8Array) return content;
  if (typeof content === 'string') return strToU8(content);
  return strToU8(content.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
