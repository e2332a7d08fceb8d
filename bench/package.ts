import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { ROOT } from '../dev/plan.js';
import { median, type Findings } from './figures.js';

const PACKAGE = path.join(ROOT, 'dist/package');
const RUNS = 7;

/** The time of a load and the time of the processor in it, ms. */
interface Load {
  wall: number;
  processor: number;
}

/** Loads the functions of the package as the Functions worker does, and prints how long that takes. */
const LOAD = `
  console.debug = console.warn = () => undefined; // the packages say that this is no Functions runtime
  const began = performance.now();
  const before = process.cpuUsage();
  require(${JSON.stringify(path.join(PACKAGE, 'dist/functions/app.js'))});
  const { user, system } = process.cpuUsage(before);
  const load = { wall: performance.now() - began, processor: (user + system) / 1_000 };
  process.stdout.write(JSON.stringify(load), () => process.exit());`;

/** The size of the package for Azure, and the time to load all of its functions on one core (docs/deploy.md). */
export function benchPackage(): Promise<Findings> {
  run(process.execPath, ['-e', 'require("./dev/package.cjs").makePackage()']);
  const cold = dropFileCache() ? load() : undefined;
  const warm = Array.from({ length: RUNS }, load);
  const wall = warm.map((one) => one.wall);
  return Promise.resolve({
    figures: [
      { name: 'package as a zip', value: zippedBytes() / 1e6, unit: 'MB', target: { below: 30 } },
      { name: 'load all functions, median', value: median(wall), unit: 'ms', target: { below: 600 } },
      { name: '  shortest', value: Math.min(...wall), unit: 'ms' },
      { name: '  longest', value: Math.max(...wall), unit: 'ms' },
      // On a busy machine a load waits for the processor.
      { name: '  processor time, median', value: median(warm.map(({ processor }) => processor)), unit: 'ms' },
      ...(cold === undefined ? [] : [{ name: '  with a cold file cache', value: cold.wall, unit: 'ms' }]),
    ],
    details: { warm, cold },
  });
}

function zippedBytes(): number {
  const files = fs.readdirSync(PACKAGE, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const sizes = files.map(
    ({ parentPath, name }) => deflateRawSync(fs.readFileSync(path.join(parentPath, name))).length,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Only root can do this, on Linux. */
function dropFileCache(): boolean {
  if (process.getuid?.() !== 0) return false;
  run('sync', []);
  fs.writeFileSync('/proc/sys/vm/drop_caches', '3');
  return true;
}

function load(): Load {
  return JSON.parse(run('taskset', ['--cpu-list', '0', process.execPath, '-e', LOAD])) as Load;
}

function run(command: string, args: string[]): string {
  const settings = {
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    IMAGE_PROVIDER_URL: 'http://127.0.0.1:7101',
    PLATE_READER_URL: 'http://127.0.0.1:7102',
    BANK_MAP_ML_URL: 'http://127.0.0.1:7103',
  };
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, ...settings },
  });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
  return stdout;
}
