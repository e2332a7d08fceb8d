import { z } from 'zod';

/** Most rows of a page; storage reads this many with one call. */
const MAX_LIMIT = 1_000;
const DEFAULT_LIMIT = 100;
const MAX_OFFSET = 1_000_000;

const count = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** The query of a list: `limit` and `offset`. */
export const pageQuery = z.object({
  limit: count(1, MAX_LIMIT)
    .default(DEFAULT_LIMIT)
    .meta({ description: `Most rows of the answer, 1 to ${MAX_LIMIT}.` }),
  offset: count(0, MAX_OFFSET).default(0).meta({ description: 'Rows to skip.' }),
});
export type Page = z.output<typeof pageQuery>;

/** The largest whole number that a filter of Table storage compares without a suffix. */
const MAX_INT32 = 2_147_483_647;

/** A query that chooses the rows of a list that name a row of another one. */
export const rowFilter = count(1, MAX_INT32).optional();

export const linkHeader = { Link: 'URLs of the next and the previous page, where there is one (RFC 8288).' };

/** The header `Link` of a page. @param url the URL of the request */
export function linksOf(url: URL, { limit, offset }: Page, hasMore: boolean): Record<string, string> {
  const links: string[] = [];
  const link = (rel: string, to: number) => {
    const target = new URL(url);
    target.searchParams.delete('code'); // the function key is a secret
    target.searchParams.set('limit', String(limit));
    target.searchParams.set('offset', String(to));
    links.push(`<${target.href}>; rel="${rel}"`);
  };
  if (hasMore) link('next', offset + limit);
  if (offset > 0) link('prev', Math.max(0, offset - limit));
  return links.length > 0 ? { Link: links.join(', ') } : {};
}
