/** What a JSON text may have at most. */
interface JsonLimits {
  /** Arrays and objects inside of each other. */
  depth: number;
  /** Values of all kinds, at all levels. */
  values: number;
}

/** A text has more than its limits allow. */
export class JsonLimitError extends Error {
  override readonly name = 'JsonLimitError';
}

/** Where a part of the text is: positions of its first byte and after its last one. */
interface Range {
  start: number;
  end: number;
}

/**
 * A member of the outermost object, with the quotes of its name, or an item of the outermost array, whose name is empty.
 * The objects are used again.
 */
type OnMember = (name: Readonly<Range>, value: Readonly<Range>) => void;

/** What may follow; `insideKey` and `insideString`: the rest of a string. */
type Expected =
  'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'nothing' | 'insideKey' | 'insideString';

const codeOf = (character: string) => character.charCodeAt(0);
const [SPACE, TAB, LINE_FEED, CARRIAGE_RETURN] = [codeOf(' '), codeOf('\t'), codeOf('\n'), codeOf('\r')];
const [QUOTE, BACKSLASH, COMMA, COLON] = [codeOf('"'), codeOf('\\'), codeOf(','), codeOf(':')];
const [ARRAY, ARRAY_END, OBJECT, OBJECT_END] = [codeOf('['), codeOf(']'), codeOf('{'), codeOf('}')];
const [ZERO, NINE, MINUS, PLUS, POINT] = [codeOf('0'), codeOf('9'), codeOf('-'), codeOf('+'), codeOf('.')];
const [EXPONENT, UPPER_EXPONENT] = [codeOf('e'), codeOf('E')];
const LITERALS = ['true', 'false', 'null'].map((text) => Buffer.from(text));

/** The length of an escape sequence by the byte after its backslash; 0: there is none. */
const ESCAPE_LENGTHS = new Uint8Array(256);
for (const byte of Buffer.from('"\\/bfnrt')) ESCAPE_LENGTHS[byte] = 2;
ESCAPE_LENGTHS[codeOf('u')] = 6;
const IS_HEX = new Uint8Array(256);
for (const byte of Buffer.from('0123456789abcdefABCDEF')) IS_HEX[byte] = 1;

/**
 * Reads UTF-8 JSON text (RFC 8259) part by part, without building its values. Accepts what `JSON.parse` accepts. All
 * methods throw `SyntaxError` or `JsonLimitError`.
 */
export class JsonScanner {
  readonly #bytes: Buffer;
  readonly #limits: JsonLimits;
  readonly #onMember: OnMember;
  /** For each array or object that is open, whether it is an object. */
  readonly #open: boolean[] = [];
  #expected: Expected = 'value';
  #position = 0;
  #values = 0;
  #isObject = false;
  #isArray = false;
  /** Of the current member of the outermost object or array. */
  readonly #name: Range = { start: 0, end: 0 };
  readonly #member: Range = { start: 0, end: 0 };

  constructor(bytes: Buffer, limits: JsonLimits, onMember: OnMember = () => undefined) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#onMember = onMember;
  }

  /** Whether the outermost value is an object. */
  get isObject(): boolean {
    return this.#isObject;
  }

  /** Whether the outermost value is an array. */
  get isArray(): boolean {
    return this.#isArray;
  }

  /** Reads at least so many bytes more, a number to its end. @returns whether this was the end of the text */
  read(bytes: number): boolean {
    const end = Math.min(this.#position + bytes, this.#bytes.length);
    let at = this.#position;
    while (at < end) {
      if (this.#expected === 'insideKey' || this.#expected === 'insideString') at = this.#restOfString(at, end);
      else at = this.#token(this.#bytes[at] ?? 0, at);
    }
    this.#position = at;
    if (at < this.#bytes.length) return false;
    if (this.#expected !== 'nothing') throw invalidAt(at);
    return true;
  }

  /** @returns the position after the token, as the methods below do */
  #token(byte: number, at: number): number {
    if (byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB) return at + 1;
    switch (this.#expected) {
      case 'value':
        return this.#value(byte, at);
      case 'valueOrEnd':
        return byte === ARRAY_END ? this.#close(at) : this.#value(byte, at);
      case 'keyOrEnd':
        return byte === OBJECT_END ? this.#close(at) : this.#key(byte, at);
      case 'key':
        return this.#key(byte, at);
      case 'colon':
        if (byte !== COLON) throw invalidAt(at);
        this.#expected = 'value';
        return at + 1;
      case 'commaOrEnd':
        return this.#commaOrEnd(byte, at);
      default:
        throw invalidAt(at);
    }
  }

  #commaOrEnd(byte: number, at: number): number {
    const isInObject = this.#open.at(-1) === true;
    if (byte === (isInObject ? OBJECT_END : ARRAY_END)) return this.#close(at);
    if (byte !== COMMA) throw invalidAt(at);
    this.#expected = isInObject ? 'key' : 'value';
    return at + 1;
  }

  #key(byte: number, at: number): number {
    if (byte !== QUOTE) throw invalidAt(at);
    if (this.#open.length === 1) this.#name.start = at;
    this.#expected = 'insideKey';
    return at + 1;
  }

  #value(byte: number, at: number): number {
    if (++this.#values > this.#limits.values) throw new JsonLimitError(`more than ${this.#limits.values} values`);
    if (this.#open.length === 1) this.#member.start = at;
    if (byte === QUOTE) {
      this.#expected = 'insideString';
      return at + 1;
    }
    if (byte === OBJECT || byte === ARRAY) return this.#begin(byte === OBJECT, at);
    return this.#valueEnded(byte === MINUS || isDigit(byte) ? this.#number(at) : this.#literal(byte, at));
  }

  #begin(isObject: boolean, at: number): number {
    if (this.#open.length === this.#limits.depth) throw new JsonLimitError(`more than ${this.#limits.depth} levels`);
    if (this.#open.length === 0) {
      this.#isObject = isObject;
      this.#isArray = !isObject;
    }
    this.#open.push(isObject);
    this.#expected = isObject ? 'keyOrEnd' : 'valueOrEnd';
    return at + 1;
  }

  #close(at: number): number {
    this.#open.pop();
    return this.#valueEnded(at + 1);
  }

  #valueEnded(at: number): number {
    this.#expected = this.#open.length === 0 ? 'nothing' : 'commaOrEnd';
    if (this.#open.length === 1) {
      this.#member.end = at;
      this.#onMember(this.#name, this.#member);
    }
    return at;
  }

  #restOfString(from: number, end: number): number {
    const bytes = this.#bytes;
    for (let at = from; at < end;) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) return this.#stringEnded(at + 1);
      if (byte < SPACE) throw invalidAt(at);
      at += byte === BACKSLASH ? this.#escape(at) : 1;
      if (at >= end) return at;
    }
    return end;
  }

  #stringEnded(at: number): number {
    if (this.#expected === 'insideString') return this.#valueEnded(at);
    if (this.#open.length === 1) this.#name.end = at;
    this.#expected = 'colon';
    return at;
  }

  /** @returns its length */
  #escape(at: number): number {
    const bytes = this.#bytes;
    const length = ESCAPE_LENGTHS[bytes[at + 1] ?? 0] ?? 0;
    if (length === 0) throw invalidAt(at);
    for (let digit = at + 2; digit < at + length; digit++) {
      if (IS_HEX[bytes[digit] ?? 0] !== 1) throw invalidAt(digit);
    }
    return length;
  }

  #literal(byte: number, at: number): number {
    const literal = LITERALS.find(([first]) => first === byte);
    if (!literal?.every((expected, index) => this.#bytes[at + index] === expected)) throw invalidAt(at);
    return at + literal.length;
  }

  #number(from: number): number {
    const bytes = this.#bytes;
    let at = bytes[from] === MINUS ? from + 1 : from;
    at = bytes[at] === ZERO ? at + 1 : this.#digits(at);
    if (bytes[at] === POINT) at = this.#digits(at + 1);
    if (bytes[at] !== EXPONENT && bytes[at] !== UPPER_EXPONENT) return at;
    const hasSign = bytes[at + 1] === PLUS || bytes[at + 1] === MINUS;
    return this.#digits(hasSign ? at + 2 : at + 1);
  }

  #digits(from: number): number {
    const bytes = this.#bytes;
    let at = from;
    while (isDigit(bytes[at] ?? 0)) at++;
    if (at === from) throw invalidAt(at);
    return at;
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

function invalidAt(position: number): SyntaxError {
  return new SyntaxError(`The text is not JSON at byte ${position}.`);
}
