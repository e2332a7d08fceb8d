import { documentKind } from '../matcher/document-types.js';
import { type FileKey } from './columns.js';
import { isBlank } from './kinds.js';

type Json = Readonly<Record<string, unknown>>;

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

/** Whether the matcher leaves out a row with any other values, so that these are not checked. */
export const isUnused = (file: FileKey, row: Json): boolean => UNUSED[file]?.(row) ?? false;
