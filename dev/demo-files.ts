import fs from 'node:fs';
import path from 'node:path';
import { type LonghaulClient } from '@longhaul/client';
import { ROOT } from './plan.js';

const SCRIPT = path.join(ROOT, 'dev/demo-script.txt');
/** What the analyzer finds in that script. */
const EXPECTED_RATING = '18+';

/** Uploads a script, analyzes it and prints the result. Returns false when the rating is not as expected. */
export async function analyzeScript(
  longhaul: LonghaulClient,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  print(`\nfiles.upload and files.analyze with ${path.basename(SCRIPT)}`);
  const { id } = await longhaul.files.upload(await fs.openAsBlob(SCRIPT), { name: path.basename(SCRIPT), signal });
  const analysis = await longhaul.files.analyze({ file_id: id, target_audience: '12+' }, { signal });
  const { scenes } = await analysis.result({ signal });
  const { rating } = await longhaul.request<{ rating: string }>('GET', `/cinema/${analysis.started?.id}/result/`, {
    signal,
  });
  print(`  ${scenes} scenes, rating ${rating}`);
  return rating === EXPECTED_RATING;
}
