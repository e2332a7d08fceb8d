import { z } from 'zod';

const MAX_TOP = 100;
const topMessage = `expected a whole number from 1 to ${MAX_TOP}`;

/** How many items a page has at most; a query parameter of lists that have `nextLink`. */
export const top = z.coerce
  .number(topMessage)
  .int(topMessage)
  .min(1, topMessage)
  .max(MAX_TOP, topMessage)
  .default(20)
  .meta({ description: `Most items of the page, 1 to ${MAX_TOP}.` });

/** The position of a page, as `nextLink` has it. */
export const skipToken = (form: RegExp) =>
  z
    .string()
    .regex(form, 'expected the one of a nextLink')
    .optional()
    .meta({ description: 'Position of the next page; part of `nextLink`.' });

/** The URL of the next page. The function key is not repeated in it; the client adds its own. */
export function nextLink(url: URL, next: string): string {
  const link = new URL(url);
  for (const name of [...link.searchParams.keys()]) if (name.toLowerCase() === 'code') link.searchParams.delete(name);
  link.searchParams.set('skipToken', next);
  return link.href;
}
