import { documentKind } from '../matcher/document-types.js';
import { strip } from '../matcher/text.js';
import { type FileKey } from './columns.js';

type Json = Readonly<Record<string, unknown>>;

const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && strip(value) === '');

const hasNoDate = ({ operationDate }: Json): boolean => isBlank(operationDate);

function isOtherDocument({ documentType }: Json): boolean {
  return isBlank(documentType) || documentKind(String(documentType)) === 'left out';
}

const UNUSED: Partial<Record<FileKey, (row: Json) => boolean>> = {
  bankStatementLines: hasNoDate,
  bankStatementEntries: hasNoDate,
  customerLedgerEntries: (row) => isOtherDocument(row) || isBlank(row.customerNumber) || isBlank(row.documentNumber),
  vendorLedgerEntries: (row) => isOtherDocument(row) || isBlank(row.vendorNumber),
};

/** Whether the matcher leaves out a row whatever its other values are, so that these are not checked. */
export const isUnused = (file: FileKey, row: Json): boolean => UNUSED[file]?.(row) ?? false;
