import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readLedger } from '../../../services/bank-map-ml/input/read-ledger.js';
import { matchLedger } from '../../../services/bank-map-ml/matcher/index.js';
import { differences } from '../../support/bank-map-differences.js';
import { RANDOM_NOW, randomRows } from '../../support/bank-map-random.js';
import { referenceMatch } from '../../support/bank-map-reference.js';
import { zipOf } from '../../support/bank-map-zip.js';

let dir: string;
beforeAll(async () => (dir = await fs.mkdtemp(path.join(os.tmpdir(), 'bank-map-'))));
afterAll(() => fs.rm(dir, { recursive: true }));

/** The result of the service for these rows, as its JSON says. */
async function mapped(rows: ReturnType<typeof randomRows>): Promise<object> {
  const file = path.join(dir, 'random.zip');
  await fs.writeFile(file, zipOf(rows));
  const result = matchLedger('hum', await readLedger(file), { now: RANDOM_NOW });
  return JSON.parse(JSON.stringify(result)) as object;
}

test.each([
  { size: 1, rounds: 150 },
  { size: 4, rounds: 15 },
  { size: 15, rounds: 1 },
])('matches the reference implementation in $rounds random ledgers of size $size', async ({ size, rounds }) => {
  for (let seed = 1; seed <= rounds; seed++) {
    const rows = randomRows(seed, size);
    const { mappings, sizes } = referenceMatch(rows, RANDOM_NOW);
    const found = differences({ company: 'hum', mappings, info: { sizes } }, await mapped(rows));
    expect({ seed, size, found }).toEqual({ seed, size, found: [] });
  }
});
