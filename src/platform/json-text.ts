import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { JsonLimitError, JsonScanner } from './json-scanner.js';

/**
 * Longest text that is parsed, bytes, and most values in it. `JSON.parse` cannot be interrupted, and takes 100 to 250 ns
 * a value: these take a few milliseconds, enough for a thousand ids of sixteen digits.
 */
export const MAX_PARSED_BYTES = 1024 * 1024;
const PARSED_LIMITS = { depth: 100, values: 20_000 };

/** The text is not UTF-8. */
export class JsonEncodingError extends Error {
  override readonly name = 'JsonEncodingError';
}

/**
 * Parses UTF-8 JSON text of limited size, with or without a byte order mark.
 *
 * @throws JsonEncodingError, JsonLimitError, SyntaxError
 */
export async function parseJson(bytes: Buffer): Promise<unknown> {
  if (bytes.length > MAX_PARSED_BYTES) throw new JsonLimitError(`more than ${MAX_PARSED_BYTES} bytes`);
  const text = withoutMark(bytes);
  await scan(new JsonScanner(text, PARSED_LIMITS)).catch((thrown: unknown) => {
    if (!(thrown instanceof SyntaxError)) throw thrown; // the parser's message is better
  });
  return JSON.parse(text.toString('utf8')) as unknown;
}

/**
 * Finds members of a JSON object by name and gives their texts, byte for byte as they were sent: parsing changes numbers
 * beyond 2^53, and takes seconds for 20 MB of small values. The whole text is checked to be JSON. When a name occurs
 * more than once, the last counts, as for `JSON.parse`.
 *
 * @param depth most arrays and objects inside of each other
 * @returns undefined when the text is another value than an object
 * @throws JsonEncodingError, JsonLimitError, SyntaxError
 */
export async function membersOf<Name extends string>(
  bytes: Buffer,
  names: readonly Name[],
  depth: number,
): Promise<Partial<Record<Name, Buffer>> | undefined> {
  const text = withoutMark(bytes);
  const members: Partial<Record<Name, Buffer>> = {};
  const scanner = new JsonScanner(text, { depth, values: Infinity }, ({ start, end }, value) => {
    if (start === end) return; // an item of an array
    // Most other names are recognized by their length.
    const name = names.find((wanted) => mayBe(wanted, end - start - 2) && nameAt(text, start, end) === wanted);
    if (name !== undefined) members[name] = text.subarray(value.start, value.end);
  });
  await scan(scanner);
  return scanner.isObject ? members : undefined;
}

/**
 * The parts of a JSON object or array: its members by name, or its items, byte for byte.
 *
 * @param limits most arrays and objects inside of each other, and most parts
 * @returns undefined when the text is another value
 * @throws JsonEncodingError, JsonLimitError, SyntaxError
 */
export async function partsOf(
  bytes: Buffer,
  { depth, parts }: { depth: number; parts: number },
): Promise<{ members: Map<string, Buffer> } | { items: Buffer[] } | undefined> {
  const text = withoutMark(bytes);
  const items: Buffer[] = [];
  const members = new Map<string, Buffer>();
  const scanner = new JsonScanner(text, { depth, values: Infinity }, ({ start, end }, value) => {
    if (items.length + members.size >= parts) throw new JsonLimitError(`more than ${parts} parts`);
    const part = text.subarray(value.start, value.end);
    if (start === end) items.push(part);
    else members.set(nameAt(text, start, end), part);
  });
  await scan(scanner);
  if (scanner.isObject) return { members };
  return scanner.isArray ? { items } : undefined;
}

/** Read between two turns of the event loop, bytes: one or two milliseconds. */
const SLICE_BYTES = 128 * 1024;

async function scan(scanner: JsonScanner): Promise<void> {
  while (!scanner.read(SLICE_BYTES)) await nextTurn();
}

/** RFC 8259, 8.1: a parser may ignore a byte order mark. @throws JsonEncodingError */
function withoutMark(bytes: Buffer): Buffer {
  if (!isUtf8(bytes)) throw new JsonEncodingError('The text is not UTF-8.');
  return bytes.subarray(0, MARK.length).equals(MARK) ? bytes.subarray(MARK.length) : bytes;
}
const MARK = Buffer.from('\uFEFF');

/** Longest escape sequence of a character in a string, bytes: `\u0041`. */
const ESCAPE_BYTES = 6;

/** @param length of a name in the text, bytes. @param wanted of ASCII characters */
function mayBe(wanted: string, length: number): boolean {
  return length >= wanted.length && length <= wanted.length * ESCAPE_BYTES;
}

function nameAt(text: Buffer, start: number, end: number): string {
  return JSON.parse(text.toString('utf8', start, end)) as string;
}
