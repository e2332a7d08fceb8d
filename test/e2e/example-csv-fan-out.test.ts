import { startExampleApp, type ExampleApp } from '../support/example-app.js';

let app: ExampleApp;

beforeAll(async () => {
  app = await startExampleApp('csv-fan-out');
});

const HEADER = 'sku,quantity,price\r\n';
const price = async (csv: string) => {
  const id = await app.start('/csv/price', csv, 'text/csv');
  await app.host.completed(id);
  return id;
};
const resultAsCsv = async (id: string) =>
  (await app.host.fetch(`/status/${id}/result`, { headers: { Accept: 'text/csv' } })).text();

test('the result is a CSV; a bad row is reported with the line on which it begins', async () => {
  const id = await price(`${HEADER}a-1,2,12.50\r\n"two\r\nlines",1,0.05\r\n\r\nb-2,many,1.00\r\n,1,1.00\r\nc-3,1\r\n`);
  expect(await app.monitor(id)).toMatchObject({
    status: 'Succeeded',
    progress: { total: 5, completed: 2, failed: 3 },
    result: { succeeded: 2, failed: 3 },
  });
  expect(await resultAsCsv(id)).toBe(
    [
      'line,sku,total,error',
      '2,a-1,25.00,',
      '3,"two\r\nlines",0.05,',
      '6,b-2,,quantity is no whole number',
      '7,,,sku is empty',
      '8,c-3,,has 2 cells',
      '',
    ].join('\r\n'),
  );
});

test('many rows are worked on in chunks, at most four side by side, and keep their order', async () => {
  const rows = Array.from({ length: 1_050 }, (_, index) => `sku-${index},${index},1.00`);
  const id = await price(`${HEADER}${rows.join('\n')}\n`);
  const lines = (await resultAsCsv(id)).trim().split('\r\n').slice(1);
  expect(lines).toEqual(rows.map((_, index) => `${index + 2},sku-${index},${index}.00,`));
  const chunks = app.host.history(id).turns.map((turn) => turn.filter(startsWork).length);
  expect(chunks.reduce((sum, count) => sum + count)).toBe(11);
  expect(Math.max(...chunks)).toBe(4);
  await expect(app.host.replay(app.host.history(id))).resolves.toBeUndefined();
});

const startsWork = (event: object) => 'Name' in event && event.Name === 'csv_work';

test.each([
  ['a header of other columns', 'sku,price\n', 'The first line must be sku,quantity,price.'],
  ['a quoted cell without an end', `${HEADER}"a,1,1.00\n`, 'A quoted cell has no end, or text after it.'],
])('%s fails', async (_, csv, message) => {
  expect(await app.monitor(await price(csv))).toMatchObject({
    status: 'Failed',
    error: { code: 'CsvInvalid', message, status: 422 },
  });
});
