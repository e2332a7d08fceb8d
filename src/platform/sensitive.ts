import { z } from 'zod';
import { OperationError, type ErrorData } from './errors.js';
import { redact } from './logging.js';

const marked = z.registry<{ isSensitive: true }>();

/** Marks a field's schema: its values appear in no log line, no error and no history of an operation. */
export function sensitive<S extends z.ZodType>(schema: S): S {
  marked.add(schema, { isSensitive: true });
  return schema;
}

export function isSensitive(schema: z.core.$ZodType): boolean {
  return marked.get(schema) !== undefined;
}

const REDACTED = '[redacted]';
/** Shorter values, such as a digit, would make other texts unreadable. */
const MIN_LENGTH = 6;

/**
 * Removes what schemas mark as sensitive from values and texts. It remembers the values of marked fields, and removes
 * them wherever they appear in a later value or text.
 */
export class Redactor {
  readonly #secrets = new Set<string>();

  /** A copy of the value without what its schema marks, and without secrets in its texts. */
  value(schema: z.ZodType | undefined, value: unknown): unknown {
    return this.#texts(schema ? this.#marked(schema, value) : value);
  }

  /** A text without the secrets that are known from values, and without what looks like one (`redact`). */
  text(text: string): string {
    let rest = text;
    for (const secret of this.#secrets) rest = rest.replaceAll(secret, REDACTED);
    return redact(rest);
  }

  /** An error with the code, message and details of the other, without secrets; so is its cause. */
  error(error: OperationError): OperationError {
    if (this.#secrets.size === 0) return error;
    const { data, cause } = error;
    return new OperationError(this.#texts(data) as ErrorData, { cause: this.#cause(cause) });
  }

  #cause(cause: unknown): unknown {
    if (!(cause instanceof Error)) return cause;
    const safe = new Error(this.text(cause.message));
    safe.name = cause.name;
    if (cause.stack !== undefined) safe.stack = this.text(cause.stack);
    return safe;
  }

  #marked(schema: z.core.$ZodType, value: unknown): unknown {
    if (value === undefined || value === null || value === REDACTED) return value;
    if (isSensitive(schema)) {
      this.#remember(value);
      return REDACTED;
    }
    const { def } = (schema as z.core.$ZodTypes)._zod;
    switch (def.type) {
      case 'object':
        return mapMembers(value, (member, name) => (def.shape[name] ? this.#marked(def.shape[name], member) : member));
      case 'record':
        return mapMembers(value, (member) => this.#marked(def.valueType, member));
      case 'array':
        return mapItems(value, (item) => this.#marked(def.element, item));
      case 'tuple':
        return mapItems(value, (item, index) => this.#marked(def.items[index] ?? def.rest ?? z.unknown(), item));
      case 'union':
        return def.options.reduce((rest: unknown, option) => this.#marked(option, rest), value);
      case 'intersection':
        return this.#marked(def.right, this.#marked(def.left, value));
      case 'pipe':
        return this.#marked(def.out, this.#marked(def.in, value));
      case 'lazy':
        return this.#marked(def.getter(), value);
      case 'optional':
      case 'nullable':
      case 'nonoptional':
      case 'default':
      case 'prefault':
      case 'catch':
      case 'readonly':
        return this.#marked(def.innerType, value);
      default:
        return value;
    }
  }

  #remember(value: unknown): void {
    if (typeof value === 'string' && value.length >= MIN_LENGTH) this.#secrets.add(value);
    else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) this.#remember(item);
  }

  #texts(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return mapItems(value, (item) => this.#texts(item));
    return mapMembers(value, (member) => this.#texts(member));
  }
}

/** A value that is no object stays as it is. */
function mapMembers(value: unknown, change: (member: unknown, name: string) => unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, change(member, name)]));
}

function mapItems(value: unknown, change: (item: unknown, index: number) => unknown): unknown {
  return Array.isArray(value) ? value.map(change) : value;
}
