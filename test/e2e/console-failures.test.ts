import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createClient } from '@longhaul/client';
import { type Page } from 'playwright-core';
import { startStack, type Stack } from '../../dev/stack.js';
import { AnalysisClient } from '../support/analyzed-files.js';
import { zipOf } from '../support/bank-map-zip.js';
import { Client } from '../support/client.js';
import { consoleCalls } from '../support/console-calls.js';
import { CONSOLE_ENV, makeConsoleData } from '../support/console-data.js';
import { FAILURES, type FailureData } from '../support/console-failures.js';
import { describeInBrowser, sharedConsolePage } from '../support/console.js';
import { TusClient } from '../support/tus.js';
import { writeViolationsSheet } from '../support/violations-sheet.js';

const SENTENCE = 'A fault of the app (trace 0af7).';
const FAILURE = {
  status: 500,
  headers: { 'x-ms-request-id': '0af7', 'x-ms-error-code': 'InternalError' },
  json: { error: { code: 'InternalError', message: SENTENCE, status: 500 } },
};
/** An image that the samples have not. */
const MISSING = 404404;
/** An upload of another page of this browser, which waits for its file. */
const KEPT = { name: 'kept.txt', size: 9, lastModified: 0, stored: 0 };

let stack: Stack;
let dir: string;
let data: FailureData;

beforeAll(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'longhaul-console-'));
  stack = await startStack({ env: CONSOLE_ENV });
  data = await makeFailureData();
});
afterAll(async () => {
  await stack.stop();
  fs.rmSync(dir, { recursive: true });
});

async function makeFailureData(): Promise<FailureData> {
  const app = new Client(stack.url);
  const client = createClient({ baseUrl: stack.url });
  const failed = async () => (await app.finished(await app.post('/plates/recognize', { imageId: MISSING }))).id;
  const before = await makeConsoleData(stack);
  const picture = await fetch(`${stack.url}/plates/10022/image`);
  for (const name of ['bankMapMl', 'analyzer']) await app.post(`/upstreams/${name}:pause`, { reason: 'A new model' });
  const mapping = () => client.bankMap.map(new Blob([new Uint8Array(zipOf())]), { company: 'Hum & co' });
  return {
    ...before,
    running: (await mapping()).id,
    mapping: (await mapping()).id,
    retried: await failed(),
    many: [await failed(), await failed()],
    plainFile: (await client.files.upload(new File(['INT. HOUSE - DAY'], 'plain.txt'))).id,
    heldFile: (await AnalysisClient.of(stack).start('INT. HOUSE - NIGHT')).upload,
    picture: Buffer.from(await picture.arrayBuffer()),
    sheet: await writeViolationsSheet(dir),
  };
}

/** Lets a call fail until the returned function is called. */
async function failing(page: Page, method: string, path: RegExp, how: object = FAILURE): Promise<() => void> {
  let isFailing = true;
  await page.route(
    ({ pathname, search }) => path.test(pathname + search),
    (route) => (isFailing && route.request().method() === method ? route.fulfill(how) : route.fallback()),
  );
  return () => (isFailing = false);
}

const alertOf = (page: Page, sentence = SENTENCE) => page.getByRole('alert').filter({ hasText: sentence }).first();

test('each call in the sources of the console fails in one of these tests', () => {
  const apart = ['views/api/try-it {}'];
  const tested = Object.values(FAILURES).flatMap(({ calls }) => calls);
  expect([...tested, ...apart].sort()).toEqual(consoleCalls());
});

describeInBrowser('calls that fail (skipped without Chromium)', () => {
  const shared = sharedConsolePage(() => stack.url);
  beforeAll(async () => {
    const { page, base } = shared();
    await shared().goto('/services');
    const url = await new TusClient(base).create(KEPT.size, KEPT.name);
    const kept = [{ ...KEPT, token: new URL(url).pathname.split('/').at(-2) }];
    await page.evaluate(`localStorage.setItem('longhaul-uploads', ${JSON.stringify(JSON.stringify(kept))})`);
  });

  test.each(Object.entries(FAILURES))('%s: the error has all that helps, and it passes', async (_name, failure) => {
    const { fails, view, before, act, shown, again = act ? 'act' : 'button' } = failure;
    const opened = shared();
    const { page } = opened;
    opened.expectProblem(/status of (500|404)/);
    await before?.(page);
    let end = act ? undefined : await failing(page, ...fails);
    await opened.goto(view(data));
    if (act) {
      await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
      end = await failing(page, ...fails);
      await act(page, data);
    }
    const alert = alertOf(page);
    await alert.getByText('InternalError').waitFor();
    await alert.getByText(/^The same request (may succeed later|fails again): /).waitFor();
    await alert.getByText('Request id 0af7').waitFor();
    await alert.getByRole('button', { name: 'Copy' }).waitFor();

    end?.();
    if (again === 'act') await act?.(page, data);
    if (again === 'button') await alert.getByRole('button', { name: 'Try again' }).click();
    await alertOf(page).waitFor({ state: 'detached' });
    await shown(page).waitFor();
  });

  test('what is copied has the code, the sentence, the remedy and the request id', async () => {
    const opened = shared();
    opened.expectProblem(/status of 500/);
    await opened.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await failing(opened.page, 'GET', /^\/openapi\.json$/);
    await opened.goto('/api');
    await alertOf(opened.page).getByRole('button', { name: 'Copy' }).click();
    await alertOf(opened.page).getByRole('button', { name: 'Copied' }).waitFor();
    const copied = await opened.page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied.split('\n')).toEqual([
      'InternalError',
      SENTENCE,
      expect.stringMatching(/^The same request /),
      'Request id: 0af7',
    ]);
  });

  test('one answer of 503 is not seen: the call is made again', async () => {
    const { page } = shared();
    shared().expectProblem(/status of 503/);
    let answers = 0;
    await page.route(/\/openapi\.json$/, (route) =>
      answers++ === 0 ? route.fulfill({ ...FAILURE, status: 503 }) : route.fallback(),
    );
    await shared().goto('/api');
    await page.getByLabel('Search calls').waitFor();
    expect([await alertOf(page).count(), answers]).toEqual([0, 2]);
  });

  test('a view without a connection says so, and comes back by itself', async () => {
    const { page } = shared();
    shared().expectProblem(/ERR_CONNECTION_REFUSED/);
    let isBroken = true;
    await page.route(/\/books\?/, (route) => (isBroken ? route.abort('connectionrefused') : route.fallback()));
    await shared().goto('/books');
    const alert = page.getByRole('alert').filter({ hasText: 'cannot be reached' });
    await alert.getByText('ConnectionFailed').waitFor();
    isBroken = false;
    await page.getByText('No books yet').waitFor();
    await page.getByText('Connection lost').waitFor({ state: 'detached' });
  });

  test('a view that has data says when it cannot be read again, and keeps the data', async () => {
    const { page } = shared();
    shared().expectProblem(/status of 500/);
    await shared().goto('/services');
    const service = page.getByRole('heading', { name: 'imageProvider' });
    await service.waitFor();
    const end = await failing(page, 'GET', /^\/upstreams$/);
    await alertOf(page).getByText('Not all of this page is up to date').waitFor();
    expect(await service.isVisible()).toBe(true);
    expect(await shared().axe()).toEqual([]);
    end();
    await alertOf(page).waitFor({ state: 'detached' });
  });

  test('a call of the API reader shows its failing answer, and a lost connection', async () => {
    const { page } = shared();
    shared().expectProblem(/status of 500|ERR_CONNECTION_REFUSED/);
    await shared().goto('/api?operation=getHealth');
    await page.getByRole('tab', { name: 'Try it' }).click();
    const send = () => page.getByRole('button', { name: 'Send' }).click();
    const end = await failing(page, 'GET', /^\/health$/);
    await send();
    await page.getByText(/^500/).waitFor();
    await page.getByLabel('headers', { exact: true }).getByText('x-ms-request-id: 0af7').waitFor();
    end();
    await page.route(/\/health$/, (route) => route.abort('connectionrefused'));
    await send();
    await page.getByRole('alert').getByRole('button', { name: 'Copy' }).waitFor();
    await page.unrouteAll();
    await send();
    await page.getByLabel('body', { exact: true }).getByText('"status": "ok"').waitFor();
  });
});
