import { randomBytes } from 'node:crypto';
import path from 'node:path';
import Negotiator from 'negotiator';
import { z } from 'zod';
import { commonErrors } from '../errors.js';
import { BuiltFiles, ENCODINGS } from './built-files.js';
import { serviceTag } from './document-route.js';
import { fileReply } from './file-reply.js';
import { defineRoute, type Reply, type Route, type RouteRequest } from './route.js';

const PAGE = 'index.html';
/** What the page has in each place that needs the nonce of its answer. */
const NONCE = '__CSP_NONCE__';
/** The name of a file here changes with its content. */
const ASSETS = 'assets/';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.woff2': 'font/woff2',
};
const OTHER_TYPE = 'application/octet-stream';

const policyOf = (nonce: string) =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'none'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

const params = z.object({ path: z.string() });
const shared = { auth: 'anonymous', tag: serviceTag, hidden: true } as const;

/**
 * `/` and `/console/`: the page for people, and its files.
 * @param folder where the build of the page is
 */
export function createConsoleRoutes(folder: string): Route[] {
  const files = new BuiltFiles(folder, PAGE);
  const redirect = () => Promise.resolve({ status: 302, headers: { Location: '/console/' } });
  return (['get', 'head'] as const).flatMap((method) => [
    defineRoute({
      ...shared,
      method,
      path: '/',
      operationId: `${method}Root`,
      summary: 'Leads to the console',
      replies: { 302: { description: 'The console is at `/console/`.' } },
      handle: redirect,
    }),
    defineRoute({
      ...shared,
      method,
      path: '/console/',
      operationId: `${method}Console`,
      summary: 'The console',
      replies: { 200: { description: 'The page.', mediaType: 'text/html', schema: z.string() } },
      // The URLs in the page are relative to the folder.
      handle: ({ url }) => (url.pathname.endsWith('/') ? pageReply(files) : redirect()),
    }),
    defineRoute({
      ...shared,
      method,
      path: '/console/{path}',
      forms: { path: 'rest' },
      operationId: `${method}ConsoleFile`,
      summary: 'A view or a file of the console',
      params,
      replies: { 200: { description: 'The page or the file.' }, 304: { description: 'The client has the file.' } },
      handle: (request) => replyTo(files, request),
    }),
  ]);
}

/** A path without a file extension is a view of the page. */
async function replyTo(files: BuiltFiles, request: RouteRequest<z.output<typeof params>>): Promise<Reply> {
  const name = request.params.path;
  if (name !== PAGE && (await files.has(name))) return encodedReply(files, name, request);
  if (name === PAGE || path.posix.extname(name) === '') return pageReply(files);
  throw commonErrors.NotFound('The console has no file of this name.');
}

async function encodedReply(files: BuiltFiles, name: string, request: Pick<RouteRequest, 'header'>): Promise<Reply> {
  const available = await files.encodingsOf(name);
  const negotiator = new Negotiator({ headers: { 'accept-encoding': request.header('accept-encoding') } });
  const accepted = negotiator.encodings(available);
  const encoding = available.find((one) => accepted.includes(one)); // the shortest, whatever the client's order is
  const headers = {
    'Cache-Control': name.startsWith(ASSETS) ? 'public, max-age=31536000, immutable' : 'no-cache',
    ...(available.length > 0 && { Vary: 'Accept-Encoding' }),
    ...(encoding && { 'Content-Encoding': encoding }),
  };
  const found = await files.read(encoding ? name + ENCODINGS[encoding] : name);
  return fileReply(request, found, TYPES[path.posix.extname(name)] ?? OTHER_TYPE, headers);
}

async function pageReply(files: BuiltFiles): Promise<Reply> {
  if (!(await files.refresh())) {
    const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };
    return {
      status: 404,
      headers,
      body: 'The console is not built. Run `npm run build`, then load this page again.\n',
    };
  }
  const nonce = randomBytes(16).toString('base64');
  const { bytes } = await files.read(PAGE);
  return {
    status: 200,
    headers: {
      'Content-Type': TYPES['.html'] ?? OTHER_TYPE,
      'Cache-Control': 'no-store',
      'Content-Security-Policy': policyOf(nonce),
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    },
    body: Buffer.from(bytes).toString('utf8').replaceAll(NONCE, nonce),
  };
}
