import { startStack, type Stack } from '../../dev/stack.js';
import { Client } from '../support/client.js';
import { consolePages, describeInBrowser } from '../support/console.js';
import { eventually } from '../support/eventually.js';

/** An image that the samples have, and one that they have not. */
const [GOOD, MISSING] = [9965, 1];

describeInBrowser('operations in the console (skipped without Chromium)', () => {
  let stack: Stack;
  let app: Client;
  beforeAll(async () => {
    stack = await startStack();
    app = new Client(stack.url);
  });
  afterAll(() => stack.stop());
  const open = consolePages(() => stack.url);

  const start = async (path: string, body: object): Promise<string> => {
    const { body: monitor } = await app.post(path, body);
    return monitor.id;
  };
  /** Starts an operation and waits for its end. */
  const ended = async (path: string, body: object): Promise<string> => {
    const id = await start(path, body);
    await eventually(async () => {
      const { body: monitor } = await app.get(`/status/${id}`);
      return ['Succeeded', 'Failed', 'Canceled'].includes(monitor.status) || undefined;
    }, `the end of ${id}`);
    return id;
  };
  const recognized = (imageId: number) => ended('/plates/recognize', { imageId });

  test('the list says how to begin, and shows what is started', async () => {
    const { page } = await open('/operations');
    await page.getByText('There are no operations yet').waitFor();
    const id = await recognized(GOOD);
    await page.getByRole('row').filter({ hasText: id }).getByText('Succeeded').waitFor();
  });

  test('filters are in the URL, and back and forward follow them', async () => {
    const [good, bad] = [await recognized(GOOD), await recognized(MISSING)];
    const { page } = await open('/operations?kind=plates.recognize');
    const [goodRow, badRow] = [good, bad].map((id) => page.getByRole('row').filter({ hasText: id }));
    await goodRow?.waitFor();
    await page.getByRole('group', { name: 'Status' }).getByRole('button', { name: 'Failed' }).click();
    await badRow?.waitFor();
    await goodRow?.waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('?kind=plates.recognize&status=Failed');
    await page.goBack();
    await goodRow?.waitFor();
    await page.goForward();
    await goodRow?.waitFor({ state: 'detached' });
    await page.getByRole('searchbox', { name: 'Id begins with' }).fill('no-such-id-at-all');
    await page.getByText('No operation fits the filter').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await goodRow?.waitFor();
  });

  test('many are deleted after one question, and the outcome is said', async () => {
    const ids = [await recognized(GOOD), await recognized(GOOD)];
    const { page } = await open('/operations');
    for (const id of ids) await page.getByRole('checkbox', { name: `Select plates.recognize ${id}` }).click();
    await page.getByRole('group', { name: 'Bulk actions' }).getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete 2 selected operations?' });
    for (const id of ids) await dialog.getByText(id).waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('2 deleted, 0 failed').waitFor();
    for (const id of ids) await page.getByRole('row').filter({ hasText: id }).waitFor({ state: 'detached' });
    expect((await app.get(`/status/${ids[0]}`)).status).toBe(404);
  });

  test('many are canceled', async () => {
    const imageIds = Array.from({ length: 200 }, (_, index) => index + 1_000_000);
    const id = await start('/plates/recognize-batch', { imageIds });
    const { page } = await open('/operations');
    await page.getByRole('checkbox', { name: `Select plates.recognizeBatch ${id}` }).click();
    await page.getByRole('group', { name: 'Bulk actions' }).getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    // The batch may have ended before.
    await page.getByText(/1 asked to stop, 0 failed|0 asked to stop, 1 failed/).waitFor();
  });

  test('an operation shows its result, its timeline and the code', async () => {
    const id = await ended('/plates/recognize-batch', { imageIds: [GOOD, MISSING] });
    const opened = await open(`/operations/${id}`);
    const { page } = opened;
    await page.getByText('1 succeeded, 1 failed').waitFor();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    expect((await saved).suggestedFilename()).toBe(`plates.recognizeBatch-${id}.csv`);
    expect(await opened.axe()).toEqual([]);

    await page.getByRole('tab', { name: 'Timeline' }).click();
    const step = page.getByRole('list', { name: 'Spans' }).getByRole('button', { name: /^plates.recognizeImages/ });
    await step.first().press('Enter');
    const details = page.getByRole('region', { name: 'Span plates.recognizeImages' });
    await details.getByText('Succeeded').waitFor();
    const { searchParams } = new URL(page.url());
    expect([searchParams.get('tab'), searchParams.get('span')]).toEqual(['timeline', expect.stringMatching(/^\d+$/)]);
    expect(await opened.axe()).toEqual([]);

    // A link to the same place shows the same.
    const other = await open(page.url().slice(`${stack.url}/console`.length));
    await other.page.getByRole('region', { name: 'Span plates.recognizeImages' }).waitFor();
    await other.page.getByRole('button', { name: 'Show as table' }).click();
    await other.page.getByRole('table', { name: 'Spans' }).waitFor();

    await page.getByRole('tab', { name: 'For developers' }).click();
    await page.getByText(`curl ${stack.url}/status/${id}`).waitFor();
    await page.getByRole('tab', { name: 'Deliveries' }).click();
    await page.getByText('This operation has no webhook').waitFor();
    opened.expectProblem(/409/);
  });

  test('a failed one shows its error, and a retry leads to the new one', async () => {
    const id = await recognized(MISSING);
    const { page } = await open(`/operations/${id}`);
    await page.getByRole('alert').getByText('ImageNotFound').waitFor();
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('Retry of').waitFor();
    expect(page.url()).not.toContain(id);
    await page.goBack();
    await page.getByText('Retried by').waitFor();
  });

  test('an operation that is gone is said', async () => {
    const opened = await open('/operations/no-such-operation-0000');
    opened.expectProblem(/404/);
    await opened.page.getByText('There is no such operation').waitFor();
  });

  test.each([
    ['/operations', /\/status\?/],
    ['tab=timeline', /\/history$/],
    ['tab=deliveries', /\/deliveries$/],
  ])('a failing call is explained: %s', async (view, call) => {
    const path = view === '/operations' ? view : `/operations/${await recognized(GOOD)}?${view}`;
    const opened = await open('/operations');
    opened.expectProblem(/500/);
    const message = 'A fault of the app (trace 0af7).';
    await opened.page.route(call, (route) =>
      route.fulfill({
        status: 500,
        headers: { 'x-ms-request-id': '0af7', 'x-ms-error-code': 'InternalError' },
        json: { error: { code: 'InternalError', message, status: 500 } },
      }),
    );
    await opened.goto(path);
    const alert = opened.page.getByRole('alert').filter({ hasText: message });
    await alert.getByText('InternalError').waitFor();
    await alert.getByText('Request id 0af7').waitFor();
  });

  test('a lost connection is said, and taken up again', async () => {
    const id = await recognized(GOOD);
    const opened = await open('/operations');
    opened.expectProblem(/ERR_INTERNET_DISCONNECTED/);
    const { page } = opened;
    const row = page.getByRole('row').filter({ hasText: id });
    await row.waitFor();
    await page.context().setOffline(true);
    await page.getByText('Connection lost').waitFor();
    expect(await row.isVisible()).toBe(true);
    await page.context().setOffline(false);
    await page.getByText('Connection lost').waitFor({ state: 'detached' });
    const next = await recognized(GOOD);
    await page.getByRole('row').filter({ hasText: next }).waitFor();
  });
});
