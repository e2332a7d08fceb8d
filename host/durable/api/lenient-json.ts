import { ProblemError, TokenReader, type TokenType } from './json-token-reader.js';
import { type DotnetException } from './responses.js';

/**
 * Reads JSON as the genuine host does, with Newtonsoft.Json: comments, single quotes, names without quotes, commas at the
 * end, hexadecimal numbers and more are accepted, and each error has its own text and class. Clients see both (source:
 * JsonTextReader.cs, JToken.cs and JsonSerializerInternalReader.cs of Newtonsoft.Json 13; Azure/azure-functions-durable-extension
 * reads bodies with them).
 */

/** Text that every JSON reader can read; the text itself where Newtonsoft.Json accepts it and a function cannot read it. */
export type LenientJson = { text: string } | { problem: DotnetException };

const SERIALIZATION_ERROR = 'Newtonsoft.Json.JsonSerializationException';
const WRITER_ERROR = 'Newtonsoft.Json.JsonWriterException';

/** Reads the body of a start (`JsonConvert.DeserializeObject`). Empty text is accepted and stays empty. */
export function readDocument(text: string): LenientJson {
  return isJson(text) ? { text } : attempt(() => new DocumentLoader(text).load());
}

/** Reads the data of an event or a signal (`JToken.Load`). What follows the first value is ignored. */
export function readToken(text: string): LenientJson {
  return isJson(text) ? { text } : attempt(() => new TokenLoader(text).load());
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // what the other reader says of it counts
  }
}

function attempt(read: () => string): LenientJson {
  try {
    return { text: read() };
  } catch (error) {
    if (error instanceof ProblemError) return { problem: error.problem };
    throw error;
  }
}

/** Writes the tokens of one value as JSON text. */
class Writer {
  #text = '';
  #depth = 0;
  #needsComma = false;

  add(type: TokenType, value: string): void {
    if (type === 'comment') return;
    const isEnd = type === 'endObject' || type === 'endArray';
    if (this.#needsComma && !isEnd) this.#text += ',';
    this.#text += textOf(type, value);
    this.#depth += isEnd ? -1 : type === 'startObject' || type === 'startArray' ? 1 : 0;
    this.#needsComma = isEnd || type === 'value' || type === 'undefined';
  }

  get isComplete(): boolean {
    return this.#depth === 0;
  }

  get text(): string {
    return this.#text;
  }
}

function textOf(type: TokenType, value: string): string {
  switch (type) {
    case 'startObject':
      return '{';
    case 'endObject':
      return '}';
    case 'startArray':
      return '[';
    case 'endArray':
      return ']';
    case 'property':
      return `${value}:`;
    case 'undefined':
      return 'null';
    default:
      return value;
  }
}

class DocumentLoader {
  readonly #source: string;
  readonly #reader: TokenReader;

  constructor(source: string) {
    this.#source = source;
    this.#reader = new TokenReader(source);
  }

  load(): string {
    const reader: TokenReader = this.#reader;
    let type = reader.read();
    while (type === 'comment') type = reader.read();
    if (type === undefined) return '';
    const written = this.#value(type);
    for (let more = reader.read(); more !== undefined; more = reader.read()) {
      if (more === 'comment') continue;
      const thrownBy =
        'Serialization.JsonSerializerInternalReader.Deserialize(JsonReader reader, Type objectType, Boolean checkAdditionalContent)';
      reader.fail(
        'Additional text found in JSON string after finishing deserializing object.',
        thrownBy,
        SERIALIZATION_ERROR,
      );
    }
    return written;
  }

  #value(first: TokenType): string {
    const reader: TokenReader = this.#reader;
    const writer = new Writer();
    let hasUndefined = false;
    let depth = 0;
    for (let type: TokenType | undefined = first; ; type = reader.read()) {
      if (type === undefined) return this.#endOfText(first, depth);
      depth +=
        type === 'startObject' || type === 'startArray' ? 1 : type === 'endObject' || type === 'endArray' ? -1 : 0;
      hasUndefined ||= type === 'undefined';
      writer.add(type, reader.value);
      // What holds an undefined value is stored as it is, and no function can read it.
      if (writer.isComplete) return hasUndefined ? this.#source : writer.text;
    }
  }

  /** The text ended inside of a container. */
  #endOfText(first: TokenType, depth: number): string {
    const reader: TokenReader = this.#reader;
    if (first === 'startObject' && (depth === 1 || reader.isFinished)) {
      const began = /^\s*\{\s*$/.test(this.#source);
      const message = began ? 'Unexpected end when reading JSON.' : 'Unexpected end when deserializing object.';
      const thrownBy = began
        ? 'JsonReader.ReadAndAssert()'
        : 'Serialization.JsonSerializerInternalReader.CreateJObject(JsonReader reader)';
      reader.fail(message, thrownBy, SERIALIZATION_ERROR);
    }
    if (reader.isFinished) return this.#source;
    throw new ProblemError({
      type: WRITER_ERROR,
      message: `Unexpected end when reading token. Path '${reader.outerPath}'.`,
      thrownBy:
        'Newtonsoft.Json.JsonWriter.WriteToken(JsonReader reader, Boolean writeChildren, Boolean writeDateConstructorAsDate, Boolean writeComments)',
    });
  }
}

class TokenLoader {
  readonly #reader: TokenReader;

  constructor(source: string) {
    this.#reader = new TokenReader(source);
  }

  load(): string {
    const reader: TokenReader = this.#reader;
    let type = reader.read();
    while (type === 'comment') type = reader.read();
    const readFrom = 'Linq.JToken.ReadFrom(JsonReader reader, JsonLoadSettings settings)';
    if (type === undefined) reader.fail('Error reading JToken from JsonReader.', readFrom);
    const container = type === 'startObject' ? 'JObject' : 'JArray';
    const readTokenFrom = 'Linq.JContainer.ReadTokenFrom(JsonReader reader, JsonLoadSettings options)';
    const writer = new Writer();
    writer.add(type, reader.value);
    for (let isFirst = true; !writer.isComplete; isFirst = false) {
      const next = reader.read();
      if (next === undefined) {
        const problem = isFirst
          ? `Error reading ${container} from JsonReader.`
          : `Unexpected end of content while loading ${container}.`;
        reader.fail(problem, readTokenFrom);
      }
      writer.add(next, reader.value);
    }
    return writer.text;
  }
}
