import { SaxesParser } from 'saxes';
import { InputError } from '../../input-error.js';
import { Zip } from '../../zip.js';
import { AnalysisFailure } from '../failure.js';
import { TextCollector, type ExtractedText } from './extracted.js';

/** A document with many pictures has some hundred files. */
const MAX_ENTRIES = 5_000;
/** WordprocessingML has up to about 20 bytes for each byte of text. */
const XML_BYTES_PER_TEXT_BYTE = 40;
const MAX_RELATIONSHIPS_BYTES = 1024 * 1024;
/** Word nests tables and text boxes up to about 40 elements deep. */
const MAX_DEPTH = 256;
const MAIN_PART = 'word/document.xml';

/**
 * Reads the text of the main part of a Word document (ECMA-376, part 1, 17.3), as a stream.
 *
 * @throws {AnalysisFailure}
 */
export async function docxText(file: string, maxTextBytes: number): Promise<ExtractedText> {
  try {
    const zip = await Zip.open(file, MAX_ENTRIES);
    try {
      const main = await mainPartOf(zip);
      if (!zip.has(main)) throw new AnalysisFailure('UnsupportedFile', 'The file is a zip, but not a Word document.');
      const collector = new TextCollector(maxTextBytes);
      const limit = maxTextBytes * XML_BYTES_PER_TEXT_BYTE;
      await parse(zip.read(main), limit, new TextHandler(collector));
      return { format: 'docx', text: collector.text() };
    } finally {
      zip.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    throw damaged(thrown.message, thrown);
  }
}

const damaged = (message: string, cause?: unknown) =>
  new AnalysisFailure('DamagedFile', `The docx cannot be read. ${message}`, { cause });

/** The main part as the package's relationships name it (ECMA-376, part 2, 6.5). */
async function mainPartOf(zip: Zip): Promise<string> {
  let main: string | undefined;
  await parse(zip.read('_rels/.rels'), MAX_RELATIONSHIPS_BYTES, {
    open(name, attributes) {
      const isMain = name === 'Relationship' && attributes.Type?.endsWith('/officeDocument') === true;
      if (isMain) main ??= attributes.Target?.replace(/^\//, '');
    },
  });
  return main ?? MAIN_PART;
}

interface XmlHandler {
  /** @param name without its prefix */
  open?(name: string, attributes: Record<string, string>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** @param maxBytes limit of the unpacked XML */
async function parse(xml: AsyncIterable<Uint8Array>, maxBytes: number, handler: XmlHandler): Promise<void> {
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  const decoder = new TextDecoder('utf-8');
  let depth = 0;
  let bytes = 0;
  parser.on('error', (error) => {
    throw damaged(`Its XML is invalid: ${error.message.slice(0, 100)}.`, error);
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (++depth > MAX_DEPTH) throw new AnalysisFailure('TooDeep', `The XML is nested deeper than ${MAX_DEPTH} levels.`);
    handler.open?.(localName(name), attributes);
  });
  parser.on('text', (text) => handler.text?.(text));
  parser.on('closetag', ({ name }) => {
    depth--;
    handler.close?.(localName(name));
  });
  for await (const chunk of xml) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw damaged('Its XML is too large.');
    parser.write(decoder.decode(chunk, { stream: true }));
  }
  if (bytes > 0) parser.close();
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1);

/** What an element adds when it begins. */
const BREAKS: Readonly<Record<string, string>> = { tab: '\t', br: '\n', cr: '\n', noBreakHyphen: '-' };
/** What an element adds when it ends. */
const ENDS: Readonly<Record<string, string>> = { p: '\n' };
/** Elements whose text is not in the document: deleted text, and the copy of a text box for older programs. */
const SKIPPED = new Set(['del', 'moveFrom', 'Fallback']);

/** Collects the text of runs; a paragraph is a line. */
class TextHandler implements XmlHandler {
  readonly #collector: TextCollector;
  #skipped = 0;
  #isText = false;

  constructor(collector: TextCollector) {
    this.#collector = collector;
  }

  open(name: string): void {
    if (SKIPPED.has(name)) this.#skipped++;
    this.#isText = name === 't';
    this.#add(BREAKS[name]);
  }

  text(text: string): void {
    if (this.#isText) this.#add(text);
  }

  close(name: string): void {
    this.#isText = false;
    this.#add(ENDS[name]);
    if (SKIPPED.has(name)) this.#skipped--;
  }

  #add(text: string | undefined): void {
    if (text !== undefined && this.#skipped === 0) this.#collector.add(text);
  }
}
