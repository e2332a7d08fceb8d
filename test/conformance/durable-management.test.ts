import { request } from 'node:http';
import { DurableApi, durableFixture, type InstanceStatus, startFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { type HostProcess } from '../support/host-process.js';
import { fresh, testDurable as test, testHere } from '../support/fixtures.js';
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
const suspended = ({ runtimeStatus }: InstanceStatus) => runtimeStatus === 'Suspended';
const idsOf = (body: unknown) => (body as InstanceStatus[]).map(({ instanceId }) => instanceId);
const ON_AZURE = text(/^On Azure this /);

/** An error with the details of an exception. */
const exception = (Message: string, ExceptionMessage: unknown, ExceptionType: string) => ({
  Message,
  ExceptionMessage,
  ExceptionType,
  StackTrace: text(/^ {3}at /),
});

describe('start', () => {
  test('answers 202 with the URLs of the instance [recorded]', async () => {
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

  test('with a timeout answers the output when the instance completes in time [recorded]', async () => {
    const { status, body } = await post('orchestrators/counter?timeout=30&pollingInterval=0.5', { left: 3, total: 0 });
    expect([status, body]).toEqual([200, 3]);
  });

  test('with a timeout answers 200 with the status when the instance fails [source: HttpApiHandler.cs]', async () => {
    const where = 'orchestrators/throws?timeout=30&pollingInterval=1&returnInternalServerErrorOnFailure=true';
    const { status, body } = await post(where);
    expect([status, body]).toMatchObject([200, { runtimeStatus: 'Failed', output: text('boom') }]);
  });

  test('answers 202 after the timeout [recorded]', async () => {
    expect((await post('orchestrators/waits?timeout=0.05&pollingInterval=0.01')).status).toBe(202);
  });

  test.each([
    ['1', '2'],
    ['0.5', '1.5'],
    ['-1', '1'],
  ])(
    'with the timeout %s and the interval %s answers 400, and starts the instance [recorded]',
    async (timeout, wait) => {
      const id = fresh('times');
      const { status, body } = await post(`orchestrators/waits/${id}?timeout=${timeout}&pollingInterval=${wait}`);
      expect(status).toBe(400);
      expect(body).toEqual({ Message: `Total timeout ${timeout} should be bigger than retry timeout ${wait}` });
      await api.until(id, running);
    },
  );

  test('of an unknown orchestrator or of an activity is accepted, and the instance fails [recorded]', async () => {
    for (const name of ['nobody', 'echo']) {
      const id = await api.start(name, 1, fresh('unknown'));
      expect(await api.ended(id)).toMatchObject({
        name,
        runtimeStatus: 'Failed',
        input: 1,
        output: text(
          `^Orchestrator function '${name}' failed: The function '${name}' doesn't exist, is disabled, or is not an orchestrator function`,
        ),
      });
    }
  });

  test('keeps the name as the client writes it [recorded]', async () => {
    const id = await api.start('SEQUENCE', 1, fresh('case'));
    expect(await api.ended(id)).toMatchObject({ name: 'SEQUENCE', runtimeStatus: 'Completed' });
  });

  test.each([
    ['of 257 characters', 'x'.repeat(220), (id: string) => id],
    ['that begins with @', '@tally@', (id: string) => id.replaceAll('@', '%40')],
    ['with #', 'a#b', encodeURIComponent],
    ['with ?', 'a?b', encodeURIComponent],
    ['with a backslash', 'a\\b', encodeURIComponent],
    ['with a space', 'a b', (id: string) => id.replaceAll(' ', '+')],
  ])('accepts an id %s [recorded]', async (_name, part, encode) => {
    const id = `${part}${fresh('-form')}`;
    const { status, body } = await post(`orchestrators/sequence/${encodeURIComponent(id)}`, '1');
    const { id: named, statusQueryGetUri = '' } = body as Record<string, string>;
    expect([status, named]).toEqual([202, id]);
    expect(statusQueryGetUri).toContain(`/instances/${encode(id)}?`);
    const { instanceId } = await eventually(async () => {
      const response = await fetch(statusQueryGetUri);
      return response.status === 200 ? ((await response.json()) as InstanceStatus) : undefined;
    });
    expect(instanceId).toBe(id);
  });

  test('an encoded slash separates segments: no id has one [recorded]', async () => {
    expect((await post('orchestrators/waits/a%2Fb')).status).toBe(404);
  });

  test.each([
    ['{"a":', "Unexpected end when deserializing object. Path 'a', line 1, position 5.", 'JsonSerializationException'],
    ['[1,', "Unexpected end when reading token. Path ''.", 'JsonWriterException'],
  ])('answers 500 for the body %s [recorded]', async (body, message, type) => {
    const answer = await post('orchestrators/waits', body);
    const summary = 'Something went wrong while processing your request';
    expect(answer).toMatchObject({ status: 500, body: exception(summary, message, `Newtonsoft.Json.${type}`) });
  });

  test.each([
    ['hello', "Unexpected character encountered while parsing value: h. Path '', line 0, position 0."],
    ['1 2', "Additional text encountered after finished reading JSON content: 2. Path '', line 1, position 2."],
  ])('answers 400 for the body %s, and starts nothing [recorded]', async (body, message) => {
    const id = fresh('plain');
    const answer = await post(`orchestrators/sequence/${id}`, body, { 'content-type': 'text/plain' });
    const problem = exception('Invalid JSON content', message, 'Newtonsoft.Json.JsonReaderException');
    expect(answer).toMatchObject({ status: 400, body: problem });
    expect((await api.send('GET', `instances/${id}`)).status).toBe(404);
  });

  test.each([
    ["{'a':1,}", { a: 1 }],
    ['/* comment */ {a:.5}', { a: 0.5 }],
    ['\uFEFF 0x10 ', 16],
  ])('accepts the body %s [source: JsonTextReader.cs]', async (body, input) => {
    const answer = await post('orchestrators/sequence?timeout=60&pollingInterval=1', body);
    expect(answer).toMatchObject({ status: 200, body: { input } });
  });

  test('with an empty body has null as input [recorded]', async () => {
    expect((await post('orchestrators/sequence?timeout=60&pollingInterval=1', '')).body).toEqual({
      sum: 13,
      input: null,
    });
  });

  test('without a body and its length is accepted, and the instance fails [source: HttpApiHandler.cs]', async () => {
    const id = fresh('bodiless');
    expect(await postWithoutLength(`orchestrators/sequence/${id}`)).toBe(202);
    expect(await api.ended(id)).toMatchObject({
      runtimeStatus: 'Failed',
      input: '',
      output:
        "Orchestrator function 'sequence' failed: One or more errors occurred. (Exception while executing function: Functions.sequence)",
    });
  });

  test('answers 409 for an id in use, and replaces an instance that has ended [recorded]', async () => {
    const id = await api.start('waits', null, fresh('again'));
    await api.until(id, running);
    const message = 'An Orchestration instance with the status Running already exists.';
    expect(await post(`orchestrators/sequence/${id}`)).toMatchObject({ status: 409, body: { Message: message } });
    await api.raise(id, 'go');
    await api.ended(id);
    await api.start('sequence', 'second', id);
    expect(await api.ended(id)).toMatchObject({ name: 'sequence', output: { sum: 13 } });
  });

  test('of two starts with one id at the same time one succeeds [own]', async () => {
    const where = `orchestrators/waits/${fresh('twin')}`;
    const answers = await Promise.all([post(where), post(where)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
  });
});

/** A POST that says nothing about its body, as `curl -X POST` sends it. */
function postWithoutLength(where: string): Promise<number | undefined> {
  const url = new URL(`${host.url}/runtime/webhooks/durabletask/${where}`);
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', headers: masterKeyFor(host.url) }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    outgoing.useChunkedEncodingByDefault = false;
    outgoing.on('error', reject);
    outgoing.end();
  });
}

describe('status', () => {
  test('of a running instance is 202 with its own URL [recorded]', async () => {
    const id = await api.start('waits', { a: 1 });
    await api.until(id, running);
    const { status, headers, body } = await api.send('GET', `instances/${id}?showInput=FALSE&from=1:2`);
    expect(status).toBe(202);
    expect(headers.get('retry-after')).toBe('5');
    expect(headers.get('location')).toBe(
      `${host.url}/runtime/webhooks/durabletask/instances/${id}?showInput=FALSE&from=1:2`,
    );
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

  test('of a failed instance is 500 when asked for [source: HttpApiHandler.cs]', async () => {
    const id = await api.start('throws');
    await api.ended(id);
    expect((await api.send('GET', `instances/${id}`)).status).toBe(200);
    expect((await api.send('GET', `instances/${id}?returnInternalServerErrorOnFailure=true`)).status).toBe(500);
  });

  test.each([
    ['GET', 'instances/nobody'],
    ['GET', 'instances/a/b/c/d'],
    ['GET', 'instances//a'],
    ['GET', 'nothing'],
    ['GET', 'orchestrators/sequence'],
    ['POST', 'instances'],
    ['POST', 'instances/a/explode'],
    ['PUT', 'instances/a'],
    ['POST', 'orchestrators'],
  ])('%s %s is 404 without a body [recorded]', async (method, where) => {
    expect(await api.send(method, where)).toMatchObject({ status: 404, text: '' });
  });

  test('slashes at the end of a path do not count [recorded]', async () => {
    const id = await api.start('waits');
    expect((await api.send('GET', `instances/${id}//`)).body).toMatchObject({ instanceId: id });
  });
});

describe('a request that names a task hub or a connection', () => {
  test('of the app is one for the app, whatever the case [source: HttpApiHandler.cs]', async () => {
    const id = await api.start('waits');
    for (const query of ['taskHub=HUB&connection=storage', 'connection=AzureWebJobsStorage', 'taskHub=&connection='])
      expect((await api.send('GET', `instances/${id}?${query}`)).body).toMatchObject({ instanceId: id });
  });

  test('finds nothing in another hub [recorded]', async () => {
    const id = await api.start('sequence');
    await api.ended(id);
    const hub = 'taskHub=Other';
    const missing = `No orchestration with instance ID "$${id}" found.`;
    expect(await api.send('GET', `instances?${hub}`)).toMatchObject({ status: 200, body: [] });
    expect(await api.send('GET', `instances/${id}?${hub}`)).toMatchObject({ status: 404, text: '' });
    expect(await api.send('DELETE', `instances/${id}?${hub}`)).toMatchObject({ status: 404, text: '' });
    expect(await post(`instances/${id}/rewind?${hub}`)).toMatchObject({ status: 404, body: missing });
    expect((await post(`instances/${id}/restart?${hub}`)).status).toBe(400);
    for (const operation of ['terminate', 'suspend', 'resume', 'raiseEvent/go'])
      expect((await post(`instances/${id}/${operation}?${hub}`, '1')).status).toBe(404);
    expect((await api.send('GET', `entities/tally/x?${hub}`)).status).toBe(404);
    expect((await api.send('GET', `entities/tally?${hub}`)).body).toEqual([]);
  });

  test('is refused when it starts or signals something there, where it would wait forever [source: HttpApiHandler.cs]', async () => {
    for (const where of ['orchestrators/sequence?taskHub=Other', 'entities/tally/x?op=add&taskHub=Other'])
      expect(await post(where, '1')).toMatchObject({ status: 500, body: { ExceptionMessage: ON_AZURE } });
  });

  test('is 500 for a task hub that storage cannot have [source: ClientResponseExtensions.cs]', async () => {
    const type = 'DurableTask.AzureStorage.Storage.DurableTaskStorageException';
    expect(await api.send('GET', 'instances?taskHub=a-b')).toMatchObject({
      status: 500,
      body: { ExceptionType: type },
    });
  });

  test('is 500 for a connection without settings [recorded]', async () => {
    const id = await api.start('waits');
    const problem = exception(
      'Something went wrong while processing your request',
      "Unable to resolve the Azure Storage connection named 'Nope'.",
      'System.InvalidOperationException',
    );
    for (const [method, where] of [
      ['GET', `instances/${id}`],
      ['DELETE', `instances/${id}`],
      ['POST', 'orchestrators/sequence'],
    ] as const)
      expect(await api.send(method, `${where}?connection=Nope`)).toMatchObject({ status: 500, body: problem });
    expect((await api.status(id)).instanceId).toBe(id);
  });
});

describe('list', () => {
  test('by prefix, status and time, in the order of ids, in pages [recorded]', async () => {
    const from = new Date(Date.now() - 60_000).toISOString();
    const prefix = fresh('page');
    const ids = [1, 2, 3, 4, 5].map((page) => `${prefix}-${page}`);
    for (const id of ids.toReversed()) await api.start('sequence', null, id);
    for (const id of ids) await api.ended(id);
    const where = `instances/?instanceIdPrefix=${prefix}-&runtimeStatus=Completed,NoSuch&createdTimeFrom=${from}&top=2`;
    const page = async (token: string) => {
      const headers: Record<string, string> = token === '' ? {} : { 'x-ms-continuation-token': token };
      const answer = await api.send('GET', where, undefined, headers);
      return [idsOf(answer.body), answer.headers.get('x-ms-continuation-token')];
    };
    const tokenOf = (id: string) => Buffer.from(id).toString('base64');
    const [third, fifth] = [tokenOf(`${prefix}-3`), tokenOf(`${prefix}-5`)];
    expect(await page('')).toEqual([ids.slice(0, 2), third]);
    expect(await page(third)).toEqual([ids.slice(2, 4), fifth]);
    expect(await page(fifth)).toEqual([ids.slice(4), null]);
  });

  test('without a match is empty [recorded]', async () => {
    const { status, headers, body } = await api.send('GET', 'instances?instanceIdPrefix=nobody');
    expect([status, body, headers.get('x-ms-continuation-token')]).toEqual([200, [], null]);
  });

  test('with top=0 is empty with the token of the first item, negative is 500, other values do not count [recorded]', async () => {
    const id = await api.start('waits', null, fresh('top'));
    const list = (top: string) => api.send('GET', `instances?instanceIdPrefix=${id}&top=${top}`);
    const none = await list('0');
    expect([none.body, none.headers.get('x-ms-continuation-token')]).toEqual([[], Buffer.from(id).toString('base64')]);
    const type = 'DurableTask.AzureStorage.Storage.DurableTaskStorageException';
    expect(await list('-1')).toMatchObject({ status: 500, body: { ExceptionType: type } });
    for (const top of ['abc', '2.5', '1&top=1']) expect(idsOf((await list(top)).body)).toEqual([id]);
  });

  test('a token is the id from which the list continues [recorded]', async () => {
    const id = await api.start('waits', null, fresh('token'));
    const list = async (token: string) => {
      const headers = { 'x-ms-continuation-token': token };
      return idsOf((await api.send('GET', `instances?instanceIdPrefix=${id}&top=1`, undefined, headers)).body);
    };
    expect(await list('%%')).toEqual([id]);
    expect(await list(Buffer.from(`${id}-`).toString('base64'))).toEqual([]);
  });

  test('statuses are case-sensitive, and unknown ones do not count [recorded]', async () => {
    const id = await api.start('waits', null, fresh('status'));
    await api.until(id, running);
    const list = async (query: string) =>
      idsOf((await api.send('GET', `instances?instanceIdPrefix=${id}&${query}`)).body);
    for (const query of [
      'runtimeStatus=terminated',
      'runtimeStatus=Nope',
      'runtimeStatus=Terminated&runtimeStatus=Running',
    ])
      expect(await list(query)).toEqual([id]);
    expect(await list('runtimeStatus=Terminated')).toEqual([]);
  });

  test('times that cannot be read do not count [recorded]', async () => {
    const id = await api.start('waits', null, fresh('when'));
    const list = async (query: string) =>
      idsOf((await api.send('GET', `instances?instanceIdPrefix=${id}&${query}`)).body);
    expect(await list('createdTimeFrom=abc')).toEqual([id]);
    expect(await list('createdTimeFrom=2999-01-01')).toEqual([]);
    expect(await list('createdTimeTo=2001-01-01T00:00:00')).toEqual([]);
  });

  test('inputs are left out only when the list has another condition [source: OrchestrationInstanceStatusQueryCondition.cs]', async () => {
    const id = await api.start('waits', 'in', fresh('input'));
    const list = async (query: string) =>
      (await api.send('GET', `instances?showInput=false&${query}`)).body as InstanceStatus[];
    expect((await list(`instanceIdPrefix=${id}`)).map(({ input }) => input)).toEqual([null]);
    const token = Buffer.from(id).toString('base64');
    const all = await api.send('GET', 'instances?showInput=false&top=1', undefined, {
      'x-ms-continuation-token': token,
    });
    expect(all.body).toMatchObject([{ instanceId: id, input: 'in' }]);
  });
});

describe('raising an event', () => {
  const [nobody, done, open] = [fresh('nobody'), fresh('done'), fresh('open')];
  test.each([
    ['for a missing instance', nobody, '1', {}, 404],
    ['for an ended instance', done, '1', {}, 410],
    ['for an ended instance, before the body is read', done, '{', { 'content-type': 'text/plain' }, 410],
    ['with another content type', open, '1', { 'content-type': 'text/plain' }, 400],
    ['with invalid JSON', open, '{', {}, 400],
    ['without data', open, '', {}, 400],
    ['with a charset', open, '1', { 'content-type': 'Application/JSON; charset=utf-8' }, 202],
    ['with more after the JSON', open, '1 2', {}, 202],
  ])('%s [recorded]', async (_name, id, body, headers, status) => {
    await post(`orchestrators/waits/${open}`);
    await post(`orchestrators/sequence/${done}?timeout=30&pollingInterval=1`);
    expect((await post(`instances/${id}/raiseEvent/other`, body, headers)).status).toBe(status);
  });

  test.each([
    ['', "Error reading JToken from JsonReader. Path '', line 0, position 0."],
    ['{', "Error reading JObject from JsonReader. Path '', line 1, position 1."],
  ])('with the body "%s" names the error [recorded]', async (body, message) => {
    const id = await api.start('waits');
    const problem = exception('Invalid JSON content', message, 'Newtonsoft.Json.JsonReaderException');
    expect((await post(`instances/${id}/raiseEvent/other`, body)).body).toEqual(problem);
  });
});

describe('terminate, suspend, resume', () => {
  test('terminate ends an instance immediately, its reason is the output [recorded]', async () => {
    const id = await api.start('slowStep', 3_600_000);
    expect((await post(`instances/${id}/terminate?reason=enough%20of%20it`)).status).toBe(202);
    expect(await api.ended(id)).toMatchObject({ runtimeStatus: 'Terminated', output: 'enough of it' });
    for (const operation of ['terminate', 'suspend', 'resume']) {
      expect((await post(`instances/${id}/${operation}`)).status).toBe(410);
    }
  });

  test('messages wait while an instance is suspended [recorded]', async () => {
    const id = await api.start('waits');
    await api.until(id, running);
    expect((await post(`instances/${id}/suspend?reason=pause`)).status).toBe(202);
    await api.until(id, suspended);
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

  test('the reason is the output until the instance ends [recorded]', async () => {
    const id = await api.start('waits');
    await api.until(id, running);
    await post(`instances/${id}/suspend?reason=first`);
    expect((await api.until(id, suspended)).output).toBe('first');
    await post(`instances/${id}/resume?reason=on`);
    expect((await api.until(id, running)).output).toBe('on');
    await post(`instances/${id}/suspend`);
    expect((await api.until(id, suspended)).output).toBe('on');
    await post(`instances/${id}/terminate?reason=last`);
    expect((await api.ended(id)).output).toBe('last');
  });

  test('suspend of a suspended instance and resume of a running one are errors [recorded]', async () => {
    const id = await api.start('waits');
    await api.until(id, running);
    const problem = (operation: string, status: string) => ({
      status: 500,
      body: exception(
        'Something went wrong while processing your request',
        `Cannot ${operation} the orchestration instance ${id} because instance is in the ${status} state.`,
        'System.InvalidOperationException',
      ),
    });
    expect(await post(`instances/${id}/resume`)).toMatchObject(problem('resume', 'Running'));
    await post(`instances/${id}/suspend`);
    await api.until(id, suspended);
    expect(await post(`instances/${id}/suspend`)).toMatchObject(problem('suspend', 'Suspended'));
  });

  test('a suspended instance can be terminated [recorded]', async () => {
    const id = await api.start('waits');
    await post(`instances/${id}/suspend`);
    await api.until(id, suspended);
    await post(`instances/${id}/terminate`);
    expect(await api.ended(id)).toMatchObject({ runtimeStatus: 'Terminated', output: null });
  });

  test('a missing instance is 404 [recorded]', async () => {
    for (const operation of ['terminate', 'suspend', 'resume'])
      expect(await post(`instances/nobody/${operation}`)).toMatchObject({ status: 404, text: '' });
  });
});

describe('restart, rewind', () => {
  test('restart runs an instance again with a new id, or with the same [recorded]', async () => {
    const id = await api.start('sequence', 'same input');
    await api.ended(id);
    const other = ((await post(`instances/${id}/restart`)).body as { id: string }).id;
    expect(other).not.toBe(id);
    expect(await api.ended(other)).toMatchObject({ input: 'same input', runtimeStatus: 'Completed' });
    const { status, body } = await post(
      `instances/${id}/restart?restartWithNewInstanceId=false&timeout=30&pollingInterval=1`,
    );
    expect([status, body]).toEqual([200, { sum: 13, input: 'same input' }]);
  });

  test('restart of a missing instance is 400, of a running one with the same id 409 [recorded]', async () => {
    const invalid = 'InstanceId does not match a valid orchestration instance.';
    const missing = "No instance with ID 'nobody' was found. (Parameter 'instanceId')";
    expect(await post('instances/nobody/restart')).toMatchObject({
      status: 400,
      body: exception(invalid, missing, 'System.ArgumentException'),
    });
    const id = await api.start('waits');
    await api.until(id, running);
    expect(await post(`instances/${id}/restart?restartWithNewInstanceId=false`)).toMatchObject({
      status: 409,
      body: exception(
        'A non-terminal instance with this instance ID already exists.',
        'An Orchestration instance with the status Running already exists.',
        'DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException',
      ),
    });
  });

  test('only failed instances can be rewound [recorded]', async () => {
    const done = await api.start('sequence');
    await api.ended(done);
    const open = await api.start('waits');
    await api.until(open, running);
    for (const [id, status] of [
      [done, 'Completed'],
      [open, 'Running'],
    ] as const)
      expect(await post(`instances/${id}/rewind`)).toMatchObject({
        status: 412,
        body: `This orchestration has status ${status}, but only orchestrations in the "Failed" state can be rewound.`,
      });
    expect(await post('instances/nobody/rewind')).toMatchObject({
      status: 404,
      body: 'No orchestration with instance ID "$nobody" found.',
    });
  });
});

describe('purge', () => {
  test('of an ended instance deletes it [recorded]', async () => {
    const id = await api.start('sequence');
    await api.ended(id);
    expect(await api.send('DELETE', `instances/${id}`)).toMatchObject({ status: 200, body: { instancesDeleted: 1 } });
    expect((await api.send('GET', `instances/${id}`)).status).toBe(404);
    expect((await api.send('DELETE', `instances/${id}`)).status).toBe(404);
    await api.start('waits', null, id); // the id is free again
  });

  test('of a running instance is 412 [recorded]', async () => {
    const id = await api.start('waits');
    await api.until(id, running);
    expect(await api.send('DELETE', `instances/${id}`)).toMatchObject({
      status: 412,
      body: `Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ${id} has status Running`,
    });
    expect((await api.status(id)).runtimeStatus).toBe('Running');
  });

  test('of an id that begins with @ does not check the status [source: HttpApiHandler.cs]', async () => {
    const id = await api.start('waits', null, `@${fresh('at')}`);
    await api.until(id, running);
    for (const instancesDeleted of [1, 0])
      expect(await api.send('DELETE', `instances/${id}`)).toMatchObject({ status: 200, body: { instancesDeleted } });
  });

  test('by filter needs a time, and says so as text [recorded]', async () => {
    const missing = "Please provide value for 'createdTimeFrom' parameter.";
    for (const query of ['', '?runtimeStatus=Terminated', '?createdTimeFrom=abc'])
      expect(await api.send('DELETE', `instances${query}`)).toMatchObject({ status: 400, body: missing });
  });

  test('by filter without a match is 404 [recorded]', async () => {
    const where = 'instances?createdTimeFrom=2001-01-01T00:00:00Z&createdTimeTo=2001-01-02T00:00:00Z';
    expect(await api.send('DELETE', where)).toMatchObject({ status: 404, text: '' });
  });

  test('by filter with statuses deletes the instances of those that are final [recorded]', async () => {
    const from = new Date(Date.now() - 1_000).toISOString();
    const failed = await api.start('throws');
    const open = await api.start('waits');
    await api.ended(failed);
    await api.until(open, running);
    const where = `instances/?createdTimeFrom=${from}&runtimeStatus=Failed,Running`;
    const { status, body } = await api.send('DELETE', where);
    expect([status, body]).toEqual([200, { instancesDeleted: expect.any(Number) as unknown }]);
    expect((await api.send('GET', `instances/${failed}`)).status).toBe(404);
    expect((await api.send('DELETE', where)).status).toBe(404);
    expect((await api.status(open)).runtimeStatus).toBe('Running');
  });

  test.each(['', '&runtimeStatus=Running', '&runtimeStatus=completed'])(
    'by filter without a final status is refused when it would delete running instances: "%s" [recorded]',
    async (statuses) => {
      const from = new Date(Date.now() - 1_000).toISOString();
      const done = await api.start('sequence');
      const open = await api.start('waits');
      await api.ended(done);
      await api.until(open, running);
      const answer = await api.send('DELETE', `instances/?createdTimeFrom=${from}${statuses}`);
      expect(answer).toMatchObject({ status: 400, body: { Message: ON_AZURE } });
      for (const id of [done, open]) expect((await api.status(id)).instanceId).toBe(id);
    },
  );
});

describe('a filter without statuses, on a host of its own,', () => {
  testHere('deletes everything that has ended, and is refused when an entity would be lost [recorded]', async () => {
    const own = await startFixture(await durableFixture());
    const hub = new DurableApi(own.url);
    const purge = () => hub.send('DELETE', 'instances?createdTimeFrom=2001-01-01');
    await hub.run('sequence');
    expect(await purge()).toMatchObject({ status: 200, body: { instancesDeleted: 1 } });
    await hub.run('addOne', { name: 'tally', key: 'k' });
    expect(await purge()).toMatchObject({ status: 400, body: { Message: ON_AZURE } });
    await own.logged('On Azure this deletes everything');
    await own.stop();
  });
});

describe('the client of the library', () => {
  const call = async (name: string, id = '') => {
    const response = await fetch(`${host.url}/api/client/${name}/${id}`, { method: 'POST' });
    return (await response.json()) as { result?: unknown; error?: string };
  };
  const start = async (name: string, body: string | undefined, id = fresh('client')) => {
    const response = await fetch(`${host.url}/api/start/${name}?id=${id}`, { method: 'POST', ...(body && { body }) });
    return response.status === 202 ? ((await response.json()) as { id: string }).id : String(response.status);
  };

  test('starts without input, which arrives as empty text [source: DurableClient.js]', async () => {
    const id = await start('sequence', undefined);
    expect((await api.ended(id)).input).toBe('');
  });

  test('starts unknown orchestrators and ids of any form, but no id in use [recorded]', async () => {
    expect(await api.ended(await start('nobody', '1'))).toMatchObject({ runtimeStatus: 'Failed' });
    const id = `@x@${fresh('y')}`;
    expect(await start('waits', '1', id)).toBe(id);
    await api.until(id, running);
    expect(await start('waits', '1', id)).toBe('500');
  });

  test('reads the status [recorded]', async () => {
    const id = await start('sequence', '{"a":1}');
    await api.ended(id);
    const { result } = await call('getStatus', id);
    expect(result).toMatchObject({ instanceId: id, input: { a: 1 }, output: { sum: 13 } });
    expect(await call('wait', id)).toEqual({ sum: 13, input: { a: 1 } });
    expect(await call('getStatus', 'nobody')).toMatchObject({ error: text('404') });
  });

  test('lists all instances over several pages [source: DurableClient.js]', async () => {
    const ids = await Promise.all(Array.from({ length: 120 }, () => start('sequence', undefined)));
    const { result } = await call('getStatusAll');
    const listed = new Set((result as InstanceStatus[]).map(({ instanceId }) => instanceId));
    expect(ids.filter((id) => !listed.has(id))).toEqual([]);
  });

  test('suspends, resumes, terminates and purges [recorded]', async () => {
    const id = await start('waits', '1');
    await api.until(id, running);
    expect(await call('suspend', id)).toEqual({ result: null });
    await api.until(id, suspended);
    expect(await call('resume', id)).toEqual({ result: null });
    await api.until(id, running);
    expect(await call('terminate', id)).toEqual({ result: null });
    await api.ended(id);
    for (const operation of ['raiseEvent', 'suspend', 'resume', 'terminate'])
      expect(await call(operation, id)).toEqual({ result: null });
    expect(await call('purge', id)).toEqual({ result: { instancesDeleted: 1 } });
    expect(await call('purge', id)).toEqual({ result: { instancesDeleted: 0 } });
    expect(await call('terminate', id)).toEqual({ error: `No instance with ID '${id}' found.` });
  });

  test('hears what a running instance refuses [recorded]', async () => {
    const id = await start('waits', '1');
    await api.until(id, running);
    const unexpected = (status: number, part: string) => ({
      error: text(`^The operation failed with an unexpected status code: ${status}. Details: .*${part}`),
    });
    expect(await call('resume', id)).toEqual(unexpected(500, 'because instance is in the Running state'));
    expect(await call('purge', id)).toEqual(unexpected(412, 'Only orchestrations in a terminal state can be purged'));
    expect(await call('raiseEvent', id)).toEqual(unexpected(400, 'Invalid JSON content')); // it sends an empty body
    expect(await call('rewind', id)).toEqual({
      error: 'This orchestration has status Running, but only orchestrations in the "Failed" state can be rewound.',
    });
    expect(await call('rewind', 'nobody')).toEqual({ error: 'No orchestration with instance ID "$nobody" found.' });
  });
});

test('a client that waits and disconnects leaves nothing waiting [own]', async () => {
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

describe('a request of a web page', () => {
  const from = (headers: Record<string, string>) => post(`orchestrators/sequence`, '1', headers);

  testHere('from another origin is refused [own]', async () => {
    for (const origin of ['http://elsewhere.test', 'null', `${host.url}1`])
      expect(await from({ origin })).toMatchObject({ status: 403, text: text('refuses requests of web pages') });
  });

  testHere('from the origin of the host is accepted [own]', async () => {
    expect((await from({ origin: host.url })).status).toBe(202);
  });

  testHere('whose host name was pointed to this machine is refused [own]', async () => {
    const { port } = new URL(host.url);
    const name = `page.test:${port}`;
    const url = `${host.url}/runtime/webhooks/durabletask/orchestrators/sequence`;
    const status = await new Promise((resolve, reject) => {
      const headers = { host: name, origin: `http://${name}`, 'content-length': 0 };
      const outgoing = request(url, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
    expect(status).toBe(403);
  });
});
