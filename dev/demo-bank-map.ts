import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ROOT } from './plan.js';

const LINES = 200;
/** Errors among the recommended mappings that pass for chance: the matcher was never shown this company before. */
const MOST_WRONG = 0.05;

const result = z.object({
  mappings: z.array(
    z.object({
      entry: z.object({ id: z.string() }),
      main: z.object({ item: z.object({ no: z.string(), type: z.string() }), recommended: z.boolean() }).partial(),
    }),
  ),
});
const answer = z.object({ id: z.string(), type: z.string(), number: z.string() });

/**
 * Has a generated bank statement mapped through the command line, as an accounting system would, and compares what came
 * back with the generator's answers. False when too much of what was recommended is wrong.
 */
export async function mapSample(url: string, dir: string, say: (line: string) => void, signal: AbortSignal) {
  const zip = path.join(dir, 'statement.zip');
  say(`\nPOST /api/map with ${LINES} bank-statement lines of a company that is made up`);
  await run('services/bank-map-ml/samples/main.js', ['--seed', '1', '--lines', String(LINES), '--out', zip], signal);
  await run('cli/bank-map.js', ['--url', url, '--company', 'demo', '--poll', '1', zip], signal);
  const answers = new Map((await readLines(`${zip}.truth.jsonl`)).map((line) => [line.id, line]));
  const { mappings } = result.parse(JSON.parse(await fs.readFile(`${zip}.mappings.json`, 'utf8')));
  const recommended = mappings.filter(({ main }) => main.recommended);
  const right = recommended.filter(({ entry, main }) => {
    const truth = answers.get(entry.id);
    return truth?.number === main.item?.no && truth?.type === main.item?.type;
  });
  say(`  ${recommended.length} of ${mappings.length} lines recommended, ${right.length} of these right`);
  return mappings.length === LINES && right.length >= (1 - MOST_WRONG) * recommended.length && right.length > 0;
}

async function readLines(file: string) {
  const lines = (await fs.readFile(file, 'utf8')).trim().split('\n');
  return lines.map((line) => answer.parse(JSON.parse(line)));
}

/** Runs a script of the build; what it prints is part of the demo. */
async function run(script: string, args: string[], signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [path.join(ROOT, 'dist', script), ...args], { stdio: 'inherit', signal });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${script} ended with ${code}.`);
}
