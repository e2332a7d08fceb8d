import fs from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { integerBetween } from '../../serving.js';
import { isoDay } from './days.js';
import { DEFAULTS, type SampleOptions } from './options.js';
import { writeSample } from './write.js';

interface Options extends Omit<SampleOptions, 'today'> {
  today?: string;
  out: string;
}

const MS_PER_DAY = 86_400_000;
const MAX_COUNT = 100_000_000;

const program = new Command('npm run bank-map:sample --')
  .description(
    'Generates a zip of ledgers and statement lines for the bank mapping, and FILE.truth.jsonl with the answers.',
  )
  .option(
    '--seed <number>',
    'the same seed, sizes and day give the same file',
    integerBetween(0, MAX_COUNT),
    DEFAULTS.seed,
  )
  .option('--lines <number>', 'statement lines to map', integerBetween(0, MAX_COUNT), DEFAULTS.lines)
  .option(
    '--documents <number>',
    'open documents of customers and vendors',
    integerBetween(0, MAX_COUNT),
    DEFAULTS.documents,
  )
  .option('--gl-accounts <number>', 'G/L accounts', integerBetween(0, MAX_COUNT), DEFAULTS.glAccounts)
  .option('--history <number>', 'past statement lines', integerBetween(0, MAX_COUNT), DEFAULTS.history)
  .option('--company <name>', 'name of the company', DEFAULTS.company)
  .option('--today <date>', 'day of the export, YYYY-MM-DD; default: today, because old lines are not mapped')
  .requiredOption('--out <file>', 'zip file to write; its folder is created')
  .action(run);

function run({ out, today = isoDay(Math.floor(Date.now() / MS_PER_DAY)), ...sizes }: Options): void {
  const options = { ...sizes, today };
  const reproduce = `--seed ${options.seed} --today ${today}`;
  process.stderr.write(`writing ${out} (reproducible with ${reproduce})\n`);
  fs.mkdirSync(path.dirname(out), { recursive: true });
  const rows = writeSample(options, out, (done) => process.stderr.write(`${done} rows\n`));
  process.stderr.write(`${rows} rows, ${(fs.statSync(out).size / 1e6).toFixed(1)} MB\n`);
}

program.parseAsync().catch((thrown: unknown) => {
  console.error(`bank-map:sample: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  process.exitCode = 1;
});
