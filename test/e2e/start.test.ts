import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { eventually } from '../support/eventually.js';
import { Client } from '../support/client.js';
import { end, ready, run, says, type StartProcess } from '../support/start-process.js';

/** What `npm start` prints and refuses, how it restarts parts, and how the other commands find it. */

let dir: string;
beforeAll(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'longhaul-start-'));
});
afterAll(() => fs.rm(dir, { recursive: true, force: true, maxRetries: 5 }));

/** Runs a command to its end. */
async function outcome(args: string[], env: Record<string, string> = {}) {
  const command = run('cli/longhaul.js', args, { LONGHAUL_DIR: dir, ...env });
  const code = await end(command);
  return { code, ...command.output };
}

describe('settings that are not valid', () => {
  test('are listed together before anything starts, with what is expected and what was probably meant', async () => {
    const { code, stdout, stderr } = await outcome(['start', '--port', '70000'], {
      LONGHAUL_DIR: '/proc/x',
      IMAGES_DIR: '/nowhere/at/all',
      LONGHAUL_PROCESSES: 'many',
      BANK_MAP_NOW: 'yesterday',
      PLATE_READER_URL: 'reader:80',
      RETENTION_HOURS: '1',
      PLATES_AT_ONCE: 'all',
      TRUST_PROXY: 'maybe',
      IMAGE_PROVIDR_URL: 'http://secret.test',
      BANK_MAP_ML_TIMEOUT: '5',
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.split('\n')).toEqual([
      'Bad settings (see docs/configuration.md):',
      '  PORT: expected a whole number from 0 to 65535; 0 selects a free port',
      '  LONGHAUL_DIR: the folder /proc/x cannot be written to (ENOENT); set it to another folder',
      '  IMAGES_DIR: expected a folder with images; there is no folder of this name',
      '  BANK_MAP_NOW: expected a time such as 2026-11-28T00:00:00Z',
      '  LONGHAUL_PROCESSES: expected a whole number from 0 to 64',
      '  PLATE_READER_URL: expected an http or https URL',
      '  PLATES_AT_ONCE: expected a number',
      '  RETENTION_HOURS: expected 24 or more',
      '  TRUST_PROXY: expected one of 0, 1, true, false',
      '  IMAGE_PROVIDR_URL: there is no such setting; did you mean IMAGE_PROVIDER_URL?',
      '  BANK_MAP_ML_TIMEOUT: there is no such setting; did you mean BANK_MAP_ML_TIMEOUT_MS?',
      '',
    ]);
  });
});

test('each command names the URL of an app that cannot be reached', async () => {
  const commands = [
    ['books', 'pull', '0'.repeat(32), '/tmp/nowhere'],
    ['bank-map', '--company', 'hum', __filename, '--out', '/tmp/none.json'],
    ['serverless', 'stats', 'gpu', '--key', 'lh_mine'],
    ['demo'],
    ['status', 'operation-of-nobody'],
  ];
  const outcomes = await Promise.all(commands.map((args) => outcome([...args, '--url', 'http://127.0.0.1:9/'])));
  const failed = { code: 3, stderr: expect.stringContaining('http://127.0.0.1:9 cannot be reached') as string };
  expect(outcomes).toMatchObject(commands.map(() => failed));
});

describe('a running stack', () => {
  let stack: StartProcess;
  let app: Client;
  beforeAll(async () => {
    const noDesktop = { DISPLAY: '', WAYLAND_DISPLAY: '' };
    const env = { LONGHAUL_DIR: dir, PORT: '0', IMAGE_PROVIDR_URL: '', ...noDesktop };
    stack = run('cli/longhaul.js', ['start', '--open'], env);
    app = new Client(await ready(stack));
  });
  afterAll(() => stack.child.kill('SIGKILL'));

  test('prints the address of the console, and says why it opens no browser', async () => {
    const address = `${app.url}/console/`;
    const lines = [
      `console: ${address}`,
      `--open: this machine has no desktop (DISPLAY is not set). Open ${address} in a browser.`,
    ];
    await eventually(() =>
      Promise.resolve(lines.every((line) => stack.output.stderr.includes(`${line}\n`)) || undefined),
    );
    const root = await fetch(app.url, { redirect: 'manual' });
    expect([root.status, root.headers.get('location')]).toEqual([302, '/console/']);
  });

  test('prints a line for each part, and none of storage’s own', () => {
    const parts = [...stack.output.stderr.matchAll(/^(\S+) \| ready http:\/\/127\.0\.0\.1:\d+$/gm)].map(
      ([, part]) => part,
    );
    expect(parts.sort()).toEqual(['analyzer', 'app', 'bank-map-ml', 'image-provider', 'plate-reader', 'storage']);
    expect(stack.output.stderr).not.toContain('Azurite');
    expect(stack.output.stderr).toContain('warning: IMAGE_PROVIDR_URL: there is no such setting');
  });

  test('prints a line for each operation that starts and one for its end', async () => {
    await app.post('/plates/recognize', { imageId: 10022 }, { 'Operation-Id': 'printed-operation', Prefer: 'wait=30' });
    const name = 'Operation printed-operation \\(plates\\.recognize\\)';
    await says(stack, 'printed-operation (plates.recognize): Succeeded after');
    expect(stack.output.stderr).toMatch(
      new RegExp(`^app \\| [\\d:.]{12} ${name}: started\\napp \\| [\\d:.]{12} ${name}: Succeeded after \\d+ ms$`, 'm'),
    );
  });

  test('is found by the other commands', async () => {
    const book = await outcome(['books', 'pull', '0'.repeat(32), path.join(dir, 'book')]);
    expect(book.stderr).toContain('There is no book');
    const job = await outcome(['bank-map', '--job', 'no_such_job', '--poll', '0.1', '--out', path.join(dir, 'out')]);
    expect(job.stderr).toContain('There is no such job');
    const list = await outcome(['serverless', 'list']);
    expect(list).toMatchObject({ code: 0, stdout: 'There are no endpoints.\n' });
    const stats = await outcome(['serverless', 'stats', 'none', '--key', 'lh_mine']);
    expect(stats.stderr).toContain(`has no endpoint "none"`);
  });

  test('starts a part again that dies, and ends with its last lines when it dies five times in a minute', async () => {
    for (let death = 1; death < 5; death++) {
      await kill('image-provider');
      await says(stack, 'image-provider ended (SIGKILL); it is started again', death);
      await says(stack, 'image-provider | ready', death + 1);
    }
    const ended = end(stack);
    await kill('image-provider');
    expect(await ended).toBe(1);
    expect(stack.output.stderr).toMatch(
      /^image-provider ended \(SIGKILL\), for the 5th time in a minute\.\nIts last lines:\n(.*\n)* {2}ready http/m,
    );
  });

  /** Kills a part, which is found by its script in the list of the parts' processes. */
  async function kill(part: string): Promise<void> {
    const file = path.join(dir, 'stack.json');
    const pid = await eventually(async () => {
      const { parts } = JSON.parse(await fs.readFile(file, 'utf8')) as { parts: number[] };
      for (const id of parts) {
        if ((await fs.readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')).includes(`/${part}/`)) return id;
      }
      return undefined;
    }, part);
    process.kill(pid, 'SIGKILL');
  }
});
