import { formatTable } from '../../../dev/table.js';

test('numbers are aligned right, text left, under their headings', () => {
  const table = formatTable(
    ['image', 'plate', 'ms'],
    [
      [7, 'с181мв190', 12.5],
      [10022, undefined, 3],
    ],
  );
  expect(table.split('\n')).toEqual([
    'image  plate        ms',
    '─────  ─────────  ────',
    '    7  с181мв190  12.5',
    '10022                3',
  ]);
});
