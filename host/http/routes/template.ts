import { type Constraint, parseConstraint } from './constraints.js';

/** A parsed ASP.NET route template (host contract, 3.1). */
export interface Template {
  readonly segments: readonly Segment[];
}

/** A piece of a segment. */
export type Part =
  | { readonly kind: 'literal'; readonly text: string; readonly folded: string }
  | ({ readonly kind: 'parameter' } & Parameter);

/** A route parameter. */
export interface Parameter {
  readonly name: string;
  readonly optional: boolean;
  readonly fallback: string | undefined;
  readonly catchAll: boolean;
  readonly constraints: readonly Constraint[];
}

/** The text between two slashes. */
export interface Segment {
  readonly parts: readonly Part[];
  /** Set when the segment is one literal: its folded text. */
  readonly literal: string | undefined;
  /** Set when the segment is one parameter. */
  readonly parameter: Parameter | undefined;
}

/** Valid parameter names; ASP.NET excludes `/`, `{`, `}`, `?` and `*` only. */
const PARAMETER_NAME = /^[^/{}?*=:()\s]+$/;

/** Lower-cases a text for comparison and keeps its length: positions are the same in both texts. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/**
 * Parses a route template.
 *
 * @throws Error that describes the problem
 */
export function parseTemplate(template: string): Template {
  const trimmed = template.replace(/^~?\/|\/$/g, '');
  const segments = trimmed === '' ? [] : splitSegments(trimmed).map(parseSegment);
  check(segments);
  return { segments };
}

/** Splits at slashes outside braces: a regular expression in a constraint may contain one. */
function splitSegments(template: string): string[] {
  const segments: string[] = [];
  let [start, depth] = [0, 0];
  for (let at = 0; at < template.length; at++) {
    const char = template[at];
    if (isEscaped(template, at)) at++;
    else if (char === '{') depth++;
    else if (char === '}') depth--;
    else if (char === '/' && depth === 0) {
      segments.push(template.slice(start, at));
      start = at + 1;
    }
    if (depth < 0 || depth > 1) throw new Error(`the brace at position ${at} is unpaired`);
  }
  if (depth !== 0) throw new Error('a "{" is not closed');
  return [...segments, template.slice(start)];
}

/** `{{` and `}}` are escaped braces. */
function isEscaped(text: string, at: number): boolean {
  return (text[at] === '{' || text[at] === '}') && text[at + 1] === text[at];
}

function parseSegment(text: string): Segment {
  if (text === '') throw new Error('it has two consecutive slashes');
  const parts: Part[] = [];
  let literal = '';
  const flush = () => {
    if (literal !== '') parts.push({ kind: 'literal', text: literal, folded: fold(literal) });
    literal = '';
  };
  for (let at = 0; at < text.length; at++) {
    if (isEscaped(text, at)) literal += text.charAt(at++);
    else if (text[at] === '{') {
      flush();
      const end = closingBrace(text, at + 1);
      parts.push({ kind: 'parameter', ...parseParameter(text.slice(at + 1, end)) });
      at = end;
    } else literal += text.charAt(at);
  }
  flush();
  const [only] = parts;
  return {
    parts,
    literal: parts.length === 1 && only?.kind === 'literal' ? only.folded : undefined,
    parameter: parts.length === 1 && only?.kind === 'parameter' ? only : undefined,
  };
}

function closingBrace(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (isEscaped(text, at)) at++;
    else if (text[at] === '}') return at;
  }
  throw new Error('a "{" is not closed');
}

/** `*name:constraint(a:b):constraint=default` or `name:constraint?`; doubled braces are escaped. */
function parseParameter(text: string): Parameter {
  const stars = /^\*{0,2}/.exec(text)?.[0].length ?? 0;
  const { body, fallback, optional } = readTail(text.slice(stars).replace(/([{}])\1/g, '$1'));
  const [name = '', ...constraints] = splitOutsideParentheses(body, ':');
  if (!PARAMETER_NAME.test(name)) throw new Error(`"{${text}}" has no valid parameter name`);
  if (stars > 0 && optional) throw new Error(`the catch-all "{${text}}" cannot be optional`);
  return { name, optional, fallback, catchAll: stars > 0, constraints: constraints.map(parseConstraint) };
}

/** Reads the default value or question mark at a parameter's end. */
function readTail(text: string): { body: string; fallback: string | undefined; optional: boolean } {
  const [body = '', ...rest] = splitOutsideParentheses(text, '=');
  if (rest.length > 0) {
    const fallback = rest.join('=');
    if (fallback.endsWith('?')) throw new Error(`"${text}" has a default and is optional`);
    return { body, fallback, optional: false };
  }
  const optional = text.endsWith('?');
  return { body: optional ? text.slice(0, -1) : text, fallback: undefined, optional };
}

function splitOutsideParentheses(text: string, separator: string): string[] {
  const pieces: string[] = [];
  let [start, depth] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')') depth--;
    else if (text[at] === separator && depth === 0) {
      pieces.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...pieces, text.slice(start)];
}

/** ASP.NET's rules, which keep matches unambiguous. */
function check(segments: readonly Segment[]): void {
  const names = new Set<string>();
  segments.forEach(({ parts }, index) => {
    parts.forEach((part, position) => {
      if (part.kind === 'literal') {
        if (part.text.includes('?')) throw new Error('a "?" is only allowed after a parameter');
        return;
      }
      const name = fold(part.name);
      if (names.has(name)) throw new Error(`the parameter "${part.name}" occurs twice`);
      names.add(name);
      if (part.catchAll && (parts.length > 1 || index < segments.length - 1)) {
        throw new Error(`the catch-all "${part.name}" must be the whole last segment`);
      }
      if (parts[position + 1]?.kind === 'parameter') {
        throw new Error(`the parameter "${part.name}" needs a literal between it and the next one`);
      }
      if (part.optional && parts.length > 1) checkOptionalInSegment(parts, position);
    });
  });
}

/** `{file}.{ext?}` is the only form in which a part of a segment is optional. */
function checkOptionalInSegment(parts: readonly Part[], position: number): void {
  const before = parts[position - 1];
  const isAfterDot = before?.kind === 'literal' && before.text === '.';
  if (position !== parts.length - 1 || !isAfterDot) {
    throw new Error('an optional parameter within a segment must be at its end, after a "."');
  }
}
