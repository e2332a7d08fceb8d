import { z } from 'zod';
import { type Environment } from './app-settings.js';

/**
 * A section of host.json. As in the genuine host, the case of names does not matter, and unknown names are allowed:
 * other extensions and later versions have their own.
 */
export function settingsObject<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]));
  const rename = (value: unknown) =>
    isObject(value)
      ? Object.fromEntries(
          Object.entries(value).map(([name, member]) => [names.get(name.toLowerCase()) ?? name, member]),
        )
      : value;
  return z.preprocess(rename, z.looseObject(shape));
}

/** A number that may also be given as text, as every value of the genuine host's configuration. */
export function numberSetting<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value), schema);
}

/** A number above zero. */
export const countSetting = numberSetting(z.int('give a whole number').positive('give a number above zero'));

/** A boolean that may also be given as text. */
export const booleanSetting = z.preprocess((value) => {
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  return text === 'true' || text === 'false' ? text === 'true' : value;
}, z.boolean());

const OVERRIDE = /^AzureFunctionsJobHost(?:__|:)(.+)$/i;

/**
 * The content of host.json with the values of the settings `AzureFunctionsJobHost__a__b`, which have precedence.
 *
 * @param content parsed JSON; not changed
 */
export function withOverrides(content: unknown, env: Environment): unknown {
  let result = content;
  for (const [name, value] of Object.entries(env)) {
    const path = OVERRIDE.exec(name)?.[1]?.split(/__|:/);
    if (path !== undefined && value !== undefined) result = replaced(result, path, value);
  }
  return result;
}

function replaced(content: unknown, [first, ...rest]: readonly string[], value: string): unknown {
  if (first === undefined) return value;
  const members = isObject(content) ? content : {};
  const name = Object.keys(members).find((key) => key.toLowerCase() === first.toLowerCase()) ?? first;
  return { ...members, [name]: replaced(members[name], rest, value) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
