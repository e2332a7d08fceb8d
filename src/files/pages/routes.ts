import { z } from 'zod';
import { escapeHtml, htmlHeaders } from '../../platform/http/html.js';
import { defineRoute, type Route } from '../../platform/http/route.js';
import { filesErrorForm } from '../errors.js';
import { createCsrfRoute } from '../csrf.js';
import { listTag } from '../lists/fields.js';
import { type Violations } from '../lists/violations.js';
import { pageQuery } from '../paging.js';

export interface PageRoutesOptions {
  violations: Pick<Violations, 'list'>;
  /** Whether the page of violations needs no function key. */
  anonymous: boolean;
}

/** The pages and calls for browsers (docs/contracts/files.md). */
export function createPageRoutes(options: PageRoutesOptions): Route[] {
  return [createCsrfRoute(), violationsPage(options)];
}

function violationsPage({ violations, anonymous }: PageRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/cms/',
    auth: anonymous ? 'anonymous' : 'function',
    operationId: 'getViolationsPage',
    tag: listTag,
    hidden: true,
    summary: 'A page with the base list of violations',
    query: pageQuery,
    replies: { 200: { description: 'The page.', mediaType: 'text/html', schema: z.string() } },
    errorForm: filesErrorForm,
    async handle({ query, url }) {
      const { rows, hasMore } = await violations.list(query);
      const up = url.pathname.endsWith('/') ? '../' : './';
      const cells = (...texts: string[]) => texts.map((text) => `<td>${escapeHtml(text)}</td>`).join('');
      const items = rows.map(
        ({ id, values }) => `<tr>${cells(String(id), values.violations, values.violations_comment)}</tr>`,
      );
      const body = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Violations</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"></head>',
        `<body><h1>Violations</h1><p>The API: <a href="${up}swagger/">Swagger UI</a>, <a href="${up}redoc/">Redoc</a>, `,
        `<a href="${up}swagger.json">swagger.json</a>, <a href="${up}swagger.yaml">swagger.yaml</a></p>`,
        rows.length === 0 ? '<p>The list is empty.</p>' : '',
        '<table><thead><tr><th>id</th><th>violation</th><th>comment</th></tr></thead><tbody>',
        ...items,
        `</tbody></table><p>${pageLinks(url, query, hasMore)}</p></body></html>`,
      ];
      const headers = { ...htmlHeaders({ 'img-src': 'data:' }), 'Cache-Control': 'no-store' };
      return { status: 200, headers, body: `${body.join('\n')}\n` };
    },
  });
}

/** Relative, and with the query of the page: a browser has no other way to send the function key. */
function pageLinks(url: URL, { limit, offset }: z.output<typeof pageQuery>, hasMore: boolean): string {
  const link = (to: number, text: string) => {
    const search = new URLSearchParams(url.search);
    search.set('limit', String(limit));
    search.set('offset', String(to));
    return `<a href="?${escapeHtml(search.toString())}">${text}</a>`;
  };
  return [
    ...(offset > 0 ? [link(Math.max(0, offset - limit), 'previous page')] : []),
    ...(hasMore ? [link(offset + limit, 'next page')] : []),
  ].join(' ');
}
