import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

const MAIN = path.join(__dirname, '../../services/image-provider/main.js');

let child: ChildProcessByStdio<null, Readable, Readable> | undefined;

function start(...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
  child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  return child;
}

afterEach(async () => {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
});

test.each(['SIGTERM', 'SIGINT'] as const)('serves the sample images until %s', async (signal) => {
  const service = start('--port', '0');
  const [line] = (await once(createInterface(service.stdout), 'line')) as [string];
  expect(line).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+$/);
  const response = await fetch(`${line.slice('ready '.length)}/images/10022`);
  expect(response.headers.get('content-type')).toBe('image/jpeg');
  await response.arrayBuffer();

  service.kill(signal);
  expect(await once(service, 'exit')).toEqual([0, null]);
});

test.each([
  ['a folder that does not exist', ['--port', '0', '--dir', '/nowhere/at/all'], /\/nowhere\/at\/all/],
  ['a port out of range', ['--port', '70000'], /0 to 65535/],
])('rejects %s', async (_what, args, message) => {
  const service = start(...args);
  const [stderr, [code]] = await Promise.all([text(service.stderr), once(service, 'exit') as Promise<[number]>]);
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
});

test('prints a help text', async () => {
  const service = start('--help');
  expect(await text(service.stdout)).toMatch(/--dir <folder>[^]*IMAGES_DIR[^]*--faults/);
});
