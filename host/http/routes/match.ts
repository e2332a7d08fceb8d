import { fold, type Parameter, type Part, type Segment, type Template } from './template.js';

/** Parameter values by name. */
export type RouteValues = Record<string, string>;

/** A request's path, split once for all templates. */
export interface RequestPath {
  /** Decoded, without slashes; a trailing slash adds no segment. */
  readonly segments: readonly string[];
  /** The segments folded for comparison (`fold` of template.ts). */
  readonly folded: readonly string[];
  readonly trailingSlash: boolean;
}

/** Splits a decoded path without its leading slash. */
export function readPath(path: string): RequestPath {
  const trailingSlash = path.endsWith('/');
  const raw = trailingSlash ? path.slice(0, -1) : path;
  const segments = raw === '' ? [] : raw.split('/');
  return { segments, folded: segments.map(fold), trailingSlash };
}

/**
 * Matches as ASP.NET does: first literals, then values and their constraints.
 *
 * @returns the route values without unset optional ones; undefined when the template does not match
 */
export function matchTemplate({ segments }: Template, path: RequestPath): RouteValues | undefined {
  if (!canMatch(segments, path)) return undefined;
  const values: RouteValues = {};
  for (const [index, segment] of segments.entries()) {
    const text = path.segments[index];
    const { parameter } = segment;
    if (segment.literal !== undefined) continue;
    if (parameter === undefined) {
      if (text === undefined || !matchParts(segment.parts, text, values)) return undefined;
    } else if (!capture(parameter, parameter.catchAll ? restOf(path, index) : text, values)) return undefined;
  }
  return values;
}

/** Checks lengths, literals and empty segments: a fast check that excludes most templates. */
function canMatch(segments: readonly Segment[], path: RequestPath): boolean {
  for (const [index, text] of path.folded.entries()) {
    const segment = segments[index];
    if (text === '' || segment === undefined) return false;
    if (segment.parameter?.catchAll) return true; // matches the whole rest
    if (segment.literal !== undefined && segment.literal !== text) return false;
  }
  for (let index = path.segments.length; index < segments.length; index++) {
    const parameter = segments[index]?.parameter;
    if (parameter === undefined) return false;
    if (!parameter.optional && parameter.fallback === undefined && !parameter.catchAll) return false;
  }
  return true;
}

/** A catch-all keeps a trailing slash. */
function restOf(path: RequestPath, from: number): string | undefined {
  const rest = path.segments.slice(from).join('/');
  return rest === '' ? undefined : path.trailingSlash ? `${rest}/` : rest;
}

/** Stores a value that satisfies its constraints; a missing value gets its default or stays unset. */
function capture(parameter: Parameter, given: string | undefined, values: RouteValues): boolean {
  const text = given ?? parameter.fallback;
  if (text === undefined) return true;
  for (const accepts of parameter.constraints) if (!accepts(text)) return false;
  values[parameter.name] = text;
  return true;
}

/** Several parts in one segment; in `{file}.{ext?}` the last two may be missing. */
function matchParts(parts: readonly Part[], text: string, values: RouteValues): boolean {
  if (captureParts(parts, text, values)) return true;
  const last = parts.at(-1);
  if (last?.kind !== 'parameter' || !last.optional) return false;
  return captureParts(parts.slice(0, -2), text, values);
}

/**
 * Matches from right to left: a parameter gets the text between its neighbor literals, at least one character; for the
 * literal on its left the last occurrence counts.
 */
function captureParts(parts: readonly Part[], text: string, values: RouteValues): boolean {
  const captured: [Parameter, string][] = [];
  let end = text.length;
  let pending: Parameter | undefined;
  for (const [position, part] of [...parts.entries()].reverse()) {
    if (part.kind === 'parameter') {
      pending = part;
      continue;
    }
    const start = literalBefore(part.folded, text, pending === undefined ? end : end - 1);
    const atEnd = start + part.text.length === end;
    if (start < 0 || (pending === undefined && position === parts.length - 1 && !atEnd)) return false;
    if (pending !== undefined) captured.push([pending, text.slice(start + part.text.length, end)]);
    pending = undefined;
    end = start;
  }
  if (pending !== undefined) captured.push([pending, text.slice(0, end)]);
  else if (end !== 0) return false;
  return captured.every(([parameter, value]) => value !== '' && capture(parameter, value, values));
}

/** Start of the last occurrence of `folded` that ends at or before `end`; negative when there is none. */
function literalBefore(folded: string, text: string, end: number): number {
  return end <= 0 ? -1 : fold(text.slice(0, end)).lastIndexOf(folded);
}
