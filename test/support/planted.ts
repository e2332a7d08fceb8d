import { type z } from 'zod';
import { isSensitive } from '../../src/platform/sensitive.js';

/**
 * A value of a schema that has the secret at each place that is marked as sensitive, and nothing elsewhere; undefined
 * when nothing is marked.
 */
export function planted(schema: z.core.$ZodType, secret: string): unknown {
  if (isSensitive(schema)) return secret;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const within = (inner: z.core.$ZodType) => planted(inner, secret);
  switch (def.type) {
    case 'object': {
      const members = Object.entries(def.shape).map(([name, member]) => [name, within(member)] as const);
      const marked = members.filter(([, value]) => value !== undefined);
      return marked.length > 0 ? Object.fromEntries(marked) : undefined;
    }
    case 'array':
      return listOf(within(def.element));
    case 'record': {
      const value = within(def.valueType);
      return value === undefined ? undefined : { any: value };
    }
    case 'union':
      return def.options.map(within).find((value) => value !== undefined);
    case 'intersection':
      return within(def.left) ?? within(def.right);
    case 'pipe':
      return within(def.in) ?? within(def.out);
    case 'optional':
    case 'nullable':
    case 'default':
      return within(def.innerType);
    default:
      return undefined;
  }
}

function listOf(value: unknown): unknown {
  return value === undefined ? undefined : [value];
}
