import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Readable } from 'node:stream';
import { PART_NAMES } from '../../dev/plan.js';
import { freePorts, isFree } from '../../dev/ports.js';
import { isRunning } from '../../dev/processes.js';
import { startStack, type Stack } from '../../dev/stack.js';
import { eventually } from '../support/eventually.js';

interface Process {
  child: ChildProcessByStdio<null, Readable, Readable>;
  /** The output so far. */
  output: { stdout: string; stderr: string };
}
interface StackUser {
  pid: number;
  url: string;
  parts: number[];
  storage?: string;
}

const START = path.join(__dirname, '../../dev/start.js');

let dir: string;
let port: number;
const processes: Process[] = [];

beforeEach(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'longhaul-start-'));
  [port = 0] = await freePorts(1);
});

afterEach(async () => {
  for (const { child } of processes.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await fs.rm(dir, { recursive: true, force: true, maxRetries: 5 });
});

function start(env: Record<string, string> = {}): Process {
  const child = spawn(process.execPath, [START], {
    env: { ...process.env, PORT: String(port), LONGHAUL_DIR: dir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output.stderr += chunk));
  processes.push({ child, output });
  return { child, output };
}

/** The first line of stdout; rejects with stderr when the process ends without one. */
function firstLine({ child, output }: Process): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout.on('data', () => {
      if (output.stdout.includes('\n')) resolve(output.stdout.trimEnd());
    });
    child.once('close', () => reject(new Error(output.stderr)));
  });
}

/** The exit code, 0 to 255, or the signal. */
async function end({ child }: Process): Promise<number | string> {
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return code ?? signal ?? 'unknown';
}

const readUser = async () => JSON.parse(await fs.readFile(path.join(dir, 'stack.json'), 'utf8')) as StackUser;

/** Resolves when all processes have ended. */
async function allEnded(pids: readonly number[]): Promise<void> {
  await eventually(() => Promise.resolve(!pids.some(isRunning) || undefined), 'the end of all processes');
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'prints the ready line, serves, and stops all parts on %s',
  async (signal) => {
    const launched = start();
    expect(await firstLine(launched)).toBe(`ready http://127.0.0.1:${port}`);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    const { parts, storage } = await readUser();
    expect(parts).toHaveLength(PART_NAMES.length);
    expect(storage).toContain('TableEndpoint=http://127.0.0.1:');
    expect(parts.every(isRunning)).toBe(true);

    launched.child.kill(signal);
    expect(await end(launched)).toBe(0);
    expect(launched.output.stdout).toBe(`ready http://127.0.0.1:${port}\n`);
    expect(parts.filter(isRunning)).toEqual([]);
    expect(await isFree(port)).toBe(true);
  },
);

test('does not start twice on one state folder, and names the process that uses it', async () => {
  const launched = start();
  await firstLine(launched);
  const second = start({ PORT: '0' });
  expect(await end(second)).toBe(1);
  expect(second.output.stdout).toBe('');
  expect(second.output.stderr).toContain(
    `${dir} is in use by process ${launched.child.pid ?? 0}, serving http://127.0.0.1:${port}.`,
  );
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
});

test('does not start on a port that is in use', async () => {
  await firstLine(start());
  const second = start({ LONGHAUL_DIR: path.join(dir, 'other') });
  expect(await end(second)).toBe(1);
  expect(second.output.stderr).toContain(`Port ${port} is in use.`);
});

test('after a kill no process is left, and the next start uses the same folder and port', async () => {
  const killed = start();
  await firstLine(killed);
  const { parts } = await readUser();
  killed.child.kill('SIGKILL');
  expect(await firstLine(start())).toBe(`ready http://127.0.0.1:${port}`);
  await allEnded(parts);
});

test('stopped during the start, it leaves no process', async () => {
  const launched = start();
  await eventually(async () => (await fs.readdir(dir)).includes('stack.json') || undefined, 'stack.json');
  launched.child.kill('SIGINT');
  expect(await end(launched)).toBe(0);
  expect(await isFree(port)).toBe(true);
  expect(await fs.readdir(dir)).not.toContain('stack.json');
});

test('ends with the reason when a part ends by itself', async () => {
  const launched = start();
  await firstLine(launched);
  const { parts } = await readUser();
  process.kill(parts[2] ?? 0, 'SIGKILL');
  expect(await end(launched)).toBe(1);
  expect(launched.output.stderr).toContain('plate-reader ended (SIGKILL).');
  expect(parts.filter(isRunning)).toEqual([]);
});

describe('for tests', () => {
  let stack: Stack | undefined;
  afterEach(() => stack?.stop());

  test('parts can be killed and restarted at the same URL', async () => {
    stack = await startStack({ faults: true });
    const { url, plateReader, dir: folder } = stack;
    const health = async () => (await fetch(`${url}/health`)).status;
    expect(await health()).toBe(200);
    expect((await fetch(`${plateReader.url}/_faults`, { method: 'POST', body: '{"mode":"none"}' })).status).toBe(200);

    await stack.kill('app', 'SIGKILL');
    await expect(health()).rejects.toThrow();
    await stack.restart('app');
    expect(await health()).toBe(200);

    await stack.kill('storage', 'SIGTERM');
    expect(await health()).toBe(503);
    await stack.restart('storage');
    expect(await health()).toBe(200);

    await stack.stop();
    await expect(fs.stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a part that does not start is reported with its last lines', async () => {
    const failure = startStack({ env: { IMAGE_PROVIDER_TIMEOUT_MS: 'soon' } });
    await expect(failure).rejects.toThrow(
      /^app ended before it served\.\nIts last lines:\n[^]*IMAGE_PROVIDER_TIMEOUT_MS/,
    );
  });

  test('errors about unusable folders name the setting', async () => {
    await expect(startStack({ imagesDir: '/nowhere/at/all' })).rejects.toThrow(
      'IMAGES_DIR (/nowhere/at/all) is not a folder.',
    );
    await expect(startStack({ dir: __filename })).rejects.toThrow(`LONGHAUL_DIR (${__filename}) cannot be written to`);
  });
});
