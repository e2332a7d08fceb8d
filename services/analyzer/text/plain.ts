import { readFile, stat } from 'node:fs/promises';
import { AnalysisFailure } from '../failure.js';
import { TextCollector, textTooLarge, type ExtractedText } from './extracted.js';
import { jsonText } from './json.js';

interface PlainOptions {
  readonly isNamedJson: boolean;
  readonly maxTextBytes: number;
}

/** UTF-16 has two bytes for each character that has one in UTF-8. */
const BYTES_PER_TEXT_BYTE = 2;

/**
 * Reads a text or JSON file: UTF-8, UTF-16 with a byte order mark, or windows-1251.
 *
 * @throws {AnalysisFailure}
 */
export async function plainText(file: string, { isNamedJson, maxTextBytes }: PlainOptions): Promise<ExtractedText> {
  const { size } = await stat(file);
  if (size > maxTextBytes * BYTES_PER_TEXT_BYTE) throw textTooLarge(maxTextBytes);
  const text = decoded(await readFile(file));
  const collector = new TextCollector(maxTextBytes);
  if (isNamedJson || /^\s*[[{]/.test(text)) {
    const isJson = jsonText(text, collector, isNamedJson);
    if (isJson) return { format: 'json', text: collector.text() };
  }
  collector.add(text);
  return { format: 'txt', text: collector.text() };
}

/** Control characters that no text has. */
// eslint-disable-next-line no-control-regex -- the control characters are what is looked for
const BINARY = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;

function decoded(bytes: Buffer): string {
  const text = unicode(bytes) ?? new TextDecoder('windows-1251').decode(bytes);
  if (BINARY.test(text)) {
    throw new AnalysisFailure('UnsupportedFile', 'The file is not a text, JSON, docx or pdf file.');
  }
  return text;
}

function unicode(bytes: Buffer): string | undefined {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  const isBigEndian = bytes[0] === 0xfe && bytes[1] === 0xff;
  try {
    return new TextDecoder(isBigEndian ? 'utf-16be' : encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined; // not valid in this encoding
  }
}
