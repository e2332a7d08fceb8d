import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ROOT } from './plan.js';

const LINES = 200;
/** The share of errors among recommended mappings that is tolerated: the matcher has no history of this company. */
const MAX_ERROR_RATE = 0.05;

const result = z.object({
  mappings: z.array(
    z.object({
      entry: z.object({ id: z.string() }),
      main: z
        .object({ item: z.object({ no: z.string(), type: z.string() }), recommended: z.boolean() })
        .partial()
        .optional(),
    }),
  ),
});
const answer = z.object({ id: z.string(), type: z.string(), number: z.string() });

/**
 * Maps a generated bank statement with the command line client and compares the result with the generator's answers.
 * Returns false when too many recommended mappings are wrong.
 */
export async function mapSample(url: string, dir: string, print: (line: string) => void, signal: AbortSignal) {
  const zip = path.join(dir, 'statement.zip');
  print(`\nPOST /api/map with ${LINES} generated bank-statement lines`);
  await run('services/bank-map-ml/samples/main.js', ['--seed', '1', '--lines', String(LINES), '--out', zip], signal);
  await run('cli/bank-map.js', ['--url', url, '--company', 'demo', '--poll', '1', zip], signal);
  const answers = new Map((await readLines(`${zip}.truth.jsonl`)).map((line) => [line.id, line]));
  const { mappings } = result.parse(JSON.parse(await fs.readFile(`${zip}.mappings.json`, 'utf8')));
  const recommended = mappings.filter(({ main }) => main?.recommended === true);
  const correct = recommended.filter(({ entry, main }) => {
    const truth = answers.get(entry.id);
    return truth?.number === main?.item?.no && truth?.type === main?.item?.type;
  });
  print(`  ${recommended.length} of ${mappings.length} lines recommended, ${correct.length} of these correct`);
  return mappings.length === LINES && correct.length >= (1 - MAX_ERROR_RATE) * recommended.length && correct.length > 0;
}

async function readLines(file: string) {
  const lines = (await fs.readFile(file, 'utf8')).trim().split('\n');
  return lines.map((line) => answer.parse(JSON.parse(line)));
}

/** Runs a script of the build with the output of this process. Throws when its exit code is not 0. */
async function run(script: string, args: string[], signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [path.join(ROOT, 'dist', script), ...args], { stdio: 'inherit', signal });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${script} ended with ${code}.`);
}
