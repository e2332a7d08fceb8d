import { startStack, type Stack } from '../support/test-stack.js';
import { AnalysisClient, cancelAll, isFinal, keyIn } from '../support/analyzed-files.js';
import { eventually } from '../support/eventually.js';

/** Analyses over the ends of processes: the app in three of them, and the host as a whole (docs/files-analysis.md). */

const SCENES = Array.from({ length: 2_000 }, (_, number) => ({ number }));
const env = { FILES_ANONYMOUS: 'true', FILES_KEY_SECONDS: '2', FILES_KEY_MINUTES: '0.5', ANALYSIS_TIMEOUT: '60' };

/** The tests are the analyzer. */
const external = { analyzer: 'http://127.0.0.1:9' };

const isValid = async ({ url }: Stack, key: string) =>
  (await fetch(`${url}/download/${key}/`, { method: 'HEAD' })).status === 200;

describe('three processes on one storage', () => {
  let stack: Stack;
  let app: AnalysisClient;
  beforeAll(async () => {
    stack = await startStack({ processes: 3, env, external });
    app = AnalysisClient.of(stack);
  });
  afterAll(() => stack.stop());

  test('have one valid key at a time', async () => {
    const started = await app.start();
    const watchers = Array.from({ length: 6 }, async () => {
      const urls: string[] = [];
      for await (const { data } of app.events(`/sse/${started.token}/`)) {
        urls.push(data.url ?? '');
        if (urls.length === 3) break;
      }
      return urls;
    });
    const seen = await Promise.all(watchers);
    const keys = [...new Set(seen.flat())].map(keyIn);
    expect(keys).toHaveLength(3);
    const valid = await Promise.all(keys.flatMap((key) => [isValid(stack, key), isValid(stack, key)]));
    expect(valid).toEqual([false, false, false, false, true, true]);
  });

  test('count the downloads of a file together, and free the slots of a process that is killed', async () => {
    const started = await app.start(Buffer.alloc(40_000_000, 'INT. HOUSE - DAY\n'));
    const key = await app.key(started);
    const readers = await Promise.all(Array.from({ length: 12 }, () => app.download(key)));
    expect(readers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(readers.filter(({ status }) => status === 429)).toHaveLength(2);
    for (const index of stack.processes().keys()) await (await stack.killProcess(index)).restarted;
    await cancelAll(readers);
    const next = await app.untilFree(key);
    await next.body?.cancel();
  });

  test('take one of several results', async () => {
    const started = await app.start();
    const results = Array.from({ length: 9 }, (_, n) => ({ n, scenes: SCENES }));
    const { answers } = await app.recordAll(started, results);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 8 }, () => 409)]);
    expect(await app.until(started.id, isFinal)).toMatchObject({ status_file: 'db_ready' });
    const files = (await app.get('/files/?limit=1000')).body as unknown as { name: string }[];
    expect(files.filter(({ name }) => name === 'result.json')).toHaveLength(1);
  });
});

describe('a host that is killed', () => {
  let stack: Stack;
  let app: AnalysisClient;
  beforeAll(async () => {
    stack = await startStack({ env, external });
    app = AnalysisClient.of(stack);
  });
  afterAll(() => stack.stop());

  async function killAndRestart(whileDown: () => Promise<unknown> = () => Promise.resolve()) {
    await stack.kill('app', 'SIGKILL');
    await whileDown();
    await stack.restart('app');
  }

  test('while the key is replaced: an old key is not valid when it is back, and a new one is', async () => {
    const started = await app.start();
    const key = await app.key(started);
    const expiry = Date.now() + 2_000;
    await killAndRestart(() => eventually(() => Promise.resolve(Date.now() > expiry || undefined)));
    expect(await isValid(stack, key)).toBe(false);
    const next = await app.key(started);
    expect(next).not.toBe(key);
    const { answers } = await app.recordAll(started, [{}]);
    expect(answers.map(({ status }) => status)).toEqual([200]);
    expect(await app.client.finished(started.operationId)).toMatchObject({ status: 'Succeeded' });
  });

  test('during the download: the key stays, and the result is taken', async () => {
    const started = await app.start(Buffer.alloc(40_000_000, 'INT. HOUSE - DAY\n'));
    const key = await app.key(started);
    const { body } = await app.download(key);
    await killAndRestart();
    await expect(new Response(body).arrayBuffer()).rejects.toThrow();
    const rest = await app.download(key, { Range: 'bytes=39999990-' });
    expect([rest.status, (await rest.text()).length]).toEqual([206, 10]);
    expect((await app.record(key, { scenes: SCENES })).status).toBe(200);
    expect(await app.client.finished(started.operationId)).toMatchObject({ status: 'Succeeded' });
  });

  test('while the result is stored: it is stored once and whole', async () => {
    const started = await app.start();
    const { answers } = await app.recordAll(started, [{ scenes: SCENES }]);
    expect(answers.map(({ status }) => status)).toEqual([200]);
    await killAndRestart();
    expect(await app.client.finished(started.operationId)).toMatchObject({ result: { scenes: SCENES.length } });
    const { body } = await app.get(`/cinema/${started.id}/result/?limit=1000&offset=1000`);
    expect((body as { scenes?: unknown }).scenes).toEqual(SCENES.slice(1_000));
  });

  test('while its operation is canceled: the analysis ends', async () => {
    const started = await app.start();
    await app.client.post(`/status/${started.operationId}:cancel`);
    await killAndRestart();
    expect((await app.client.finished(started.operationId)).status).toBe('Canceled');
    expect(await app.analysis(started.id)).toMatchObject({ status_file: 'error' });
  });
});
