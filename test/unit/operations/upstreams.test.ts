import { setTimeout as sleep } from 'node:timers/promises';
import { InvocationContext } from '@azure/functions';
import { type ActivityHandler } from '../../../src/operations/activities.js';
import { operationErrors } from '../../../src/operations/errors.js';
import { enlisting } from '../../../src/operations/upstreams/enlisting.js';
import { Upstreams } from '../../../src/operations/upstreams/upstreams.js';
import { commonErrors } from '../../../src/platform/errors.js';
import { callConfig, CircuitOpenError, failureOf, type ServiceOptions } from '../../../src/platform/http-client.js';
import { startFakeService, type Answer, type FakeService } from '../../support/fake-service.js';
import { MemoryTable } from '../../support/memory-table.js';

const FAILURES = 10;
const NAME = 'imageProvider';
const OTHER = 'plateReader';
const MINUTE = 60_000;

let service: FakeService | undefined;
let now: number;
beforeEach(() => {
  now = Date.parse('2026-11-22T04:15:30.000Z');
  // The circuit breaker's library reads the clock of the process.
  jest.useFakeTimers({ now, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'setInterval', 'performance'] });
});
afterEach(async () => {
  jest.useRealTimers();
  await service?.close();
  service = undefined;
});

function pass(ms: number) {
  now += ms;
  jest.setSystemTime(now);
}

/** A process of the app with a client of the service. */
function processOf(table: MemoryTable, url: string, change: Partial<ServiceOptions> = {}) {
  const upstreams = new Upstreams(table, { [NAME]: url, [OTHER]: url, analyzer: undefined }, FAILURES, () => now);
  const options = { baseUrl: url, totalTimeoutMs: 5_000, attempts: 1, maxBytes: 1_000, repeatable: ['get'], ...change };
  const http = upstreams.client(NAME, options, () => 0);
  const call = async (signal?: AbortSignal): Promise<unknown> =>
    (await http.get<unknown>('/', callConfig(options, { signal }))).data;
  const outcome = () =>
    call().then(
      () => 'ok',
      (thrown: unknown) => failureOf(thrown)?.kind ?? thrown,
    );
  return { upstreams, call, outcome };
}

async function serve(...answers: Answer[]) {
  return (service = await startFakeService(answers)).url;
}

const times = async (count: number, run: () => Promise<unknown>) => {
  for (let n = 0; n < count; n++) await run();
};
const received = () => service?.requests.length;

describe('the circuit breaker', () => {
  const failing = { status: 503 };

  test.each<[string, Answer]>([
    ['503', failing],
    ['429', { status: 429 }],
    ['a closed connection', { fault: 'reset' }],
  ])('opens after ten failed calls in a row: %s', async (_, answer) => {
    const { outcome } = processOf(new MemoryTable(), await serve(answer));
    await times(10, outcome);
    expect(received()).toBe(10);
    expect(await outcome()).toBe('circuitOpen');
    expect(received()).toBe(10);
  });

  test('opens after ten time-outs', async () => {
    const { outcome } = processOf(new MemoryTable(), await serve({ fault: 'silent' }), { totalTimeoutMs: 50 });
    expect(await Promise.all(Array.from({ length: 10 }, outcome))).toEqual(Array(10).fill('timeout'));
    expect(await outcome()).toBe('circuitOpen');
  });

  test.each([404, 400, 422])('is not opened by answers about the input: %i', async (status) => {
    const { outcome } = processOf(new MemoryTable(), await serve({ status }));
    await times(15, outcome);
    expect(received()).toBe(15);
  });

  test('counts calls in a row only', async () => {
    const nine = Array<Answer>(9).fill(failing);
    const { outcome } = processOf(new MemoryTable(), await serve(...nine, { status: 404 }, ...nine, {}));
    await times(20, outcome);
    expect(received()).toBe(20);
  });

  test('is not opened by calls that the app aborted', async () => {
    const { call, outcome } = processOf(
      new MemoryTable(),
      await serve(...Array<Answer>(12).fill({ fault: 'silent' }), {}),
    );
    await times(12, async () => {
      const controller = new AbortController();
      const ended = call(controller.signal).catch((thrown: unknown) => failureOf(thrown)?.kind);
      const before = received();
      while (received() === before) await sleep(1);
      controller.abort();
      expect(await ended).toBe('aborted');
    });
    expect(await outcome()).toBe('ok');
  });

  test('lets one call through every five seconds, and closes when that succeeds', async () => {
    const answers: Answer[] = [...Array<Answer>(11).fill(failing), {}];
    const { outcome } = processOf(new MemoryTable(), await serve(...answers));
    await times(10, outcome);
    pass(5_000);
    const outcomes = await Promise.all(Array.from({ length: 5 }, outcome));
    expect(outcomes.sort()).toEqual([...Array<string>(4).fill('circuitOpen'), 'status']);
    pass(4_999);
    expect(await outcome()).toBe('circuitOpen');
    pass(1);
    expect(await outcome()).toBe('ok');
    expect(await outcome()).toBe('ok');
    expect(received()).toBe(13);
  });

  test('counts and refuses repeated requests of one call too', async () => {
    const { call } = processOf(new MemoryTable(), await serve(failing), { attempts: 10 });
    await expect(call()).rejects.toMatchObject({ response: { status: 503 } });
    await expect(call()).rejects.toThrow(CircuitOpenError);
    expect(received()).toBe(10);
  });

  test('is shown as failing by all processes', async () => {
    const table = new MemoryTable();
    const url = await serve(...Array<Answer>(10).fill(failing), {});
    const [one, other] = [processOf(table, url), processOf(table, url)];
    await times(10, one.outcome);
    const expected = { state: 'failing', since: '2026-11-22T04:15:30.000Z' };
    expect(await one.upstreams.get(NAME)).toMatchObject(expected);
    expect(await other.upstreams.get(NAME)).toMatchObject(expected);
    pass(5_000);
    expect(await one.outcome()).toBe('ok');
    expect(await other.upstreams.get(NAME)).toMatchObject({ state: 'ok', since: '2026-11-22T04:15:35.000Z' });
  });
});

describe('a pause', () => {
  test('stops the calls of all processes within five seconds', async () => {
    const table = new MemoryTable();
    const url = await serve({});
    const [one, other] = [processOf(table, url), processOf(table, url)];
    expect(await other.outcome()).toBe('ok');
    await one.upstreams.pauses.pause(NAME, 'New model');
    const paused = operationErrors.UpstreamPaused('The service imageProvider is paused: New model', { target: NAME });
    expect(await one.outcome()).toMatchObject({ data: paused.data });
    pass(5_000);
    const outcomes = await Promise.all([other.outcome(), other.outcome()]);
    expect(outcomes).toMatchObject([{ data: paused.data }, { data: paused.data }]);
    await expect(other.upstreams.mustNotBePaused([OTHER, NAME])).rejects.toMatchObject({ data: paused.data });
    await other.upstreams.mustNotBePaused([OTHER]);
    expect(received()).toBe(1);
    const view = await other.upstreams.get(NAME);
    expect(view).toMatchObject({ state: 'paused', since: '2026-11-22T04:15:30.000Z', reason: 'New model' });
    await other.upstreams.pauses.resume(NAME);
    pass(5_000);
    expect(await one.outcome()).toBe('ok');
    expect(await one.upstreams.get(NAME)).toMatchObject({ state: 'ok', since: '2026-11-22T04:15:35.000Z' });
  });

  test('is read at most every five seconds, and not without calls', async () => {
    const table = new MemoryTable();
    const query = jest.spyOn(table, 'query');
    const { outcome } = processOf(table, await serve({}));
    for (let second = 0; second < 20; second++) {
      await Promise.all([outcome(), outcome()]);
      pass(1_000);
    }
    expect(query).toHaveBeenCalledTimes(4);
  });

  test('holds while storage does not answer, and a process that never read it makes no call', async () => {
    const table = new MemoryTable();
    const url = await serve({});
    const [one, other] = [processOf(table, url), processOf(table, url)];
    await one.upstreams.pauses.pause(NAME, 'New model');
    jest.spyOn(table, 'query').mockRejectedValue(new Error('away'));
    pass(60_000);
    expect(await one.outcome()).toMatchObject({ data: { code: 'UpstreamPaused' } });
    expect(await other.outcome()).toMatchObject({
      data: { code: 'ServiceUnavailable', retryable: true, notCalled: true },
    });
    expect(received()).toBe(0);
  });

  test('of an unknown service is refused', async () => {
    const { upstreams } = processOf(new MemoryTable(), await serve({}));
    await expect(upstreams.get('nobody')).rejects.toMatchObject({ data: { code: 'NotFound', status: 404 } });
  });
});

describe('operations that wait for a resume', () => {
  const context = new InvocationContext({ functionName: 'test', logHandler: () => undefined });
  const activity =
    (call: () => Promise<unknown>): ActivityHandler =>
    async () => {
      try {
        return { ok: true, value: await call() };
      } catch (thrown) {
        return { ok: false, error: (thrown as { data: never }).data };
      }
    };

  test('are recorded, cost nothing, and are all told, in pages', async () => {
    const table = new MemoryTable();
    const { upstreams, call } = processOf(table, await serve({}));
    await upstreams.pauses.pause(NAME, 'New model');
    const handler = enlisting(upstreams.pauses, activity(call));
    const ids = Array.from({ length: 600 }, (_, n) => `operation-${String(n).padStart(6, '0')}`);
    const outcomes = await Promise.all(ids.map((operationId) => handler({ operationId }, context)));
    expect(outcomes.every((outcome) => !outcome.ok && outcome.error.code === 'UpstreamPaused')).toBe(true);
    expect(await upstreams.get(NAME)).toMatchObject({ waitingOperations: ids.length });
    expect(await upstreams.tend()).toEqual([]); // nothing is told before the resume
    const told: string[] = [];
    const pauseNumber = await upstreams.pauses.resume(NAME);
    expect(await upstreams.tend()).toEqual([{ upstream: NAME, pauseNumber }]);
    let pages = 1;
    const tell = (id: string) => Promise.resolve(void told.push(id));
    while (await upstreams.pauses.tellPage(NAME, pauseNumber, tell)) pages++;
    expect([told.sort(), pages]).toEqual([ids, 7]);
    expect(await upstreams.tend()).toEqual([]);
    expect(await upstreams.get(NAME)).toMatchObject({ waitingOperations: 0 });
  });

  test('do not wait when a process learns late that the service is resumed', async () => {
    const table = new MemoryTable();
    const url = await serve({ body: 'answer' });
    const [one, other] = [processOf(table, url), processOf(table, url)];
    await one.upstreams.pauses.pause(NAME, 'New model');
    expect(await other.outcome()).toMatchObject({ data: { code: 'UpstreamPaused' } });
    await one.upstreams.pauses.resume(NAME);
    const handler = enlisting(other.upstreams.pauses, activity(other.call));
    expect(await handler({ operationId: 'operation-1' }, context)).toEqual({ ok: true, value: 'answer' });
    expect(await other.upstreams.get(NAME)).toMatchObject({ waitingOperations: 0 });
  });

  test('wait for the next resume when a pause follows immediately', async () => {
    const table = new MemoryTable();
    const url = await serve({});
    const [one, other] = [processOf(table, url), processOf(table, url)];
    await one.upstreams.pauses.pause(NAME, 'first');
    expect(await other.outcome()).toMatchObject({ data: { code: 'UpstreamPaused' } });
    const first = await one.upstreams.pauses.resume(NAME);
    await one.upstreams.pauses.pause(NAME, 'second');
    expect(await enlisting(other.upstreams.pauses, activity(other.call))({ operationId: 'a' }, context)).toMatchObject({
      error: { code: 'UpstreamPaused' },
    });
    const told: string[] = [];
    const tell = (id: string) => Promise.resolve(void told.push(id));
    // Telling the first resume's operations goes on, and leaves those of the second pause.
    await one.upstreams.pauses.tellPage(NAME, first, tell);
    expect(told).toEqual([]);
    await one.upstreams.pauses.tellPage(NAME, await one.upstreams.pauses.resume(NAME), tell);
    expect(told).toEqual(['a']);
  });

  test('make no attempt when storage fails to record them', async () => {
    const table = new MemoryTable();
    const { upstreams, call } = processOf(table, await serve({}));
    await upstreams.pauses.pause(NAME, 'New model');
    jest.spyOn(table, 'put').mockRejectedValue(commonErrors.ServiceUnavailable('away'));
    const outcome = await enlisting(upstreams.pauses, activity(call))({ operationId: 'operation-1' }, context);
    expect(outcome).toMatchObject({ error: { code: 'ServiceUnavailable', retryable: true, notCalled: true } });
  });

  test('are told again after telling was interrupted', async () => {
    const table = new MemoryTable();
    const { upstreams, call } = processOf(table, await serve({}));
    await upstreams.pauses.pause(NAME, 'New model');
    const handler = enlisting(upstreams.pauses, activity(call));
    for (const operationId of ['a', 'b']) await handler({ operationId }, context);
    const pauseNumber = await upstreams.pauses.resume(NAME);
    const broken = (id: string) => (id === 'b' ? Promise.reject(new Error('killed')) : Promise.resolve());
    await expect(upstreams.pauses.tellPage(NAME, pauseNumber, broken)).rejects.toThrow('killed');
    expect(await upstreams.tend()).toEqual([{ upstream: NAME, pauseNumber }]);
    // The one that was told is not told again.
    const told: string[] = [];
    await upstreams.pauses.tellPage(NAME, pauseNumber, (id) => Promise.resolve(void told.push(id)));
    expect(told).toEqual(['b']);
  });
});

describe('statistics', () => {
  test('of all processes are joined by minute', async () => {
    const table = new MemoryTable();
    const put = jest.spyOn(table, 'put');
    const url = await serve(...Array<Answer>(3).fill({}), { status: 500 }, {});
    const [one, other] = [processOf(table, url), processOf(table, url)];
    await times(2, one.outcome);
    await times(2, other.outcome);
    pass(MINUTE);
    await one.outcome();
    await other.outcome();
    expect(put).not.toHaveBeenCalled();
    for (const { upstreams } of [one, other, one]) await upstreams.saveStatistics();
    expect(put).toHaveBeenCalledTimes(2);
    const view = await one.upstreams.get(NAME);
    expect(view.minutes).toHaveLength(60);
    expect(view.minutes.slice(-2)).toMatchObject([
      { dateTime: '2026-11-22T04:15:00.000Z', calls: 4, failures: 1 },
      { dateTime: '2026-11-22T04:16:00.000Z', calls: 1, failures: 0 },
    ]);
    expect(view.last5Minutes).toMatchObject({ calls: 5, failures: 1 });
    expect(view.last5Minutes.p50Ms).toBeGreaterThan(0);
    expect(view.last5Minutes.p95Ms).toBeGreaterThanOrEqual(view.last5Minutes.p50Ms);
    expect(await one.upstreams.get(OTHER)).toMatchObject({
      last5Minutes: { calls: 0, failures: 0, p50Ms: 0, p95Ms: 0 },
    });
  });

  test('are deleted after an hour', async () => {
    const table = new MemoryTable();
    const { outcome, upstreams } = processOf(table, await serve({}));
    await outcome();
    pass(MINUTE);
    await upstreams.saveStatistics();
    expect(table.rows).toHaveLength(1);
    pass(60 * MINUTE);
    await upstreams.tend();
    expect(table.rows).toEqual([]);
    expect(await upstreams.get(NAME)).toMatchObject({ last5Minutes: { calls: 0 } });
  });
});

test('services are listed without credentials and without those that are not used', async () => {
  const url = 'https://models.example.com/base';
  const upstreams = new Upstreams(new MemoryTable(), { [NAME]: url, analyzer: undefined }, FAILURES, () => now);
  const [view, ...others] = await upstreams.list();
  expect(others).toEqual([]);
  expect(view).toMatchObject({
    name: NAME,
    host: 'models.example.com',
    state: 'ok',
    since: '2026-11-22T04:15:30.000Z',
    waitingOperations: 0,
  });
});
