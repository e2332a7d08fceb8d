/**
 * `npm run weather`: end-to-end tests of the app in three processes, on a host that behaves as badly as Azure may
 * (docs/host.md, `--weather`). Exit code 1 when a test fails; the last line says how to repeat the round.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomInt } from 'node:crypto';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ROOT } from './plan.js';

/** The test files of each suite, as patterns of paths. Add a suite here. */
const SUITES = {
  operations: ['e2e/operations.test'],
  batches: ['e2e/plates.test'],
  serverless: ['e2e/serverless.test'],
  limits: ['e2e/serverless-limits.test'],
} as const satisfies Record<string, readonly string[]>;
type Suite = keyof typeof SUITES;

/** The default seed. */
const SEED = 8;
const PROCESSES = 3;
const JEST = path.join(ROOT, 'node_modules/jest/bin/jest.js');

interface Options {
  seed: number | 'random';
  minutes: number;
  suites: Suite[];
}

const program = new Command('npm run weather --')
  .description('Runs end-to-end tests with three processes and weather: once, or again and again for some minutes.')
  .option('--seed <seed>', 'a whole number, or random for another one in each round', readSeed, SEED)
  .option('--minutes <number>', 'start rounds for so long', readMinutes, 0)
  .option('--suites <names>', `of ${names().join(', ')}, separated by commas`, readSuites, names())
  .action(run);

function names(): Suite[] {
  return Object.keys(SUITES) as Suite[];
}

/** The host checks the range (host/weather/seed.ts). */
function readSeed(text: string): number | 'random' {
  if (text === 'random' || /^\d{1,10}$/.test(text)) return text === 'random' ? text : Number(text);
  throw new InvalidArgumentError('give a whole number, or random.');
}

function readMinutes(text: string): number {
  const minutes = Number(text);
  if (text !== '' && minutes >= 0 && minutes < Infinity) return minutes;
  throw new InvalidArgumentError('give a number of minutes.');
}

function readSuites(text: string): Suite[] {
  const suites = text.split(',').map((name) => names().find((known) => known === name));
  if (suites.includes(undefined)) throw new InvalidArgumentError(`give names of ${names().join(', ')}.`);
  return suites.filter((suite) => suite !== undefined);
}

async function run({ seed, minutes, suites }: Options): Promise<void> {
  const end = performance.now() + minutes * 60_000;
  do {
    const current = seed === 'random' ? randomInt(2 ** 32) : seed;
    process.stdout.write(`weather: seed ${current}, ${suites.join(', ')}\n`);
    if (await passes(current, suites)) continue;
    process.stdout.write(`Repeat it with: npm run weather -- --seed ${current} --suites ${suites.join(',')}\n`);
    process.exitCode = 1;
    return;
  } while (performance.now() < end);
}

async function passes(seed: number, suites: readonly Suite[]): Promise<boolean> {
  const patterns = suites.flatMap((suite) => SUITES[suite]);
  const env = { ...process.env, LONGHAUL_WEATHER: String(seed), LONGHAUL_PROCESSES: String(PROCESSES) };
  const jest = spawn(process.execPath, [JEST, '--selectProjects', 'e2e', '--', ...patterns], {
    cwd: ROOT,
    env,
    stdio: 'inherit',
  });
  const [code] = (await once(jest, 'exit')) as [number | null];
  return code === 0;
}

void program.parseAsync();
