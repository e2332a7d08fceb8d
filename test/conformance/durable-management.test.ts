import { DurableApi, durableFixture, type InstanceStatus, startFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { type HostProcess } from '../support/host-process.js';
import { fresh, testDurable as test } from '../support/fixtures.js';
import { masterKeyFor } from '../support/other-host.js';

/** The management API over HTTP: host contract, 5, and the library's client on top of it: 4.3. */
let host: HostProcess;
let api: DurableApi;

beforeAll(async () => {
  host = await startFixture(await durableFixture({ hubName: 'Hub' }));
  api = new DurableApi(host.url);
});
afterAll(() => host.stop());

const post = (where: string, body?: unknown, headers?: Record<string, string>) =>
  api.send('POST', where, body, headers);
const text = (part: string | RegExp): unknown => expect.stringMatching(part);
const running = ({ runtimeStatus }: InstanceStatus) => runtimeStatus === 'Running';

describe('start', () => {
  test('answers 202 with the URLs of the instance', async () => {
    const { status, headers, body } = await post('orchestrators/sequence', '"x"');
    const { id, ...urls } = body as Record<string, string>;
    expect(status).toBe(202);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(headers.get('retry-after')).toBe('10');
    expect(headers.get('location')).toBe(urls.statusQueryGetUri);
    expect(Object.keys(urls).sort()).toEqual([
      'purgeHistoryDeleteUri',
      'restartPostUri',
      'resumePostUri',
      'sendEventPostUri',
      'statusQueryGetUri',
      'suspendPostUri',
      'terminatePostUri',
    ]);
    expect(urls.statusQueryGetUri).toMatch(
      `${host.url}/runtime/webhooks/durabletask/instances/${id ?? ''}?taskHub=Hub&connection=Storage`,
    );
    expect((await fetch(urls.statusQueryGetUri ?? '')).ok).toBe(true);
  });

  test('waits, and answers the output itself', async () => {
    const { status, body } = await post('orchestrators/counter?timeout=30&pollingInterval=0.5', { left: 3, total: 0 });
    expect([status, body]).toEqual([200, 3]);
  });

  test('waits, and answers the status of what failed', async () => {
    const { status, body } = await post('orchestrators/throws?timeout=30&pollingInterval=1');
    expect([status, body]).toMatchObject([200, { runtimeStatus: 'Failed', output: text('boom') }]);
  });

  test('waits no longer than asked', async () => {
    expect((await post('orchestrators/waits?timeout=0.05&pollingInterval=0.01')).status).toBe(202);
  });

  test.each([
    [
      'a polling interval beyond the timeout',
      'orchestrators/waits?timeout=1&pollingInterval=2',
      undefined,
      text('bigger'),
    ],
    ['an unknown orchestrator', 'orchestrators/nobody', undefined, text("known orchestrator functions: .*'sequence'")],
    ['a long id', `orchestrators/waits/${'x'.repeat(257)}`, undefined, text('longer than 256')],
    ['an entity’s id', 'orchestrators/waits/@counter@k', undefined, text('start with')],
    ['a slash in the id', 'orchestrators/waits/a%2Fb', undefined, text('must not contain')],
  ])('refuses %s', async (_name, where, body, message) => {
    const answer = await post(where, body);
    expect([answer.status, answer.body]).toMatchObject([
      400,
      { ExceptionMessage: message, ExceptionType: 'System.ArgumentException' },
    ]);
  });

  test('refuses what is no JSON', async () => {
    expect(await post('orchestrators/waits', '{"a":')).toMatchObject({
      status: 400,
      body: { Message: 'Invalid JSON content' },
    });
  });

  test('an id in use is an error, a finished one is replaced', async () => {
    const id = fresh('again');
    await api.start('waits', null, id);
    const { status, body } = await post(`orchestrators/sequence/${id}`);
    expect(status).toBe(500);
    expect(body).toMatchObject({
      ExceptionMessage: text(/An Orchestration instance with the status (Running|Pending) already exists\./),
      ExceptionType: text('OrchestrationAlreadyExistsException'),
    });
    await api.raise(id, 'go');
    await api.ended(id);
    await api.start('sequence', 'second', id);
    expect(await api.ended(id)).toMatchObject({ name: 'sequence', output: { sum: 13 } });
  });

  test('of two starts of one id at the same time one wins', async () => {
    const where = `orchestrators/waits/${fresh('twin')}`;
    const answers = await Promise.all([post(where), post(where)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 500]);
  });
});

describe('status', () => {
  test('tells what runs', async () => {
    const id = await api.start('waits', { a: 1 });
    await api.until(id, running);
    const { status, headers, body } = await api.send('GET', `instances/${id}?showInput=FALSE`);
    expect(status).toBe(202);
    expect(headers.get('retry-after')).toBe('5');
    expect(headers.get('location')).toBe(`${host.url}/runtime/webhooks/durabletask/instances/${id}?showInput=FALSE`);
    expect(body).toEqual({
      name: 'waits',
      instanceId: id,
      runtimeStatus: 'Running',
      input: null,
      customStatus: 'waiting',
      output: null,
      createdTime: text(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      lastUpdatedTime: text(/Z$/),
    });
  });

  test('500 for a failed one when asked', async () => {
    const id = await api.start('throws');
    await api.ended(id);
    expect((await api.send('GET', `instances/${id}`)).status).toBe(200);
    expect((await api.send('GET', `instances/${id}?returnInternalServerErrorOnFailure=true`)).status).toBe(500);
  });

  test('404 for an unknown one, and for any other path', async () => {
    for (const where of ['instances/nobody', 'instances/a/b/c/d', 'nothing', 'instances/a/explode']) {
      expect(await api.send('GET', where)).toMatchObject({ status: 404, text: '' });
    }
  });

  test('shows the history under both names', async () => {
    const id = await api.start('sequence', 'x');
    await api.ended(id);
    const shown = await api.status(id, 'showHistory=true&showHistoryOutput=true');
    expect(shown.history).toEqual(shown.historyEvents);
    const stamp = text(/^\d{4}-.*Z$/);
    const step = (Result: unknown, FunctionName: string) => ({
      EventType: 'TaskCompleted',
      Result,
      Timestamp: stamp,
      ScheduledTime: stamp,
      FunctionName,
    });
    expect(shown.historyEvents).toEqual([
      { EventType: 'ExecutionStarted', Input: 'x', Timestamp: stamp, FunctionName: 'sequence' },
      step(3, 'add'),
      step(13, 'add'),
      step({ sum: 13, input: 'x' }, 'echo'),
      {
        EventType: 'ExecutionCompleted',
        OrchestrationStatus: 'Completed',
        Result: { sum: 13, input: 'x' },
        Timestamp: stamp,
      },
    ]);
    const brief = await api.status(id, 'showHistory=true');
    expect(brief.historyEvents?.some((event) => 'Result' in event)).toBe(false);
  });
});

describe('list', () => {
  test('by prefix, status and time, in pages', async () => {
    const from = new Date(Date.now() - 60_000).toISOString();
    const prefix = fresh('page');
    const ids = [1, 2, 3, 4, 5].map((page) => `${prefix}-${page}`);
    for (const id of ids) await api.start('sequence', null, id);
    for (const id of ids) await api.ended(id);
    const where = `instances/?instanceIdPrefix=${prefix}-&runtimeStatus=Completed,NoSuch&createdTimeFrom=${from}&top=2&showInput=false`;
    const seen: string[] = [];
    let token: string | undefined;
    for (let pages = 0; pages < 3; pages++) {
      const { status, headers, body } = await api.send(
        'GET',
        where,
        undefined,
        token ? { 'x-ms-continuation-token': token } : {},
      );
      expect(status).toBe(200);
      seen.push(...(body as InstanceStatus[]).map(({ instanceId }) => instanceId));
      token = headers.get('x-ms-continuation-token') ?? '';
    }
    expect(token).toBe('');
    expect(seen).toEqual(ids);
  });

  test('without a slash, and empty', async () => {
    const { status, body } = await api.send('GET', 'instances?instanceIdPrefix=nobody');
    expect([status, body]).toEqual([200, []]);
  });

  test('a foreign token is refused', async () => {
    expect((await api.send('GET', 'instances', undefined, { 'x-ms-continuation-token': '%%' })).status).toBe(400);
  });
});

describe('events', () => {
  const [nobody, done, open] = [fresh('nobody'), fresh('done'), fresh('open')];
  test.each([
    ['unknown', nobody, '1', {}, 404],
    ['finished', done, '1', {}, 410],
    ['finished, before its body is looked at', done, '{', { 'content-type': 'text/plain' }, 410],
    ['wrong type', open, '1', { 'content-type': 'text/plain' }, 400],
    ['no JSON', open, '{', {}, 400],
    ['JSON with a charset', open, '1', { 'content-type': 'Application/JSON; charset=utf-8' }, 202],
    ['nothing', open, '', {}, 202],
  ])('%s', async (_name, id, body, headers, status) => {
    await post(`orchestrators/waits/${open}`);
    await post(`orchestrators/sequence/${done}?timeout=30&pollingInterval=1`);
    expect((await post(`instances/${id}/raiseEvent/other`, body, headers)).status).toBe(status);
  });
});

describe('terminate, suspend, resume', () => {
  test('terminate ends it at once, its reason as the output', async () => {
    const id = await api.start('slowStep', 3_600_000);
    expect((await post(`instances/${id}/terminate?reason=enough%20of%20it`)).status).toBe(202);
    expect(await api.ended(id)).toMatchObject({ runtimeStatus: 'Terminated', output: 'enough of it' });
    for (const operation of ['terminate', 'suspend', 'resume']) {
      expect((await post(`instances/${id}/${operation}`)).status).toBe(410);
    }
  });

  test('what comes while it is suspended waits, and is not lost', async () => {
    const id = await api.start('waits');
    await api.until(id, running);
    expect((await post(`instances/${id}/resume`)).status).toBe(500);
    expect((await post(`instances/${id}/suspend?reason=pause`)).status).toBe(202);
    await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Suspended');
    expect((await post(`instances/${id}/suspend`)).status).toBe(500);
    await api.raise(id, 'go', 'held');
    expect(await api.status(id)).toMatchObject({ runtimeStatus: 'Suspended', customStatus: 'waiting' });
    expect((await post(`instances/${id}/resume?reason=on`)).status).toBe(202);
    const { output, historyEvents } = await api.ended(id, 'showHistory=true');
    expect(output).toEqual({ echoed: 'held' });
    expect(historyEvents).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ EventType: 'ExecutionSuspended', Reason: 'pause' }),
        expect.objectContaining({ EventType: 'ExecutionResumed', Reason: 'on' }),
      ]),
    );
  });

  test('a suspended one can be terminated', async () => {
    const id = await api.start('waits');
    await post(`instances/${id}/suspend`);
    await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Suspended');
    await post(`instances/${id}/terminate`);
    expect(await api.ended(id)).toMatchObject({ runtimeStatus: 'Terminated', output: null });
  });

  test('unknown is 404', async () => {
    for (const operation of ['terminate', 'suspend', 'resume', 'rewind']) {
      expect((await post(`instances/nobody/${operation}`)).status).toBe(404);
    }
  });
});

describe('restart, rewind', () => {
  test('restart runs it again under a new id, or the same', async () => {
    const id = await api.start('sequence', 'same input');
    await api.ended(id);
    const other = ((await post(`instances/${id}/restart`)).body as { id: string }).id;
    expect(other).not.toBe(id);
    expect(await api.ended(other)).toMatchObject({ input: 'same input', runtimeStatus: 'Completed' });
    const { status, body } = await post(
      `instances/${id}/restart?restartWithNewInstanceId=false&timeout=30&pollingInterval=1`,
    );
    expect([status, body]).toEqual([200, { sum: 13, input: 'same input' }]);
    expect(await post('instances/nobody/restart')).toMatchObject({ status: 400 });
  });

  test('only what failed can be rewound', async () => {
    const done = await api.start('sequence');
    await api.ended(done);
    const open = await api.start('waits');
    const codes = await Promise.all([done, open].map(async (id) => (await post(`instances/${id}/rewind`)).status));
    expect(codes).toEqual([410, 412]);
  });
});

describe('purge', () => {
  test('one, whatever its state', async () => {
    for (const id of [await api.start('sequence'), await api.start('waits')]) {
      expect(await api.send('DELETE', `instances/${id}`)).toMatchObject({ status: 200, body: { instancesDeleted: 1 } });
      expect((await api.send('GET', `instances/${id}`)).status).toBe(404);
      expect((await api.send('DELETE', `instances/${id}`)).status).toBe(404);
      await api.start('waits', null, id); // the id is free again
    }
  });

  test('by filter, finished ones only', async () => {
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const failed = await api.start('throws');
    const open = await api.start('waits');
    await api.ended(failed);
    const where = `instances/?createdTimeFrom=${from}&runtimeStatus=Failed`;
    expect(await api.send('DELETE', where)).toMatchObject({
      status: 200,
      body: { instancesDeleted: expect.any(Number) as unknown },
    });
    expect((await api.send('GET', `instances/${failed}`)).status).toBe(404);
    expect((await api.send('DELETE', where)).status).toBe(404);
    await api.send('DELETE', `instances/?createdTimeFrom=${from}`);
    expect((await api.status(open)).runtimeStatus).toMatch(/Running|Pending/);
    expect((await api.send('DELETE', 'instances/')).status).toBe(400);
  });
});

describe('the library’s client', () => {
  const call = async (name: string, id = '') => {
    const response = await fetch(`${host.url}/api/client/${name}/${id}`, { method: 'POST' });
    return (await response.json()) as { result?: unknown; error?: string };
  };
  const start = async (name: string, body: string | undefined) => {
    const response = await fetch(`${host.url}/api/start/${name}`, { method: 'POST', ...(body && { body }) });
    return ((await response.json()) as { id: string }).id;
  };

  test('starts without input, which arrives as empty text', async () => {
    const id = await start('sequence', undefined);
    expect((await api.ended(id)).input).toBe('');
  });

  test('reads status and history', async () => {
    const id = await start('sequence', '{"a":1}');
    await api.ended(id);
    const { result } = await call('getStatus', id);
    expect(result).toMatchObject({
      instanceId: id,
      input: { a: 1 },
      output: { sum: 13 },
      history: expect.any(Array) as unknown,
    });
    expect(await call('wait', id)).toEqual({ sum: 13, input: { a: 1 } });
    expect(await call('getStatus', 'nobody')).toMatchObject({ error: text('404') });
  });

  test('lists all over several pages', async () => {
    const ids = await Promise.all(Array.from({ length: 120 }, () => start('sequence', undefined)));
    const { result } = await call('getStatusAll');
    const listed = new Set((result as InstanceStatus[]).map(({ instanceId }) => instanceId));
    expect(ids.filter((id) => !listed.has(id))).toEqual([]);
  });

  test('raises, suspends, resumes, terminates, purges', async () => {
    const id = await start('waits', '1');
    await api.until(id, running);
    expect(await call('suspend', id)).toEqual({ result: null });
    await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Suspended');
    expect(await call('resume', id)).toEqual({ result: null });
    await api.until(id, running);
    expect(await call('raiseEvent', id)).toEqual({ result: null });
    expect(await api.ended(id)).toMatchObject({ output: { echoed: null } });
    expect(await call('terminate', id)).toEqual({ result: null });
    expect(await call('purge', id)).toEqual({ result: { instancesDeleted: 1 } });
    expect(await call('terminate', id)).toMatchObject({ error: text('No instance with ID') });
  });
});

test('a client that waits and goes away leaves nothing waiting', async () => {
  const controller = new AbortController();
  const id = fresh('left');
  const where = `${host.url}/runtime/webhooks/durabletask/orchestrators/waits/${id}?timeout=3600&pollingInterval=1`;
  const init = { method: 'POST', signal: controller.signal, headers: masterKeyFor(host.url) };
  const waiting = fetch(where, init).catch((error: unknown) => error);
  await eventually(async () => ((await api.send('GET', `instances/${id}`)).status === 202 ? true : undefined), id);
  controller.abort();
  expect(await waiting).toMatchObject({ name: 'AbortError' });
  await api.raise(id, 'go', 1);
  expect((await api.ended(id)).output).toEqual({ echoed: 1 });
});
