import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import { SAMPLES } from '../../dev/plan.js';
import { startStack, type Stack } from '../support/test-stack.js';
import { Client, setFault } from '../support/client.js';

/** The app in three processes that share nothing but storage (docs/host.md, `--processes`). */

const isFinal = (status: string) => ['Succeeded', 'Failed', 'Canceled'].includes(status);

let stack: Stack;
let app: Client;

beforeAll(async () => {
  stack = await startStack({ services: ['imageProvider', 'plateReader'], processes: 3, faults: true });
  app = new Client(stack.url);
});
afterAll(() => stack.stop());

test('a batch ends while its processes are killed in turn', async () => {
  await setFault(stack.imageProvider.url, { mode: 'slow', delayMs: 1_000 });
  const images = fs.readdirSync(SAMPLES).filter((file) => file.endsWith('.jpg'));
  const imageIds = images.map((file) => Number(file.replace('.jpg', '')));
  const { id } = (await app.post('/plates/recognize-batch', { imageIds })).body;
  for (const index of stack.processes().keys()) {
    const before = stack.processes()[index];
    const { restarted } = await stack.killProcess(index);
    expect(await restarted).not.toBe(before);
  }
  const { status, progress } = await app.until(id, (monitor) => isFinal(monitor.status));
  expect([status, progress]).toEqual(['Succeeded', { total: imageIds.length, completed: imageIds.length, failed: 0 }]);
});

test('a process that does not exist cannot be killed', async () => {
  await expect(stack.killProcess(3)).rejects.toThrow('The app has no running process 3.');
});

test('a request is answered by its headers, before its body begins', async () => {
  // Without a length: of other bodies the host reads the first byte, for parameters in JSON, as Azure reads all of them.
  const headers = { 'Content-Type': 'text/plain' };
  const sent = http.request(`${stack.url}/files/`, { method: 'POST', agent: false, headers });
  sent.flushHeaders();
  const [answer] = (await once(sent, 'response')) as [http.IncomingMessage];
  expect([answer.statusCode, JSON.parse(Buffer.concat((await answer.toArray()) as Buffer[]).toString())]).toEqual([
    415,
    { errors: 'Content-Type: expected multipart/form-data, got "text/plain".' },
  ]);
  sent.destroy();
});
