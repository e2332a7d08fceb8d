import { type Page } from 'playwright-core';
import { startStack, type Stack } from '../../dev/stack.js';
import { CONSOLE_ENV, makeConsoleData, type ConsoleData } from '../support/console-data.js';
import { describeInBrowser, sharedConsolePage } from '../support/console.js';

let stack: Stack;
let data: ConsoleData;

beforeAll(async () => {
  stack = await startStack({ env: CONSOLE_ENV });
  data = await makeConsoleData(stack);
});
afterAll(() => stack.stop());

/** The path of each view with data, and what it shows then. */
const VIEWS: Record<string, [path: (of: ConsoleData) => string, shown: (page: Page) => { waitFor(): Promise<void> }]> =
  {
    'operations-filled': [() => '/operations', (page) => page.getByRole('link', { name: 'bankMap.map' })],
    'operation-failed': [
      ({ failed }) => `/operations/${failed}`,
      (page) => page.getByRole('alert').getByText('ImageNotFound'),
    ],
    'operation-result': [({ recognized }) => `/operations/${recognized}`, (page) => page.getByText('с181мв190')],
    'operation-timeline': [
      ({ batch }) => `/operations/${batch}?tab=timeline&span=1`,
      (page) => page.getByRole('region', { name: /^Span / }),
    ],
    'operation-history': [
      ({ batch }) => `/operations/${batch}?tab=timeline&as=table`,
      (page) => page.getByRole('table', { name: 'Spans' }),
    ],
    'operation-deliveries': [
      ({ failed }) => `/operations/${failed}?tab=deliveries`,
      (page) => page.getByText('given up'),
    ],
    'operation-code': [({ batch }) => `/operations/${batch}?tab=code`, (page) => page.getByText('curl').first()],
    batch: [({ batch }) => `/operations/${batch}`, (page) => page.getByText('4 succeeded, 1 failed')],
    'bank-map': [({ map }) => `/operations/${map}`, (page) => page.getByText('demo: 200 lines')],
    plates: [
      ({ batch }) => `/plates?operation=${batch}`,
      (page) => page.getByRole('img', { name: 'Image 10022, plate с181мв190' }),
    ],
    'plates-large': [
      ({ batch }) => `/plates?operation=${batch}&picture=10022`,
      (page) => page.getByRole('dialog').getByRole('list', { name: 'Candidates' }),
    ],
    'plates-failed': [
      ({ batch }) => `/plates?operation=${batch}&picture=404404`,
      (page) => page.getByRole('dialog').getByRole('alert', { name: 'Not read' }),
    ],
    'bank-statements': [({ map }) => `/bank-statements?operation=${map}`, (page) => page.getByText('200 of 200 lines')],
    'bank-statements-why': [
      ({ map }) => `/bank-statements?operation=${map}&line=2`,
      (page) => page.getByRole('dialog', { name: 'Why this account' }).getByText('Chosen'),
    ],
    files: [() => '/files', (page) => page.getByRole('link', { name: 'script.txt' })],
    'file-findings': [
      ({ file }) => `/files/${file}`,
      (page) => page.getByRole('button', { name: 'ИНТ. КВАРТИРА - ДЕНЬ' }),
    ],
    'file-scene': [({ file }) => `/files/${file}?scene=0`, (page) => page.getByRole('list', { name: 'Findings' })],
    'file-comments': [({ file }) => `/files/${file}?tab=comments`, (page) => page.getByText('The knife is a toy.')],
    books: [() => '/books', (page) => page.getByRole('link', { name: 'A book of samples' })],
    book: [({ book }) => `/books/${book}`, (page) => page.getByRole('link', { name: 'images/cover.png' })],
    serverless: [() => '/serverless', (page) => page.getByRole('link', { name: 'gpu' })],
    queue: [
      ({ endpoint }) => `/serverless/${endpoint}`,
      (page) => page.getByRole('cell', { name: 'no worker' }).first(),
    ],
    'request-waiting': [
      ({ endpoint, waiting }) => `/serverless/${endpoint}?request=${waiting}`,
      (page) => page.getByRole('dialog').getByText('no worker'),
    ],
    'request-canceled': [
      ({ endpoint, canceled }) => `/serverless/${endpoint}?request=${canceled}`,
      (page) => page.getByRole('dialog').getByText('given up'),
    ],
    services: [() => '/services', (page) => page.getByRole('region', { name: 'imageProvider' })],
    violations: [() => '/violations', (page) => page.getByRole('button', { name: 'Fights and threats' })],
  };

describeInBrowser('views with data (skipped without Chromium)', () => {
  const shared = sharedConsolePage(() => stack.url);

  test.each(Object.entries(VIEWS))('%s: axe finds nothing, and 360 px are enough', async (view, [path, shown]) => {
    const opened = shared();
    opened.expectProblem(/404 .*\/plates\/404404\/image/);
    await opened.goto(path(data));
    await opened.look({ scheme: 'light', width: 1280 });
    await shown(opened.page).waitFor();
    expect(await opened.faults(`filled-${view}`)).toEqual([]);
  });
});
