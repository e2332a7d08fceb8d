import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ROOT } from '../../dev/plan.js';

/** The time at which the answers were recorded: lines of 60 days before it are left out. */
export const RECORDED_NOW = '2026-11-28T00:00:00Z';
const ALL = path.join(ROOT, '../shared/data/bank-map');
/** The three samples of this repository. */
export const COMMITTED = path.join(ROOT, 'test/data/bank-map');

export interface RecordedSample {
  name: string;
  zip: Buffer;
  /** The answer as it was written, and its value. */
  json: string;
  answer: { mappings: { entry: { id: string } }[] };
}

/** Zips with the answers of the existing service (docs/glossary.md): all of them, or the three of this repository. */
export function recordedSamples(folder = fs.existsSync(ALL) ? ALL : COMMITTED): RecordedSample[] {
  const names = fs.readdirSync(folder).filter((file) => file.endsWith('.zip'));
  return names.map((file) => {
    const name = file.replace('.zip', '');
    const json = gunzipSync(fs.readFileSync(path.join(folder, `${name}.json.gz`))).toString();
    return {
      name,
      zip: fs.readFileSync(path.join(folder, file)),
      json,
      answer: JSON.parse(json) as RecordedSample['answer'],
    };
  });
}
