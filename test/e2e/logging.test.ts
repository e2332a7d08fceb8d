import { randomUUID } from 'node:crypto';
import { startStack, type Stack } from '../support/test-stack.js';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';

/** The lines of the app in the log at the levels of host.json (docs/deploy.md). */

/** An image that the provider has, and ids that it does not have. */
const KNOWN = 10022;
const UNKNOWN = Array.from({ length: 100 }, (_, index) => 900_000 + index);

const lines: string[] = [];
let stack: Stack;
let app: Client;
beforeAll(async () => {
  stack = await startStack({
    services: ['imageProvider', 'plateReader'],
    onLine: (_part, line) => void lines.push(line),
  });
  app = new Client(stack.url);
});
afterAll(() => stack.stop());
beforeEach(() => {
  lines.length = 0;
});

/** Runs an operation to its end and returns what the app's functions logged meanwhile, without times. */
async function linesOf(path: string, body: unknown): Promise<{ id: string; logged: string[] }> {
  const id = randomUUID();
  await app.post(path, body, { 'Operation-Id': id, Prefer: 'wait=30' });
  await eventually(
    () => Promise.resolve(lines.some((line) => line.includes(`Operation ${id} (`)) || undefined),
    'the last line',
  );
  const logged = lines.flatMap((line) => /Function\.\S+: (.*)/.exec(line)?.[1] ?? []);
  return { id, logged };
}

const endOf = (logged: string[]) => logged.at(-1)?.replace(/\d+ ms$/, 'N ms');

test('a recognition has one line, with its id, kind, status and duration', async () => {
  const { id, logged } = await linesOf('/plates/recognize', { imageId: KNOWN });
  expect(logged).toHaveLength(1);
  expect(endOf(logged)).toBe(`Operation ${id} (plates.recognize): Succeeded after N ms`);
});

test('a recognition that fails has one more line, with the reason', async () => {
  const { id, logged } = await linesOf('/plates/recognize', { imageId: UNKNOWN[0] });
  expect(logged).toHaveLength(2);
  expect(logged[0]).toContain(`Operation ${id}: ImageNotFound: `);
  expect(endOf(logged)).toBe(`Operation ${id} (plates.recognize): Failed with ImageNotFound after N ms`);
});

test('a batch has one line for each reason of a failure, not for each image', async () => {
  const { id, logged } = await linesOf('/plates/recognize-batch', { imageIds: [KNOWN, ...UNKNOWN] });
  expect(logged).toHaveLength(2);
  expect(logged[0]).toContain(`Operation ${id}: ImageNotFound: `);
  expect(endOf(logged)).toBe(`Operation ${id} (plates.recognizeBatch): Succeeded after N ms`);
});
