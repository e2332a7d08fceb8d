import { open, type FileHandle } from 'node:fs/promises';
import { AnalysisFailure } from '../failure.js';
import { TextCollector, type ExtractedText } from './extracted.js';

/** Bytes that are read at a time. */
const CHUNK_BYTES = 256 * 1024;
const MAX_PAGES = 10_000;

/** An ES module, which is only needed for this format. */
const loadPdfjs = () => import('unpdf/pdfjs');

type Pdfjs = Awaited<ReturnType<typeof loadPdfjs>>;
type PdfDocument = Awaited<ReturnType<Pdfjs['getDocument']>['promise']>;

/**
 * Reads the text of a pdf, page by page. The file is read in parts as they are needed.
 *
 * @throws {AnalysisFailure}
 */
export async function pdfText(file: string, maxTextBytes: number): Promise<ExtractedText> {
  const pdfjs = await loadPdfjs();
  const handle = await open(file);
  const task = pdfjs.getDocument({
    range: await transportOf(pdfjs, handle),
    rangeChunkSize: CHUNK_BYTES,
    disableAutoFetch: true,
    disableStream: true,
    disableFontFace: true,
    useSystemFonts: false,
    verbosity: 0,
  });
  try {
    return await textOf(await task.promise, maxTextBytes);
  } catch (thrown) {
    throw asFailure(thrown);
  } finally {
    await task.destroy();
    await handle.close();
  }
}

/** Gives parts of the file to pdf.js. */
async function transportOf(pdfjs: Pdfjs, handle: FileHandle) {
  const { size } = await handle.stat();
  const transport = new pdfjs.PDFDataRangeTransport(size, null);
  transport.requestDataRange = (begin, end) => {
    const length = Math.min(end, size) - begin;
    handle.read(new Uint8Array(length), 0, length, begin).then(
      ({ buffer }) => transport.onDataRange(begin, buffer),
      () => transport.abort(), // the file is closed: the work has ended
    );
  };
  return transport;
}

async function textOf(document: PdfDocument, maxTextBytes: number): Promise<ExtractedText> {
  if (document.numPages > MAX_PAGES) {
    throw new AnalysisFailure('TextTooLarge', `The pdf has more than ${MAX_PAGES} pages.`);
  }
  const collector = new TextCollector(maxTextBytes);
  const pageStarts: number[] = [];
  for (let number = 1; number <= document.numPages; number++) {
    pageStarts.push(collector.length);
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    const strings = items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : ''));
    collector.add(`${strings.join('').trimEnd()}\n\n`);
    page.cleanup();
  }
  return { format: 'pdf', text: collector.text(), pageStarts };
}

/** Errors of pdf.js as failures: it throws them only for what is wrong with the file. */
function asFailure(thrown: unknown): AnalysisFailure {
  if (thrown instanceof AnalysisFailure) return thrown;
  const { name, message } = thrown as Error;
  if (name === 'PasswordException') return new AnalysisFailure('EncryptedFile', 'The pdf needs a password.');
  return new AnalysisFailure('DamagedFile', `The pdf cannot be read: ${message.slice(0, 200)}`, { cause: thrown });
}
