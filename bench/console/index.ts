import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { browserPath } from '../../dev/browser.js';
import { median, type Figure, type Findings } from '../figures.js';
import { withStack } from '../with-stack.js';
import { answerWith, LISTS } from './answers.js';

/** Targets of docs/contracts/console.md. */
const INTERACTIVE_MS = 1_000;
const LONG_TASK_MS = 50;
const LOADS = 7;
/** One turn of a mouse wheel for each frame. */
const TURNS = 120;
const TURN_PX = 600;

/**
 * The console in a browser: how soon its first page can be used, and how smoothly long lists scroll. The lists are made
 * by this process, at the edge of the browser's network, because the page is measured and not the app.
 */
export async function benchConsole(): Promise<Findings> {
  if (browserPath === undefined) throw new Error('There is no Chromium; install it, or name it in CHROMIUM.');
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  try {
    return await withStack({}, async ({ url }) => {
      const loads: number[] = [];
      for (let load = 0; load < LOADS; load++) loads.push(await firstLoadMs(browser, url));
      const figures: Figure[] = [
        { name: 'first page, interactive', value: median(loads), unit: 'ms', target: { atMost: INTERACTIVE_MS } },
      ];
      for (const list of LISTS) figures.push(...(await scroll(browser, url, list)));
      return { figures, details: { loads } };
    });
  } finally {
    await browser.close();
  }
}

const newPage = async (context: BrowserContext): Promise<Page> => {
  const page = await context.newPage();
  await page.addInitScript(`
    window.longTasks = [];
    new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: 'longtask', buffered: true });
  `);
  return page;
};

/** From the request of the page, with nothing cached, until its navigation and its list take input. */
async function firstLoadMs(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext();
  const page = await newPage(context);
  // The page itself looks for the heading: a locator would run its own code beside that of the page.
  await page.addInitScript(`
    window.interactive = new Promise((done) => {
      const find = () => {
        if (!document.querySelector('main h1')) return;
        seen.disconnect();
        requestIdleCallback(() => done(performance.now()));
      };
      const seen = new MutationObserver(find);
      seen.observe(document, { childList: true, subtree: true });
    });
  `);
  await page.goto(`${url}/console/`);
  const ms = await page.evaluate<number>('interactive');
  await context.close();
  return ms;
}

interface Scrolled {
  /** ms */
  longest: number;
  /** Frames. */
  perSecond: number;
  /** px */
  scrolled: number;
}

type List = (typeof LISTS)[number];

async function scroll(browser: Browser, url: string, list: List): Promise<Figure[]> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await newPage(context);
  await page.route(
    (at) => !at.pathname.startsWith('/console/'),
    (route) => answerWith(list, route),
  );
  await page.goto(url + list.view);
  const place = page.locator(list.scrolls).first();
  await place.waitFor();
  // What the view needs once is not part of scrolling.
  await page.evaluate('new Promise((done) => requestIdleCallback(done))');
  // `hover` brings the list below the mouse, also where it begins at the end of the page.
  await place.hover({ position: { x: 300, y: 100 } });
  await page.evaluate(`
    longTasks.length = 0;
    window.frames = 0;
    window.began = performance.now();
    requestAnimationFrame(function next() { window.frames += 1; requestAnimationFrame(next); });
  `);
  for (let turn = 0; turn < TURNS; turn++) await page.mouse.wheel(0, TURN_PX);
  const { longest, perSecond, scrolled } = await page.evaluate<Scrolled>(`({
    scrolled: Math.max(scrollY, document.querySelector('${list.scrolls}').scrollTop),
    longest: Math.max(0, ...longTasks),
    perSecond: window.frames / ((performance.now() - window.began) / 1_000),
  })`);
  await context.close();
  if (scrolled < (TURNS * TURN_PX) / 2) throw new Error(`${list.name}: ${scrolled} px were scrolled.`);
  return [
    { name: `${list.name}: longest task`, value: longest, unit: 'ms', target: { atMost: LONG_TASK_MS } },
    { name: `${list.name}: frames`, value: perSecond, unit: '/s' },
  ];
}
