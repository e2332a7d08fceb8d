import { type Page } from 'playwright-core';
import { startStack, type Stack } from '../../dev/stack.js';
import { AnalysisClient } from '../support/analyzed-files.js';
import { zipOf } from '../support/bank-map-zip.js';
import { Client, setFault } from '../support/client.js';
import { CONSOLE_ENV } from '../support/console-data.js';
import { describeInBrowser, sharedConsolePage } from '../support/console.js';
import { eventually } from '../support/eventually.js';
import { retain } from '../support/retention.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';

/** An image that the samples have, another one, and one that they have not. */
const [GOOD, OTHER, MISSING] = [9965, 10022, 404404];
/** Attempts at a webhook (docs/webhooks.md). */
const ATTEMPTS = 6;

describeInBrowser('work that goes on, in the console (skipped without Chromium)', () => {
  let stack: Stack;
  let receiver: WebhookReceiver;
  let app: Client;
  beforeAll(async () => {
    const env = {
      ...CONSOLE_ENV,
      FILES_KEY_SECONDS: '2',
      FILES_KEY_MINUTES: '2',
      DURABLE_RETRY_FIRST_WAIT_MS: '200',
    };
    [stack, receiver] = await Promise.all([startStack({ faults: true, env }), startWebhookReceiver()]);
    app = new Client(stack.url);
  });
  afterAll(() => Promise.all([stack.stop(), receiver.close()]));
  afterEach(async () => {
    await setFault(stack.imageProvider.url);
    await app.post('/upstreams/imageProvider:resume');
  });
  const shared = sharedConsolePage(() => stack.url);
  const open = async (view: string): Promise<Page> => {
    await shared().goto(view);
    return shared().page;
  };
  const start = async (path: string, body: object, headers = {}): Promise<string> =>
    (await app.post(path, body, headers)).body.id;

  // Before operations of other kinds: the retention of these tests knows plates only.
  test('a retry of an operation that has expired is answered with the reason', async () => {
    const { id } = await app.finished(await app.post('/plates/recognize', { imageId: MISSING }));
    const page = await open(`/operations/${id}`);
    const retry = page.getByRole('button', { name: 'Retry' });
    await retry.waitFor();
    expect(await retain(73, stack)).toMatchObject({ expired: 1 });
    shared().expectProblem(/status of 410/);
    await retry.click();
    const alert = page.getByRole('alert').filter({ hasText: 'It cannot be retried' });
    await alert.getByText('OperationExpired').waitFor();
    await page.reload();
    await page.getByText('This operation has expired').waitFor();
  });

  test('a retry without its input is answered with the reason', async () => {
    await setFault(stack.bankMapMl.url, { mode: 'fail' });
    const headers = { 'Content-Type': 'application/zip', RecognitionForId: Buffer.from('Hum').toString('base64') };
    const started = await app.send('POST', '/api/map', { headers, body: new Uint8Array(zipOf()) });
    const { id } = await app.finished(started);
    await setFault(stack.bankMapMl.url);
    const page = await open(`/operations/${id}`);
    shared().expectProblem(/status of 410/);
    await page.getByRole('button', { name: 'Retry' }).click();
    const alert = page.getByRole('alert').filter({ hasText: 'It cannot be retried' });
    await alert.getByText('InputGone').waitFor();
    await alert.getByText(/start a new operation with the same input/).waitFor();
  });

  test('an operation says that it waits for a paused service, and what helps', async () => {
    await app.post('/upstreams/imageProvider:pause', { reason: 'A new model' });
    const id = await start('/plates/recognize', { imageId: GOOD });
    const page = await open(`/operations/${id}`);
    const waiting = page.getByRole('status').filter({ hasText: 'It waits for a resume' });
    await waiting.getByText('Resume the service at').waitFor();
    expect(await shared().axe()).toEqual([]);
    await waiting.getByRole('link', { name: 'Services' }).click();
    await page.getByText('Paused: A new model').waitFor();
    await page.getByRole('link', { name: '1', exact: true }).waitFor(); // one operation waits
    await page.goBack();
    await waiting.waitFor();
    await app.post('/upstreams/imageProvider:resume');
    await waiting.waitFor({ state: 'detached' });
    await page.getByText('"plateNumber"').waitFor();
  });

  test('an operation says that it waits for a service that fails', async () => {
    await setFault(stack.imageProvider.url, { mode: 'unavailable' });
    const id = await start('/plates/recognize', { imageId: GOOD });
    const page = await open(`/operations/${id}`);
    await page.getByText('It waits for a service').waitFor();
    await setFault(stack.imageProvider.url);
    await page.getByText('"plateNumber"').waitFor();
  });

  test('the timeline of a running batch grows, and shows what runs, the waits and the next tries', async () => {
    await setFault(stack.imageProvider.url, { mode: 'slow', delayMs: 600_000, ids: [GOOD] });
    const id = await start('/plates/recognize-batch', { imageIds: [OTHER, GOOD] });
    const page = await open(`/operations/${id}?tab=timeline`);
    const spans = page.getByRole('list', { name: 'Spans' });
    const running = spans.getByRole('button', { name: /^plates\.recognizeImages, activity.*, Running/ });
    await running.first().waitFor();
    await page.getByText(/ spans in .*, live$/).waitFor();
    const label = await running.first().getAttribute('aria-label');
    await eventually(async () => {
      const now = await running.first().getAttribute('aria-label');
      return now !== label || undefined;
    }, 'a running span that lasts longer');

    // Its call is given up after 5 s; the batch waits and tries again.
    await spans
      .getByRole('button', { name: /^timer, timer/ })
      .first()
      .waitFor();
    await setFault(stack.imageProvider.url);
    await page.getByText('2 of 2').waitFor();
    await page.getByText(/ spans in (?!.*live)/).waitFor();
    const ended = spans.getByRole('button', { name: /^plates\.recognizeImages, activity.*, Succeeded/ });
    expect(await ended.count()).toBeGreaterThan(0);
    expect(await running.count()).toBe(0);
    expect(await shared().axe()).toEqual([]);
  });

  test('a step that failed and began again is shown with its attempts', async () => {
    await setFault(stack.imageProvider.url, { mode: 'unavailable', count: 4 });
    const id = await start('/plates/recognize', { imageId: GOOD });
    await app.finished(id);
    const page = await open(`/operations/${id}?tab=timeline`);
    await page.getByText(/, \d+ of them retries/).waitFor();
    await page.getByRole('button', { name: /, activity, \d+ attempts, Succeeded/ }).click();
    await page
      .getByRole('region', { name: /^Span / })
      .getByText('Attempt')
      .waitFor();
  });

  test('a webhook that was given up is sent again, and arrives', async () => {
    const webhook = receiver.webhook({ status: 503, times: ATTEMPTS });
    const id = await start('/plates/recognize', { imageId: GOOD }, { 'Webhook-Url': `${webhook}&requestID=again` });
    await app.finished(id);
    const page = await open(`/operations/${id}?tab=deliveries`);
    await page.getByText('given up').waitFor();
    expect(await page.getByRole('row').filter({ hasText: '503' }).count()).toBe(ATTEMPTS);
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('It is sent again now.').waitFor();
    await page.getByText('delivered', { exact: true }).waitFor();
    await page.getByRole('row', { name: /^7 .* 200/ }).waitFor();
    expect((await receiver.taken('again')).body).toContain(id);
  });

  test('the webhook of a request is delivered again', async () => {
    const { key } = (await app.post('/endpoints', { id: 'gpu', worker: null })).body as unknown as { key: string };
    const webhook = receiver.webhook({ status: 503, times: ATTEMPTS });
    const { id, sequence } = await eventually(async () => {
      const headers = { Authorization: `Bearer ${key}` };
      const { status, body } = await app.post('/v1/gpu/async', { input: {}, webhook }, headers);
      return status === 200 ? (body as unknown as { id: string; sequence: string }) : undefined;
    }, 'a request that is accepted');
    await app.post(`/endpoints/gpu/requests/${id}:cancel`);
    const page = await open(`/serverless/gpu?request=${sequence}`);
    const drawer = page.getByRole('dialog', { name: `Request ${sequence} of gpu` });
    await drawer.getByText('given up').waitFor();
    await drawer.getByRole('button', { name: 'Deliver again' }).click();
    await drawer.getByText('delivered', { exact: true }).waitFor();
  });

  test('the reference key of a file is shown as it rotates', async () => {
    await app.post('/upstreams/analyzer:pause', { reason: 'A new model' });
    const { upload } = await AnalysisClient.of(stack).start('INT. HOUSE - NIGHT');
    const page = await open(`/files/${upload}`);
    const key = page.getByText(/^[0-9a-f]{32}$/);
    await page.getByText('Reference key', { exact: true }).waitFor();
    const first = await key.textContent();
    await page.getByText(/Seen first/).waitFor();
    await eventually(async () => (await key.textContent()) !== first || undefined, 'the next key');
  });

  test('the candidates of a plate are in the order of their confidence', async () => {
    const { id } = await app.finished(await app.post('/plates/recognize', { imageId: OTHER }));
    const page = await open(`/plates?operation=${id}&picture=${OTHER}`);
    const candidates = page.getByRole('dialog').getByRole('list', { name: 'Candidates' }).getByRole('listitem');
    await candidates.first().waitFor();
    const shares = (await candidates.locator('span:last-child').allTextContents()).filter(Boolean).map(parseFloat);
    expect(shares.length).toBeGreaterThan(1);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
  });
});
