import { type LedgerEntry, type StatementLine } from '../../../services/bank-map-ml/ledger.js';
import { matchLedger } from '../../../services/bank-map-ml/matcher/index.js';
import { mainOf, type MainMapping } from '../../../services/bank-map-ml/mapping.js';
import { ledger, ledgerEntry, party, statementLine } from '../../support/bank-map-ledgers.js';

const now = new Date('2024-05-25T12:00:00Z');

function mainFor(line: Partial<StatementLine>, customerLedgerEntries: LedgerEntry[]): MainMapping | undefined {
  const given = { customers: [party('C1')], bankStatementLines: [statementLine(line)], customerLedgerEntries };
  const [mapping] = matchLedger('hum', ledger(given), { now }).mappings;
  return mapping && mainOf(mapping);
}

const document = (externalDocumentNumber: string, amount: number, dueDate = '', more: Partial<LedgerEntry> = {}) =>
  ledgerEntry({ documentNumber: externalDocumentNumber, externalDocumentNumber, amount, dueDate, ...more });

const docsOf = (main: MainMapping | undefined) => main?.docs?.map(({ item, sum, reason }) => [item.no, sum, reason]);

test.each<[string, Partial<StatementLine>, LedgerEntry[], [string, number, string][]]>([
  [
    'the only open one, when the amount is enough',
    { statementAmount: 100 },
    [document('INV-00001', 60)],
    [['INV-00001', 60, 'one && amount']],
  ],
  [
    'the only open one with up to 1 euro too little',
    { statementAmount: 99.5 },
    [document('INV-00001', 100)],
    [['INV-00001', 99.5, 'one && amount']],
  ],
  ['nothing, when more is missing', { statementAmount: 98.5 }, [document('INV-00001', 100)], []],
  [
    'a number in the text for which the amount is enough, then one in part',
    { statementAmount: 130, transactionText: 'INV-00003 INV-00001 INV-00002' },
    [document('INV-00001', 200), document('INV-00002', 60), document('INV-00003', 40)],
    [
      ['INV-00002', 60, 'sf && amount'],
      ['INV-00003', 40, 'sf && amount'],
      ['INV-00001', 30, 'sf'],
    ],
  ],
  [
    'every document without an external number, as it is in every text',
    { statementAmount: 50, transactionText: 'rent' },
    [document('', 20, '', { documentNumber: 'A' }), document('INV-00002', 40)],
    [['A', 20, 'sf && amount']],
  ],
  [
    'a similar number, the most similar first, and no number twice',
    { statementAmount: 100, transactionText: 'INV-00009 NV-00002' },
    [document('INV-00003', 60), document('INV-00002', 60)],
    [
      ['INV-00002', 60, 'sf sim && amount'],
      ['INV-00003', 40, 'sf sim'],
    ],
  ],
  [
    'by the nearest due date, where the amount is enough',
    { statementAmount: 170 },
    [
      document('A', 100, '2024-03-01'),
      document('B', 60, '2024-05-01'),
      document('C', 180, '2024-05-20'),
      document('D', 60, '2024-05-28'),
    ],
    [
      ['D', 60, 'amount'],
      ['B', 60, 'amount'],
    ],
  ],
  [
    'the date of a document where it has no due date, and one without any date last',
    { statementAmount: 120 },
    [document('A', 60), document('B', 60, '', { documentDate: '2024-05-19' }), document('C', 60, '2024-05-01')],
    [
      ['B', 60, 'amount'],
      ['C', 60, 'amount'],
    ],
  ],
  [
    'the due date first that is before the line, of two at the same distance',
    { statementAmount: 60 },
    [document('A', 60, '2024-05-22'), document('B', 60, '2024-05-18')],
    [['B', 60, 'amount']],
  ],
])('a line pays %s', (_name, line, documents, expected) => {
  expect(docsOf(mainFor(line, documents))).toEqual(expected);
});

test('a line pays documents of its direction in any currency, and keeps the rest', () => {
  const main = mainFor({ statementAmount: 50 }, [
    document('A', 10, '2024-05-20'),
    document('USD', 30, '2024-05-19', { currencyCode: 'USD' }),
    document('credit note', 10, '2024-05-20', { documentType: 'Credit Memo' }),
    document('closed', 10, '2024-05-20', { isOpen: false }),
    document('nothing', 0.01, '2024-05-20'),
  ]);
  expect(docsOf(main)).toEqual([
    ['A', 10, 'amount'],
    ['USD', 30, 'amount'],
  ]);
  expect(main).toMatchObject({ total_applied: 40, amount_remaining: 10 });
});

test('a document is paid up to what remains of it, which is its amount in the result', () => {
  const open = { documentNumber: 'A', remainingAmount: -40.5, documentType: 'SF', currencyCode: 'usd' };
  const main = mainFor({ statementAmount: 50 }, [document('X', 100, '2024-05-28', open)]);
  expect(main).toMatchObject({ total_applied: 40.5, amount_remaining: 9.5 });
  expect(main?.docs).toEqual([
    {
      item: { no: 'A', ext_no: 'X', type: 'Invoice', currency: 'USD', amount: -40.5, due: '2024-05-28T00:00:00' },
      sum: 40.5,
      reason: 'one && amount',
    },
  ]);
});

test('a line with a negative amount pays nothing', () => {
  const main = mainFor({ statementAmount: -50 }, [document('INV-00001', 50)]);
  expect(main).toMatchObject({ docs: [], total_applied: 0, amount_remaining: -50 });
});

test('G/L accounts get no documents', () => {
  const given = {
    bankStatementLines: [statementLine({ statementAmount: 5 })],
    glAccounts: [{ number: 'G1', name: '' }],
  };
  const [mapping] = matchLedger('hum', ledger(given), { now }).mappings;
  expect(mapping?.main).not.toHaveProperty('docs');
  expect(mapping?.main).not.toHaveProperty('total_applied');
});
