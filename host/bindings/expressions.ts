import { randomUUID } from 'node:crypto';
import { type Environment, resolveSettings } from '../config/app-settings.js';
import { type BindingData } from './binding-data.js';
import { dateFormatter, DEFAULT_DATE_FORMAT } from './date-format.js';

/** A compiled text with binding expressions. */
export interface Template {
  /**
   * Replaces the expressions by the values of one invocation.
   *
   * @param data called only when the text has an expression that needs it
   * @throws Error naming the expression without a value
   */
  resolve(data: () => BindingData): string;
}

/** Escapes a value for the text `before` it; throws for a value that would change the meaning of the text. */
export type Escape = (value: string, before: string) => string;

type Part = string | ((data: () => BindingData) => string);

/**
 * Compiles binding expressions: `%SETTING%` is replaced now, `{name}`, `{name.member}`, `{rand-guid}` and
 * `{datetime:format}` at each invocation.
 *
 * @throws Error for a missing setting, an unpaired brace or an unsupported date format
 */
export function compileTemplate(text: string, env: Environment, escape: Escape = (value) => value): Template {
  const resolved = resolveSettings(text, env);
  const parts = resolved.split(/(\{[^{}]*\})/).flatMap((piece, index) => compilePart(piece, index % 2 === 1, text));
  return {
    resolve: (data) =>
      parts.reduce<string>(
        (before, part) => before + (typeof part === 'string' ? part : escape(part(data), before)),
        '',
      ),
  };
}

function compilePart(piece: string, isExpression: boolean, text: string): Part[] {
  if (isExpression) return [compileExpression(piece.slice(1, -1).trim(), text)];
  if (/[{}]/.test(piece)) throw new Error(`"${text}" has an unpaired brace`);
  return piece === '' ? [] : [piece];
}

function compileExpression(expression: string, text: string): Part {
  const colon = expression.indexOf(':');
  const name = colon < 0 ? expression : expression.slice(0, colon);
  const format = colon < 0 ? undefined : expression.slice(colon + 1);
  switch (name.toLowerCase()) {
    case '':
      throw new Error(`"${text}" has an empty expression`);
    case 'rand-guid':
    case 'sys.randguid':
      return () => formatGuid(randomUUID(), format);
    case 'datetime':
    case 'sys.utcnow':
      return compileDate(name, format ?? DEFAULT_DATE_FORMAT);
    default:
      return (data) => required(data().get(name), name, text, data());
  }
}

/** A value of the trigger with this name takes precedence over the current time. */
function compileDate(name: string, format: string): Part {
  const print = dateFormatter(format);
  return (data) => {
    const own = data().get(name);
    if (typeof own !== 'string') return print(new Date());
    const date = new Date(own);
    return Number.isNaN(date.getTime()) ? own : print(date);
  };
}

function required(value: unknown, name: string, text: string, data: BindingData): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value !== undefined) throw new Error(`{${name}} in "${text}" is not a plain value: use one of its members`);
  throw new Error(`{${name}} in "${text}" has no value; available are: ${data.names().join(', ') || 'none'}`);
}

/** .NET's formats of a GUID; D is the default. */
function formatGuid(guid: string, format = 'D'): string {
  switch (format.toUpperCase()) {
    case 'N':
      return guid.replaceAll('-', '');
    case 'B':
      return `{${guid}}`;
    case 'P':
      return `(${guid})`;
    default:
      return guid;
  }
}
