import { startStack, type Stack } from '../../dev/stack.js';
import { Client } from '../support/client.js';
import { consolePages, describeInBrowser } from '../support/console.js';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
  const app = new Client(stack.url);
  await app.post('/endpoints', { id: 'gpu', worker: null });
  await app.post('/violations/', { violations: 'Fights and threats', violations_comment: '16+: violence' });
  await app.post('/plates/recognize-batch', { imageIds: [10022, 9965, 9] });
});
afterAll(() => stack.stop());

/** All views, each with the data that `beforeAll` makes. */
const VIEWS = {
  operations: '/operations',
  plates: '/plates',
  'bank-statements': '/bank-statements',
  files: '/files',
  books: '/books',
  serverless: '/serverless',
  endpoint: '/serverless/gpu',
  services: '/services',
  violations: '/violations',
  api: '/api',
};

describeInBrowser('the console (skipped without Chromium)', () => {
  const open = consolePages(() => stack.url);

  test.each(Object.entries(VIEWS))('%s: axe finds nothing, and 360 px are enough', async (view, path) => {
    const opened = await open(path);
    expect(await opened.faults(view)).toEqual([]);
  });

  test('the keyboard reaches the content, the navigation and the controls', async () => {
    const { page } = await open('/services');
    const focused = () => page.locator(':focus');
    await page.keyboard.press('Tab');
    expect(await focused().textContent()).toBe('Skip to the content');
    expect(await focused().isVisible()).toBe(true);
    const passed: string[] = [];
    while (!passed.includes('Pause')) {
      await page.keyboard.press('Tab');
      passed.push((await focused().textContent()) ?? '');
      const outline = await focused().evaluate('(element) => getComputedStyle(element).outlineStyle');
      expect([passed.at(-1), outline]).toEqual([passed.at(-1), expect.not.stringMatching(/^none$/)]);
    }
    expect(passed).toEqual(expect.arrayContaining(['Operations', 'Plates', 'Services', 'API', 'Pause']));
  });

  test('an endpoint is made, its key is shown once, and a request is followed', async () => {
    const { page } = await open('/serverless');
    await page.getByRole('button', { name: 'New endpoint' }).click();
    await page.getByLabel('Id', { exact: false }).first().fill('made');
    await page.getByText('None', { exact: true }).first().click();
    await page.getByRole('button', { name: 'Create endpoint' }).click();
    const key = (await page.getByLabel('API key', { exact: true }).textContent()) ?? '';
    expect(key).toMatch(/^lh_/);
    await page.getByRole('button', { name: 'I have copied them' }).click();
    await page.getByRole('link', { name: 'made' }).click();

    await page.getByRole('button', { name: 'Send a request' }).click();
    await page.getByLabel('API key of the endpoint').fill(key);
    await page.getByText('Send the result to a webhook').click();
    await page.getByRole('textbox', { name: 'Webhook' }).fill('http://127.0.0.1:9/results');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByLabel('answer', { exact: true }).getByText('"sequence"').waitFor();
    await page.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('cell', { name: 'no worker' }).waitFor();

    await page.getByRole('button', { name: '1', exact: true }).click();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page
      .getByRole('dialog', { name: /^Cancel request 1 of made/ })
      .getByRole('button', { name: 'Cancel' })
      .click();
    await page.getByText('request canceled').first().waitFor();
  });

  test('a service is paused with a reason, and resumed', async () => {
    const { page } = await open('/services');
    await page.getByRole('button', { name: 'Pause analyzer' }).click();
    await page.getByLabel('Reason').fill('A new model');
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByText('Paused: A new model').waitFor();
    await page.getByRole('button', { name: 'Resume analyzer' }).click();
    await page.getByRole('button', { name: 'Pause analyzer' }).waitFor();
  });

  test('violations are added, found and deleted; the URL has the search and the selection', async () => {
    const { page } = await open('/violations');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('textbox', { name: 'Violation' }).fill('Gambling');
    await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click();
    await page.getByRole('searchbox', { name: 'Search' }).fill('gamb');
    await page.getByText(/^1 of \d+ violations$/).waitFor();
    await page.getByRole('button', { name: 'Gambling' }).click();
    expect(new URL(page.url()).search).toMatch(/^\?search=gamb&violation=\d+$/);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page
      .getByRole('dialog', { name: /^Delete violation/ })
      .getByRole('button', { name: 'Delete' })
      .click();
    await page.getByText('Nothing matches').waitFor();
  });

  test('a call of the API is found and made', async () => {
    const { page } = await open('/api');
    await page.getByLabel('Search calls').fill('health');
    await page.getByRole('link', { name: '/health' }).click();
    await page.getByRole('tab', { name: 'Try it' }).click();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByLabel('body', { exact: true }).getByText('"status": "ok"').waitFor();
  });

  test('a call that fails is shown with its code, remedy and request id', async () => {
    const opened = await open('/serverless/none');
    opened.expectProblem(/404/);
    const alert = opened.page.getByRole('alert');
    await alert.getByText('EndpointNotFound').waitFor();
    await alert.getByText('Request id').waitFor();
    await alert.getByRole('button', { name: 'Copy' }).waitFor();
  });

  test('a lost connection is said, empties nothing, and is taken up again', async () => {
    const opened = await open('/services');
    opened.expectProblem(/ERR_INTERNET_DISCONNECTED/);
    const { page } = opened;
    await page.getByRole('heading', { name: 'imageProvider' }).waitFor();
    await page.context().setOffline(true);
    await page.getByText('Connection lost').waitFor();
    expect(await page.getByRole('heading', { name: 'imageProvider' }).isVisible()).toBe(true);
    await page.context().setOffline(false);
    await page.getByText('Connection lost').waitFor({ state: 'detached' });
  });
});
