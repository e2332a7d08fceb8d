import { jsonIn } from '../../bindings/json.js';
import { booleanText, dateText } from '../../dotnet-text.js';
import { type QueryParameter } from '../query.js';

/** The name of the query parameter with a function key, which is no binding data. */
const KEY_PARAMETER = 'code';

/**
 * The binding data of an HTTP trigger, from which the library takes `request.params` in stream mode: the members of a JSON
 * body, the query and the route; later ones replace earlier ones (HttpTriggerAttributeBindingProvider.cs).
 *
 * @param route route values; undefined for a missing optional parameter, which hides what has the same name
 * @param body undefined unless it has a Content-Length above zero
 * @returns text values by name; names ignore case, and the first spelling stays. Null for a value that is not text
 */
export function requestBindingData(
  route: Iterable<readonly [string, string | undefined]>,
  query: readonly QueryParameter[],
  body: string | undefined,
): Map<string, string | null> {
  const values = new Map<string, { name: string; value: string | null }>();
  const set = (name: string, value: string | null) => {
    values.set(name.toLowerCase(), { name: values.get(name.toLowerCase())?.name ?? name, value });
  };
  for (const [name, value] of membersOf(body)) set(name, value);
  for (const { name, values: given } of query) {
    if (name.toLowerCase() !== KEY_PARAMETER) set(name, given.at(-1) ?? '');
  }
  for (const [name, value] of route) set(name, value ?? null);
  return new Map([...values.values()].map(({ name, value }) => [name, value]));
}

/** The members of a JSON object except null and arrays, as text; null for an object. */
function membersOf(body = ''): [string, string | null][] {
  const text = body.replace(/^\uFEFF/, '');
  if (!text.trimStart().startsWith('{')) return [];
  const members = Object.entries(Object(jsonIn(text)) as Record<string, unknown>);
  const sources = members.some(([, value]) => needsSource(value)) ? numberSources(text) : undefined;
  return members.flatMap(([name, value]): [string, string | null][] => {
    if (value === null || Array.isArray(value) || name === '__proto__') return [];
    return [[name, textOf(value, sources?.get(name))]];
  });
}

function textOf(value: unknown, source: string | undefined): string | null {
  switch (typeof value) {
    case 'string':
      return dateText(value) ?? value;
    case 'number':
      return numberText(value, source);
    case 'boolean':
      return booleanText(value);
    default:
      return null;
  }
}

/** For large numbers and zero, the text depends on whether the JSON has an integer or a decimal number. */
function needsSource(value: unknown): boolean {
  return typeof value === 'number' && (!Number.isSafeInteger(Math.trunc(value)) || value === 0);
}

/** The numbers among an object's members as they are in the JSON. */
function numberSources(text: string): Map<string, string> | undefined {
  const byObject = new Map<unknown, Map<string, string>>();
  const add = function (this: unknown, key: string, value: unknown, context?: { source?: string }): unknown {
    if (typeof value !== 'number' || context?.source === undefined || Array.isArray(this)) return value;
    const sources = byObject.get(this) ?? new Map<string, string>();
    byObject.set(this, sources.set(key, context.source));
    return value;
  };
  return byObject.get(JSON.parse(text, add));
}

/** Decimal exponents that .NET writes without an exponent. */
const FIXED_EXPONENTS = { from: -4, to: 16 };

/** A number as .NET writes it: `1.50` is `1.5`, 1e20 is `1E+20`. */
function numberText(value: number, source = ''): string {
  if (/^-?\d+$/.test(source)) return BigInt(source).toString();
  if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= FIXED_EXPONENTS.from && power <= FIXED_EXPONENTS.to) return String(value);
  return `${digits}E${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
