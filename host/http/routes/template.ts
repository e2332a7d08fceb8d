import { type Constraint, parseConstraint } from './constraints.js';

/** An ASP.NET route template, read (host contract, 3.1). */
export interface Template {
  readonly segments: readonly Segment[];
}

export type Part =
  | { readonly kind: 'literal'; readonly text: string; readonly folded: string }
  | ({ readonly kind: 'parameter' } & Parameter);

export interface Parameter {
  readonly name: string;
  readonly optional: boolean;
  readonly fallback: string | undefined;
  readonly catchAll: boolean;
  readonly constraints: readonly Constraint[];
}

export interface Segment {
  readonly parts: readonly Part[];
  /** Set when the segment is one literal: what the folded request segment must equal. */
  readonly literal: string | undefined;
  /** Set when the segment is one parameter. */
  readonly parameter: Parameter | undefined;
}

/** Characters that a parameter's name may hold; the product bars `/`, `{`, `}`, `?` and `*` only. */
const PARAMETER_NAME = /^[^/{}?*=:()\s]+$/;

/** For comparing without case, character by character: positions in the folded text are positions in the text. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** @throws Error saying what is wrong with the template */
export function parseTemplate(template: string): Template {
  const trimmed = template.replace(/^~?\/|\/$/g, '');
  const segments = trimmed === '' ? [] : splitSegments(trimmed).map(parseSegment);
  check(segments);
  return { segments };
}

/** Splits at slashes outside braces: a regular expression in a constraint may hold one. */
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
    if (depth < 0 || depth > 1) throw new Error(`a brace at position ${at} does not pair`);
  }
  if (depth !== 0) throw new Error('a "{" is not closed');
  return [...segments, template.slice(start)];
}

/** `{{` and `}}` stand for the brace itself. */
function isEscaped(text: string, at: number): boolean {
  return (text[at] === '{' || text[at] === '}') && text[at + 1] === text[at];
}

function parseSegment(text: string): Segment {
  if (text === '') throw new Error('two slashes follow each other');
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

/** `*name:constraint(a:b):constraint=default` or `name:constraint?`; doubled braces stand for themselves. */
function parseParameter(text: string): Parameter {
  const stars = /^\*{0,2}/.exec(text)?.[0].length ?? 0;
  const { body, fallback, optional } = readTail(text.slice(stars).replace(/([{}])\1/g, '$1'));
  const [name = '', ...constraints] = splitOutsideParentheses(body, ':');
  if (!PARAMETER_NAME.test(name)) throw new Error(`"{${text}}" has no usable parameter name`);
  if (stars > 0 && optional) throw new Error(`the catch-all "{${text}}" cannot be optional`);
  return { name, optional, fallback, catchAll: stars > 0, constraints: constraints.map(parseConstraint) };
}

/** The default value or question mark at a parameter's end. */
function readTail(text: string): { body: string; fallback: string | undefined; optional: boolean } {
  const [body = '', ...rest] = splitOutsideParentheses(text, '=');
  if (rest.length > 0) {
    const fallback = rest.join('=');
    if (fallback.endsWith('?')) throw new Error(`"${text}" has a default and is optional as well`);
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

/** What the product refuses: it would be unclear which text belongs to which parameter. */
function check(segments: readonly Segment[]): void {
  const names = new Set<string>();
  segments.forEach(({ parts }, index) => {
    parts.forEach((part, position) => {
      if (part.kind === 'literal') {
        if (part.text.includes('?')) throw new Error('a "?" may only follow a parameter');
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

/** `{file}.{ext?}`: the one place where part of a segment may be left out. */
function checkOptionalInSegment(parts: readonly Part[], position: number): void {
  const before = parts[position - 1];
  const afterDot = before?.kind === 'literal' && before.text === '.';
  if (position !== parts.length - 1 || !afterDot) {
    throw new Error('an optional parameter within a segment must be its end, after a "."');
  }
}
