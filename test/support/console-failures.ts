import { type Monitor } from '@longhaul/client';
import { type Locator, type Page } from 'playwright-core';
import { zipOf } from './bank-map-zip.js';
import { type ConsoleData } from './console-data.js';

/** What the failing calls use up, beside `ConsoleData`. */
export interface FailureData extends ConsoleData {
  /** Operations that wait for a paused service. */
  running: string;
  mapping: string;
  /** Operations that have failed. */
  retried: string;
  many: [string, string];
  /** The number of a file without an analysis, and of one whose analysis does not end. */
  plainFile: number;
  heldFile: number;
  /** The bytes of a picture with a plate. */
  picture: Buffer;
  /** The path of a spreadsheet with a base list. */
  sheet: string;
}

export interface Failure {
  /** The calls as the sources have them (`consoleCalls`). */
  calls: string[];
  /** The method and the path of what fails. */
  fails: [method: string, path: RegExp];
  view: (of: FailureData) => string;
  /** Makes the page one with more data than the tests have. */
  before?: (page: Page) => Promise<unknown>;
  /** Makes the call, where opening the view does not. Done again, it succeeds. */
  act?: (page: Page, of: FailureData) => Promise<unknown>;
  /** What is shown when the call has succeeded. */
  shown: (page: Page) => Locator;
  /** How it is made again: by the button of the error, by the page itself, or by the same act. @default by the act, else by the button */
  again?: 'button' | 'alone';
}

const click = (page: Page, name: string | RegExp, exact = true) =>
  page.getByRole('button', { name, exact }).last().click();

/** Asks for something that cannot be undone, and says yes. The question stays open when the call fails. */
const confirm = (action: string) => async (page: Page) => {
  const question = page.getByRole('dialog', { name: new RegExp(`^${action} .*\\?$`) });
  if (!(await question.isVisible())) await page.getByRole('button', { name: action, exact: true }).last().click();
  await question.getByRole('button', { name: action, exact: true }).click();
};

/** Opens a dialog with a button, unless it is open, and does something there. */
const inDialog = (button: string, act: (page: Page) => Promise<unknown>) => async (page: Page) => {
  if (!(await page.getByRole('dialog').isVisible())) await click(page, button);
  await page.getByRole('dialog').waitFor();
  await act(page);
};

const chooseFile = (page: Page, name: string, mimeType: string, content: Buffer | string) =>
  page.locator('.drop-area input').setInputFiles({ name, mimeType, buffer: Buffer.from(content as Buffer) });

const startPlates = (ids: string, button: string) => async (page: Page) => {
  await page.getByRole('textbox', { name: 'Image ids' }).fill(ids);
  await click(page, button);
};

const startMenuPlates = (ids: string) => async (page: Page) => {
  if (!(await page.getByRole('dialog').isVisible())) {
    await click(page, 'Start something new');
    await page.getByRole('menuitem', { name: 'Plates by image ids…' }).click();
  }
  await page.getByRole('textbox', { name: 'Image ids' }).fill(ids);
  await click(page, 'Start');
};

const sendRequest = inDialog('Send a request', async (page) => {
  await page.getByText('Send the result to a webhook').click();
  await page.getByRole('textbox', { name: 'Webhook' }).fill('http://127.0.0.1:9/results');
  await click(page, 'Send');
});

/** Monitors without the result, as the app gives them for results over 4 MiB. */
const withoutResult = (page: Page) =>
  page.route(/\/status\/[^/]+$/, async (route) => {
    const answer = await route.fetch();
    const monitor = (await answer.json()) as Partial<Monitor>;
    delete monitor.result;
    await route.fulfill({ response: answer, json: monitor });
  });

const operation = (page: Page) => page.getByText('Runtime status');
const strip = (page: Page) => page.getByRole('link', { name: 'Operation', exact: true });

/** Every call of the console, and how its failure is met. Those that read are first; what is deleted is deleted last. */
export const FAILURES: Record<string, Failure> = {
  'the list of operations': {
    calls: ['views/operations/use-operations GET path'],
    fails: ['GET', /^\/status\?/],
    view: () => '/operations',
    shown: (page) => page.getByRole('link', { name: 'bankMap.map' }).first(),
  },
  'the rows in view': {
    calls: ['views/operations/use-operations operations.getMany'],
    fails: ['POST', /^\/status:batchGet$/],
    view: () => '/operations?status=Running',
    // As when the operations that run are older than those of the first page.
    act: (page) => page.route(/\/status\?/, (route) => route.fulfill({ json: { value: [] } })),
    shown: (page) => page.getByRole('link', { name: 'bankMap.map' }).first(),
    again: 'alone',
  },
  'one operation': {
    calls: ['api/queries resume'],
    fails: ['GET', /^\/status\/[^/]+$/],
    view: ({ batch }) => `/operations/${batch}`,
    shown: operation,
    again: 'alone',
  },
  'a result that is not in its monitor': {
    calls: ['views/operation/overview /status/{}/result'],
    fails: ['GET', /^\/status\/[^/]+\/result$/],
    view: ({ map }) => `/operations/${map}`,
    before: withoutResult,
    shown: (page) => page.getByText('demo: 200 lines'),
  },
  'a history': {
    calls: ['views/operation/timeline/timeline /status/{}/history'],
    fails: ['GET', /\/history$/],
    view: ({ batch }) => `/operations/${batch}?tab=timeline`,
    shown: (page) => page.getByRole('list', { name: 'Spans' }),
  },
  deliveries: {
    calls: ['views/operation/deliveries path'],
    fails: ['GET', /^\/status\/[^/]+\/deliveries$/],
    view: ({ failed }) => `/operations/${failed}?tab=deliveries`,
    shown: (page) => page.getByText('given up'),
  },
  'a redelivery': {
    calls: ['views/operation/deliveries POST {}:redeliver'],
    fails: ['POST', /^\/status\/[^/]+\/deliveries:redeliver$/],
    view: ({ failed }) => `/operations/${failed}?tab=deliveries`,
    act: (page) => click(page, 'Send again'),
    shown: (page) => page.getByText('It is sent again now.'),
  },
  'a download': {
    calls: ['ui/download-button /status/{}/result'],
    fails: ['GET', /^\/status\/[^/]+\/result$/],
    view: ({ batch }) => `/operations/${batch}`,
    act: (page) => click(page, 'CSV'),
    shown: (page) => page.getByRole('button', { name: 'CSV' }),
  },
  'the result of a mapping': {
    calls: ['api/result /status/{}/result'],
    fails: ['GET', /^\/status\/[^/]+\/result$/],
    view: ({ map }) => `/bank-statements?operation=${map}`,
    before: withoutResult,
    shown: (page) => page.getByText('200 of 200 lines'),
  },
  'a picture': {
    calls: ['views/plates/picture-bytes /plates/{}/image'],
    fails: ['GET', /^\/plates\/10022\/image$/],
    view: ({ recognized }) => `/plates?operation=${recognized}&picture=10022`,
    shown: (page) => page.getByRole('dialog').getByRole('img', { name: 'Image 10022, plate с181мв190' }),
  },
  'pictures that were dropped': {
    calls: ['views/plates/pictures operations.getMany'],
    fails: ['POST', /^\/status:batchGet$/],
    view: () => `/plates?pictures=${'0'.repeat(32)}.1`,
    shown: (page) => page.getByText('OperationNotFound'),
    again: 'alone',
  },
  'the start for one image': {
    calls: ['views/plates/plates-form recognize'],
    fails: ['POST', /^\/plates\/recognize$/],
    view: () => '/plates',
    act: startPlates('10022', 'Read the plate'),
    shown: strip,
  },
  'the start for many images': {
    calls: ['views/plates/plates-form recognizeBatch'],
    fails: ['POST', /^\/plates\/recognize-batch$/],
    view: () => '/plates',
    act: startPlates('10022 9965', 'Read 2 plates'),
    shown: strip,
  },
  'the start for a picture': {
    calls: ['views/plates/dropped plates.recognize'],
    fails: ['POST', /^\/plates\/recognize$/],
    view: () => '/plates',
    async act(page, { picture }) {
      await page.keyboard.press('Escape');
      await chooseFile(page, 'car.jpg', 'image/jpeg', picture);
      await click(page, 'Show car.jpg large');
    },
    shown: (page) => page.getByRole('dialog').getByTitle('с181мв190'),
  },
  'the start from the list for one image': {
    calls: ['views/operations/plates-dialog recognize'],
    fails: ['POST', /^\/plates\/recognize$/],
    view: () => '/operations',
    act: startMenuPlates('10022'),
    shown: operation,
  },
  'the start from the list for many images': {
    calls: ['views/operations/plates-dialog recognizeBatch'],
    fails: ['POST', /^\/plates\/recognize-batch$/],
    view: () => '/operations',
    act: startMenuPlates('10022 9965'),
    shown: operation,
  },
  'the start of a mapping': {
    calls: ['views/bank-statements/map-form bankMap.map'],
    fails: ['POST', /^\/api\/map$/],
    view: () => '/bank-statements',
    async act(page) {
      await chooseFile(page, 'ledgers.zip', 'application/zip', zipOf());
      await page.getByRole('combobox', { name: 'Company' }).fill('Hum & co');
      await page.keyboard.press('Escape');
      await click(page, 'Map the lines');
    },
    shown: strip,
  },
  'the list of files': {
    calls: ['views/files/files GET /files/'],
    fails: ['GET', /^\/files\/\?/],
    view: () => '/files',
    shown: (page) => page.getByRole('link', { name: 'script.txt' }).first(),
  },
  'an upload': {
    calls: ['views/files/uploads files.upload'],
    fails: ['POST', /^\/files\/tus\/$/],
    view: () => '/files',
    async act(page) {
      const goOn = page.getByRole('button', { name: 'Go on' });
      if (await goOn.isVisible()) await goOn.click();
      else await chooseFile(page, 'other.txt', 'text/plain', 'INT. HOUSE - DAY');
    },
    shown: (page) => page.getByRole('listitem', { name: 'Upload of other.txt' }).getByRole('link'),
  },
  'a look at an upload': {
    calls: ['views/files/uploads /files/tus/{}/'],
    fails: ['HEAD', /^\/files\/tus\/[^/]+\/$/],
    view: () => '/files',
    shown: (page) => page.getByText('Choose kept.txt of'),
  },
  'the end of an upload': {
    calls: ['views/files/uploads DELETE /files/tus/{}/'],
    fails: ['DELETE', /^\/files\/tus\/[^/]+\/$/],
    view: () => '/files',
    act: confirm('Cancel'),
    shown: (page) => page.getByLabel('Drop files, or choose them').first(),
  },
  'one file': {
    calls: ['views/files/file /files/{}/'],
    fails: ['GET', /^\/files\/\d+\/$/],
    view: ({ file }) => `/files/${file}`,
    shown: (page) => page.getByRole('heading', { name: 'script.txt' }),
  },
  'the analyses of a file': {
    calls: ['views/files/analyses /cinema/'],
    fails: ['GET', /^\/cinema\/\?/],
    view: ({ file }) => `/files/${file}`,
    shown: (page) => page.getByText('Analyzed', { exact: true }),
  },
  'the result of an analysis': {
    calls: ['views/files/analyses GET /cinema/{}/result/'],
    fails: ['GET', /^\/cinema\/\d+\/result\//],
    view: ({ file }) => `/files/${file}`,
    shown: (page) => page.getByRole('button', { name: 'ИНТ. КВАРТИРА - ДЕНЬ' }),
  },
  'the events of an analysis': {
    calls: ['views/files/analyses /sse/{}/'],
    fails: ['GET', /^\/sse\//],
    view: ({ heldFile }) => `/files/${heldFile}`,
    shown: (page) => page.getByText('Reference key', { exact: true }),
    again: 'alone',
  },
  'the start of an analysis': {
    calls: ['views/files/start-analysis files.analyze'],
    fails: ['POST', /^\/cinema\/$/],
    view: ({ plainFile }) => `/files/${plainFile}`,
    act: (page) => click(page, 'Analyze'),
    shown: (page) => page.getByText(/^Analysis \d+/),
  },
  'comments of an analysis': {
    calls: ['views/files/analyses /comments/'],
    fails: ['GET', /^\/comments\/\?/],
    view: ({ file }) => `/files/${file}?tab=comments`,
    shown: (page) => page.getByText('The knife is a toy.'),
    again: 'alone',
  },
  'ratings of an analysis': {
    calls: ['views/files/analyses /recommend/'],
    fails: ['GET', /^\/recommend\/\?/],
    view: ({ file }) => `/files/${file}?tab=comments`,
    shown: (page) => page.getByText('The knife is a toy.'),
    again: 'alone',
  },
  'a comment': {
    calls: ['views/files/comments POST /comments/'],
    fails: ['POST', /^\/comments\/$/],
    view: ({ file }) => `/files/${file}?tab=comments`,
    async act(page) {
      await page.getByRole('textbox', { name: 'Comment' }).last().fill('The blood is paint.');
      await click(page, 'Add the comment');
    },
    shown: (page) => page.getByRole('list', { name: 'Comments' }).getByText('The blood is paint.'),
  },
  'a rating': {
    calls: ['views/files/comments POST /recommend/'],
    fails: ['POST', /^\/recommend\/$/],
    view: ({ file }) => `/files/${file}?tab=comments`,
    async act(page) {
      await page.getByRole('textbox', { name: 'Comment' }).last().fill('All of it is loud.');
      await page.getByRole('combobox', { name: 'Rating' }).selectOption('severe');
      await click(page, 'Add the comment');
    },
    // The comment was stored by the first attempt: there is one, with its rating.
    shown: (page) => page.getByRole('listitem').filter({ hasText: 'All of it is loud.' }).getByText('severe'),
  },
  'a restart': {
    calls: ['views/files/analysis files.reanalyze'],
    fails: ['POST', /^\/cinema\/\d+\/restart\/$/],
    view: ({ file }) => `/files/${file}`,
    act: (page) => click(page, 'Restart'),
    shown: (page) => page.getByText(/^The analyzer works$|^Analyzed$/),
  },
  books: {
    calls: ['views/books/books GET pageParam'],
    fails: ['GET', /^\/books\?/],
    view: () => '/books',
    shown: (page) => page.getByRole('link', { name: 'A book of samples' }).first(),
  },
  'one book': {
    calls: ['views/books/book GET pageParam'],
    fails: ['GET', /^\/books\/[^/]+\?/],
    view: ({ book }) => `/books/${book}`,
    shown: (page) => page.getByRole('link', { name: 'images/cover.png' }),
  },
  endpoints: {
    calls: ['views/serverless/calls GET path'],
    fails: ['GET', /^\/endpoints\?/],
    view: () => '/serverless',
    shown: (page) => page.getByRole('link', { name: 'gpu' }),
  },
  'the load of endpoints': {
    calls: ['views/serverless/calls {}/stats'],
    fails: ['GET', /^\/endpoints\/gpu\/stats$/],
    view: () => '/serverless',
    shown: (page) => page.getByRole('cell', { name: 'no worker' }).first(),
  },
  'one endpoint': {
    calls: ['views/serverless/calls GET pathOf(id)'],
    fails: ['GET', /^\/endpoints\/gpu$/],
    view: () => '/serverless/gpu',
    shown: (page) => page.getByText('The last hour', { exact: true }),
  },
  'requests of an endpoint': {
    calls: ['views/serverless/requests GET {}/requests'],
    fails: ['GET', /^\/endpoints\/gpu\/requests\?/],
    view: () => '/serverless/gpu',
    shown: (page) => page.getByRole('cell', { name: 'no worker' }).first(),
    again: 'alone',
  },
  'deliveries of a request': {
    calls: ['views/serverless/request-drawer deliveriesPath(id, request)'],
    fails: ['GET', /^\/v1\/gpu\/requests\/[^/]+\/deliveries$/],
    view: ({ canceled }) => `/serverless/gpu?request=${canceled}`,
    shown: (page) => page.getByRole('dialog').getByText('given up'),
    again: 'alone',
  },
  'a redelivery of a request': {
    calls: ['views/serverless/calls POST {}:redeliver'],
    fails: ['POST', /^\/v1\/gpu\/requests\/[^/]+\/deliveries:redeliver$/],
    view: ({ canceled }) => `/serverless/gpu?request=${canceled}`,
    act: (page) => click(page, 'Deliver again'),
    shown: (page) => page.getByRole('dialog').getByRole('table'),
  },
  'the end of a request': {
    calls: ['views/serverless/calls POST {}/requests/{}:cancel'],
    fails: ['POST', /^\/endpoints\/gpu\/requests\/[^/]+:cancel$/],
    view: ({ waiting }) => `/serverless/gpu?request=${waiting}`,
    act: confirm('Cancel'),
    shown: (page) => page.getByText('request canceled').last(),
  },
  'a request': {
    calls: ['views/serverless/send-form POST /v1/{}/{}'],
    fails: ['POST', /^\/v1\/gpu\/async$/],
    view: () => '/serverless/gpu',
    async act(page, { key }) {
      if (!(await page.getByRole('dialog').isVisible())) await click(page, 'Send a request');
      await page.getByLabel('API key of the endpoint').fill(key);
      await sendRequest(page);
    },
    shown: (page) => page.getByLabel('answer', { exact: true }).getByText('"sequence"'),
  },
  'a cleaned queue': {
    calls: ['views/serverless/calls POST {}/requests:clean'],
    fails: ['POST', /^\/endpoints\/gpu\/requests:clean$/],
    view: () => '/serverless/gpu',
    act: confirm('Clean'),
    shown: (page) => page.getByRole('cell', { name: /cleaned|canceled/ }).first(),
  },
  'a new endpoint': {
    calls: ['views/serverless/calls POST /endpoints'],
    fails: ['POST', /^\/endpoints$/],
    view: () => '/serverless?new=endpoint',
    async act(page) {
      await page.getByLabel('Id', { exact: false }).first().fill('made');
      await page.getByText('None', { exact: true }).first().click();
      await click(page, 'Create endpoint');
    },
    shown: (page) => page.getByLabel('API key', { exact: true }),
  },
  'settings of an endpoint': {
    calls: ['views/serverless/calls PATCH pathOf(id)'],
    fails: ['PATCH', /^\/endpoints\/gpu$/],
    view: () => '/serverless/gpu',
    act: inDialog('Edit', (page) => click(page, 'Save settings')),
    shown: (page) => page.getByText('The last hour', { exact: true }),
  },
  'a key that is rotated': {
    calls: ['views/serverless/calls POST {}:rotateKey'],
    fails: ['POST', /^\/endpoints\/gpu:rotateKey$/],
    view: () => '/serverless/gpu',
    act: inDialog('Rotate key', (page) => click(page, 'Rotate key')),
    shown: (page) => page.getByLabel('API key', { exact: true }),
  },
  services: {
    calls: ['views/services/services /upstreams'],
    fails: ['GET', /^\/upstreams$/],
    view: () => '/services',
    shown: (page) => page.getByRole('heading', { name: 'imageProvider' }),
  },
  'a pause': {
    calls: ['views/services/pause POST /upstreams/{}:{}'],
    fails: ['POST', /^\/upstreams\/imageProvider:pause$/],
    view: () => '/services',
    async act(page) {
      if (!(await page.getByRole('dialog').isVisible())) await click(page, 'Pause imageProvider');
      await page.getByLabel('Reason').fill('A new model');
      await click(page, 'Pause');
    },
    shown: (page) => page.getByRole('region', { name: 'imageProvider' }).getByText('Paused: A new model'),
  },
  'a resume': {
    calls: [],
    fails: ['POST', /^\/upstreams\/imageProvider:resume$/],
    view: () => '/services',
    act: (page) => click(page, 'Resume imageProvider'),
    shown: (page) => page.getByRole('button', { name: 'Pause imageProvider' }),
  },
  violations: {
    calls: ['views/violations/calls GET /violations/'],
    fails: ['GET', /^\/violations\/\?/],
    view: () => '/violations',
    shown: (page) => page.getByRole('button', { name: 'Fights and threats' }),
  },
  'a new violation': {
    calls: ['views/violations/calls POST /violations/'],
    fails: ['POST', /^\/violations\/$/],
    view: () => '/violations?violation=new',
    async act(page) {
      await page.getByRole('textbox', { name: 'Violation' }).fill('Gambling');
      await click(page, 'Add');
    },
    shown: (page) => page.getByRole('button', { name: 'Gambling' }),
  },
  'the token of a change': {
    calls: ['views/violations/calls GET /csrftoken/'],
    fails: ['GET', /^\/csrftoken\/$/],
    view: () => '/violations?violation=new',
    async act(page) {
      await page.getByRole('textbox', { name: 'Violation' }).fill('Smoking');
      await click(page, 'Add');
    },
    shown: (page) => page.getByRole('button', { name: 'Smoking' }),
  },
  'a violation that is changed': {
    calls: ['views/violations/calls PUT /violations/{}/'],
    fails: ['PUT', /^\/violations\/\d+\/$/],
    view: () => '/violations?search=Gambling',
    async act(page) {
      if (!(await page.getByRole('dialog').isVisible())) await click(page, 'Gambling');
      await page.getByRole('textbox', { name: 'Violation' }).fill('Gambling for money');
      await click(page, 'Save');
    },
    shown: (page) => page.getByRole('button', { name: 'Gambling for money' }),
  },
  'a violation that is deleted': {
    calls: ['views/violations/calls DELETE /violations/{}/'],
    fails: ['DELETE', /^\/violations\/\d+\/$/],
    view: () => '/violations?search=Smoking',
    async act(page) {
      if (!(await page.getByRole('dialog').first().isVisible())) await click(page, 'Smoking');
      await confirm('Delete')(page);
    },
    shown: (page) => page.getByText('Nothing matches'),
  },
  'a spreadsheet': {
    calls: ['views/violations/calls POST /violations:load'],
    fails: ['POST', /^\/violations:load\?/],
    view: () => '/violations?violation=sheet',
    act: (page, { sheet }) => page.locator('input[type=file]').setInputFiles(sheet),
    shown: (page) => page.getByText('This spreadsheet has 58 rows'),
    again: 'button',
  },
  'the OpenAPI document': {
    calls: ['views/api/document /openapi.json'],
    fails: ['GET', /^\/openapi\.json$/],
    view: () => '/api',
    shown: (page) => page.getByLabel('Search calls'),
  },
  'the end of an operation': {
    calls: ['views/operation/actions operations.cancel'],
    fails: ['POST', /^\/status\/[^/]+:cancel$/],
    view: ({ running }) => `/operations/${running}`,
    act: confirm('Cancel'),
    shown: (page) => page.getByText(/^It was canceled$|^It was asked to stop$/).first(),
  },
  'the end of the operation of a view': {
    calls: ['ui/operation-strip operations.cancel'],
    fails: ['POST', /^\/status\/[^/]+:cancel$/],
    view: ({ mapping }) => `/bank-statements?operation=${mapping}`,
    act: confirm('Cancel'),
    shown: (page) => page.getByText(/^Cancel(ing|ed)$/).first(),
  },
  'a retry': {
    calls: ['views/operation/actions operations.retry'],
    fails: ['POST', /^\/status\/[^/]+:retry$/],
    view: ({ retried }) => `/operations/${retried}`,
    act: (page) => click(page, 'Retry'),
    shown: (page) => page.getByText('Retry of'),
  },
  'many operations': {
    calls: ['views/operations/bulk operations[action]'],
    fails: ['POST', /^\/status:delete$/],
    view: ({ many: [id] }) => `/operations?idStartsWith=${id}`,
    async act(page) {
      const box = page.getByRole('checkbox', { name: /^Select plates.recognize / });
      if (!(await page.getByRole('dialog').isVisible())) await box.click();
      await confirm('Delete')(page);
    },
    shown: (page) => page.getByText('1 deleted, 0 failed'),
  },
  'the outcome of many operations': {
    calls: ['views/operations/bulk-progress GET /status/{}/result'],
    fails: ['GET', /^\/status\/[^/]+\/result$/],
    view: ({ many: [, id] }) => `/operations?idStartsWith=${id}`,
    async act(page) {
      await page.getByRole('checkbox', { name: /^Select plates.recognize / }).click();
      await confirm('Delete')(page);
    },
    shown: (page) => page.getByText('1 deleted, 0 failed'),
    again: 'button',
  },
  'an operation that is deleted': {
    calls: ['views/operation/actions operations.delete'],
    fails: ['DELETE', /^\/status\/[^/]+$/],
    view: ({ failed }) => `/operations/${failed}`,
    act: confirm('Delete'),
    shown: (page) => page.getByRole('heading', { name: 'Operations' }),
  },
  'a file that is deleted': {
    calls: ['views/files/file DELETE /files/{}/'],
    fails: ['DELETE', /^\/files\/\d+\/$/],
    view: ({ plainFile }) => `/files/${plainFile}`,
    act: confirm('Delete'),
    shown: (page) => page.getByRole('heading', { name: 'Files' }),
  },
  'a book that is deleted': {
    calls: ['views/books/book DELETE /books/{}'],
    fails: ['DELETE', /^\/books\/[^/]+$/],
    view: ({ book }) => `/books/${book}`,
    act: confirm('Delete'),
    shown: (page) => page.getByText('No books yet'),
  },
  'an endpoint that is deleted': {
    calls: ['views/serverless/calls DELETE pathOf(id)'],
    fails: ['DELETE', /^\/endpoints\/gpu$/],
    view: () => '/serverless/gpu',
    act: confirm('Delete'),
    shown: (page) => page.getByRole('heading', { name: 'Serverless' }),
  },
};
