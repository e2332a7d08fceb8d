import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { parse } from 'yaml';
import { startStack, type Stack } from '../support/test-stack.js';
import { browserPath } from '../support/browser.js';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { SHEET_ROWS, writeViolationsSheet } from '../support/violations-sheet.js';

const POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; style-src 'self'";
const END = "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

let dir: string;
let stack: Stack;
let app: Client;

beforeAll(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'longhaul-pages-'));
  const sheet = await writeViolationsSheet(dir);
  stack = await startStack({
    processes: 2,
    hostArgs: ['--auth'],
    env: { FILES_ANONYMOUS: 'true', CSRF: 'true', FILES_VIOLATIONS_FILE: sheet },
  });
  app = new Client(stack.url);
});
afterAll(async () => {
  await stack.stop();
  fs.rmSync(dir, { recursive: true });
});

const rowsOf = (answer: { body: unknown }) => answer.body as { id: number; violations: string }[];

describe('the base list', () => {
  test('is loaded at the first start, once for all processes', async () => {
    const rows = await eventually(async () => {
      const found = rowsOf(await app.get('/violations/'));
      return found.length > 0 ? found : undefined;
    }, 'the list');
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: SHEET_ROWS }, (_, index) => index + 1));
  });
});

describe('the token of browser forms', () => {
  const violation = (violations: string) =>
    new URLSearchParams({ violations, violations_comment: '<b>16+</b>' }).toString();
  const send = (headers: Record<string, string> = {}) =>
    app.send('POST', '/violations/', {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body: violation('<script>alert(1)</script>'),
    });

  test('is needed, and given by a call', async () => {
    const refused = await send();
    expect([refused.status, refused.body, refused.headers.get('x-ms-error-code')]).toEqual([
      403,
      { errors: 'The cookie csrftoken is missing; call GET /csrftoken/ first.' },
      'CsrfTokenInvalid',
    ]);
    const answer = await app.get('/csrftoken/');
    const { csrfToken } = answer.body as unknown as { csrfToken: string };
    expect(answer.headers.getSetCookie()).toEqual([`csrftoken=${csrfToken}; Path=/; SameSite=Lax`]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const headers = { Cookie: `csrftoken=${csrfToken}`, 'X-CSRFToken': csrfToken };
    expect((await send({ ...headers, 'X-CSRFToken': 'other' })).status).toBe(403);
    expect((await send(headers)).status).toBe(201);
    const legacy = await app.send('DELETE', '/api/v1/wink/violations/1/');
    expect(legacy.status).toBe(403);
    expect((await app.send('POST', '/violations:load')).status).toBe(403);
    const { paths } = (await app.get('/swagger.json')).body as unknown as Document;
    expect(JSON.stringify(paths['/violations/'])).toContain('X-CSRFToken');
  });
});

interface Document {
  paths: Record<string, unknown>;
}

describe('the document', () => {
  test.each(['', '/api/v1/wink'])('is the same under every name (%j)', async (prefix) => {
    const { text } = await app.get('/openapi.json');
    expect((await app.get(`${prefix}/swagger.json`)).text).toBe(text);
    const yaml = await app.get(`${prefix}/swagger.yaml`);
    expect(yaml.headers.get('content-type')).toBe('application/yaml; charset=utf-8');
    expect(parse(yaml.text)).toEqual(JSON.parse(text));
  });

  test('leaves pages and existing clients’ prefix out', async () => {
    const { paths } = (await app.get('/openapi.json')).body as unknown as Document;
    expect(Object.keys(paths).filter((at) => /wink|swagger|redoc|cms/.test(at))).toEqual([]);
  });
});

describe('pages and their files', () => {
  test.each([
    ['/swagger', POLICY + END],
    ['/redoc', `${POLICY} 'unsafe-inline'; worker-src blob:${END}`],
  ])('%s has a strict policy', async (page, policy) => {
    const { status, headers } = await app.get(`${page}/`);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('content-security-policy')).toBe(policy);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test.each([
    ['/swagger/swagger-ui.css', 'text/css; charset=utf-8'],
    ['/swagger/swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
    ['/swagger/start.js', 'text/javascript; charset=utf-8'],
    ['/swagger/favicon-32x32.png', 'image/png'],
    ['/redoc/redoc.standalone.js', 'text/javascript; charset=utf-8'],
  ])('%s', async (at, type) => {
    const { status, headers, text } = await app.get(at);
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      type,
      'public, max-age=3600',
    ]);
    expect(text.length).toBeGreaterThan(100);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    const etag = headers.get('etag') ?? '';
    const again = await app.get(at, { 'If-None-Match': `"x", W/${etag}` });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await app.get(at, { 'If-None-Match': '"x"' })).status).toBe(200);
  });

  test.each([
    '/swagger/package.json',
    '/swagger/index.html',
    '/swagger/..%2Fpackage.json',
    '/swagger/constructor',
    '/redoc/redoc.lib.js',
    '/redoc/start.js',
  ])('%s is not served', async (at) => {
    expect((await app.get(at)).status).toBe(404);
  });
});

test.each(['/cms', '/cms/', '/api/v1/wink/cms/'])('%s leads to the violations in the console', async (at) => {
  const response = await fetch(stack.url + at, { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([302, '/console/violations']);
});

const inBrowser = browserPath === undefined ? describe.skip : describe;

inBrowser('in a browser (skipped without Chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());

  /** Opens a page; what it loads from other hosts, refuses by its policy or reports as an error is a problem. */
  async function open(at: string): Promise<{ page: Page; problems: string[] }> {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(`${stack.url}/`) && !/^(data|blob):/.test(request.url()))
        problems.push(request.url());
    });
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(stack.url + at);
    return { page, problems };
  }

  const calls = async () => {
    const { paths } = (await app.get('/openapi.json')).body as unknown as Document;
    return Object.values(paths).flatMap((methods) => Object.keys(methods as object)).length;
  };

  test.each(['/swagger', '/api/v1/wink/swagger/'])('%s lists all calls', async (at) => {
    const { page, problems } = await open(at);
    await page.locator('.opblock').first().waitFor();
    expect(await page.locator('.opblock').count()).toBe(await calls());
    expect(problems).toEqual([]);
    await page.close();
  });

  test('/swagger/ shows and sends a call', async () => {
    const { page, problems } = await open('/swagger/');
    await page.locator('#operations-Service-getHealth .opblock-summary-control').click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table').getByText('"status": "ok"').waitFor();
    expect(problems).toEqual([]);
    await page.close();
  });

  test.each(['/redoc', '/api/v1/wink/redoc/'])('%s lists all calls', async (at) => {
    const { page, problems } = await open(at);
    await page.locator('[data-section-id^="tag/"]').first().waitFor();
    const ids = await page.locator('[data-section-id*="/operation/"]').count();
    expect(ids).toBeGreaterThanOrEqual(await calls());
    expect(problems).toEqual([]);
    await page.close();
  });

  test('/redoc/ finds a call', async () => {
    const { page, problems } = await open('/redoc/');
    await page.locator('input[placeholder="Search..."]').fill('violation');
    await page.locator('[data-role="search:results"]').getByText('violation').first().waitFor();
    expect(problems).toEqual([]);
    await page.close();
  });
});
