/** A call: one method of a path with parameters, such as `/books/{id}:upload-start` or `/files/{*path}`. */
interface Call {
  name: string;
  method: string;
  path: string;
}

/** The pairs of calls that one request could mean. */
export function overlaps<C extends Call>(calls: readonly C[]): [C, C][] {
  return calls.flatMap((one, index) =>
    calls
      .slice(index + 1)
      .filter((other) => other.method.toLowerCase() === one.method.toLowerCase() && other.name !== one.name)
      .filter((other) => pathsOverlap(segmentsOf(one.path), segmentsOf(other.path)))
      .map((other): [C, C] => [one, other]),
  );
}

/** The runtime ignores the case of literals. */
const segmentsOf = (path: string) => path.toLowerCase().split('/').filter(Boolean);

/** Compares segment by segment: a parameter takes any text, also that of a literal. */
function pathsOverlap([a, ...restOfA]: string[], [b, ...restOfB]: string[]): boolean {
  if (a?.startsWith('{*') || b?.startsWith('{*')) return true;
  if (a === undefined || b === undefined) return a === b;
  return segmentsOverlap(a, b) && pathsOverlap(restOfA, restOfB);
}

/** Texts of parameters with a constraint, such as `{p1:int}`: a pattern and an example. */
const CONSTRAINTS: Record<string, [pattern: string, example: string]> = {
  int: ['\\d+', '12'],
  guid: ['[\\da-f]{32}', '0123456789abcdef0123456789abcdef'],
};
/** A parameter has no colon. */
const ANY: [pattern: string, example: string] = ['[^/:]+', 'x'];
const PARAMETER = /\{\w+(?::(\w+))?\}/;

function segmentsOverlap(a: string, b: string): boolean {
  return matches(a, exampleOf(b)) || matches(b, exampleOf(a));
}

/** Whether a segment takes a text. */
function matches(segment: string, text: string): boolean {
  const literal = segment.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${replaced(literal, ([pattern]) => pattern)}$`).test(text);
}

const exampleOf = (segment: string) => replaced(segment, ([, example]) => example);

function replaced(segment: string, by: (texts: [pattern: string, example: string]) => string): string {
  return segment.replaceAll(new RegExp(PARAMETER, 'g'), (_, form?: string) => by(CONSTRAINTS[form ?? ''] ?? ANY));
}
