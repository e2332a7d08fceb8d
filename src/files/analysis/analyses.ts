import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type ErrorData } from '../../platform/errors.js';
import { type TableStore } from '../../platform/table-store.js';
import { ANALYSES } from '../names.js';
import { NumberedRows, type Beside } from '../numbered-rows.js';
import { type Page } from '../paging.js';
import {
  isFinal,
  isKeyValid,
  isRotationDue,
  overdueError,
  phaseOf,
  statusOf,
  type Analysis,
  type AnalysisStatus,
} from './analysis.js';
import { rangesOf } from './number-ranges.js';

export interface NumberedAnalysis {
  id: number;
  analysis: Analysis;
}

/** How long a key lives, a download may take to begin, and a result to come after it; ms. */
export type AnalysisTimes = Pick<Analysis, 'keyMs' | 'waitMs' | 'timeoutMs'>;

/** How a run begins. */
export interface NewRun extends Pick<Analysis, 'operationId' | 'baseUrl' | 'webhookUrl'> {
  /** The fingerprint of the request, when it may come again. */
  fingerprint?: string | undefined;
}

export interface NewAnalysis extends NewRun, Pick<Analysis, 'file' | 'user' | 'audience' | 'comment'> {
  violations: readonly number[];
}

export type RunError = Pick<ErrorData, 'code' | 'message'>;

/** What `GET /download/{refer}/` and `POST /record/` find under a key. */
export interface KeyMatch extends NumberedAnalysis {
  /** Whether the key opens the download and takes a result; otherwise its result has come. */
  isValid: boolean;
}

/** No analysis has this number: it is read for a key that is unknown. */
const NO_ANALYSIS = 999_999_999_999_999;
/** A failure's message is shown to clients, and it is the analyzer's. */
const MAX_MESSAGE = 500;

/**
 * The rows of analyses.
 *
 * A1 The row decides, by conditional writes. What an orchestration remembers, an event and a process decide nothing, so
 *    that an event or an activity that is late, lost or repeated changes nothing.
 * A2 A key is written with its row `!key-{hash}` and replaces the one before in one transaction: one key is valid.
 * A3 A key that is overdue by the clock is not valid, whether it has been replaced or not. `current` replaces it.
 * A4 A row `!open-{number}` stands beside each analysis that has not ended; the sweep (sweep.ts) reads these.
 * A5 A run that a request with `Operation-Id` begins has a row `!operation-{id}`, which is written with it and stays. It
 *    decides which of two requests with one id begins a run.
 */
export class Analyses {
  readonly #rows: NumberedRows<Analysis>;
  readonly #times: AnalysisTimes;
  readonly #now: () => number;

  constructor(table: TableStore, times: AnalysisTimes, now: () => number = Date.now) {
    this.#rows = new NumberedRows<Analysis>(table, ANALYSES);
    this.#times = times;
    this.#now = now;
  }

  now(): number {
    return this.#now();
  }

  /** Adds an analysis; undefined when another request with the same id has begun a run (A5). */
  async add({ violations, fingerprint, ...given }: NewAnalysis): Promise<NumberedAnalysis | undefined> {
    for (;;) {
      const token = newSecret();
      const analysis: Analysis = {
        ...given,
        ...this.#newRun(),
        run: 1,
        token,
        violations: rangesOf(violations),
        violationsQuantity: 0,
      };
      const id = await this.#rows.add(analysis, (number) => [
        { key: keyRow(analysis.key), values: { analysis: number } },
        { key: tokenRow(token), values: { analysis: number } },
        { key: openRow(number) },
        ...operationRows(number, given.operationId, fingerprint),
      ]);
      if (id !== undefined) return { id, analysis };
      if (fingerprint !== undefined && (await this.byOperation(given.operationId))) return undefined;
    }
  }

  async get(id: number): Promise<Analysis | undefined> {
    return (await this.#rows.get(id))?.values;
  }

  list(page: Page, file?: number) {
    return this.#rows.list(page, file === undefined ? undefined : `file eq ${file}`);
  }

  /** The status that clients see now. */
  statusOf(analysis: Analysis): AnalysisStatus {
    return statusOf(analysis, this.#now());
  }

  /** The numbers of analyses that have not ended; at most 1,000. */
  async open(): Promise<number[]> {
    return (await this.#rows.besides(OPEN)).map(({ key }) => Number(key.slice(OPEN.length)));
  }

  /** The number of the analysis whose run a request with this `Operation-Id` began, and the request's fingerprint. */
  async byOperation(operationId: string): Promise<{ id: number; fingerprint: string } | undefined> {
    const row = await this.#rows.beside(operationRow(operationId));
    return row && { id: Number(row.analysis), fingerprint: String(row.fingerprint) };
  }

  /** The number of the analysis that a token names. */
  async byToken(token: string): Promise<number | undefined> {
    const row = await this.#rows.beside(tokenRow(token.toLowerCase()));
    return row && Number(row.analysis);
  }

  /**
   * What a key opens; undefined for one that is unknown or not valid any more. Both cases read the same: a row of the
   * key, then a row of an analysis.
   */
  async byKey(given: string): Promise<KeyMatch | undefined> {
    const key = given.toLowerCase();
    const row = await this.#rows.beside(keyRow(key));
    const id = Number(row?.analysis ?? NO_ANALYSIS);
    const analysis = await this.get(id);
    const isSame = isEqual(key, analysis?.key ?? '');
    if (!analysis || !isSame) return undefined;
    const isValid = isKeyValid(analysis, this.#now());
    const hasResult = analysis.status === 'ready' || analysis.status === 'db_ready';
    return isValid || hasResult ? { id, analysis, isValid } : undefined;
  }

  /**
   * The analysis after what is due by the clock: the next key, or the end of a run whose deadline has passed. Anything
   * that tells the key reads it here.
   */
  async current(id: number): Promise<Analysis | undefined> {
    const analysis = await this.get(id);
    if (!analysis) return undefined;
    if (isRotationDue(analysis, this.#now())) return this.#rotate(id);
    const isOverdue = (row: Analysis) => phaseOf(row, this.#now()) === 'overdue';
    if (!isOverdue(analysis)) return analysis;
    return (await this.#fail(id, analysis.run, overdueError(analysis), isOverdue)) ?? this.get(id);
  }

  #rotate(id: number): Promise<Analysis | undefined> {
    const key = newSecret();
    return this.#rows.change(
      id,
      (analysis) => {
        if (!isRotationDue(analysis, this.#now())) return undefined;
        return { ...analysis, key, keyNumber: analysis.keyNumber + 1, keyMadeAt: this.#time() };
      },
      (before) => this.#newKey(id, before, key),
    );
  }

  #newKey(id: number, before: Analysis, key: string): Beside {
    return { insert: [{ key: keyRow(key), values: { analysis: id } }], delete: [keyRow(before.key)] };
  }

  /**
   * Records that the download began, which stops the replacement of the key.
   * @returns whether the key is still valid, and whether it was the first download of the run
   */
  async beginDownload(id: number, key: string): Promise<{ isValid: boolean; isFirst: boolean }> {
    let begun = { isValid: false, isFirst: false };
    await this.#rows.change(id, (analysis) => {
      const isValid = analysis.key === key && isKeyValid(analysis, this.#now());
      begun = { isValid, isFirst: isValid && analysis.downloadBeganAt === undefined };
      return begun.isFirst ? { ...analysis, downloadBeganAt: this.#time() } : undefined;
    });
    return begun;
  }

  /** Records the posted result. @returns the analysis; undefined when the key is not valid or another was faster */
  post(id: number, key: string, resultFile: number): Promise<Analysis | undefined> {
    return this.#change(id, (analysis) => {
      const isValid = analysis.key === key && isKeyValid(analysis, this.#now());
      return isValid ? { ...analysis, status: 'ready', resultFile, resultAt: this.#time() } : undefined;
    });
  }

  /** Ends a run that has not ended, with an error. @returns the analysis afterwards */
  async fail(id: number, run: number, error: RunError): Promise<Analysis | undefined> {
    return (await this.#fail(id, run, error, () => true)) ?? this.get(id);
  }

  /** Ends a run with the error that the analyzer posted. @returns the analysis; undefined when the key is not valid */
  failByKey({ id, analysis: { run, key } }: KeyMatch, error: RunError): Promise<Analysis | undefined> {
    return this.#fail(id, run, error, (analysis) => analysis.key === key && isKeyValid(analysis, this.#now()));
  }

  #fail(
    id: number,
    run: number,
    { code, message }: RunError,
    isAllowed: (analysis: Analysis) => boolean,
  ): Promise<Analysis | undefined> {
    return this.#end(id, run, (analysis) => {
      if (!isAllowed(analysis)) return undefined;
      return { ...analysis, status: 'error', errorCode: code, errorMessage: message.slice(0, MAX_MESSAGE) };
    });
  }

  /** Ends a run whose result is stored row by row. @returns the analysis; undefined when the run has ended already */
  finish(
    id: number,
    run: number,
    { violationsQuantity, scenes }: Pick<Analysis, 'violationsQuantity' | 'scenes'>,
  ): Promise<Analysis | undefined> {
    return this.#end(id, run, (analysis) => {
      if (analysis.status !== 'ready') return undefined;
      return { ...analysis, status: 'db_ready', storedRun: run, violationsQuantity, scenes };
    });
  }

  /** Holds the wait of a run for its download: the analyzer is paused. */
  async hold(id: number, run: number): Promise<void> {
    await this.#change(id, (analysis) => {
      const mayBeHeld = analysis.run === run && phaseOf(analysis, this.#now()) === 'waiting';
      return mayBeHeld && analysis.heldAt === undefined ? { ...analysis, heldAt: this.#time() } : undefined;
    });
  }

  /** Lets the wait go on; the time in which it was held does not count. */
  async release(id: number, run: number): Promise<void> {
    await this.#change(id, ({ heldAt, ...analysis }) => {
      if (analysis.run !== run || heldAt === undefined) return undefined;
      const heldMs = this.#now() - Date.parse(heldAt);
      return { ...analysis, startedAt: new Date(Date.parse(analysis.startedAt) + heldMs).toISOString() };
    });
  }

  #end(id: number, run: number, change: (analysis: Analysis) => Analysis | undefined): Promise<Analysis | undefined> {
    const changeOpen = ({ webhookUrl: _, ...analysis }: Analysis) =>
      analysis.run === run && !isFinal(analysis.status) ? change(analysis) : undefined;
    return this.#change(id, changeOpen, () => ({ delete: [openRow(id)] }));
  }

  /** Records the number of the user's comment. */
  async setComment(id: number, commentId: number): Promise<void> {
    await this.#rows.change(id, (analysis) => ({ ...analysis, commentId }));
  }

  /** Records that nothing is stored of the runs before. */
  async setFirstRun(id: number, firstRun: number): Promise<void> {
    await this.#rows.change(id, (analysis) => ({ ...analysis, firstRun }));
  }

  /**
   * Begins the next run of an analysis that has ended.
   * @returns the analysis; undefined when it has not ended, or a request with the same id has begun its last run
   */
  restart(id: number, { fingerprint, ...given }: NewRun): Promise<Analysis | undefined> {
    const next = this.#newRun();
    return this.#change(
      id,
      (analysis) => {
        if (!isFinal(this.statusOf(analysis)) || analysis.operationId === given.operationId) return undefined;
        return { ...withoutRun(analysis), ...next, run: analysis.run + 1, ...given };
      },
      (before) => {
        const { insert = [], ...rest } = this.#newKey(id, before, next.key);
        const open = isFinal(before.status) ? [{ key: openRow(id) }] : [];
        return { ...rest, insert: [...insert, ...open, ...operationRows(id, given.operationId, fingerprint)] };
      },
    );
  }

  /** Changes a row. @returns the analysis afterwards; undefined when it was not changed */
  async #change(
    id: number,
    change: (analysis: Analysis) => Analysis | undefined,
    beside: (before: Analysis) => Beside = () => ({}),
  ): Promise<Analysis | undefined> {
    const last = { isChanged: false };
    const changeOnce = (analysis: Analysis) => {
      const next = change(analysis);
      last.isChanged = next !== undefined;
      return next;
    };
    const after = await this.#rows.change(id, changeOnce, beside);
    return last.isChanged ? after : undefined;
  }

  #newRun() {
    const time = this.#time();
    return {
      ...this.#times,
      status: 'processing' as const,
      key: newSecret(),
      keyNumber: 1,
      keyMadeAt: time,
      startedAt: time,
    };
  }

  #time(): string {
    return new Date(this.#now()).toISOString();
  }
}

/** What an analysis keeps over a restart. */
function withoutRun(analysis: Analysis): Analysis {
  const {
    downloadBeganAt: _,
    resultFile: __,
    resultAt: ___,
    errorCode: ____,
    errorMessage: _____,
    heldAt: ______,
    ...kept
  } = analysis;
  return kept;
}

/** 32 hexadecimal digits from a secure source, as a UUID without dashes has. */
const newSecret = () => randomBytes(16).toString('hex');

export const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

/** Keys that begin with `!` sort before all numbers (numbered-rows.ts). */
const OPEN = '!open-';
const openRow = (id: number) => `${OPEN}${id}`;
const operationRow = (operationId: string) => `!operation-${operationId}`;
const operationRows = (analysis: number, operationId: string, fingerprint: string | undefined) =>
  fingerprint === undefined ? [] : [{ key: operationRow(operationId), values: { analysis, fingerprint } }];
const keyRow = (key: string) => `!key-${hashOf(key)}`;
const tokenRow = (token: string) => `!token-${hashOf(token)}`;

/** Compares in a time that does not depend on where the texts differ. */
function isEqual(a: string, b: string): boolean {
  const [bytesA, bytesB] = [Buffer.from(hashOf(a)), Buffer.from(hashOf(b))];
  return timingSafeEqual(bytesA, bytesB);
}
