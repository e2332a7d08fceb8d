import { bankMapErrors } from '../errors.js';
import { FILES } from './expected-files.js';
import { RowCheck } from './rows.js';

/** Limits of a zip. A zip that exceeds one is refused while it is read. */
export interface ZipLimits {
  /** Bytes of the zip. */
  packedBytes: number;
  /** Bytes of all files in it. */
  unpackedBytes: number;
  /** Unpacked to packed bytes: ledgers reach about 50, a bomb of deflate about 1,000. */
  ratio: number;
  entries: number;
}

/** The ratio applies from this unpacked size on, bytes: a zip bomb is larger. */
const RATIO_FROM_BYTES = 10 * 1024 * 1024;

/** One file of the zip while it is unpacked. */
export interface EntryCheck {
  push(bytes: Uint8Array): void;
  /** @returns its unpacked size */
  end(): number;
}

/**
 * The checks of every zip, streamed or stored: limits, names, files, rows. No file is written and no name is used as a
 * path; names that point outside of the zip are refused anyway.
 */
export class ContentCheck {
  #entries = 0;
  #unpacked = 0;
  readonly #seen = new Set<string>();

  readonly #limits: ZipLimits;
  readonly #packed: () => number;

  /** @param packed bytes of the zip read so far */
  constructor(limits: ZipLimits, packed: () => number) {
    this.#limits = limits;
    this.#packed = packed;
  }

  /**
   * Checks the number of files in a zip's directory before they are read.
   * @throws OperationError 413
   */
  count(files: number): void {
    if (files > this.#limits.entries) throw tooLarge(`holds more than ${this.#limits.entries} files`);
  }

  /**
   * Begins the check of the next file.
   * @throws OperationError 400 for a bad or repeated name, 413 for too many files
   */
  entry(name: string): EntryCheck {
    this.count(++this.#entries);
    checkName(name);
    const rule = FILES.get(name);
    if (rule && this.#seen.has(name)) throw bankMapErrors.ZipInvalid(`The zip holds ${name} twice.`, { target: name });
    this.#seen.add(name);
    const rows = rule?.fields && new RowCheck(name, rule.fields);
    let bytes = 0;
    return {
      push: (chunk) => {
        bytes += chunk.length;
        this.#count(chunk.length);
        rows?.push(chunk);
      },
      end: () => {
        rows?.end();
        return bytes;
      },
    };
  }

  /** @throws OperationError 400 `ZipFileMissing` that names every missing file */
  end(): void {
    const required = [...FILES].filter(([, rule]) => rule.required).map(([name]) => name);
    const missing = required.filter((name) => !this.#seen.has(name));
    if (missing.length === 0) return;
    const folder = [...this.#seen].find((name) => missing.includes(name.replace(/.*\//, '')));
    const hint = folder === undefined ? '' : ` Files must be at the top of the zip, not in a folder like ${folder}.`;
    throw bankMapErrors.ZipFileMissing(`The zip lacks ${missing.join(', ')}.${hint}`, { target: missing[0] });
  }

  #count(bytes: number): void {
    this.#unpacked += bytes;
    const { unpackedBytes, ratio } = this.#limits;
    if (this.#unpacked > unpackedBytes) throw tooLarge(`unpacks to more than ${unpackedBytes} bytes`);
    if (this.#unpacked > RATIO_FROM_BYTES && this.#unpacked > ratio * this.#packed()) {
      throw tooLarge(`unpacks to more than ${ratio} times its size`);
    }
  }
}

export function tooLarge(what: string) {
  return bankMapErrors.ZipTooLarge(`The zip ${what}; send less, or in parts.`);
}

function checkName(name: string): void {
  const isAbsolute = /^([/\\]|[A-Za-z]:)/.test(name);
  if (!isAbsolute && !name.split(/[/\\]/).includes('..') && !name.includes('\0')) return;
  const shown = JSON.stringify(name.slice(0, 100));
  throw bankMapErrors.ZipInvalid(`The zip holds a file that is named ${shown}; names are relative and without "..".`);
}
