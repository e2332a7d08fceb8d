import { ACCOUNT_TYPES, type AccountType, type Ledger, type Recognition } from '../ledger.js';
import { mainOf, type Mapping, type MappingResult } from '../mapping.js';
import { percentilesOf } from './info.js';
import { LeftOut } from './left-out.js';
import { type Line, lineOf } from './line.js';
import { DEFAULT_LIMIT } from './limits.js';
import { Matcher, MAX_AGE_DAYS } from './matcher.js';
import { type Learned, LearnedMatcher, rankerOf } from '../learning/learned-matcher.js';
import { inOrderOfDate } from './rows.js';
import { strip } from './text.js';

export { documentKind } from './document-types.js';
export { LeftOut } from './left-out.js';

interface MatchOptions {
  /** Lines that are more than 60 days older get no main mapping. */
  now: Date;
  /** The number of accounts per line: the main one and `tops` − 1 alternatives. Default 2. */
  tops?: number;
  /** What was learned from the company's history; by default, nothing. */
  learned?: Learned | undefined;
  /** The rows that were left out when the ledger was read; others are added. */
  leftOut?: LeftOut;
  /** For `info.app_version`; default ''. */
  appVersion?: string;
  /** Called every 50 lines and at the end. */
  onProgress?: (done: number, total: number) => void;
}

/** Lines between two calls of onProgress. */
const PROGRESS_STEP = 50;

/**
 * Maps every statement line of a company to an account, by the rules of docs/bank-map-matching.md.
 *
 * @throws RangeError when `tops` is not an integer from 1
 */
export function matchLedger(company: string, ledger: Ledger, options: MatchOptions): MappingResult {
  const { now, tops = 2, learned, leftOut = new LeftOut(), onProgress } = options;
  if (!Number.isInteger(tops) || tops < 1) throw new RangeError(`tops is ${tops}: it must be an integer from 1.`);
  const start = performance.now();
  const lines = inOrderOfDate(ledger.bankStatementLines, 'bankStatementLines', leftOut).map(lineOf);
  const matcher = new Matcher(ledger, lines, leftOut, { now, tops });
  const mapper = learned ? new LearnedMatcher(matcher, rankerOf(matcher, ledger, lines), learned, tops) : matcher;
  const prepared = performance.now();
  const mappings = mapAll(mapper, lines, onProgress);
  const end = performance.now();
  return {
    company,
    mappings,
    info: {
      metrics: {
        prepare_sec: (prepared - start) / 1_000,
        match_sec: (end - prepared) / 1_000,
        total_sec: (end - start) / 1_000,
      },
      sizes: sizesOf(ledger, matcher, lines, mappings),
      left_out: leftOut.toJSON(),
      limits: limitsOf(learned),
      weights: matcher.weights,
      app_version: options.appVersion ?? '',
      recognition_finished: new Date().toISOString(),
    },
  };
}

/** The mappings in the order of the lines. */
function mapAll(
  matcher: Pick<Matcher, 'map'>,
  lines: readonly Line[],
  onProgress: MatchOptions['onProgress'],
): Mapping[] {
  // Sorted by name, because Names compares equal names once.
  const order = lines.map((line, i) => ({ line, i })).sort((a, b) => compareTexts(a.line.name, b.line.name));
  const mappings = new Array<Mapping>(lines.length);
  for (const [done, { line, i }] of order.entries()) {
    mappings[i] = matcher.map(line);
    if ((done + 1) % PROGRESS_STEP === 0) onProgress?.(done + 1, lines.length);
  }
  onProgress?.(lines.length, lines.length);
  return mappings;
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The order of fields is that of the JSON. */
function sizesOf(
  ledger: Ledger,
  matcher: Matcher,
  lines: readonly Line[],
  mappings: readonly Mapping[],
): Record<string, number | boolean> {
  const mains = mappings.map(mainOf).filter((main) => main !== undefined);
  const recommended = mains.filter((main) => main.recommended).length;
  const old = lines.filter((line) => matcher.isOld(line)).length;
  const mapped = lines.length - old;
  return {
    customer_recognitions: distinct(ledger.customerRecognitions),
    vendor_recognitions: distinct(ledger.vendorRecognitions),
    bank_account_recognitions: new Set(
      ledger.bankAccountRecognitions
        .filter(({ balAccountNumber }) => strip(balAccountNumber) !== '')
        .map(({ statementExternalDocumentNumber }) => strip(statementExternalDocumentNumber)),
    ).size,
    bank_statement_entries: matcher.counts.history,
    customer_ledger_entries: matcher.counts.customerEntries,
    vendor_ledger_entries: matcher.counts.vendorEntries,
    gl_accounts: matcher.counts.glAccounts,
    bank_accounts: matcher.counts.bankAccounts,
    open_sfs: matcher.counts.documents,
    bank_statement_lines: lines.length,
    text_to_account_mappings: matcher.counts.rules,
    skip_old_days: MAX_AGE_DAYS,
    skipped_old: old,
    recommended,
    use_e2e: matcher.usesEndToEndIds,
    recommended_tta: mains.filter(({ type }) => type === 'Text to Account').length,
    ...(mapped > 0 && { recommended_percent: (recommended / mapped) * 100 }),
    ...percentilesOf(mains.map(({ similarity }) => similarity)),
  };
}

const distinct = (rows: readonly Recognition[]): number =>
  new Set(rows.map(({ externalDocumentNumber }) => strip(externalDocumentNumber))).size;

function limitsOf(learned: Learned | undefined): MappingResult['info']['limits'] {
  const limits = ACCOUNT_TYPES.map((type) => [type, learned?.limits[type] ?? DEFAULT_LIMIT]);
  return { source: learned ? 'learned' : 'default', ...(Object.fromEntries(limits) as Record<AccountType, number>) };
}
