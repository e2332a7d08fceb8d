import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { browserPath } from './browser.js';

/** Where screenshots are written for people to look at. */
const SCREENSHOTS = process.env.LONGHAUL_SCREENSHOTS ?? path.join(os.tmpdir(), 'longhaul-screenshots');

/** WCAG 2.2 AA, as axe names it. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const HEIGHTS = { 1280: 800, 360: 740 };

/** How a page looks. */
interface Look {
  scheme: 'light' | 'dark';
  /** Of the window, px. */
  width: 1280 | 360;
}

/** @default light, 1280 px */
export interface OpenOptions extends Partial<Look> {
  /** The function key that the tab has. @default none */
  key?: string | undefined;
}

/** `describe` for tests with a browser; skipped, and so reported, where there is no Chromium. */
export const describeInBrowser = browserPath === undefined ? describe.skip : describe;

/** A page of the console, and what went wrong in it. */
export class ConsolePage {
  #problems: string[] = [];
  #expected: RegExp[] = [];
  #look: Look;

  constructor(
    readonly page: Page,
    readonly base: string,
    { scheme = 'light', width = 1280 }: OpenOptions,
  ) {
    this.#look = { scheme, width };
    const origin = new URL(base).origin;
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== origin)
        this.#problems.push(`request to another origin: ${request.url()}`);
    });
    page.on('requestfailed', (request) => {
      // The page itself ends event streams and reads that nobody waits for.
      const reason = request.failure()?.errorText;
      if (reason !== 'net::ERR_ABORTED') this.#problems.push(`${reason}: ${request.method()} ${request.url()}`);
    });
    // The browser reports refusals by the policy and answers of 400 and above as errors too.
    page.on('console', (message) => {
      if (message.type() === 'error') this.#problems.push(`${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.#problems.push(error.stack ?? error.message));
  }

  /** Goes to a path below /console, such as `/operations?status=Running`. */
  async goto(view: string): Promise<void> {
    await this.page.goto(`${this.base}/console${view}`);
    await this.page.locator('main h1').waitFor();
  }

  /** Names problems that the test causes, such as a failing call: `/status of 503/`. */
  expectProblem(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  /** Errors, refusals by the policy, failed requests and requests to other origins that no test expected. */
  problems(): string[] {
    return this.#problems.filter((problem) => !this.#expected.some((pattern) => pattern.test(problem)));
  }

  /** The same for the tests until now. */
  takeProblems(): string[] {
    const problems = this.problems();
    [this.#problems, this.#expected] = [[], []];
    return problems;
  }

  /** What axe finds, one text for each rule: `[]` in a page that anybody can use. */
  async axe(): Promise<string[]> {
    await this.page.evaluate(axe.source);
    const run = `axe.run(document, ${JSON.stringify({ runOnly: { type: 'tag', values: RULES } })})`;
    const { violations } = await this.page.evaluate<AxeResults>(run);
    return violations.map(({ id, help, nodes }) => {
      const places = nodes.map(({ target, failureSummary }) => `  ${target.join(' ')}: ${failureSummary}`);
      return [`${id}: ${help}`, ...places].join('\n');
    });
  }

  /** How far the page, or a dialog on it, can be scrolled sideways, px. */
  sidewaysScroll(): Promise<number> {
    const boxes = "[document.documentElement, ...document.querySelectorAll('[role=dialog]')]";
    return this.page.evaluate(`Math.max(...${boxes}.map((box) => box.scrollWidth - box.clientWidth))`);
  }

  /** Looks at the page in light and dark, and at 360 px: writes a picture of each. @returns what is wrong, as `axe` */
  async faults(view: string): Promise<string[]> {
    const found: string[] = [];
    for (const scheme of ['light', 'dark'] as const) {
      await this.look({ scheme, width: 1280 });
      await this.screenshot(view);
      found.push(...(await this.axe()));
    }
    await this.look({ scheme: 'light', width: 360 });
    await this.screenshot(view);
    const scroll = await this.sidewaysScroll();
    if (scroll > 0) found.push(`At 360 px the page scrolls sideways by ${scroll} px.`);
    return found;
  }

  /** Shows the same page in other colors or another width, as when a person changes them, with all that it has read. */
  async look({ scheme, width }: Look): Promise<void> {
    this.#look = { scheme, width };
    await this.page.emulateMedia({ colorScheme: scheme });
    await this.page.setViewportSize({ width, height: HEIGHTS[width] });
    await this.page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor();
    await this.page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'detached' });
    // Charts are drawn anew in the frame after their size has changed.
    await this.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  }

  /** Writes the whole page to the folder `SCREENSHOTS`, as `<view>-<scheme>-<width>.png`. */
  async screenshot(view: string): Promise<string> {
    const { scheme, width } = this.#look;
    const file = path.join(SCREENSHOTS, `${view}-${scheme}-${width}.png`);
    await fs.promises.mkdir(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: file, fullPage: true });
    return file;
  }
}

/**
 * Opens pages of the console at `baseUrl()`, all in one browser that starts before the first test of the `describe` that
 * calls this. After each test its pages are closed, and the test fails when one of them had a problem.
 */
export function consolePages(baseUrl: () => string): (view: string, options?: OpenOptions) => Promise<ConsolePage> {
  const browser = useBrowser();
  let opened: ConsolePage[] = [];
  afterEach(async () => {
    const problems = opened.flatMap((page) => page.problems());
    await Promise.all(opened.map(({ page }) => page.context().close()));
    opened = [];
    expect(problems).toEqual([]);
  });
  return async (view, options = {}) => {
    const page = await newPage(browser(), baseUrl(), options);
    opened.push(page);
    await page.goto(view);
    return page;
  };
}

/**
 * One page of the console for all tests of the `describe` that calls this, which is quicker than a page for each. After
 * each test its routes are taken away, and the test fails when the page had a problem.
 */
export function sharedConsolePage(baseUrl: () => string): () => ConsolePage {
  const browser = useBrowser();
  let shared: ConsolePage | undefined;
  const get = () => {
    if (!shared) throw new Error('The page is opened before the first test.');
    return shared;
  };
  beforeAll(async () => (shared = await newPage(browser(), baseUrl(), {})));
  afterEach(async () => {
    await get().page.unrouteAll({ behavior: 'ignoreErrors' });
    expect(get().takeProblems()).toEqual([]);
  });
  return get;
}

/** A browser that runs during the tests of the `describe` that calls this. */
function useBrowser(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser?.close());
  return () => {
    if (!browser) throw new Error('The browser starts before the first test.');
    return browser;
  };
}

async function newPage(browser: Browser, base: string, options: OpenOptions): Promise<ConsolePage> {
  return new ConsolePage(await (await newContext(browser, options)).newPage(), base, options);
}

/** A window as a person has it, without what differs between machines: language, time zone and animations. */
async function newContext(browser: Browser, options: OpenOptions): Promise<BrowserContext> {
  const { scheme = 'light', width = 1280, key } = options;
  const context = await browser.newContext({
    colorScheme: scheme,
    viewport: { width, height: HEIGHTS[width] },
    reducedMotion: 'reduce',
    locale: 'en-US',
    timezoneId: 'UTC',
  });
  context.setDefaultTimeout(60_000);
  if (key !== undefined) await context.addInitScript(`sessionStorage.setItem('longhaul-key', ${JSON.stringify(key)})`);
  return context;
}
