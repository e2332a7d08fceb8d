import { type ResultTable } from '../operations/define.js';
import { type Mapping } from './schemas.js';

/** The mappings as a table: one row for each line of the bank statement, without its alternatives. */
export const mappingTable: ResultTable = {
  columns: [
    'date',
    'bankAccount',
    'lineId',
    'type',
    'amount',
    'currency',
    'name',
    'message',
    'itemType',
    'itemNo',
    'itemName',
    'mappedBy',
    'similarity',
    'confidence',
    'recommended',
    'documents',
    'totalApplied',
    'amountRemaining',
  ],
  rows: 'mappings',
  cells: (mapping) => {
    const { entry = {}, main = {} } = mapping as Mapping;
    return [
      entry.date,
      entry.bank_account,
      entry.id,
      entry.type,
      entry.amount,
      entry.currency,
      entry.desc,
      entry.msg,
      main.item?.type,
      main.item?.no,
      main.item?.name,
      main.type,
      main.similarity,
      main.confidence_score,
      main.recommended,
      main.docs?.map(({ item }) => item.no).join(' '),
      main.total_applied,
      main.amount_remaining,
    ];
  },
};
