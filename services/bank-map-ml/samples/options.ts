import { dayOf } from './days.js';

/** The parameters of a sample; every field has a default. */
export interface SampleOptions {
  /** The same seed, sizes and day give the same ledger on every machine. */
  seed: number;
  /** Statement lines to map. */
  lines: number;
  /** Open customer and vendor documents to which lines can be mapped; at min six per line. */
  documents: number;
  glAccounts: number;
  /** Past statement lines. */
  history: number;
  /** The name of the company on the statements. */
  company: string;
  /** The day of the export, `YYYY-MM-DD`. */
  today: string;
}

/** The default parameters. */
export const DEFAULTS: SampleOptions = {
  seed: 1,
  lines: 200,
  documents: 2_000,
  glAccounts: 100,
  history: 5_000,
  company: 'hum',
  today: '2026-06-30',
};

/** The minimum values with which a sample contains all kinds of lines. */
const MIN = { seed: 0, lines: 1, documents: 1, glAccounts: 40, history: 0 } as const;
/** The minimum of documents per line: a line pays up to six, and there must be other candidates. */
const DOCUMENTS_PER_LINE = 6;

/** Adds the defaults. @throws RangeError that names the invalid option and its valid range */
export function resolveOptions(given: Partial<SampleOptions>): SampleOptions {
  const options = { ...DEFAULTS, ...given };
  for (const [name, min] of Object.entries(MIN) as [keyof typeof MIN, number][]) {
    const value = options[name];
    if (!Number.isSafeInteger(value) || value < min) {
      throw new RangeError(`${name} is ${value}: it must be an integer from ${min}.`);
    }
  }
  const minDocuments = DOCUMENTS_PER_LINE * options.lines;
  if (options.documents < minDocuments) {
    throw new RangeError(
      `documents is ${options.documents}: for ${options.lines} lines it must be at least ${minDocuments}.`,
    );
  }
  if (Number.isNaN(dayOf(options.today))) throw new RangeError(`today is ${options.today}: it must be YYYY-MM-DD.`);
  return options;
}
