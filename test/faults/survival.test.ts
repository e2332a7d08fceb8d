import { setTimeout as sleep } from 'node:timers/promises';
import { startStack, type Stack } from '../support/test-stack.js';
import { Client, setFault } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { startFakePlates } from '../support/fake-service.js';

const env = { DURABLE_RETRY_FIRST_WAIT_MS: '200' };
/** The app is killed this many times, each up to MAX_KILL_DELAY_MS after it serves. */
const KILLS = 6;
const MAX_KILL_DELAY_MS = 400;

let stack: Stack;
let app: Client;
afterEach(() => stack.stop());

async function start(options: Parameters<typeof startStack>[0] = {}): Promise<void> {
  stack = await startStack({ env, ...options });
  app = new Client(stack.url);
}

describe('with services that respond immediately', () => {
  let plates: Awaited<ReturnType<typeof startFakePlates>>;
  beforeEach(async () => {
    plates = await startFakePlates();
  });
  afterEach(() => plates.close());

  test('a batch survives repeated kills of the app, and no task is completed twice', async () => {
    await start({ external: plates.external });
    const imageIds = Array.from({ length: 600 }, (_, index) => index);
    const id = 'a-batch-that-is-killed';
    await app.post('/plates/recognize-batch', { imageIds }, { 'Operation-Id': id });
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(Math.random() * MAX_KILL_DELAY_MS); // the random delay is the input of this test
      await stack.kill('app', 'SIGKILL');
      await stack.restart('app');
    }
    const { status, result, progress } = await app.finished(id);
    expect(status).toBe('Succeeded');
    expect(result).toEqual({
      succeeded: 600,
      failed: 0,
      results: imageIds.map((imageId) => ({ imageId, plateNumber: 'ab123' })),
    });
    expect(progress).toEqual({ total: 600, completed: 600, failed: 0 });
    // Every image was fetched, and only those in flight at a kill more than once.
    const fetched = new Map<string, number>();
    for (const request of plates.provider.requests) fetched.set(request, (fetched.get(request) ?? 0) + 1);
    expect(fetched.size).toBe(600);
    expect(Math.max(...fetched.values())).toBeLessThanOrEqual(1 + KILLS);
    await expectValidHistory(id);
  });

  interface History {
    runtimeStatus: string;
    historyEvents: { EventType: string; Result?: { value: unknown[] } }[];
  }

  /**
   * Each task has exactly one completion: no orchestrator step was applied twice. The API shows histories without task
   * IDs, so the outcomes of all activities are counted: one per image.
   */
  async function expectValidHistory(id: string): Promise<void> {
    const at = `/runtime/webhooks/durabletask/instances/${id}?showHistory=true&showHistoryOutput=true`;
    const { runtimeStatus, historyEvents } = (await app.get(at)).body as unknown as History;
    expect(runtimeStatus).toBe('Completed');
    const { TimerCreated = 0, TimerFired = 0, TaskCompleted = 0, ...counts } = countsOf(historyEvents);
    expect(TimerFired).toBeLessThanOrEqual(TimerCreated);
    expect(TaskCompleted).toBeGreaterThan(1);
    expect(counts).toEqual({ ExecutionStarted: 1, ExecutionCompleted: 1 });
    const completed = historyEvents.filter(({ EventType }) => EventType === 'TaskCompleted');
    expect(completed.flatMap(({ Result }) => Result?.value)).toHaveLength(600);
  }

  /** The number of events per type; a scheduled task without a result would be included. */
  function countsOf(events: History['historyEvents']): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { EventType } of events) counts[EventType] = (counts[EventType] ?? 0) + 1;
    return counts;
  }

  test('accepted starts survive a kill right after the response', async () => {
    await start({ external: plates.external });
    const ids: string[] = [];
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, imageId) => app.post('/plates/recognize', { imageId })),
      );
      await stack.kill('app', 'SIGKILL');
      ids.push(...answers.map(({ body }) => body.id));
      await stack.restart('app');
    }
    const monitors = await Promise.all(ids.map((id) => app.finished(id)));
    expect(monitors.map(({ status }) => status)).toEqual(Array(60).fill('Succeeded'));
  });
});

test('an operation waits while storage is down, and new ones are rejected with 503', async () => {
  await start({ services: ['imageProvider', 'plateReader'], faults: true });
  await setFault(stack.imageProvider.url, { mode: 'slow', delayMs: 1_000 });
  const { body } = await app.post('/plates/recognize', { imageId: 10022 });
  await stack.kill('storage', 'SIGTERM');
  const refused = await app.post('/plates/recognize', { imageId: 9965 });
  expect(refused).toMatchObject({ status: 503, body: { error: { code: 'ServiceUnavailable' } } });
  expect(refused.headers.get('retry-after')).not.toBeNull();
  expect((await app.get('/health')).status).toBe(503);
  expect(await app.finished(body.id)).toMatchObject({ status: 'Succeeded', result: { plateNumber: 'с181мв190' } });

  await stack.restart('storage');
  await eventually(async () => ((await app.get('/health')).status === 200 ? true : undefined));
  expect((await app.get('/status')).body.value.map(({ id }) => id)).toEqual([body.id]);
  expect(await app.finished(await app.post('/plates/recognize', { imageId: 9965 }))).toMatchObject({
    status: 'Succeeded',
  });
});

test('unresponsive storage blocks no running operation, and no start forever', async () => {
  // Waits of less than a second are rounded to nearly nothing (docs/host.md, Timers): the status would not show them.
  await start({
    services: ['imageProvider', 'plateReader'],
    faults: true,
    env: { DURABLE_RETRY_FIRST_WAIT_MS: '2000' },
  });
  await setFault(stack.imageProvider.url, { mode: 'error', count: 3 });
  const { body } = await app.post('/plates/recognize', { imageId: 10022 });
  await app.until(body.id, ({ waitingFor }) => waitingFor === 'upstream');
  const storage = stack.pid('storage') ?? 0;
  process.kill(storage, 'SIGSTOP');
  try {
    expect(await app.finished(body.id)).toMatchObject({ status: 'Succeeded', result: { plateNumber: 'с181мв190' } });
    expect((await app.post('/plates/recognize', { imageId: 9965 })).status).toBe(503);
  } finally {
    process.kill(storage, 'SIGCONT');
  }
});

test('an upload whose bytes are in storage waits until storage is back', async () => {
  await start({ services: ['imageProvider', 'plateReader'], faults: true });
  const image = Buffer.from(await (await fetch(`${stack.imageProvider.url}/images/9965`)).arrayBuffer());
  // The reader fails until storage is down; after that, the blob cannot be read.
  await setFault(stack.plateReader.url, { mode: 'error' });
  const { body } = await app.send('POST', '/plates/recognize', {
    headers: { 'Content-Type': 'image/jpeg' },
    body: image,
  });
  await app.until(body.id, ({ waitingFor }) => waitingFor === 'upstream');
  await stack.kill('storage', 'SIGTERM');
  await setFault(stack.plateReader.url);
  // There are no other requests to the app, so the log line comes from the attempt.
  const outage = () => stack.log('app').find((line) => line.includes('Storage cannot be reached'));
  await eventually(() => Promise.resolve(outage()), 'an attempt during the outage');
  await stack.restart('storage');
  expect(await app.finished(body.id)).toMatchObject({ status: 'Succeeded', result: { plateNumber: 'о101но750' } });
});

test('a batch waits while the plate reader is down, also after a restart of the app', async () => {
  await start({ services: ['imageProvider', 'plateReader'], faults: true });
  await stack.kill('plateReader', 'SIGKILL');
  const { body } = await app.post('/plates/recognize-batch', { imageIds: [10022, 9965] });
  await app.until(body.id, ({ waitingFor }) => waitingFor === 'upstream');
  await stack.kill('app', 'SIGKILL');
  await stack.restart('app');
  await app.until(body.id, ({ status }) => status === 'Running');
  await stack.restart('plateReader');
  expect(await app.finished(body.id)).toMatchObject({ status: 'Succeeded', result: { succeeded: 2, failed: 0 } });
});

test('a cancellation is not lost when the app is killed right after it', async () => {
  await start({ services: ['imageProvider', 'plateReader'], faults: true });
  await setFault(stack.imageProvider.url, { mode: 'slow', delayMs: 60_000 });
  const { body } = await app.post('/plates/recognize', { imageId: 10022 });
  await app.until(body.id, ({ status }) => status === 'Running');
  expect((await app.post(`/status/${body.id}:cancel`)).status).toBe(202);
  await stack.kill('app', 'SIGKILL');
  await stack.restart('app');
  expect((await app.finished(body.id)).status).toBe('Canceled');
});
