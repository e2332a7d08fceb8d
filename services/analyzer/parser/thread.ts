import { writeFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { analyzeText } from '../analyze-text.js';
import { type ProcessInput, type ProcessMessage } from '../analysis-process.js';
import { AnalysisFailure } from '../failure.js';
import { extractText } from '../text/extract.js';

async function run({ file, name, resultFile, targetAudience, maxTextBytes }: ProcessInput): Promise<ProcessMessage> {
  try {
    const text = await extractText(file, { name, maxTextBytes });
    await writeFile(resultFile, JSON.stringify(analyzeText(text, targetAudience)), { mode: 0o600 });
    return { kind: 'done' };
  } catch (thrown) {
    if (!(thrown instanceof AnalysisFailure)) throw thrown;
    return { kind: 'failed', code: thrown.code, message: thrown.message };
  }
}

/** The failure of `run` ends the thread with its `error` event. */
function crash(thrown: unknown): void {
  setImmediate(() => {
    throw thrown;
  });
}

// pdf.js leaves rejected promises behind when it fails on a damaged file; `run` reports the failure itself.
process.on('unhandledRejection', () => undefined);

run(workerData as ProcessInput).then((message) => parentPort?.postMessage(message), crash);
