import { type Operations } from '../../operations/operations.js';
import { filesErrors } from '../errors.js';
import { type Analyses } from './analyses.js';
import { type Analysis } from './analysis.js';
import { startRun } from './start-run.js';

/** The request that begins a run may still be starting its operation, ms; a start takes at most 10 s. */
const STARTING_MS = 20_000;

export interface SweepOptions {
  analyses: Analyses;
  operations: Operations;
  onFailure: (id: number, error: unknown) => void;
}

/**
 * Finishes what a process left undone: starts the operation of a run that has none, since its process ended between the
 * two writes, and ends a run whose operation ended without it, for example by the task hub's own API.
 */
export async function sweepAnalyses({ analyses, operations, onFailure }: SweepOptions): Promise<void> {
  for (const id of await analyses.open()) {
    try {
      const analysis = await analyses.current(id);
      if (analysis && isTended(analysis, analyses.now())) await tend(analyses, operations, id, analysis);
    } catch (thrown) {
      onFailure(id, thrown);
    }
  }
}

function isTended({ status, startedAt }: Analysis, now: number): boolean {
  return status !== 'error' && status !== 'db_ready' && now - Date.parse(startedAt) > STARTING_MS;
}

async function tend(analyses: Analyses, operations: Operations, id: number, analysis: Analysis): Promise<void> {
  const instance = await operations.findInstance(analysis.operationId);
  if (!instance) {
    await startRun(operations, analyses, { id, analysis }, analysis.webhookUrl);
  } else if (!['Pending', 'Running', 'Suspended', 'ContinuedAsNew'].includes(instance.runtimeStatus)) {
    const { data } = filesErrors.AnalysisInterrupted('The operation of the analysis ended before it.');
    await analyses.fail(id, analysis.run, data);
  }
}
