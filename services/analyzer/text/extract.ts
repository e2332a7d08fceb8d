import { open } from 'node:fs/promises';
import { AnalysisFailure } from '../failure.js';
import { docxText } from './docx.js';
import { type ExtractedText } from './extracted.js';
import { pdfText } from './pdf.js';
import { plainText } from './plain.js';

interface ExtractOptions {
  /** The name that the app sent; only a hint for a text that is also valid as another format. */
  readonly name: string;
  readonly maxTextBytes: number;
}

/** A PDF header can follow other bytes (ISO 32000-1, annex H.3.4.1, note 13). */
const PDF_HEADER_WITHIN = 1_024;

/**
 * Reads the text of a file. The format is judged by the bytes.
 *
 * @throws {AnalysisFailure} when it is none of the formats, is damaged, is too large, or has no text
 */
export async function extractText(file: string, { name, maxTextBytes }: ExtractOptions): Promise<ExtractedText> {
  const start = await startOf(file);
  const extracted = await read();
  if (!/[\p{L}\p{N}]/u.test(extracted.text)) throw new AnalysisFailure('NoText', noText(extracted));
  return extracted;

  function read(): Promise<ExtractedText> {
    if (start.includes('%PDF-')) return pdfText(file, maxTextBytes);
    if (start.subarray(0, 4).equals(Buffer.from('PK\x03\x04'))) return docxText(file, maxTextBytes);
    return plainText(file, { isNamedJson: /\.json$/i.test(name), maxTextBytes });
  }
}

function noText({ format }: ExtractedText): string {
  return format === 'pdf' ? 'The pdf has no text; scanned pages are not read.' : 'The file has no text.';
}

async function startOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(PDF_HEADER_WITHIN), 0, PDF_HEADER_WITHIN, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
