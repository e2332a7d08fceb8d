import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Page } from 'playwright-core';
import { startStack, type Stack } from '../../dev/stack.js';
import { zipOf } from '../support/bank-map-zip.js';
import { push, startUpload } from '../support/books.js';
import { Client } from '../support/client.js';
import { consolePages, describeInBrowser } from '../support/console.js';

const SCRIPT =
  'ИНТ. КВАРТИРА - ДЕНЬ\n\nИван пьёт водку. Он убил соседа ножом.\n\nEXT. STREET - NIGHT\n\nA man shoots.\n';
/** Of one request of an upload. */
const PART_BYTES = 4_000_000;

let stack: Stack;
let app: Client;
let dir: string;

beforeAll(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'longhaul-console-'));
  stack = await startStack();
  app = new Client(stack.url);
});
afterAll(async () => {
  await stack.stop();
  fs.rmSync(dir, { recursive: true });
});

const fileOf = (name: string, content: string): string => {
  const file = path.join(dir, name);
  fs.writeFileSync(file, content);
  return file;
};

/** The area that takes files has an input for the browser's dialog. */
const choose = (page: Page, file: string | { name: string; mimeType: string; buffer: Buffer }) =>
  page.locator('.drop-area input').setInputFiles(file);

describeInBrowser('the views of the slices (skipped without Chromium)', () => {
  const open = consolePages(() => stack.url);

  test('plates: ids and dropped pictures, with box, candidates and reasons, also after a reload', async () => {
    const view = await open('/plates');
    const { page } = view;
    view.expectProblem(/404 .*\/plates\/404404\/image/);
    await page.getByLabel('Image ids').fill('10022;404404');
    await page.getByRole('button', { name: 'Read 2 plates' }).click();
    for (let look = 0; look < 2; look++) {
      const card = page.getByRole('article', { name: 'Image 10022' });
      await card.getByTitle('с181мв190').waitFor();
      await card.getByRole('img', { name: 'plate с181мв190' }).waitFor();
      await card.locator('svg .plate-box').waitFor({ state: 'attached' });
      await card.getByRole('list', { name: 'Candidates' }).getByText('с181мв190', { exact: true }).waitFor();
      const failed = page.getByRole('article', { name: 'Image 404404' });
      await failed.getByText('The image provider has no image 404404.').waitFor();
      if (look === 0) await page.reload();
    }

    const picture = await fetch(new URL('/plates/10022/image', stack.url));
    const buffer = Buffer.from(await picture.arrayBuffer());
    await choose(page, { name: 'car.jpg', mimeType: 'image/jpeg', buffer });
    await page.getByRole('article', { name: 'car.jpg' }).getByTitle('с181мв190').waitFor();
    await page.reload();
    await page.getByRole('article', { name: 'Picture 1' }).getByTitle('с181мв190').waitFor();
  });

  test('bank statements: a zip becomes lines with accounts, and says why', async () => {
    const { page } = await open('/bank-statements');
    await choose(page, { name: 'ledgers.zip', mimeType: 'application/zip', buffer: zipOf() });
    await page.getByRole('combobox', { name: 'Company' }).fill('Hum & co');
    await page.getByRole('button', { name: 'Map the lines' }).click();
    await page.getByRole('button', { name: 'C1 UAB Ąžuolas' }).click();
    await page.getByRole('listitem').getByText('The names are equal').waitFor();
    expect(new URL(page.url()).searchParams.get('line')).toBe('0');
    await page.goBack();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByLabel('Account', { exact: true }).fill('C2');
    await page.getByText('0 of 1 lines').waitFor();
    await page.reload();
    await page.getByText('0 of 1 lines').waitFor();
    await page.goto(`${stack.url}/console/bank-statements`);
    expect(await page.evaluate("localStorage.getItem('longhaul-companies')")).toBe('["Hum & co"]');
  });

  test('files: an upload goes on after a reload, and sends nothing again', async () => {
    const { page } = await open('/files');
    const file = fileOf('long.txt', SCRIPT.repeat(Math.ceil((PART_BYTES * 1.5) / Buffer.byteLength(SCRIPT))));
    // The second part is never answered.
    await page.route('**/files/tus/**', (route) => {
      if (route.request().headers()['upload-offset'] !== String(PART_BYTES)) return route.continue();
    });
    const held = page.waitForRequest((request) => request.headers()['upload-offset'] === String(PART_BYTES));
    await choose(page, file);
    await held;
    await page.reload();
    await page.unroute('**/files/tus/**'); // before the reload this would let the part through

    const offsets: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PATCH') offsets.push(request.headers()['upload-offset']);
    });
    const row = page.getByRole('listitem', { name: 'Upload of long.txt' });
    const chooseAgain = async (chosen: string) => {
      const chooser = page.waitForEvent('filechooser');
      await row.getByRole('button', { name: 'Choose the file' }).click();
      await (await chooser).setFiles(chosen);
    };
    await row.getByText('Choose long.txt of').waitFor();
    await chooseAgain(fileOf('other.txt', SCRIPT));
    await row.getByText('other.txt is another file.').waitFor();
    await chooseAgain(file);
    await row.getByRole('link', { name: 'long.txt' }).waitFor();
    expect(offsets).toEqual([String(PART_BYTES)]);
    expect(await page.evaluate("localStorage.getItem('longhaul-uploads')")).toBe('[]');
  });

  test('files: an analysis with its findings, a comment and a rating', async () => {
    const { page } = await open('/files');
    await choose(page, fileOf('script.txt', SCRIPT));
    await page.getByRole('listitem', { name: 'Upload of script.txt' }).getByRole('link').click();
    await page.getByRole('button', { name: 'Analyze' }).click();
    await page.getByText('Analyzed', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'ИНТ. КВАРТИРА - ДЕНЬ' }).click();
    await page.getByRole('list', { name: 'Findings' }).getByText('пьёт водку', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('tab', { name: 'Comments and ratings' }).click();
    const panel = page.getByRole('tabpanel', { name: 'Comments and ratings' });
    await panel.getByRole('textbox', { name: 'Comment' }).fill('The knife is a toy.');
    await panel.getByRole('combobox', { name: 'Rating' }).selectOption('mild');
    await page.getByRole('button', { name: 'Add the comment' }).click();
    const comment = page.getByRole('list', { name: 'Comments' }).getByRole('listitem').last();
    await comment.getByText('The knife is a toy.').waitFor();
    await comment.getByText('mild').waitFor();
  });

  test('books: versions, files, an upload under way, and deletion', async () => {
    const folder = { 'a.txt': 'one', 'images/cover.png': 'two' };
    const first = await push(app, 'new', folder, { name: 'Console book' });
    const { page } = await open('/books');
    await page.getByRole('link', { name: 'Console book' }).click();
    await page.getByRole('link', { name: 'images/cover.png' }).waitFor();
    await page.getByText(`--book ${first.bookId}`).waitFor();
    await startUpload(app, first.bookId, { 'a.txt': 'three' });
    await page.getByText('An upload is under way').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog', { name: 'Delete Console book?' }).getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No books yet').waitFor();
  });

  test.each([
    ['/books', '/books?*', { error: { code: 'BookBroken', message: 'The list is broken.', status: 500 } }],
    ['/files', '/files/?*', { errors: 'The list is broken.' }],
    ['/plates?operation=0123456789abcdef', '/status/*', { error: { code: 'Broken', message: 'The list is broken.' } }],
    [
      '/bank-statements?operation=0123456789abcdef',
      '/status/*',
      { error: { code: 'Broken', message: 'The list is broken.' } },
    ],
  ])('%s shows code, sentence and request id of a call that fails', async (view, call, body) => {
    const opened = await open('/books');
    const { page } = opened;
    opened.expectProblem(/500/);
    const headers = { 'x-ms-error-code': 'Broken', 'x-ms-request-id': 'request-1' };
    await page.route(`**${call}`, (route) => route.fulfill({ status: 500, headers, json: body }));
    await opened.goto(view);
    const panel = page.getByRole('alert');
    await panel.getByText('The list is broken.').waitFor();
    await panel
      .getByText(/Broken/)
      .first()
      .waitFor();
    await panel.getByText('request-1').waitFor();
  });
});
