import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PART_NAMES } from '../../dev/plan.js';
import { freePorts, isFree } from '../../dev/ports.js';
import { isRunning } from '../../dev/processes.js';
import { startStack, type Stack } from '../../dev/stack.js';
import { eventually } from '../support/eventually.js';
import { end, npmStart, ready, run, says, type StartProcess } from '../support/start-process.js';

interface StackUser {
  pid: number;
  url: string;
  parts: number[];
  storage?: string;
}

let dir: string;
let port: number;
const processes: StartProcess[] = [];

beforeEach(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'longhaul-start-'));
  [port = 0] = await freePorts(1);
});

afterEach(async () => {
  for (const { child } of processes.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await fs.rm(dir, { recursive: true, force: true, maxRetries: 5 });
});

function start(env: Record<string, string> = {}, ...args: string[]): StartProcess {
  const launched = run('cli/longhaul.js', ['start', ...args], { PORT: String(port), LONGHAUL_DIR: dir, ...env });
  processes.push(launched);
  return launched;
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
    expect(await ready(launched)).toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    const { parts, storage } = await readUser();
    expect(parts).toHaveLength(PART_NAMES.length);
    expect(storage).toContain('TableEndpoint=http://127.0.0.1:');
    expect(parts.every(isRunning)).toBe(true);

    launched.child.kill(signal);
    launched.child.kill(signal); // as Ctrl-C does: it reaches the process from the terminal and through npm
    expect(await end(launched)).toBe(0);
    expect(launched.output.stdout).toBe(`ready http://127.0.0.1:${port}\n`);
    expect(parts.filter(isRunning)).toEqual([]);
    expect(await isFree(port)).toBe(true);
  },
);

test('npm start with --auth and --quiet asks for keys, prints the ready line alone, and stops on SIGINT to npm', async () => {
  const npm = npmStart(['--auth', '--quiet'], { PORT: String(port), LONGHAUL_DIR: dir });
  processes.push(npm);
  const url = await ready(npm);
  const request = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"imageId":10022}' };
  expect((await fetch(`${url}/plates/recognize`, request)).status).toBe(401);
  const { parts } = await readUser();
  npm.child.kill('SIGINT');
  expect(await end(npm)).toBe(0);
  expect(npm.output.stderr).not.toMatch(/^\S+ \| /m);
  await allEnded(parts);
});

describe('a folder and a port in use', () => {
  test('are refused by name, and a folder that is deleted ends the stack', async () => {
    const first = start();
    const url = await ready(first);
    const onFolder = start({ PORT: '0' });
    const onPort = start({ LONGHAUL_DIR: path.join(dir, 'other') });
    expect(await Promise.all([end(onFolder), end(onPort)])).toEqual([1, 1]);
    expect(onFolder.output.stdout).toBe('');
    expect(onFolder.output.stderr).toContain(
      `${dir} is in use by process ${first.child.pid ?? 0}, serving http://127.0.0.1:${port}.`,
    );
    expect(onPort.output.stderr).toContain(`Port ${port} is in use.`);
    expect((await fetch(`${url}/health`)).status).toBe(200);

    const { parts } = await readUser();
    await fs.rm(dir, { recursive: true });
    expect(await end(first)).toBe(1);
    expect(first.output.stderr).toContain(`The state folder ${dir} was deleted or replaced while the stack used it`);
    await expect(fetch(`${url}/health`)).rejects.toThrow();
    await allEnded(parts);
  });
});

test('storage that cannot be reached is reported, again while it is away, and waited for', async () => {
  const [closed = 0] = await freePorts(1);
  const endpoint = `http://127.0.0.1:${closed}/acme`;
  const connection = `DefaultEndpointsProtocol=http;AccountName=acme;AccountKey=a2V5;BlobEndpoint=${endpoint};TableEndpoint=${endpoint}`;
  const launched = start({ AzureWebJobsStorage: connection });
  await says(launched, `storage cannot be reached: ${endpoint} (ECONNREFUSED); waiting for it`, 2);
  launched.child.kill('SIGINT');
  expect(await end(launched)).toBe(0);
  expect(launched.output).toMatchObject({ stdout: '', stderr: expect.not.stringContaining('app | ready') as string });
});

test('after a kill no process is left, and the next start uses the same folder and port', async () => {
  const killed = start();
  await ready(killed);
  const { parts } = await readUser();
  killed.child.kill('SIGKILL');
  expect(await ready(start())).toBe(`http://127.0.0.1:${port}`);
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
    await expect(startStack({ dir: __filename })).rejects.toThrow(
      `LONGHAUL_DIR: the folder ${__filename} cannot be written to`,
    );
  });
});
