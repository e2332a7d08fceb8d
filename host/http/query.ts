import { decodePercent } from './percent-encoding.js';

/** A query parameter with its values in order. */
export interface QueryParameter {
  name: string;
  values: string[];
}

/** Up to this many different names, a repeated name has its second spelling, as in ASP.NET; with more the first. */
const MAX_RENAMED = 10;

/**
 * Reads a query as ASP.NET does: names ignore case, and what is not valid UTF-8 stays encoded. The Node.js worker of the
 * genuine host drops the name `__proto__`.
 *
 * @param search with its question mark; may be empty
 */
export function readQuery(search: string): QueryParameter[] {
  const parameters = new Map<string, QueryParameter>();
  for (const part of search.slice(1).split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? '' : decode(part.slice(equals + 1));
    const known = parameters.get(name.toLowerCase());
    if (known === undefined) {
      if (name !== '__proto__') parameters.set(name.toLowerCase(), { name, values: [value] });
      continue;
    }
    if (known.values.length === 1 && parameters.size <= MAX_RENAMED) known.name = name;
    known.values.push(value);
  }
  return [...parameters.values()];
}

function decode(text: string): string {
  return decodePercent(text.replaceAll('+', ' '));
}
