import { type Operations } from '../../operations/operations.js';
import { type Analysis } from './analysis.js';
import { analyze } from './analyze.orchestrator.js';

/** Starts the operation of a run, whose id is in the row of the analysis. @throws OperationError 503 */
export async function startRun(operations: Operations, analysisId: number, analysis: Analysis): Promise<void> {
  const { operationId: ownId, run } = analysis;
  await operations.start({ kind: analyze, ownId, input: () => ({ analysisId, run }) });
}
