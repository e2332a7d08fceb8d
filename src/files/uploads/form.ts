import { once } from 'node:events';
import { type Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { filesErrors } from '../errors.js';
import { limited } from './body-limit.js';

/** A file of a form. Its name is as the client sent it. */
export interface FormFile {
  field: string;
  name: string;
  stream: AsyncIterable<Uint8Array>;
}

export interface FormOptions {
  /** Most bytes of the body. */
  maxBytes: number;
  /** The fields that a client may send as text. */
  fields: readonly string[];
  /** Stores the form's file. It must read the stream; what it throws ends the form. */
  onFile: (file: FormFile) => Promise<void>;
}

/** Limits of a form: parts, bytes of a text field, bytes of the headers of a part. */
const MAX_PARTS = 20;
const MAX_FIELD_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
/** Most characters of a field's name in a message. */
const MAX_SHOWN = 100;

const invalid = (message: string, target?: string) => filesErrors.UploadInvalid(message, { target });

/**
 * Reads a multipart body in a stream.
 * @returns the text fields by name
 * @throws OperationError 400 `UploadInvalid`, 413 `UploadTooLarge`; what `onFile` throws. `onFile` has ended then.
 */
export async function readForm(
  body: AsyncIterable<Uint8Array>,
  contentType: string | undefined,
  options: FormOptions,
): Promise<Record<string, string>> {
  const form = new Form(contentType, options);
  const pump = new Pump(
    limited(body, options.maxBytes, () => tooLarge(options.maxBytes)),
    form.parser,
  );
  try {
    await Promise.race([Promise.all([pump.run(), form.parsed]), form.failed]);
    await form.stored();
    return Object.fromEntries(form.fields);
  } catch (thrown) {
    pump.stop();
    await form.abandon(thrown as Error);
    throw thrown;
  }
}

/** The parts of a form as they arrive. */
class Form {
  readonly parser: BusboyInstance;
  readonly fields = new Map<string, string>();
  /** Resolves after the last part. */
  readonly parsed: Promise<unknown>;
  /** Rejects with the first problem. */
  readonly failed: Promise<never>;

  readonly #options: FormOptions;
  readonly #fail: (error: unknown) => void;
  #file: Readable | undefined;
  #storing: Promise<void> | undefined;

  constructor(contentType: string | undefined, options: FormOptions) {
    this.#options = options;
    const failure = Promise.withResolvers<never>();
    failure.promise.catch(() => undefined); // it may come after the end of the wait
    this.failed = failure.promise;
    this.#fail = failure.reject;
    this.parser = createParser(contentType);
    this.parsed = new Promise((resolve) => this.parser.once('finish', () => resolve(undefined)));
    this.parser.on('field', (name: string | undefined, value, _, isCut, encoding, type) =>
      this.#attempt(() => this.#addField(name, { value, isCut, encoding, type })),
    );
    this.parser.on('file', (field: string | undefined, stream, name: string | undefined, encoding, type) => {
      stream.on('error', () => undefined); // its reader may have ended
      if (!this.#attempt(() => this.#addFile(field, stream, { name, encoding, type }))) stream.resume();
    });
    this.parser.on('partsLimit', () => this.#fail(invalid(`The form has more than ${MAX_PARTS} parts.`)));
    this.parser.on('error', (cause: unknown) => {
      this.#fail(filesErrors.UploadInvalid('The form is not a whole multipart body; send it again.', { cause }));
    });
  }

  /** Resolves when the file is stored. */
  async stored(): Promise<void> {
    await this.#storing;
  }

  /** Ends the file's stream with the error and waits for its reader. */
  async abandon(error: Error): Promise<void> {
    this.parser.on('error', () => undefined);
    this.#file?.destroy(error);
    await this.#storing?.catch(() => undefined); // the first error counts
  }

  #attempt(step: () => void): boolean {
    try {
      step();
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #addField(
    name: string | undefined,
    { value, isCut, encoding, type }: { value: string; isCut: boolean; encoding: string; type: string },
  ): void {
    const field = checkPart(name, encoding, type);
    const shown = field.slice(0, MAX_SHOWN);
    if (!this.#options.fields.includes(field)) {
      throw invalid(`${shown}: there is no such text field; ${this.#known()}`, shown);
    }
    if (this.fields.has(field)) throw invalid(`${shown}: the field is sent twice.`, shown);
    if (isCut) throw invalid(`${shown}: the text is longer than ${MAX_FIELD_BYTES} bytes.`, shown);
    this.fields.set(field, value);
  }

  #known(): string {
    const { fields } = this.#options;
    return fields.length === 0
      ? 'the form has none, and a file has a file name.'
      : `the form has ${fields.join(', ')}.`;
  }

  #addFile(
    part: string | undefined,
    stream: Readable,
    { name, encoding, type }: { name: string | undefined; encoding: string; type: string },
  ): void {
    const field = checkPart(part, encoding, type);
    const shown = field.slice(0, MAX_SHOWN);
    if (this.#storing) throw invalid(`${shown}: the form has a file already; send one.`, shown);
    this.#file = stream;
    this.#storing = this.#options.onFile({ field, name: name ?? '', stream }).then(() => void stream.resume());
    this.#storing.catch(this.#fail);
  }
}

/** @throws OperationError 400 */
function checkPart(field: string | undefined, encoding: string, type: string): string {
  if (field === undefined || field === '') throw invalid('A part of the form has no field name.');
  const shown = field.slice(0, MAX_SHOWN);
  if (type.startsWith('multipart/')) throw invalid(`${shown}: a form inside of a form is not supported.`, shown);
  // RFC 7578, 4.7: senders should not use it
  if (encoding === 'base64' || encoding === 'quoted-printable') {
    throw invalid(`${shown}: the Content-Transfer-Encoding ${encoding} is not supported; send the bytes.`, shown);
  }
  return field;
}

function createParser(contentType = ''): BusboyInstance {
  const boundary = /^multipart\/form-data\s*;.*boundary=(?:"[^"]+"|[^\s";]+)/i;
  if (!boundary.test(contentType)) {
    throw invalid('Content-Type: expected multipart/form-data with a boundary.', 'Content-Type');
  }
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      preservePath: true, // a name with a path is refused
      limits: { parts: MAX_PARTS, fieldSize: MAX_FIELD_BYTES, headerSize: MAX_HEADER_BYTES, headerPairs: 100 },
    });
  } catch (cause) {
    throw filesErrors.UploadInvalid('Content-Type: the boundary is not valid.', { cause, target: 'Content-Type' });
  }
}

/** Writes a body to a parser, as fast as the parser takes it. */
class Pump {
  readonly #body: AsyncGenerator<Uint8Array>;
  readonly #parser: BusboyInstance;
  #isStopped = false;

  constructor(body: AsyncGenerator<Uint8Array>, parser: BusboyInstance) {
    this.#body = body;
    this.#parser = parser;
  }

  async run(): Promise<void> {
    for await (const chunk of this.#body) {
      if (this.#isStopped) return;
      if (!this.#parser.write(chunk)) await once(this.#parser, 'drain');
    }
    this.#parser.end();
  }

  /** Reads no more of the body. A read that waits for the sender's next bytes ends with them. */
  stop(): void {
    this.#isStopped = true;
    void this.#body.return(undefined).catch(() => undefined);
  }
}

/** The error of a body above the limit. */
export function tooLarge(maxBytes: number) {
  return filesErrors.UploadTooLarge(
    `The body is longer than ${maxBytes} bytes; send larger files by tus at /files/tus/.`,
  );
}
