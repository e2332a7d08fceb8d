import { buffer } from 'node:stream/consumers';
import { type MlDriver } from '../../src/bank-map/ml/driver.js';

/** The output of a job as text; undefined when the job does not exist. */
export async function outputText(ml: MlDriver, job: string): Promise<string | undefined> {
  const output = await ml.output(job, {});
  return output && (await buffer(output)).toString();
}
