import { type DotnetException } from './responses.js';

/** The token reader of lenient-json.ts. */

export class ProblemError extends Error {
  constructor(readonly problem: DotnetException) {
    super(problem.message);
  }
}

const READER_ERROR = 'Newtonsoft.Json.JsonReaderException';

type State = 'start' | 'objectStart' | 'object' | 'property' | 'arrayStart' | 'array' | 'postValue' | 'finished';
export type TokenType =
  'startObject' | 'endObject' | 'startArray' | 'endArray' | 'property' | 'value' | 'undefined' | 'comment';

interface Position {
  container: 'Object' | 'Array';
  name: string | undefined;
  index: number;
}

const WHITESPACE = /\s/u;
const IDENTIFIER = /[\p{L}\p{Nd}_$]/u;
const SPECIAL_IN_PATH = /[. '/"[\]()\t\n\r\f\b\\\u0085\u2028\u2029]/;
const NUMBER_PART = /[-+.0-9a-fA-FxX]/;
const STANDARD_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const DOTNET_NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const ESCAPES: Record<string, string> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '/': '/',
};

/** Reads token by token (source: JsonTextReader.cs of Newtonsoft.Json 13). */
export class TokenReader {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #state: State = 'start';
  readonly #containers: Position[] = [];
  /** JSON text of the last value or name. */
  value = '';

  constructor(text: string) {
    this.#text = text;
  }

  /** Undefined at the end of the text. */
  read(): TokenType | undefined {
    for (;;) {
      switch (this.#state) {
        case 'objectStart':
        case 'object':
          return this.#readName();
        case 'postValue': {
          const token = this.#readAfterValue();
          if (token !== 'next') return token;
          break;
        }
        case 'finished':
          return this.#readAfterDocument();
        default:
          return this.#readValue();
      }
    }
  }

  /** Whether the text ended after a complete value, where Newtonsoft.Json does not miss the ends of containers. */
  get isFinished(): boolean {
    return this.#state === 'finished';
  }

  fail(message: string, thrownBy: string, type = READER_ERROR): never {
    const path = this.#path(this.#state !== 'objectStart' && this.#state !== 'arrayStart');
    const position = this.#at - this.#lineStart;
    const line = this.#state === 'start' && position === 0 ? 0 : this.#line;
    const text = `${message} Path '${path}', line ${line}, position ${position}.`;
    throw new ProblemError({ type, message: text, thrownBy: `Newtonsoft.Json.${thrownBy}` });
  }

  /** The path of the container around the current one. */
  get outerPath(): string {
    return this.#path(false);
  }

  #path(withCurrent: boolean): string {
    const positions = withCurrent ? this.#containers : this.#containers.slice(0, -1);
    let path = '';
    for (const { container, name, index } of positions) {
      if (container === 'Array') path += `[${index}]`;
      else if (name === undefined) continue;
      else if (SPECIAL_IN_PATH.test(name)) path += `['${name}']`;
      else path += path === '' ? name : `.${name}`;
    }
    return path;
  }

  get #char(): string | undefined {
    return this.#text[this.#at];
  }

  #skipWhitespace(): void {
    for (let char = this.#char; char !== undefined && WHITESPACE.test(char); char = this.#char) {
      this.#at++;
      if (char === '\n' || (char === '\r' && this.#char !== '\n')) this.#newLine();
    }
  }

  #newLine(): void {
    this.#line++;
    this.#lineStart = this.#at;
  }

  #readName(): TokenType | undefined {
    this.#skipWhitespace();
    const char = this.#char;
    if (char === undefined) return undefined;
    if (char === '}') return this.#end('endObject');
    if (char === '/') return this.#comment();
    const name = char === '"' || char === "'" ? this.#string(char) : this.#plainName(char);
    this.#skipWhitespace();
    if (this.#char !== ':') {
      const got = this.#char ?? '\0';
      this.fail(
        `Invalid character after parsing property name. Expected ':' but got: ${got}.`,
        'JsonTextReader.ParseProperty()',
      );
    }
    this.#at++;
    const position = this.#containers.at(-1);
    if (position !== undefined) position.name = name;
    this.value = JSON.stringify(name);
    this.#state = 'property';
    return 'property';
  }

  #plainName(first: string): string {
    if (!IDENTIFIER.test(first))
      this.fail(`Invalid property identifier character: ${first}.`, 'JsonTextReader.ParseProperty()');
    const start = this.#at;
    for (;;) {
      const char = this.#char;
      if (char === undefined)
        this.fail('Unexpected end while parsing unquoted property name.', 'JsonTextReader.ParseUnquotedProperty()');
      if (!IDENTIFIER.test(char)) {
        if (WHITESPACE.test(char) || char === ':') return this.#text.slice(start, this.#at);
        this.fail(
          `Invalid JavaScript property identifier character: ${char}.`,
          'JsonTextReader.ReadUnquotedPropertyReportIfDone(Char currentChar, Int32 initialPosition)',
        );
      }
      this.#at++;
    }
  }

  #readAfterValue(): TokenType | 'next' | undefined {
    this.#skipWhitespace();
    switch (this.#char) {
      case undefined:
        this.#state = 'finished';
        return 'next';
      case '}':
        return this.#end('endObject');
      case ']':
        return this.#end('endArray');
      case '/':
        return this.#comment();
      case ',':
        this.#at++;
        this.#state = this.#containers.at(-1)?.container === 'Object' ? 'object' : 'array';
        return 'next';
      default:
        return this.fail(
          `After parsing a value an unexpected character was encountered: ${this.#char}.`,
          'JsonTextReader.ParsePostValue(Boolean ignoreComments)',
        );
    }
  }

  #readAfterDocument(): TokenType | undefined {
    this.#skipWhitespace();
    if (this.#char === undefined) return undefined;
    if (this.#char === '/') return this.#comment();
    return this.fail(
      `Additional text encountered after finished reading JSON content: ${this.#char}.`,
      'JsonTextReader.Read()',
    );
  }

  #readValue(): TokenType | undefined {
    this.#skipWhitespace();
    const char = this.#char;
    switch (char) {
      case undefined:
        return undefined;
      case '"':
      case "'":
        return this.#scalar(JSON.stringify(this.#string(char)));
      case 't':
        return this.#word('true', 'Error parsing boolean value.', 'ParseTrue()');
      case 'f':
        return this.#word('false', 'Error parsing boolean value.', 'ParseFalse()');
      case 'n':
        return this.#null();
      case 'u':
        this.#word('undefined', 'Error parsing undefined value.', 'ParseUndefined()');
        return 'undefined';
      case 'N':
      case 'I':
        return this.#notFinite(char === 'N' ? 'NaN' : 'Infinity');
      case '/':
        return this.#comment();
      case '{':
        return this.#begin('Object');
      case '[':
        return this.#begin('Array');
      case ']':
        return this.#end('endArray');
      case ',':
        this.#scalar('null'); // the comma stays: the next call reads it
        return 'undefined';
      default:
        if (char === '-' && this.#text[this.#at + 1] === 'I') return this.#notFinite('-Infinity');
        return /[-.\p{N}]/u.test(char) ? this.#number() : this.#unexpected(char);
    }
  }

  #unexpected(char: string): never {
    return this.fail(`Unexpected character encountered while parsing value: ${char}.`, 'JsonTextReader.ParseValue()');
  }

  #begin(container: Position['container']): TokenType {
    this.#at++;
    this.#countValue();
    this.#containers.push({ container, name: undefined, index: -1 });
    this.#state = container === 'Object' ? 'objectStart' : 'arrayStart';
    return container === 'Object' ? 'startObject' : 'startArray';
  }

  #end(token: 'endObject' | 'endArray'): TokenType {
    this.#at++;
    const closed = this.#containers.pop()?.container ?? 'None';
    const name = token === 'endObject' ? 'EndObject' : 'EndArray';
    if (`End${closed}` !== name)
      this.fail(
        `JsonToken ${name} is not valid for closing JsonType ${closed}.`,
        'JsonReader.ValidateEnd(JsonToken endToken)',
      );
    this.#state = this.#containers.length > 0 ? 'postValue' : 'finished';
    return token;
  }

  #scalar(value: string): TokenType {
    this.value = value;
    this.#state = this.#containers.length > 0 ? 'postValue' : 'finished';
    this.#countValue();
    return 'value';
  }

  #countValue(): void {
    const position = this.#containers.at(-1);
    if (position?.container === 'Array') position.index++;
  }

  #matches(word: string): boolean {
    if (this.#at + word.length > this.#text.length) {
      this.#at = this.#text.length;
      this.fail('Unexpected end when reading JSON.', 'JsonTextReader.MatchValue(Boolean enoughChars, String value)');
    }
    for (const char of word) {
      if (this.#char !== char) return false;
      this.#at++;
    }
    return (
      this.#char === undefined ||
      /[\s,}\]]/u.test(this.#char) ||
      /^\/[*/]/.test(this.#text.slice(this.#at, this.#at + 2))
    );
  }

  #word(word: string, problem: string, thrownBy: string): TokenType {
    if (!this.#matches(word)) this.fail(problem, `JsonTextReader.${thrownBy}`);
    return this.#scalar(word);
  }

  /** JSON has no such numbers; Newtonsoft.Json writes them as strings. */
  #notFinite(word: string): TokenType {
    if (!this.#matches(word)) this.fail(`Error parsing ${word} value.`, 'JsonTextReader.ParseValue()');
    return this.#scalar(JSON.stringify(word));
  }

  #null(): TokenType {
    const next = this.#text[this.#at + 1];
    if (next === undefined) {
      this.#at++;
      this.fail('Unexpected end when reading JSON.', 'JsonTextReader.ParseValue()');
    }
    return next === 'u' ? this.#word('null', 'Error parsing null value.', 'ParseNull()') : this.#unexpected('n');
  }

  #string(quote: string): string {
    const thrownBy = 'JsonTextReader.ReadStringIntoBuffer(Char quote)';
    this.#at++;
    let value = '';
    for (;;) {
      const char = this.#char;
      if (char === undefined) return this.fail(`Unterminated string. Expected delimiter: ${quote}.`, thrownBy);
      this.#at++;
      if (char === quote) return value;
      if (char === '\\') value += this.#escape(quote, thrownBy);
      else value += char;
      if (char === '\n' || (char === '\r' && this.#char !== '\n')) this.#newLine();
    }
  }

  #escape(quote: string, thrownBy: string): string {
    const char = this.#char;
    if (char === undefined) return this.fail(`Unterminated string. Expected delimiter: ${quote}.`, thrownBy);
    this.#at++;
    if (char !== 'u') return ESCAPES[char] ?? this.fail(`Bad JSON escape sequence: \\${char}.`, thrownBy);
    const digits = this.#text.slice(this.#at, this.#at + 4);
    const convert = 'JsonTextReader.ConvertUnicode(Boolean enoughChars)';
    // The closing quote counts as one of the four characters.
    if (digits.length < 4) return this.fail('Unexpected end while parsing Unicode escape sequence.', convert);
    if (!/^[0-9a-f]{4}$/i.test(digits)) return this.fail(`Invalid Unicode escape sequence: \\u${digits}.`, convert);
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(): TokenType {
    const start = this.#at;
    while (this.#char !== undefined && NUMBER_PART.test(this.#char)) this.#at++;
    if (this.#char !== undefined && !/[\s,}\])/]/u.test(this.#char)) {
      const message = `Unexpected character encountered while parsing number: ${this.#char}.`;
      this.fail(message, 'JsonTextReader.ReadNumberCharIntoBuffer(Char currentChar, Int32 charPos)');
    }
    const text = this.#text.slice(start, this.#at);
    const token = this.#scalar(text);
    if (STANDARD_NUMBER.test(text)) return token;
    const value = numberOf(text);
    if (value === undefined) {
      const thrownBy = 'JsonTextReader.ParseReadNumber(ReadType readType, Char firstChar, Int32 initialPosition)';
      this.fail(`Input string '${text}' is not a valid number.`, thrownBy);
    }
    this.value = String(value);
    return token;
  }

  #comment(): TokenType {
    const thrownBy = 'JsonTextReader.ParseComment(Boolean setToken)';
    this.#at++;
    if (this.#at + 1 >= this.#text.length) this.fail('Unexpected end while parsing comment.', thrownBy);
    const kind = this.#char ?? '';
    if (kind !== '*' && kind !== '/') this.fail(`Error parsing comment. Expected: *, got ${kind}.`, thrownBy);
    for (this.#at++; ; this.#at++) {
      const char = this.#char;
      if (char === undefined && kind === '*') this.fail('Unexpected end while parsing comment.', thrownBy);
      if (char === undefined || (kind === '/' && /[\r\n]/.test(char))) return 'comment';
      if (char === '\n') {
        this.#line++;
        this.#lineStart = this.#at + 1;
      }
      if (kind === '*' && char === '*' && this.#text[this.#at + 1] === '/') {
        this.#at += 2;
        return 'comment';
      }
    }
  }
}

/** Hexadecimal, octal and other forms that JSON does not have; undefined for an invalid one. */
function numberOf(text: string): number | undefined {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number(text);
  if (/^0[^.eE]/.test(text)) return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
  return DOTNET_NUMBER.test(text) ? Number(text) : undefined;
}
