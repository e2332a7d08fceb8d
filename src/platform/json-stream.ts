import { isUtf8 } from 'node:buffer';
import { JsonLimitError } from './json-scanner.js';
import { JsonEncodingError } from './json-text.js';

/** What follows in the text of the outermost object. */
type Expected =
  | 'object'
  | 'keyOrEnd'
  | 'key'
  | 'colon'
  | 'value'
  | 'elementOrEnd'
  | 'element'
  | 'commaOrArrayEnd'
  | 'commaOrEnd'
  | 'nothing';

/** Gets a member of the object, or an element of a member that is an array and is read by elements. */
type OnValue = (name: string, value: unknown, index?: number) => void;

interface JsonObjectReaderOptions {
  /** Names of members whose arrays are given element by element. */
  arrays: readonly string[];
  /** Longest text of a member or an element, bytes. */
  valueBytes: number;
  /** Whether a longer one is given as undefined. @default it is an error */
  skipsLong?: boolean;
  onValue: OnValue;
}

const codes = (text: string) => new Set(Buffer.from(text));
const SPACES = codes(' \t\r\n');
const OPEN = codes('[{');
const CLOSE = codes(']}');
/** After a number or a literal. */
const ENDS = codes(' \t\r\n,]}');
const [QUOTE, BACKSLASH, COMMA, COLON, ARRAY, ARRAY_END, OBJECT, OBJECT_END] = Buffer.from('"\\,:[]{}') as Buffer &
  [number, number, number, number, number, number, number, number];
const MARK = Buffer.from('\uFEFF');

/**
 * Reads a JSON object (RFC 8259) while its text arrives, and holds one member or element of it at a time. `JSON.parse`
 * reads each of them, so that together the two accept what it accepts.
 *
 * @throws from its methods: SyntaxError, JsonLimitError, JsonEncodingError
 */
export class JsonObjectReader {
  readonly #options: JsonObjectReaderOptions;
  #expected: Expected = 'object';
  /** The text of the value that is read now, from chunks before. */
  #parts: Buffer[] = [];
  #partBytes = 0;
  #isInValue = false;
  #isInString = false;
  #isEscaped = false;
  #depth = 0;
  #name = '';
  #index = 0;
  #position = 0;

  constructor(options: JsonObjectReaderOptions) {
    this.#options = options;
  }

  write(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let at = 0;
    while (at < bytes.length) at = this.#isInValue ? this.#rest(bytes, at) : this.#token(bytes, at);
    this.#position += bytes.length;
  }

  /** Checks that the object is complete. */
  end(): void {
    if (this.#expected !== 'nothing') throw this.#invalid(0);
  }

  /** @returns the position after the token */
  #token(bytes: Buffer, at: number): number {
    const byte = bytes[at] ?? 0;
    if (SPACES.has(byte) || (this.#expected === 'object' && this.#isMark(byte, at))) return at + 1;
    switch (this.#expected) {
      case 'object':
        if (byte !== OBJECT) throw this.#invalid(at);
        return this.#then('keyOrEnd', at);
      case 'keyOrEnd':
        return byte === OBJECT_END ? this.#then('nothing', at) : this.#key(byte, at);
      case 'key':
        return this.#key(byte, at);
      case 'colon':
        if (byte !== COLON) throw this.#invalid(at);
        return this.#then('value', at);
      case 'value':
        if (byte !== ARRAY || !this.#options.arrays.includes(this.#name)) return this.#begin(at);
        this.#index = 0;
        return this.#then('elementOrEnd', at);
      case 'elementOrEnd':
        return byte === ARRAY_END ? this.#then('commaOrEnd', at) : this.#begin(at);
      case 'element':
        return this.#begin(at);
      case 'commaOrArrayEnd':
        if (byte === ARRAY_END) return this.#then('commaOrEnd', at);
        if (byte !== COMMA) throw this.#invalid(at);
        return this.#then('element', at);
      case 'commaOrEnd':
        if (byte === OBJECT_END) return this.#then('nothing', at);
        if (byte !== COMMA) throw this.#invalid(at);
        return this.#then('key', at);
      case 'nothing':
        throw this.#invalid(at);
    }
  }

  /** RFC 8259, 8.1: a parser may ignore a byte order mark. */
  #isMark(byte: number, at: number): boolean {
    const position = this.#position + at;
    return position < MARK.length && byte === MARK[position];
  }

  #then(expected: Expected, at: number): number {
    this.#expected = expected;
    return at + 1;
  }

  #key(byte: number, at: number): number {
    if (byte !== QUOTE) throw this.#invalid(at);
    this.#expected = 'key';
    return this.#begin(at);
  }

  #begin(at: number): number {
    this.#isInValue = true;
    return at;
  }

  /** Reads to the end of the value or of the chunk. */
  #rest(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) {
          this.#isInString = false;
          if (this.#depth === 0) return this.#ended(bytes, from, at + 1);
        }
      } else if (byte === QUOTE) {
        this.#isInString = true;
      } else if (OPEN.has(byte)) {
        this.#depth++;
      } else if (this.#depth > 0) {
        if (CLOSE.has(byte) && --this.#depth === 0) return this.#ended(bytes, from, at + 1);
      } else if (ENDS.has(byte)) return this.#ended(bytes, from, at);
    }
    this.#keep(bytes, from, bytes.length);
    return bytes.length;
  }

  #keep(bytes: Buffer, from: number, to: number): void {
    this.#partBytes += to - from;
    const { valueBytes, skipsLong } = this.#options;
    if (this.#partBytes > valueBytes) {
      if (!skipsLong || this.#expected === 'key') throw new JsonLimitError(`a value of more than ${valueBytes} bytes`);
      this.#parts = [];
      return;
    }
    // The chunk's memory may be used again.
    this.#parts.push(Buffer.from(bytes.subarray(from, to)));
  }

  #ended(bytes: Buffer, from: number, to: number): number {
    this.#isInValue = false;
    this.#keep(bytes, from, to);
    const [first, ...others] = this.#parts;
    const text = first && others.length === 0 ? first : Buffer.concat(this.#parts);
    const isSkipped = this.#partBytes > this.#options.valueBytes;
    this.#parts = [];
    this.#partBytes = 0;
    if (isSkipped) {
      this.#take(undefined);
      return to;
    }
    if (!isUtf8(text)) throw new JsonEncodingError('The text is not UTF-8.');
    this.#take(this.#parse(text, from));
    return to;
  }

  #parse(text: Buffer, from: number): unknown {
    try {
      return JSON.parse(text.toString('utf8')) as unknown;
    } catch {
      throw this.#invalid(from);
    }
  }

  #take(value: unknown): void {
    if (this.#expected === 'key') {
      this.#name = value as string;
      this.#expected = 'colon';
    } else if (this.#expected === 'value') {
      this.#expected = 'commaOrEnd';
      this.#options.onValue(this.#name, value);
    } else {
      this.#expected = 'commaOrArrayEnd';
      this.#options.onValue(this.#name, value, this.#index++);
    }
  }

  #invalid(at: number): SyntaxError {
    return new SyntaxError(`The text is not JSON at byte ${this.#position + at}.`);
  }
}
