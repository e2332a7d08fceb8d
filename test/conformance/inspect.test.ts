import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freePorts } from '../../dev/ports.js';
import { eventually } from '../support/eventually.js';
import { refusedStart, startHost } from '../support/host-process.js';
import { createTempApp } from '../support/temp-app.js';
import { testHere as test } from '../support/fixtures.js';

/** `--inspect`: a debugger can attach to the processes that run the app. */

const code = (version: number) =>
  `require('@azure/functions').app.http('app', { handler: () => ({ jsonBody: [${version}, process.pid] }) });`;
const createApp = () => createTempApp({ main: 'app.js', files: { 'app.js': code(1) } });

interface Target {
  webSocketDebuggerUrl: string;
  title: string;
}

const answers = async (port: number) => (await fetch(`http://127.0.0.1:${port}/json/version`)).ok;
const targetOf = async (port: number) => {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as Target[];
  if (target === undefined) throw new Error('there is nothing to debug');
  return target;
};

/** An attached debugger. */
async function attach(port: number) {
  const socket = new WebSocket((await targetOf(port)).webSocketDebuggerUrl);
  await once(socket, 'open');
  const heard: string[] = [];
  socket.addEventListener('message', ({ data }) => heard.push(String(data)));
  let id = 0;
  return { heard, socket, send: (method: string) => socket.send(JSON.stringify({ id: ++id, method })) };
}

test('the app’s process and each worker have their own port, also after a change [own]', async () => {
  const [port = 0] = await freePorts(1);
  const { dir, stateDir } = await createApp();
  const args = ['--watch', '--processes', '1', '--inspect', `127.0.0.1:${port}`];
  const host = await startHost({ app: dir, stateDir, args });
  expect([await answers(port), await answers(port + 1)]).toEqual([true, true]);
  const debug = await attach(port);
  debug.send('Debugger.enable'); // an attached debugger does not keep the old process alive
  await writeFile(path.join(dir, 'app.js'), code(2));
  await eventually(async () => {
    const [version] = (await (await fetch(`${host.url}/api/app`)).json()) as number[];
    return version === 2 ? true : undefined;
  });
  expect([await answers(port), await answers(port + 1)]).toEqual([true, true]);
  await host.stop();
});

test('--inspect-brk waits for a debugger, and stops before the app is loaded [own]', async () => {
  const [port = 0] = await freePorts(1);
  const { dir, stateDir } = await createApp();
  const starting = startHost({ app: dir, stateDir, args: [`--inspect-brk=${port}`] });
  const debug = await eventually(() => attach(port));
  debug.send('Debugger.enable');
  debug.send('Runtime.runIfWaitingForDebugger');
  await eventually(() => Promise.resolve(debug.heard.some((text) => text.includes('Debugger.paused')) || undefined));
  debug.send('Debugger.resume');
  const host = await starting;
  await host.stop(); // with the debugger attached
});

test('a port in use stops the start [own]', async () => {
  const { dir, stateDir } = await createApp();
  const [port = 0] = await freePorts(1);
  const first = await startHost({ app: dir, stateDir, args: [`--inspect=${port}`] });
  const other = await createApp();
  const { code: exit, stderr } = await refusedStart({
    app: other.dir,
    stateDir: other.stateDir,
    args: [`--inspect=${port}`],
  });
  expect([exit, stderr]).toEqual([
    1,
    expect.stringContaining(
      `The debugger cannot listen on 127.0.0.1:${port}. Stop the process that uses the port`,
    ) as string,
  ]);
  await first.stop();
});
