import { defineActivity, type Activity } from '../../operations/activities.js';
import { operationErrors } from '../../operations/errors.js';
import { commonErrors, hasCode, type OperationError } from '../../platform/errors.js';
import { type BlobStore } from '../../platform/storage.js';
import { filesErrors } from '../errors.js';
import { fileBlobName } from '../names.js';
import { type Analyses } from './analyses.js';
import { deadlineOf, keyEndOf, phaseOf, type Analysis } from './analysis.js';
import { type AnalysisLists } from './analysis-files.js';
import { type AnalyzerClient } from './analyzer-client.js';
import { downloadUrl } from './live-events.js';
import { type ResultRows } from './result-rows.js';
import { readResult, type Result } from './result.js';
import {
  CHECK_RUN,
  END_RUN,
  endInput,
  runInput,
  STORE_RESULT_ROWS,
  TELL_ANALYZER,
  tellInput,
  type RunInput,
  type RunResult,
  type RunState,
} from './schemas.js';

export interface AnalysisServices {
  analyses: Analyses;
  results: ResultRows;
  blobs: Pick<BlobStore, 'get'>;
  lists: AnalysisLists;
  /** Undefined: nobody is told. */
  analyzer: AnalyzerClient | undefined;
}

/** Activities of an analysis. Each is repeatable: it reads the row, and what it writes is conditional on it. */
export function createAnalysisActivities(services: AnalysisServices): Record<string, Activity> {
  const { analyses, analyzer, results } = services;
  return {
    [CHECK_RUN]: defineActivity(runInput, async ({ analysisId, run }): Promise<RunState> => {
      const analysis = await analyses.current(analysisId);
      return stateOf(analysisId, run, analysis, analyses.now());
    }),
    [TELL_ANALYZER]: defineActivity(tellInput, async ({ analysisId, run, keyNumber }, call): Promise<void> => {
      const analysis = await analyses.get(analysisId);
      const isCurrent =
        analysis?.run === run && analysis.keyNumber === keyNumber && phaseOf(analysis, analyses.now()) === 'waiting';
      if (!isCurrent) return;
      const { key, baseUrl } = analysis;
      try {
        await analyzer?.tell({ refer: key, url: downloadUrl(baseUrl, key) }, call);
      } catch (thrown) {
        if (hasCode(thrown, operationErrors.UpstreamPaused)) await analyses.hold(analysisId, run);
        else if (analysis.heldAt !== undefined) await analyses.release(analysisId, run);
        throw thrown;
      }
      if (analysis.heldAt !== undefined) await analyses.release(analysisId, run);
    }),
    [STORE_RESULT_ROWS]: defineActivity(runInput, (input, { signal }) => store(services, input, signal)),
    [END_RUN]: defineActivity(
      endInput,
      async ({ analysisId, run, error }): Promise<void> => {
        const analysis = await analyses.fail(analysisId, run, error);
        // A canceled run may have stored rows that nobody can read.
        if (analysis && analysis.storedRun !== run) await results.delete({ id: analysisId, run });
      },
      { always: true },
    ),
  };
}

function stateOf(id: number, run: number, analysis: Analysis | undefined, now: number): RunState {
  const failed = ({ data }: OperationError): RunState => ({ phase: 'failed', error: data });
  if (!analysis) return failed(filesErrors.AnalysisNotFound('The analysis does not exist any more.'));
  if (analysis.run !== run) return failed(filesErrors.AnalysisRestarted('The analysis was started again.'));
  const phase = phaseOf(analysis, now);
  switch (phase) {
    case 'waiting':
      return { phase, keyNumber: analysis.keyNumber, dueAt: Math.min(keyEndOf(analysis), deadlineOf(analysis)) };
    case 'downloading':
      return { phase, dueAt: deadlineOf(analysis) };
    case 'overdue':
      return { phase: 'downloading', dueAt: now }; // the deadline passed after `current`
    case 'posted':
      return { phase };
    case 'ended':
      return analysis.status === 'db_ready'
        ? { phase: 'stored', result: resultOf(id, analysis) }
        : failed(errorOf(analysis));
  }
}

function resultOf(analysisId: number, { violationsQuantity, scenes = 0 }: Analysis): RunResult {
  return { analysisId, violationsQuantity, scenes };
}

/** The error that ended a run, as its row has it. */
function errorOf({ errorCode = '', errorMessage = 'The analysis failed.' }: Analysis): OperationError {
  const make = Object.values(filesErrors).find(({ code }) => code === errorCode) ?? filesErrors.AnalyzerFailed;
  return make(errorMessage);
}

async function store(
  services: AnalysisServices,
  { analysisId: id, run }: RunInput,
  signal: AbortSignal,
): Promise<RunResult> {
  const { analyses, results, blobs, lists } = services;
  const analysis = await analyses.get(id);
  if (analysis?.run !== run) throw filesErrors.AnalysisRestarted('The analysis was started again.');
  if (analysis.status === 'error') throw errorOf(analysis);
  if (analysis.status !== 'db_ready') {
    const result = await postedResult(blobs, analysis);
    await results.store({ id, run }, result, signal);
    await tellLists(lists, id, analysis, result);
    signal.throwIfAborted();
    const { violationsQuantity, scenes } = result;
    await analyses.finish(id, run, { violationsQuantity, scenes: scenes?.length });
  }
  await deleteEarlier(services, id, analysis);
  const stored = await analyses.get(id);
  if (!stored) throw filesErrors.AnalysisNotFound('The analysis does not exist any more.');
  return resultOf(id, stored);
}

async function postedResult(blobs: Pick<BlobStore, 'get'>, { resultFile = 0 }: Analysis): Promise<Result> {
  const bytes = await blobs.get(fileBlobName(resultFile));
  if (!bytes) throw filesErrors.FileNotFound('The file of the result was deleted before it was stored row by row.');
  const posted = await readResult(bytes);
  if (posted.failure) throw commonErrors.InternalError('The stored result is a failure.');
  return posted.result;
}

/** The result of an earlier run can be read until a later one is stored. */
async function deleteEarlier(
  { analyses, results }: Pick<AnalysisServices, 'analyses' | 'results'>,
  id: number,
  { run, firstRun = 1 }: Analysis,
): Promise<void> {
  for (let earlier = firstRun; earlier < run; earlier++) await results.delete({ id, run: earlier });
  if (firstRun < run) await analyses.setFirstRun(id, run);
}

/** The comment of the analyzer, and the row that joins it with the user's. */
async function tellLists(lists: AnalysisLists, id: number, analysis: Analysis, result: Result): Promise<void> {
  const { comment, rating, violationsQuantity } = result;
  const once = `analysis-${id}-${analysis.run}`;
  if (comment !== undefined) {
    await lists.addComment({ comment, refer_file: id, comment_author: 'AI' }, `${once}-comment`);
  }
  await lists.addRecommendation(
    { comments_user: analysis.commentId, rating, refer: id, violations_quantity: violationsQuantity },
    `${once}-recommendation`,
  );
}
