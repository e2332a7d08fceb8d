import { type ErrorData } from '../../platform/errors.js';
import { filesErrors } from '../errors.js';

/** `status_file` of the contract; a run ends with `error` or `db_ready`. */
export type AnalysisStatus = 'processing' | 'ready' | 'error' | 'db_ready';

/**
 * The row of an analysis. Times are RFC 3339 texts, since storage takes no whole numbers over 2^31. The three durations
 * are the settings at the start of the run.
 */
export type Analysis = {
  file: number;
  user: number;
  audience: string;
  /** 1, and one more with each restart. */
  run: number;
  operationId: string;
  /** Where the end of the operation is posted; until the run has ended. */
  webhookUrl?: string;
  status: AnalysisStatus;
  /** Unguessable; names the analysis in the URLs of live events. */
  token: string;
  /** The reference key that was made last, its number in the run from 1, and when it was made. */
  key: string;
  keyNumber: number;
  keyMadeAt: string;
  startedAt: string;
  /** How long a key is valid before the download begins, ms. */
  keyMs: number;
  /** How long the download may take to begin, ms. */
  waitMs: number;
  /** How long the result may take to come after the download began, ms. */
  timeoutMs: number;
  downloadBeganAt?: string;
  /** Since when the wait for the download is held, because the analyzer is paused (docs/upstreams.md). */
  heldAt?: string;
  /** Number of the file with the bytes that the analyzer posted, and when. */
  resultFile?: number;
  resultAt?: string;
  /** The base list of violations at the start (number-ranges.ts). */
  violations: string;
  violationsQuantity: number;
  /** The run whose result is stored row by row; the result of an earlier run can be read until a later one is stored. */
  storedRun?: number;
  /** The first run of which something may still be stored. Default: 1. */
  firstRun?: number;
  /** Scenes of the stored result. */
  scenes?: number;
  errorCode?: string;
  errorMessage?: string;
  /** Base URL of the app for the analyzer. */
  baseUrl: string;
  /** The comment of the user, and its number in the list of comments. */
  comment?: string;
  commentId?: number;
};

/**
 * Where a run is, by its row and the clock:
 * - `waiting`: for the begin of the download; the key is replaced
 * - `downloading`: for the result; the key stays
 * - `overdue`: a deadline has passed that no write has recorded yet
 * - `posted`: the result is to be stored row by row
 */
export type Phase = 'waiting' | 'downloading' | 'overdue' | 'posted' | 'ended';

export function phaseOf(analysis: Analysis, now: number): Phase {
  if (analysis.status === 'ready') return 'posted';
  if (analysis.status !== 'processing') return 'ended';
  if (now >= deadlineOf(analysis)) return 'overdue';
  return analysis.downloadBeganAt === undefined ? 'waiting' : 'downloading';
}

/** Most time that a pause of the analyzer adds to the wait for the download, ms. */
const LONGEST_HOLD_MS = 7 * 24 * 3_600_000;

/** When the download must have begun or, after that, the result must have come; ms since the epoch. */
export function deadlineOf({ startedAt, waitMs, downloadBeganAt, timeoutMs, heldAt }: Analysis): number {
  if (downloadBeganAt !== undefined) return Date.parse(downloadBeganAt) + timeoutMs;
  return Date.parse(startedAt) + waitMs + (heldAt === undefined ? 0 : LONGEST_HOLD_MS);
}

/** When the key must be replaced unless the download begins, ms since the epoch. */
export function keyEndOf({ keyMadeAt, keyMs }: Analysis): number {
  return Date.parse(keyMadeAt) + keyMs;
}

/** Whether the key opens the download and takes a result. */
export function isKeyValid(analysis: Analysis, now: number): boolean {
  const phase = phaseOf(analysis, now);
  return phase === 'downloading' || (phase === 'waiting' && now < keyEndOf(analysis));
}

export function isRotationDue(analysis: Analysis, now: number): boolean {
  return phaseOf(analysis, now) === 'waiting' && now >= keyEndOf(analysis);
}

/** The status that clients see: a passed deadline is an error as soon as it has passed. */
export function statusOf(analysis: Analysis, now: number): AnalysisStatus {
  return phaseOf(analysis, now) === 'overdue' ? 'error' : analysis.status;
}

export function isFinal(status: AnalysisStatus): boolean {
  return status === 'error' || status === 'db_ready';
}

/** The error of a passed deadline. */
export function overdueError({ downloadBeganAt, waitMs, timeoutMs }: Analysis): ErrorData {
  const { data } =
    downloadBeganAt === undefined
      ? filesErrors.DownloadNotBegun(`No download began within ${waitMs / 1_000} seconds.`)
      : filesErrors.AnalysisTimeout(`No result came within ${timeoutMs / 1_000} seconds of the download.`);
  return data;
}
