import { AnalysisFailure } from '../failure.js';

type Format = 'txt' | 'json' | 'docx' | 'pdf';

/** The text of a file. Offsets in it are counted in UTF-16 code units; lines end with `\n`. */
export interface ExtractedText {
  readonly format: Format;
  readonly text: string;
  /** The offset at which each page begins; undefined for a format without pages. */
  readonly pageStarts?: readonly number[];
}

const MB = 1_000_000;

/** Collects text up to a limit of UTF-8 bytes. */
export class TextCollector {
  readonly #parts: string[] = [];
  readonly #maxBytes: number;
  #bytes = 0;
  /** UTF-16 code units so far. */
  length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @throws {AnalysisFailure} above the limit */
  add(part: string): void {
    const normal = normalized(part);
    this.#bytes += Buffer.byteLength(normal);
    if (this.#bytes > this.#maxBytes) throw textTooLarge(this.#maxBytes);
    this.#parts.push(normal);
    this.length += normal.length;
  }

  text(): string {
    return this.#parts.join('');
  }
}

export function textTooLarge(maxBytes: number): AnalysisFailure {
  return new AnalysisFailure('TextTooLarge', `The file has more than ${maxBytes / MB} MB of text.`);
}

/** Composed characters (NFC), `\n` at the end of lines, no soft hyphens and no NUL. */
function normalized(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\r\n?|[\u2028\u2029\v\f]/g, '\n')
    .replace(/[\u00ad\0\ufeff]/g, '');
}
