import { randomUUID } from 'node:crypto';
import { type Environment, resolveSettings } from '../config/app-settings.js';
import { type BindingData } from './binding-data.js';
import { dateFormatter, DEFAULT_DATE_FORMAT } from './date-format.js';

/** A text with binding expressions, ready to be filled in for an invocation. */
export interface Template {
  /**
   * @param data asked for only when there is an expression to fill in
   * @throws Error naming the expression that has no value in this invocation
   */
  resolve(data: () => BindingData): string;
}

/** Makes a value fit for the place it goes to, and refuses what could change the meaning of the text around it. */
export type Escape = (value: string, before: string) => string;

type Part = string | ((data: () => BindingData) => string);

/**
 * Reads binding expressions: `%SETTING%` is filled in now, `{name}`, `{name.member}`, `{rand-guid}` and
 * `{datetime:format}` at each invocation.
 *
 * @throws Error for a missing setting, a brace without its other, or a date format that is not known
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
  if (/[{}]/.test(piece)) throw new Error(`"${text}" has a brace without its other`);
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

/** A member of the trigger's own that is called so comes before the time of day. */
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
  if (value !== undefined) throw new Error(`{${name}} in "${text}" is no plain value: name one of its members`);
  throw new Error(`nothing here is called {${name}} (in "${text}"); there is ${data.names().join(', ') || 'nothing'}`);
}

/** .NET's formats of a GUID: D is the usual one. */
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
