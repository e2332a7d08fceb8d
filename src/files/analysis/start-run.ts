import { type Operations } from '../../operations/operations.js';
import { isRefusal } from '../../operations/starter.js';
import { type Analyses, type NumberedAnalysis } from './analyses.js';
import { analyze } from './analyze.orchestrator.js';

/**
 * Starts the operation of a run, whose id is in the row of the analysis. It may be repeated.
 * @param webhookUrl that of the start
 * @throws OperationError 503; 400 `OperationIdReused`, 410 `OperationExpired` when the id belongs to another operation,
 *   which ends the run
 */
export async function startRun(
  operations: Operations,
  analyses: Pick<Analyses, 'fail'>,
  { id: analysisId, analysis: { operationId, run } }: NumberedAnalysis,
  webhookUrl: string | undefined,
): Promise<void> {
  try {
    await operations.start({ kind: analyze, operationId, input: () => ({ analysisId, run }), webhookUrl });
  } catch (thrown) {
    if (isRefusal(thrown)) await analyses.fail(analysisId, run, thrown.data);
    throw thrown;
  }
}
