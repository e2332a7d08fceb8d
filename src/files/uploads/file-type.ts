import { fromRandomAccessReaderPromise } from 'yauzl';
import { OperationError } from '../../platform/errors.js';
import { RangeReader, type StoredBytes } from '../../platform/stored-zip.js';
import { filesErrors } from '../errors.js';

/** The types of files, with the media types that they are stored with. */
const MEDIA_TYPES = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  txt: 'text/plain',
  json: 'application/json',
} as const;
export type FileType = keyof typeof MEDIA_TYPES;

export const mediaTypeOf = (type: FileType): string => MEDIA_TYPES[type];

/** First bytes that are judged; of a text, all of them. */
const HEAD_BYTES = 64 * 1024;
/** Lengths of the first bytes at which they are judged while they arrive. */
const JUDGED_AT: readonly number[] = [8, 1_024 + 4, HEAD_BYTES];
/** Bytes at the begin of a pdf in which its signature is (ISO 32000-1, implementation note 13). */
const PDF_SIGNATURE_BYTES = 1_024;
/** Most entries of a docx. */
const MAX_ENTRIES = 10_000;

const PDF = Buffer.from('%PDF-');
const ZIP = Buffer.from('PK\x03\x04');
const BYTE_ORDER_MARKS = { 'utf-16le': Buffer.from([0xff, 0xfe]), 'utf-16be': Buffer.from([0xfe, 0xff]) } as const;

/** The type that a name's extension says. @throws OperationError 415 `FileTypeNotAllowed` */
export function typeOfName(name: string): FileType {
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  if (Object.hasOwn(MEDIA_TYPES, extension)) return extension as FileType;
  throw notAllowed('the file name ends with none of .pdf, .docx, .txt and .json');
}

/**
 * Judges the first bytes of a file.
 * @param isWhole whether the file has no further bytes
 * @throws OperationError 415 `FileTypeNotAllowed` when they are not of the type, for any bytes that follow
 */
export function checkHead(type: FileType, head: Buffer, isWhole: boolean): void {
  if (isPossible(type, head, isWhole)) return;
  throw notAllowed(`the name ends with .${type}, and the bytes are no ${type}`);
}

/**
 * Passes bytes on and judges the first of them, as early as they tell.
 * @param isWhole whether the file ends with the source
 */
export async function* checked(
  type: FileType,
  source: AsyncIterable<Uint8Array>,
  isWhole: boolean,
): AsyncGenerator<Uint8Array> {
  const head = new Head(type);
  for await (const chunk of source) {
    head.push(chunk);
    yield chunk;
  }
  if (isWhole) head.end();
}

class Head {
  readonly #type: FileType;
  #chunks: Uint8Array[] = [];
  #length = 0;
  #judged = 0;

  constructor(type: FileType) {
    this.#type = type;
  }

  push(chunk: Uint8Array): void {
    if (this.#length >= HEAD_BYTES) return;
    this.#chunks.push(chunk.subarray(0, HEAD_BYTES - this.#length));
    this.#length = Math.min(HEAD_BYTES, this.#length + chunk.length);
    const due = JUDGED_AT.findLast((length) => length <= this.#length) ?? 0;
    if (due > this.#judged) this.#judge(due, false);
    if (this.#length >= HEAD_BYTES) this.#chunks = [];
  }

  end(): void {
    if (this.#length > 0 && this.#length < HEAD_BYTES) this.#judge(this.#length, true);
  }

  #judge(due: number, isWhole: boolean): void {
    this.#judged = due;
    checkHead(this.#type, Buffer.concat(this.#chunks), isWhole);
  }
}

function isPossible(type: FileType, head: Buffer, isWhole: boolean): boolean {
  switch (type) {
    case 'pdf': {
      const searched = head.subarray(0, PDF_SIGNATURE_BYTES + PDF.length - 1);
      return searched.includes(PDF) || (!isWhole && head.length < PDF_SIGNATURE_BYTES);
    }
    case 'docx':
      return isZip(head) || (!isWhole && head.length < ZIP.length);
    case 'txt':
      return isText(head);
    case 'json':
      return isJsonText(head, isWhole);
  }
}

const startsWith = (head: Buffer, bytes: Buffer) => head.subarray(0, bytes.length).equals(bytes);
const isZip = (head: Buffer) => startsWith(head, ZIP);

/** Control characters other than tab, line feed, vertical tab, form feed and carriage return. */
const isControl = (code: number) => code < 9 || (code > 13 && code < 32) || code === 127;

/** UTF-16 with a byte order mark; or UTF-8, windows-1251 and other encodings in which ASCII bytes are ASCII. */
function isText(head: Buffer): boolean {
  if (startsWith(head, PDF) || isZip(head)) return false;
  for (const [encoding, mark] of Object.entries(BYTE_ORDER_MARKS))
    if (startsWith(head, mark)) return isUtf16(head, encoding);
  return !head.some(isControl);
}

function isUtf16(head: Buffer, encoding: string): boolean {
  const text = decoded(head, encoding);
  if (text === undefined) return false;
  for (let at = 0; at < text.length; at++) if (isControl(text.charCodeAt(at))) return false;
  return true;
}

/** The begin of a JSON value in UTF-8 (RFC 8259). */
function isJsonText(head: Buffer, isWhole: boolean): boolean {
  const text = head.some(isControl) ? undefined : decoded(head, 'utf-8');
  if (text === undefined) return false;
  const first = text.trimStart()[0];
  return first === undefined ? !isWhole : /[{["\-0-9tfn]/.test(first);
}

/** The text of bytes that may end within a character; undefined when they are not in the encoding. */
function decoded(bytes: Buffer, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

/**
 * Checks a stored file: its first bytes, and the directory of a docx.
 * @throws OperationError 415 `FileTypeNotAllowed`, 503 when storage cannot be reached
 */
export async function checkStored(type: FileType, stored: StoredBytes): Promise<void> {
  const head = await stored.read(0, Math.min(stored.size, HEAD_BYTES));
  checkHead(type, Buffer.concat((await head.toArray()) as Buffer[]), stored.size <= HEAD_BYTES);
  if (type === 'docx') await checkDocument(stored);
}

/** Reads the directory of a zip only: what a file of it unpacks to does not matter here. */
export async function checkDocument(stored: StoredBytes): Promise<void> {
  const reader = new RangeReader(stored);
  try {
    const zip = await fromRandomAccessReaderPromise(reader, stored.size, { lazyEntries: true, autoClose: false });
    if (zip.entryCount > MAX_ENTRIES) throw notAllowed(`the docx has more than ${MAX_ENTRIES} entries`);
    for await (const { fileName } of zip.eachEntry()) if (fileName === 'word/document.xml') return;
  } catch (cause) {
    if (reader.failure) throw OperationError.from(reader.failure);
    if (cause instanceof OperationError) throw cause;
    throw notAllowed('the name ends with .docx, and the bytes are no whole zip', cause);
  }
  throw notAllowed('the name ends with .docx, and the zip has no word/document.xml');
}

function notAllowed(why: string, cause?: unknown): OperationError {
  return filesErrors.FileTypeNotAllowed(`${WHAT}: ${why}; allowed are pdf, docx, txt and json.`, {
    target: WHAT,
    cause,
  });
}

/** The field of a file in a form. */
const WHAT = 'upload';
