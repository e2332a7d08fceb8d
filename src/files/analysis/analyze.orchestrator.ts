import { z } from 'zod';
import { defineOperation } from '../../operations/define.js';
import { filesErrors } from '../errors.js';

export const analyzeInput = z.object({ analysisId: z.number() });

/** Waits until an analyzer has downloaded a file and posted its result, while the key of the download changes. */
export const analyze = defineOperation({
  kind: 'files.analyze',
  input: analyzeInput,
  result: z.object({ analysisId: z.number() }),
  // eslint-disable-next-line require-yield -- not built yet
  *run() {
    return { ok: false as const, error: filesErrors.AnalysisNotFound('Not built yet.').data };
  },
});
