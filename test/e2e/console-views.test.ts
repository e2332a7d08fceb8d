import { startStack, type Stack } from '../../dev/stack.js';
import { consolePages, describeInBrowser } from '../support/console.js';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const VIEWS = {
  operations: '/operations',
  plates: '/plates',
  'bank-statements': '/bank-statements',
  files: '/files',
  books: '/books',
  serverless: '/serverless',
  services: '/services',
  violations: '/violations',
  api: '/api',
};

describeInBrowser('the views (skipped without Chromium)', () => {
  const open = consolePages(() => stack.url);

  test.each(Object.entries(VIEWS))('%s: nothing for axe to find, light and dark, and narrow', async (view, path) => {
    for (const scheme of ['light', 'dark'] as const) {
      const page = await open(path, { scheme });
      await page.screenshot(view);
      expect(await page.axe()).toEqual([]);
    }
    const narrow = await open(path, { width: 360 });
    await narrow.screenshot(view);
    expect(await narrow.sidewaysScroll()).toBeLessThanOrEqual(0);
  });
});
