import { type LedgerEntry, type StatementLine } from '../../../services/bank-map-ml/ledger.js';
import { matchLedger } from '../../../services/bank-map-ml/matcher/index.js';
import { type MainMapping } from '../../../services/bank-map-ml/mapping.js';
import { ledger, ledgerEntry, statementLine } from '../../support/bank-map-ledgers.js';

const now = new Date('2024-05-25T12:00:00Z');

function mainOf(line: Partial<StatementLine>, customerLedgerEntries: LedgerEntry[]): MainMapping | undefined {
  const bankStatementLines = [statementLine(line)];
  return matchLedger('hum', ledger({ bankStatementLines, customerLedgerEntries }), { now }).mappings[0]?.main;
}

const document = (documentNumber: string, amount: number, dueDate = '', more: Partial<LedgerEntry> = {}) =>
  ledgerEntry({ documentNumber, amount, dueDate, ...more });

const docsOf = (main: MainMapping | undefined) => main?.docs.map(({ item, sum, reason }) => [item.no, sum, reason]);

test.each<[string, Partial<StatementLine>, LedgerEntry[], [string, number, string][]]>([
  [
    'the only one with this amount, for any text',
    { statementAmount: 60, transactionText: 'INV-00001' },
    [document('INV-00001', 100), document('INV-00002', 60)],
    [['INV-00002', 60, 'only document with this amount']],
  ],
  [
    'a number in the text with this amount',
    { statementAmount: 100, transactionText: 'INV-00002 INV-00003' },
    [document('INV-00001', 100), document('INV-00002', 60), document('INV-00003', 100)],
    [['INV-00003', 100, 'number and amount']],
  ],
  [
    'numbers in the text, the nearest due date first, the last one in part',
    { statementAmount: 130, transactionText: 'INV-00001, INV-00003' },
    [document('INV-00001', 100, '2024-04-01'), document('INV-00002', 100), document('INV-00003', 60, '2024-05-01')],
    [
      ['INV-00003', 60, 'number'],
      ['INV-00001', 70, 'number'],
    ],
  ],
  [
    'a number in another currency with the remaining amount',
    { statementAmount: 130, transactionText: 'INV-00001, INV-00003' },
    [document('INV-00001', 800, '', { currencyCode: 'SEK' }), document('INV-00003', 60), document('INV-00004', 100)],
    [
      ['INV-00003', 60, 'number'],
      ['INV-00001', 70, 'number'],
    ],
  ],
  [
    'a similar number with this amount',
    { statementAmount: 100, transactionText: 'INV-00009' },
    [document('INV-00002', 60), document('INV-70003', 100), document('INV-00003', 100)],
    [['INV-00003', 100, 'similar number and amount']],
  ],
  [
    'similar numbers, the most similar first',
    { statementAmount: 90, transactionText: 'INV-0000019' },
    [document('INVO-0000017', 60), document('INV-0000018', 60)],
    [
      ['INV-0000018', 60, 'similar number'],
      ['INVO-0000017', 30, 'similar number'],
    ],
  ],
  [
    'the nearest due date, documents without one last',
    { statementAmount: 170 },
    [document('A', 100), document('B', 60, '2024-05-01'), document('C', 60, '2024-05-28')],
    [
      ['C', 60, 'nearest due date'],
      ['B', 60, 'nearest due date'],
      ['A', 50, 'nearest due date'],
    ],
  ],
  [
    'the remaining amount after the numbers, by amount',
    { statementAmount: 160, transactionText: 'INV-00001 and INV-00009' },
    [document('INV-00001', 100), document('INV-00002', 70), document('INV-00003', 60)],
    [
      ['INV-00001', 100, 'number'],
      ['INV-00003', 60, 'similar number and amount'],
    ],
  ],
])('a line pays %s', (_name, line, documents, expected) => {
  expect(docsOf(mainOf(line, documents))).toEqual(expected);
});

test('a line pays only documents of its currency and direction, and keeps the rest', () => {
  const main = mainOf({ statementAmount: 0.3 }, [
    document('A', 0.1),
    document('USD', 0.3, '', { currencyCode: 'USD' }),
    document('credit note', 0.3, '', { documentType: 'Credit Memo' }),
    document('closed', 0.3, '', { isOpen: false }),
    document('nothing', 0),
    document('B', 0.1),
  ]);
  expect(docsOf(main)).toEqual([
    ['A', 0.1, 'nearest due date'],
    ['B', 0.1, 'nearest due date'],
  ]);
  expect(main).toMatchObject({ total_applied: 0.2, amount_remaining: 0.1 });
});

test('a document is paid up to its open amount', () => {
  const open = { externalDocumentNumber: 'X', remainingAmount: 40 };
  const main = mainOf({ statementAmount: -50, transactionType: 'CRDT' }, [document('A', 100, '2024-05-28', open)]);
  expect(main).toMatchObject({ total_applied: 40, amount_remaining: 10 });
  expect(main?.docs).toEqual([
    {
      item: { no: 'A', ext_no: 'X', type: 'Invoice', currency: 'EUR', amount: 100, due: '2024-05-28' },
      sum: 40,
      reason: 'nearest due date',
    },
  ]);
});

test('without a date the documents keep the order of the file', () => {
  const main = mainOf({ statementAmount: 150, operationDate: '' }, [
    document('A', 100, '2024-05-01'),
    document('B', 90, '2024-04-01'),
  ]);
  expect(docsOf(main)?.map(([no]) => no)).toEqual(['A', 'B']);
});

test('G/L accounts get no documents', () => {
  const given = {
    bankStatementLines: [statementLine({ statementAmount: 5 })],
    glAccounts: [{ number: 'G1', name: '' }],
  };
  const main = matchLedger('hum', ledger(given), { now }).mappings[0]?.main;
  expect(main).toMatchObject({ docs: [], total_applied: 0, amount_remaining: 5 });
});
