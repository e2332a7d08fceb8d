import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type LonghaulClient } from '@longhaul/client';
import { z } from 'zod';
import { ROOT } from './plan.js';

const LINES = 200;
/** The share of errors among recommended mappings that is tolerated: the matcher has no history of this company. */
const MAX_ERROR_RATE = 0.05;

const answer = z.object({ id: z.string(), type: z.string(), number: z.string() });

/**
 * Maps a generated bank statement and compares the result with the generator's answers. Returns false when too many
 * recommended mappings are wrong.
 */
export async function mapSample(
  longhaul: LonghaulClient,
  dir: string,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const zip = path.join(dir, 'statement.zip');
  const generator = path.join(ROOT, 'dist/services/bank-map-ml/samples/main.js');
  const args = [generator, '--seed', '1', '--lines', String(LINES), '--out', zip];
  await promisify(execFile)(process.execPath, args, { signal });
  print(`\nbankMap.map with ${LINES} generated bank-statement lines`);
  const operation = await longhaul.bankMap.map(new Blob([await fs.readFile(zip)]), { company: 'demo', signal });
  const { mappings } = await operation.result({ signal });
  const answers = new Map((await readAnswers(`${zip}.truth.jsonl`)).map((line) => [line.id, line]));
  const recommended = mappings.filter(({ main }) => main?.recommended === true);
  const correct = recommended.filter(({ entry, main }) => {
    const truth = answers.get(String(entry.id));
    return truth?.number === main?.item?.no && truth?.type === main?.item?.type;
  });
  print(`  ${recommended.length} of ${mappings.length} lines recommended, ${correct.length} of these correct`);
  return mappings.length === LINES && correct.length >= (1 - MAX_ERROR_RATE) * recommended.length && correct.length > 0;
}

async function readAnswers(file: string) {
  const lines = (await fs.readFile(file, 'utf8')).trim().split('\n');
  return lines.map((line) => answer.parse(JSON.parse(line)));
}
