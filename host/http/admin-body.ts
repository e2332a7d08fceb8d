import { jsonIn } from '../bindings/json.js';

/** Media types of JSON that the genuine host reads. */
const JSON_TYPE = /^\s*(?:application|text)\/json\s*(?:;|$)|^\s*application\/[^;\s]+\+json\s*(?:;|$)/i;
const XML_TYPE = /^\s*(?:application|text)\/xml\s*(?:;|$)|^\s*application\/[^;\s]+\+xml\s*(?:;|$)/i;

/** Whether the genuine host reads a body of this type; any other is 415. It also reads XML, which is never valid here. */
export function isReadable(contentType = ''): boolean {
  return JSON_TYPE.test(contentType) || XML_TYPE.test(contentType);
}

/**
 * A member of a JSON object as text; names ignore case, and numbers and booleans become text.
 *
 * @returns null when it is missing or null; undefined when the body is not an object or the member is not a scalar
 */
export function textMember(body: string, name: string): string | null | undefined {
  const object = jsonIn(body);
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return undefined;
  const entry = Object.entries(object as Record<string, unknown>).find(([key]) => key.toLowerCase() === name);
  const value = entry?.[1] ?? null;
  if (value === null || typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
