import { buffer } from 'node:stream/consumers';
import type { MlDriver } from '../../src/bank-map/ml/driver.js';

/** A job's output as text; undefined when the service has no such job. */
export async function outputText(ml: MlDriver, job: string): Promise<string | undefined> {
  const output = await ml.output(job, {});
  return output && (await buffer(output)).toString();
}
