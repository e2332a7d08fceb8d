import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ROOT } from '../../dev/plan.js';

/** The service that clients know, at the commit whose answers were recorded. */
export const RECORDED_NOW = '2026-11-28T00:00:00Z';
const [ALL, COMMITTED] = ['../shared/data/bank-map', 'test/data/bank-map'].map((dir) => path.join(ROOT, dir));

/** Zips with the answers of the service that clients know: all of them, or the three of this repository. */
export function recordedSamples(): { name: string; zip: Buffer; answer: Record<string, unknown> }[] {
  const folder = ALL !== undefined && fs.existsSync(ALL) ? ALL : (COMMITTED ?? '');
  const names = fs.readdirSync(folder).filter((file) => file.endsWith('.zip'));
  return names.map((file) => {
    const name = file.replace('.zip', '');
    const json = gunzipSync(fs.readFileSync(path.join(folder, `${name}.json.gz`))).toString();
    return { name, zip: fs.readFileSync(path.join(folder, file)), answer: JSON.parse(json) as Record<string, unknown> };
  });
}
