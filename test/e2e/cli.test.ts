import fs from 'node:fs';
import path from 'node:path';
import { startStack, type Stack } from '../support/test-stack.js';
import { setFault } from '../support/client.js';
import { end, run, says } from '../support/start-process.js';

/** The real program on one stack, which it finds by its state folder. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    services: ['imageProvider', 'plateReader'],
    faults: true,
    env: { DURABLE_RETRY_FIRST_WAIT_MS: '120000' },
  });
});
afterAll(() => stack.stop());

const start = (args: string[], env: Record<string, string> = {}) =>
  run('cli/longhaul.js', args, { LONGHAUL_DIR: stack.dir, XDG_CACHE_HOME: path.join(stack.dir, 'cache'), ...env });

async function outcome(...args: string[]) {
  const command = start(args);
  const code = await end(command);
  return { code, ...command.output };
}

/** What a command that succeeds prints as JSON. */
async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await outcome(...args, '--json');
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** Starts a batch that waits for the image provider, and leaves it with Ctrl-C. Returns what was said. */
async function leftBatch(): Promise<{ code: number | string; stdout: string; stderr: string; id: string }> {
  await setFault(stack.imageProvider.url, { mode: 'unavailable' });
  const command = start(['plates', '10022', '--json']);
  await says(command, 'waits for upstream');
  command.child.kill('SIGINT');
  const code = await end(command);
  const [, id = ''] = /status (\w+) --watch/.exec(command.output.stderr) ?? [];
  return { code, ...command.output, id };
}

test('plates are read: lines of progress on stderr, and a table, CSV or JSON on stdout', async () => {
  const file = path.join(stack.dir, 'ids.txt');
  fs.writeFileSync(file, '404404\n');
  const table = await outcome('plates', '10022', '--file', file);
  expect(table.code).toBe(0);
  expect(table.stderr).toMatch(/^\[0:\d\d\] Running: \d+ % of 2\n(.*\n)*\[\d:\d\d\] Succeeded: 100 % of 2\n/);
  expect(table.stderr).toMatch(/1 of 2 images failed\. To read these again: npx longhaul retry \w+\n$/);
  expect(table.stdout).toMatch(/^ image +plate.*\n.*\n 10022 +с181мв190 .*\n404404 +ImageNotFound: .*\n$/);
  expect(table.stdout + table.stderr).not.toContain('\u001b');

  const csv = await outcome('plates', '10022', '--csv');
  expect(csv.stdout).toMatch(/^imageId,plateNumber,confidence,errorCode,errorMessage\r\n10022,с181мв190,[\d.]+,,\r\n$/);
  const monitor = await json('plates', '10022');
  expect(monitor).toMatchObject({ kind: 'plates.recognizeBatch', status: 'Succeeded', result: { succeeded: 1 } });
});

test('operations are listed, shown, retried and deleted', async () => {
  const { id } = (await json('plates', '10022', '404404')) as { id: string };
  const list = (await json('list', '--kind', 'plates.recognizeBatch', '--top', '1')) as { value: { id: string }[] };
  expect(list.value).toMatchObject([{ id }]);
  const more = await outcome('list', '--top', '1');
  expect(more).toMatchObject({ code: 0, stderr: 'There are more. To list them: --top 2, or --all.\n' });
  expect(more.stdout).toMatch(new RegExp(`^operation .*\\n.*\\n${id} +plates.recognizeBatch +Succeeded .*\\n$`));

  expect((await outcome('status', id)).stdout).toMatch(/^status {5}Succeeded\n(.*\n)*progress {3}1 of 2, 1 failed$/m);
  expect(await json('history', id)).toMatchObject({ id, spans: expect.any(Array) as unknown[] });
  expect((await outcome('history', id)).stdout).toMatch(
    /^plates\.recognizeBatch \w+: Succeeded in .*\n.*timeline\n.*\n.*█/,
  );

  const retry = await outcome('retry', id, '--watch', '--json');
  const lines = retry.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { status: string; retryOf: string });
  expect([retry.code, lines.at(-1)]).toMatchObject([0, { status: 'Succeeded', retryOf: id }]);
  expect(await json('delete', id)).toMatchObject({ succeeded: 1, failed: 0 });
  const gone = await outcome('status', id);
  expect([gone.code, gone.stdout]).toEqual([1, '']);
  expect(gone.stderr).toMatch(/\S\n$/);
});

test('Ctrl-C ends the wait only, and says how to wait or to cancel; both work', async () => {
  const { code, stdout, stderr, id } = await leftBatch();
  expect([code, stdout]).toEqual([130, '']);
  expect(stderr).toContain(`The operation goes on. To wait for it: npx longhaul status ${id} --watch\n`);
  expect(stderr).toContain(`To cancel it: npx longhaul cancel ${id}\n`);
  const watching = start(['status', id, '--watch']);
  const watched = end(watching);
  await says(watching, 'Running');
  expect(await outcome('cancel', id)).toMatchObject({ code: 0, stdout: expect.stringContaining('canceled') as string });
  expect(await watched).toBe(1);
  expect(watching.output.stderr).toContain(
    `Operation ${id} was canceled. To start it again: npx longhaul retry ${id}\n`,
  );
  await setFault(stack.imageProvider.url);
});

test('outside services are shown, paused and resumed', async () => {
  expect((await outcome('upstreams')).stdout).toMatch(/^service .*\n.*\nimageProvider .* ok /);
  const paused = await json('upstreams', 'pause', 'analyzer', '--reason', 'a test');
  expect(paused).toMatchObject({ name: 'analyzer', state: 'paused', reason: 'a test' });
  expect(await json('upstreams', 'resume', 'analyzer')).toMatchObject({ name: 'analyzer', state: 'ok' });
  expect(await outcome('upstreams', 'pause', 'none', '--reason', 'x')).toMatchObject({ code: 1 });
});

test('an upload that was killed continues when the command runs again', async () => {
  const file = path.join(stack.dir, 'film.txt');
  fs.writeFileSync(file, 'A line of a script.\n'.repeat(2_000_000));
  const first = start(['files', 'upload', file]);
  first.child.stderr.on('data', () => /: [1-9]0 % of/.test(first.output.stderr) && first.child.kill('SIGKILL'));
  expect(await end(first)).toBe('SIGKILL');
  const again = await outcome('files', 'upload', file);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/: file \d+, 40\.0 MB\n$/) as string });
  expect(again.stderr).not.toContain(' 0 % of');
  expect(fs.readdirSync(path.join(stack.dir, 'cache/longhaul/uploads'))).toEqual([]);
});

test.each([
  [['nonsense'], 2, "unknown command 'nonsense' (npx longhaul --help)"],
  [['status'], 2, "missing required argument 'id' (npx longhaul status --help)"],
  [['list', '--status', 'Done'], 2, 'Allowed choices are NotStarted, Running'],
  [['plates', 'x'], 2, 'image ids are whole numbers'],
  [['files', 'upload', '/nowhere'], 2, 'File not found: /nowhere.'],
  [['list', '--url', 'ftp://x'], 2, '--url must be an http(s) URL'],
  [['status', 'unknown-operation-0'], 1, 'npx longhaul list shows'],
  [['list', '--url', 'http://127.0.0.1:9'], 3, 'Start it with npx longhaul start, or give its URL with --url.'],
])('%j fails with a sentence', async (args, exitCode, message) => {
  const { code, stdout, stderr } = await outcome(...args, '--json');
  expect([code, stdout, stderr]).toEqual([exitCode, '', expect.stringContaining(message)]);
});

test('without a command it shows its help', async () => {
  const { code, stdout } = await outcome();
  expect([code, stdout]).toEqual([0, expect.stringContaining('\nExamples:\n  npx longhaul start\n')]);
});
