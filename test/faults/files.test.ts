import { createHash, randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startStack, type Stack } from '../support/test-stack.js';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { storedFiles } from '../support/stored-files.js';
import { TusClient } from '../support/tus.js';

const UPLOADS = 100;
/** Every third upload is a form; the others are resumable. */
const FORM_SHARE = 3;
/** Every fifth file is analyzed. */
const ANALYZED_SHARE = 5;
/** Uploads of clients that run side by side. */
const CLIENTS = 4;
const KILLS = 12;
const MAX_KILL_GAP_MS = 3_000;
const CHUNK_BYTES = 400_000;
/** The longest run of an analysis by `env`, and the time until the sweep has found one that was never begun. */
const ENDED_MS = 150_000;
const A_DAY_AND_AN_HOUR_MS = 25 * 3_600_000;

/** Short, so that an analysis whose analyzer was killed ends while the test waits. */
const env = {
  FILES_KEY_SECONDS: '3',
  FILES_KEY_MINUTES: '0.5',
  ANALYSIS_TIMEOUT: '20',
  DURABLE_RETRY_FIRST_WAIT_MS: '50',
};

jest.setTimeout(2 * ENDED_MS); // kills and restarts come before

let stack: Stack;
let app: Client;
let tus: TusClient;
beforeAll(async () => {
  stack = await startStack({ services: ['analyzer'], env });
  app = new Client(stack.url);
  tus = new TusClient(stack.url);
});
afterAll(() => stack.stop());

interface Sent {
  name: string;
  sha256: string;
  /** The number that the app answered; undefined when the upload has failed for its client. */
  id?: number;
}

/** Repeats a call until the app, which may be down, answers. */
function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  return eventually(call, 'an answer of the app');
}

/** Sends a form; some clients are killed while they send. */
async function sendForm(name: string, bytes: Buffer): Promise<number | undefined> {
  const form = new FormData();
  form.set('upload', new Blob([new Uint8Array(bytes)]), name);
  const signal = randomInt(3) === 0 ? AbortSignal.timeout(randomInt(1, 40)) : AbortSignal.timeout(30_000);
  try {
    const response = await fetch(`${stack.url}/files/`, { method: 'POST', body: form, signal });
    const body = (await response.json()) as { id_file?: number; errors?: string };
    if (response.status === 201) return body.id_file;
    expect([response.status, body.errors]).toEqual([503, expect.stringMatching(/\.$/)]);
  } catch (thrown) {
    expect((thrown as Error).name).toMatch(/TypeError|TimeoutError|AbortError/); // the line broke off
  }
  return undefined;
}

/** Uploads in chunks; some clients are killed within a chunk. Each goes on where the upload stopped. */
async function sendInChunks(name: string, bytes: Buffer): Promise<number> {
  const url = await untilAnswered(() => tus.create(bytes.length, name));
  for (;;) {
    const offset = await untilAnswered(() => tus.offset(url));
    if (offset === bytes.length) {
      const { headers } = await untilAnswered(() => tus.send('HEAD', url));
      const id = Number(headers.get('x-file-id'));
      if (id > 0) return id;
    }
    const chunk = bytes.subarray(offset, offset + CHUNK_BYTES);
    if (chunk.length > 0 && randomInt(4) === 0) await breakOff(url, offset, chunk);
    else await tus.patch(url, offset, new Uint8Array(chunk)).catch(() => undefined); // the line broke off
  }
}

/** Sends a part of a chunk, then ends the line. */
async function breakOff(url: string, offset: number, chunk: Buffer): Promise<void> {
  const sent = tus.open(url, offset, chunk.length);
  const isWritten = new Promise((resolve) => sent.write(chunk.subarray(0, randomInt(chunk.length)), resolve));
  await Promise.race([isWritten, new Promise((resolve) => sent.once('close', resolve))]);
  sent.destroy();
}

/** Kills the app or the analyzer at random moments. */
async function killAtRandom(): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(randomInt(MAX_KILL_GAP_MS)); // the random delay is the input of this test
    const part = kill % 2 === 0 ? 'app' : 'analyzer';
    await stack.kill(part, 'SIGKILL');
    await stack.restart(part);
  }
}

/** Starts an analysis; resolves with its number. */
async function startAnalysis(fileId: number): Promise<number> {
  const { body } = await untilAnswered(async () => {
    const answer = await app.post('/cinema/', { file_id: fileId, target_audience: '12+' });
    if (answer.status !== 201) throw new Error(`The start was answered ${answer.status}.`);
    return answer;
  });
  return (body as unknown as { id: number }).id;
}

async function expectEnd(analysis: number): Promise<string> {
  const status = await eventually(
    async () => {
      const { body } = await app.get(`/cinema/${analysis}/`);
      const { status_file: current } = body as unknown as { status_file: string };
      return ['db_ready', 'error'].includes(current) ? current : undefined;
    },
    `the end of analysis ${analysis}`,
    ENDED_MS,
  );
  const result = await app.get(`/cinema/${analysis}/result/`);
  expect(result.status).toBe(status === 'db_ready' ? 200 : 404);
  return status;
}

test('uploads and analyses end whole or as a clear failure while app, clients and analyzer are killed', async () => {
  const sent: Sent[] = [];
  const analyses: number[] = [];
  const queue = Array.from({ length: UPLOADS }, (_, count) => count);
  const client = async () => {
    for (let count = queue.pop(); count !== undefined; count = queue.pop()) {
      const bytes = Buffer.from(randomBytes(randomInt(1_000, 1_000_000)).toString('hex'));
      const name = `${count}.txt`;
      const id = await (count % FORM_SHARE === 0 ? sendForm(name, bytes) : sendInChunks(name, bytes));
      sent.push({ name, sha256: createHash('sha256').update(bytes).digest('hex'), ...(id !== undefined && { id }) });
      if (id !== undefined && count % ANALYZED_SHARE === 0) analyses.push(await startAnalysis(id));
    }
  };
  await Promise.all([killAtRandom(), ...Array.from({ length: CLIENTS }, client)]);

  expect(sent).toHaveLength(UPLOADS);
  const stored = storedFiles(stack.storage.connectionString);
  const { body } = await app.get('/files/?limit=1000');
  const listed = (body as unknown as { id: number; name: string }[]).filter(({ name }) => /^\d+\.txt$/.test(name));
  // What was answered is there; what is there is whole, also when its answer was lost.
  expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining(sent.flatMap(({ id }) => id ?? [])));
  for (const { id, name } of listed) {
    const sha256 = createHash('sha256')
      .update(await stored.bytes(id))
      .digest('hex');
    expect([name, sha256]).toEqual([name, sent.find((one) => one.name === name)?.sha256]);
  }

  const ends = [];
  for (const analysis of analyses) ends.push(await expectEnd(analysis));
  expect(ends).toContain('db_ready');
  // Also analyses whose start was answered to nobody: the sweep ends them.
  const isOpen = (key: string) => key.startsWith('!open-');
  await eventually(async () => !(await stored.rows()).some(isOpen) || undefined, 'the end of all', ENDED_MS);

  await stack.kill('app', 'SIGTERM');
  await stored.cleanUp(A_DAY_AND_AN_HOUR_MS);
  const whole = new Set((await stored.rows()).filter((key) => /^\d+$/.test(key)).map(Number));
  const blobs = await stored.blobs();
  expect(blobs.filter((name) => !whole.has(Number(/^files\/(\d+)\/bytes$/.exec(name)?.[1])))).toEqual([]);
  // Beside files and analyses are no rows of work that is to be done.
  expect((await stored.rows()).filter((key) => /^!(due|open)-/.test(key))).toEqual([]);
});
