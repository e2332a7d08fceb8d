import { dayOf } from './days.js';

/** What to make; every field has a default. */
export interface SampleOptions {
  /** The same seed, sizes and day give the same ledger on every machine. */
  seed: number;
  /** Statement lines to be mapped. */
  lines: number;
  /** Open customer and vendor documents that lines can be mapped to; at least one for each line. */
  documents: number;
  glAccounts: number;
  /** Statement lines of the past. */
  history: number;
  /** The company whose books they are; it stands on the statements. */
  company: string;
  /** The day of the export, `YYYY-MM-DD`. */
  today: string;
}

export const DEFAULTS: SampleOptions = {
  seed: 1,
  lines: 200,
  documents: 2_000,
  glAccounts: 100,
  history: 5_000,
  company: 'hum',
  today: '2026-06-30',
};

/** The fewest that leave room for what the samples show. */
const LEAST = { seed: 0, lines: 1, documents: 1, glAccounts: 40, history: 0 } as const;
/** Of all documents that lines can pay, so that there are others to confuse them with; a line pays up to six. */
const DOCUMENTS_PER_LINE = 6;

/** @throws RangeError naming the option that does not fit, and what would */
export function resolveOptions(given: Partial<SampleOptions>): SampleOptions {
  const options = { ...DEFAULTS, ...given };
  for (const [name, least] of Object.entries(LEAST) as [keyof typeof LEAST, number][]) {
    const value = options[name];
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`${name} is ${value}: it must be a whole number from ${least}.`);
    }
  }
  const fewest = DOCUMENTS_PER_LINE * options.lines;
  if (options.documents < fewest) {
    throw new RangeError(
      `documents is ${options.documents}: for ${options.lines} lines it must be at least ${fewest}.`,
    );
  }
  if (Number.isNaN(dayOf(options.today))) throw new RangeError(`today is ${options.today}: it must be YYYY-MM-DD.`);
  return options;
}
