import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { commonErrors } from '../errors.js';
import { serviceTag } from './document-route.js';
import { fileReply, tagged, type TaggedBytes } from './file-reply.js';
import { escapeHtml, htmlHeaders } from './html.js';
import { type DocumentInfo } from './openapi.js';
import { defineRoute, type Reply, type Route, type RouteRequest } from './route.js';

/** A file that a page loads. */
interface Asset {
  type: string;
  read: () => Promise<string | Buffer>;
}

interface Page {
  /** First segment of its path and of the paths of its assets. */
  name: string;
  title: string;
  assets: Record<string, Asset>;
  /** What its content security policy allows besides assets of the app. */
  policy: Record<string, string>;
  head: string;
  /** @param document relative URL of the OpenAPI document @param assets relative URL of the folder of the assets */
  body: (document: string, assets: string) => string;
}

const SCRIPT = 'text/javascript; charset=utf-8';

/** A file that the build copies (dev/copy-assets.cjs): the packages themselves are not deployed. */
const copied = (name: string, type: string): Asset => ({
  type,
  read: () => fs.readFile(path.join(__dirname, '../../../assets', name)),
});

/** Scripts are files: the content security policy allows no inline ones. */
const START_SWAGGER = `SwaggerUIBundle({
  url: document.getElementById('swagger-ui').dataset.document,
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
});
`;

const swagger: Page = {
  name: 'swagger',
  title: 'Swagger UI',
  assets: {
    'swagger-ui.css': copied('swagger-ui.css', 'text/css; charset=utf-8'),
    'swagger-ui-bundle.js': copied('swagger-ui-bundle.js', SCRIPT),
    'favicon-32x32.png': copied('favicon-32x32.png', 'image/png'),
    'start.js': { type: SCRIPT, read: () => Promise.resolve(START_SWAGGER) },
  },
  policy: {},
  head: '<link rel="stylesheet" href="{assets}swagger-ui.css"><link rel="icon" href="{assets}favicon-32x32.png">',
  body: (document, assets) =>
    `<div id="swagger-ui" data-document="${document}"></div>` +
    `<script src="${assets}swagger-ui-bundle.js"></script><script src="${assets}start.js"></script>`,
};

const redoc: Page = {
  name: 'redoc',
  title: 'Redoc',
  assets: {
    'redoc.standalone.js': copied('redoc.standalone.js', SCRIPT),
  },
  // It writes its styles into the page, and searches in a worker that it makes of a blob.
  policy: { 'style-src': "'self' 'unsafe-inline'", 'worker-src': 'blob:' },
  head: '<link rel="icon" href="data:,">',
  body: (document, assets) =>
    `<redoc spec-url="${document}"></redoc><script src="${assets}redoc.standalone.js"></script>`,
};

const POLICY = {
  'script-src': "'self'",
  'connect-src': "'self'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'style-src': "'self'",
};

/** Assets have no version in their names, so they are kept for an hour and compared then. */
const ASSET_CACHE = 'public, max-age=3600';

const params = z.object({ file: z.string() });
const shared = { auth: 'anonymous', tag: serviceTag, hidden: true } as const;

/** `/swagger/` and `/redoc/`: pages that show the OpenAPI document, and the files that they load from the app. */
export function createDocumentPages({ title }: DocumentInfo): Route[] {
  return [swagger, redoc].flatMap((page) => [pageRoute(page, title), assetRoute(page)]);
}

function pageRoute(page: Page, title: string): Route {
  return defineRoute({
    ...shared,
    method: 'get',
    path: `/${page.name}`,
    operationId: `get${page.name}Page`,
    summary: `${page.title} with this API`,
    replies: { 200: { description: 'The page.', mediaType: 'text/html', schema: z.string() } },
    handle: ({ url }) => {
      // Relative URLs hold under every prefix; what they are relative to depends on the slash at the end.
      const [assets, document] = url.pathname.endsWith('/')
        ? ['./', '../swagger.json']
        : [`./${page.name}/`, './swagger.json'];
      const body =
        `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}: ${page.title}</title>` +
        `<meta name="viewport" content="width=device-width, initial-scale=1">${page.head.replaceAll('{assets}', assets)}` +
        `</head><body>${page.body(document, assets)}</body></html>\n`;
      const headers = { ...htmlHeaders({ ...POLICY, ...page.policy }), 'Cache-Control': 'no-cache' };
      return Promise.resolve({ status: 200, headers, body });
    },
  });
}

function assetRoute(page: Page): Route {
  const loaded = new Map<string, Promise<TaggedBytes>>();
  const load = async ({ read }: Asset) => tagged(Buffer.from(await read()));
  return defineRoute({
    ...shared,
    method: 'get',
    path: `/${page.name}/{file}`,
    operationId: `get${page.name}File`,
    summary: `A file of ${page.title}`,
    params,
    replies: { 200: { description: 'The file.' }, 304: { description: 'The file is what the client has.' } },
    async handle(request: RouteRequest<z.output<typeof params>>): Promise<Reply> {
      const { file } = request.params;
      const asset = Object.hasOwn(page.assets, file) ? page.assets[file] : undefined;
      if (!asset) throw commonErrors.NotFound(`${page.title} has no file of this name.`);
      const loading = loaded.get(file) ?? load(asset);
      loaded.set(file, loading);
      const found = await loading.catch((thrown: unknown) => {
        loaded.delete(file);
        throw thrown;
      });
      return fileReply(request, found, asset.type, { 'Cache-Control': ASSET_CACHE });
    },
  });
}
