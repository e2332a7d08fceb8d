import { jsonIn } from '../bindings/json.js';
import { type TypedData } from '../contracts.js';

/** Defines `context.triggerMetadata`, converted on first access as the library converts it (host contract, 2.9). */
export function defineMetadata(context: object, metadata: Record<string, TypedData> | undefined): void {
  if (metadata === undefined) return;
  let converted: unknown;
  Object.defineProperty(context, 'triggerMetadata', {
    configurable: true,
    enumerable: true,
    get: () => (converted ??= camelCased(mapped(metadata))),
    set: (value: unknown) => (converted = value),
  });
}

function mapped(metadata: Record<string, TypedData>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(metadata).map(([name, { string, json }]) => [name, parsed(string ?? json)]));
}

function parsed(text: string | undefined): unknown {
  const value = text === undefined ? undefined : jsonIn(text);
  return value === undefined ? text : value;
}

/** Lower-cases the first letter of all names. */
function camelCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.charAt(0).toLowerCase() + name.slice(1), camelCased(inner)]),
  );
}
