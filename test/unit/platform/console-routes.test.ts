import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { HttpRequest, InvocationContext } from '@azure/functions';
import { createConsoleRoutes } from '../../../src/platform/http/console-routes.js';
import { createDispatcher } from '../../../src/platform/http/dispatch.js';

const SCRIPT = 'console.log("the console");\n'.repeat(50);
const PAGE =
  '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__">' +
  '<script type="module" nonce="__CSP_NONCE__" src="/console/assets/index-a1b2.js"></script>';
const NONCE = /nonce="([\w+/]{22}==)"/g;

let outside: string;
let folder: string;
let send: (
  path: string,
  headers?: Record<string, string>,
  method?: string,
) => Promise<{ status: number; header: (name: string) => string | undefined; bytes: Buffer; text: string }>;

beforeEach(() => {
  outside = fs.mkdtempSync(path.join(os.tmpdir(), 'longhaul-console-'));
  folder = path.join(outside, 'console');
  fs.writeFileSync(path.join(outside, 'secret.json'), '{}');
  build({
    'index.html': PAGE,
    'icon.svg': '<svg/>',
    'assets/index-a1b2.js': SCRIPT,
    'assets/index-a1b2.js.br': brotliCompressSync(SCRIPT),
    'assets/index-a1b2.js.gz': gzipSync(SCRIPT),
    'assets/style-c3d4.css': 'a{}',
  });
  const routes = createConsoleRoutes(folder);
  const dispatch = createDispatcher(routes, routes, { trustProxy: false });
  send = async (at, headers = {}, method = 'GET') => {
    const request = new HttpRequest({ method, url: `http://inner:7071${at}`, headers });
    const reply = await dispatch(request, new InvocationContext({ logHandler: () => undefined }));
    const all = new Headers(reply.headers);
    const bytes = Buffer.from((reply.body ?? '') as Uint8Array);
    const header = (name: string) => all.get(name) ?? undefined;
    return { status: reply.status ?? 200, header, bytes, text: bytes.toString() };
  };
});
afterEach(() => fs.rmSync(outside, { recursive: true }));

function build(files: Record<string, string | Buffer>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
}

test.each([['/'], ['/console']])('%s leads to the console', async (at) => {
  for (const method of ['GET', 'HEAD']) {
    const { status, header } = await send(at, {}, method);
    expect([status, header('location')]).toEqual([302, '/console/']);
  }
});

test.each([['/console/'], ['/console/index.html'], ['/console/operations/6b1c'], ['/console/violations/?page=2']])(
  '%s is the page, with a nonce of its own',
  async (at) => {
    const [first, second] = [await send(at), await send(at)];
    const nonces = [first, second].map(({ text }) => [...text.matchAll(NONCE)].map(([, nonce = '']) => nonce));
    expect(nonces.map((found) => [found.length, new Set(found).size])).toEqual([
      [2, 1],
      [2, 1],
    ]);
    const [nonce] = nonces[0] ?? [];
    expect(nonces[1]).not.toContain(nonce);
    expect(first.text).not.toContain('__CSP_NONCE__');
    expect(first.status).toBe(200);
    expect(first.header('content-security-policy')).toBe(
      `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; style-src-attr 'none'; ` +
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; " +
        "form-action 'self'; frame-ancestors 'none'",
    );
    expect(first.header('cache-control')).toBe('no-store');
    expect(first.header('content-type')).toBe('text/html; charset=utf-8');
    expect(first.header('x-content-type-options')).toBe('nosniff');
    expect(first.header('referrer-policy')).toBe('no-referrer');
    expect(first.header('cross-origin-opener-policy')).toBe('same-origin');
    expect(first.header('permissions-policy')).toContain('camera=()');
  },
);

test('a file with a hash in its name is kept for a year, other files are compared', async () => {
  const style = await send('/console/assets/style-c3d4.css');
  expect([style.status, style.text]).toEqual([200, 'a{}']);
  expect(style.header('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(style.header('content-type')).toBe('text/css; charset=utf-8');
  expect(style.header('vary')).toBeUndefined();
  const icon = await send('/console/icon.svg');
  expect(icon.header('cache-control')).toBe('no-cache');
  expect(icon.header('content-type')).toBe('image/svg+xml');
  const again = await send('/console/icon.svg', { 'If-None-Match': `"other", W/${icon.header('etag')}` });
  expect([again.status, again.text, again.header('etag')]).toEqual([304, '', icon.header('etag')]);
});

test.each([
  [undefined, undefined],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0, *', 'gzip'],
  ['deflate', undefined],
  ['*;q=0', undefined],
])('a client with Accept-Encoding %s gets the script as %s', async (accept, encoding) => {
  const at = '/console/assets/index-a1b2.js';
  const script = await send(at, accept === undefined ? {} : { 'Accept-Encoding': accept });
  expect(script.header('content-encoding')).toBe(encoding);
  const end = encoding === undefined ? '' : { br: '.br', gzip: '.gz' }[encoding];
  expect(script.bytes).toEqual(fs.readFileSync(path.join(folder, `assets/index-a1b2.js${end}`)));
  expect(script.header('content-type')).toBe('text/javascript; charset=utf-8');
  expect(script.header('vary')).toBe('Accept-Encoding');
  // Each coding is a representation with an ETag of its own.
  const plain = await send(at);
  const known = await send(at, { 'If-None-Match': plain.header('etag') ?? '', 'Accept-Encoding': accept ?? '' });
  expect(known.status).toBe(encoding === undefined ? 304 : 200);
});

test.each([
  ['/console/assets/index-0000.js'],
  ['/console/../secret.json'],
  ['/console/..%2fsecret.json'],
  ['/console/%2e%2e%2fsecret.json'],
  ['/console/..%5csecret.json'],
  ['/console/assets%2findex-a1b2.js'],
  ['/console//secret.json'],
  ['/console/assets/index-a1b2.js/'],
  ['/console/icon.svg%00.png'],
])('%s is no file', async (at) => {
  const { status, header } = await send(at);
  expect([status, header('x-ms-error-code')]).toEqual([404, 'NotFound']);
});

test('a new build is served without a restart', async () => {
  await send('/console/assets/style-c3d4.css');
  build({ 'index.html': '<p>new</p>', 'assets/index-e5f6.js': 'new' });
  fs.utimesSync(path.join(folder, 'index.html'), 1, 1); // another time, however fast the test is
  expect((await send('/console/')).text).toBe('<p>new</p>');
  expect((await send('/console/assets/index-e5f6.js')).text).toBe('new');
});

test('without a build, the page says how to make one', async () => {
  fs.rmSync(folder, { recursive: true });
  for (const at of ['/console/', '/console/operations']) {
    const { status, text, header } = await send(at);
    expect([status, header('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
    expect(text).toContain('npm run build');
  }
  expect((await send('/console/assets/index-a1b2.js')).status).toBe(404);
  build({ 'index.html': PAGE });
  expect((await send('/console/')).status).toBe(200);
});
