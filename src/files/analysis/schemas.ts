import { z } from 'zod';
import { type ErrorData } from '../../platform/errors.js';

/** The activities of the slice by their registered names. */
export const CHECK_RUN = 'files_checkRun';
export const TELL_ANALYZER = 'files_tellAnalyzer';
export const STORE_RESULT_ROWS = 'files_storeResultRows';
export const END_RUN = 'files_endRun';

/** The external events of an analysis. */
export const DOWNLOAD_BEGAN = 'downloadBegan';
export const RESULT_CAME = 'resultCame';

export const runInput = z.object({ analysisId: z.number(), run: z.number() });
export type RunInput = z.infer<typeof runInput>;

export const tellInput = runInput.extend({ keyNumber: z.number() });
export const endInput = runInput.extend({ error: z.object({ code: z.string(), message: z.string() }) });

export const runResult = z
  .object({ analysisId: z.number(), violationsQuantity: z.number(), scenes: z.number() })
  .meta({ id: 'FilesAnalysisSummary' });
export type RunResult = z.infer<typeof runResult>;

/** What the row of an analysis says of a run; `dueAt` is when something is due next, ms since the epoch. No keys. */
export type RunState =
  | { phase: 'waiting'; keyNumber: number; dueAt: number }
  | { phase: 'downloading'; dueAt: number }
  | { phase: 'posted' }
  | { phase: 'stored'; result: RunResult }
  | { phase: 'failed'; error: ErrorData };
