import { DurableApi } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { fresh, startHostOf, testEntities as test, testHere } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';

/** Entities as the instances that they are in Azure, and what callers see of inputs, errors and wrong programs. */
let host: HostProcess;
let api: DurableApi;

beforeAll(async () => {
  host = await startHostOf('entities');
  api = new DurableApi(host.url);
});
afterAll(() => host.stop());

const newKey = () => fresh('k');
const id = (key: string) => `@keeper@${key}`;
const call = (key: string, operation: string, input?: unknown) => ({ name: 'Keeper', key, operation, input });
const calls = (...all: object[]) => api.run('calls', all);
const read = (key: string) => api.send('GET', `entities/keeper/${key}`);
const list = (query: string) => api.send('GET', `entities/keeper?${query}`);
const signal = (key: string, body?: string, headers?: Record<string, string>) =>
  api.send('POST', `entities/keeper/${key}?op=set`, body, headers);
/** Resolves once the entity's state is as wanted. */
const becomes = (key: string, wanted: unknown) =>
  eventually(
    async () => (JSON.stringify((await read(key)).body) === JSON.stringify(wanted) ? true : undefined),
    `${key} to be ${JSON.stringify(wanted)}`,
  );
const SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

describe('as an instance', () => {
  test('it has its id as its name, its state as its input, and the status Running [recorded]', async () => {
    const key = newKey();
    await signal(key, '{"a":1}');
    await becomes(key, { a: 1 });
    const { status, headers, body } = await api.send('GET', `instances/${id(key)}`);
    expect([status, headers.get('retry-after')]).toEqual([202, '5']);
    expect(body).toEqual({
      name: id(key),
      instanceId: id(key),
      runtimeStatus: 'Running',
      input: { exists: true, state: '{"a":1}', sorter: {} },
      customStatus: { entityExists: true },
      output: null,
      createdTime: expect.stringMatching(SECONDS) as unknown,
      lastUpdatedTime: expect.stringMatching(SECONDS) as unknown,
    });
    expect((await api.status(id(key), 'showInput=false')).input).toBeNull();
    expect((await api.send('GET', `instances/@Keeper@${key}`)).status).toBe(404);
  });

  test('its input says from whom and to whom it had messages [source: MessageSorter.cs]', async () => {
    const [key, target] = [newKey(), newKey()];
    const sender = await api.start('calls', [
      call(key, 'signal', { name: 'keeper', key: target, operation: 'set', input: 1 }),
    ]);
    await api.ended(sender);
    await becomes(target, 1);
    const time: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/);
    const execution: unknown = expect.stringMatching(/^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/);
    expect((await api.status(id(key))).input).toEqual({
      sorter: {
        LastSentToInstance: { [id(target)]: time },
        ReceivedFromInstance: { [sender]: { Last: time, ExecutionId: execution } },
        ReceiveHorizon: time,
        SendHorizon: time,
      },
    });
    expect((await api.status(id(target))).input).toMatchObject({
      sorter: { ReceivedFromInstance: { [id(key)]: { Last: time } }, ReceiveHorizon: time },
    });
  });

  test('it stays when it is deleted, until it is purged [source: TaskEntityShim.cs]', async () => {
    const key = newKey();
    await calls(call(key, 'set', 1), call(key, 'delete'));
    expect((await read(key)).status).toBe(404);
    const status = await api.status(id(key));
    expect([status.runtimeStatus, status.customStatus]).toEqual(['Running', {}]);
    expect((await api.send('DELETE', `instances/${id(key)}`)).body).toEqual({ instancesDeleted: 1 });
    expect((await api.send('GET', `instances/${id(key)}`)).status).toBe(404);
  });

  test('instances are listed with entities, in the order of their ids [recorded]', async () => {
    const prefix = fresh('p');
    for (const key of [`${prefix}-b`, `${prefix}-a`]) await calls(call(key, 'set', 1));
    const all = async (query: string) => {
      const { body } = await api.send('GET', `instances?${query}`);
      return (body as { instanceId: string }[]).map(({ instanceId }) => instanceId);
    };
    const both = [id(`${prefix}-a`), id(`${prefix}-b`)];
    expect(await all(`instanceIdPrefix=${id(prefix)}`)).toEqual(both);
    expect(await all(`instanceIdPrefix=${id(prefix)}&runtimeStatus=Running,Failed`)).toEqual(both);
    expect(await all(`instanceIdPrefix=${id(prefix)}&runtimeStatus=Completed`)).toEqual([]);
    expect(await all(`instanceIdPrefix=${id(prefix)}&top=1`)).toEqual(both.slice(0, 1));
    const unfiltered = await all('top=1000');
    expect(unfiltered).toEqual(expect.arrayContaining(both));
    expect(unfiltered).toEqual([...unfiltered].sort());
  });

  test('an event that is raised to it is accepted and ignored [source: DurableTaskExtension.cs]', async () => {
    const key = newKey();
    await calls(call(key, 'set', 1));
    expect((await api.send('POST', `instances/${id(key)}/raiseEvent/go`, '1')).status).toBe(202);
    expect((await read(key)).body).toBe(1);
  });

  test('it cannot be suspended here [own]', async () => {
    const key = newKey();
    await calls(call(key, 'set', 1));
    const refused = await api.send('POST', `instances/${id(key)}/suspend`);
    expect([refused.status, refused.body]).toEqual([400, { Message: 'This host does not suspend entities.' }]);
  });

  test('its history is the start of its last execution [source: TaskEntityShim.cs]', async () => {
    const key = newKey();
    await calls(call(key, 'set', 1));
    const { historyEvents = [] } = await api.status(id(key), 'showHistory=true');
    expect(historyEvents).toEqual([expect.objectContaining({ EventType: 'ExecutionStarted', FunctionName: id(key) })]);
  });
});

describe('over HTTP', () => {
  test('a signal without a key, or with the key $, takes it as it is; a read of $ is of the empty key [source: HttpApiHandler.cs]', async () => {
    const value = fresh('v');
    expect((await api.send('POST', 'entities/keeper?op=set', JSON.stringify(value))).status).toBe(202);
    await becomes('$', value);
    expect((await signal('$', '"dollar"')).status).toBe(202);
    await eventually(async () => ((await api.send('GET', 'instances/@keeper@$')).status === 202 ? true : undefined));
    expect((await read('$')).body).toBe(value);
  });

  test.each([
    [
      'POST',
      'entities?op=set',
      "Invalid entity id: entity name must not be a null or empty string. (Parameter 'entityName')",
    ],
    [
      'DELETE',
      'entities',
      "Invalid entity id: entity name must not be a null or empty string. (Parameter 'entityName')",
    ],
    ...['%23', '%3F', '%5C', '%01'].map((character) => [
      'POST',
      `entities/keeper/a${character}b?op=set`,
      "entityKey (Parameter 'Entity keys must not contain /, \\, #, ?, or control characters.')",
    ]),
  ])('%s %s is 400 [source: DurableClient.cs]', async (method = '', where = '', Message = '') => {
    const { status, body } = await api.send(method, where, method === 'POST' ? '1' : undefined);
    expect([status, body]).toEqual([400, { Message }]);
  });

  test.each([
    ['{', "Error reading JObject from JsonReader. Path '', line 1, position 1."],
    ['[1', "Unexpected end of content while loading JArray. Path '[0]', line 1, position 2."],
    ['abc', "Unexpected character encountered while parsing value: a. Path '', line 0, position 0."],
  ])('the JSON %s is 400 [source: HttpApiHandler.cs]', async (text, problem) => {
    const { status, body } = await signal(newKey(), text);
    expect([status, body]).toEqual([400, { Message: `Could not parse JSON content: ${problem}` }]);
  });

  test('an unknown entity is 400 with the known ones [recorded]', async () => {
    const { status, body } = await api.send('DELETE', 'entities/Nobody/k');
    expect([status, body]).toEqual([
      400,
      {
        Message: expect.stringMatching(
          /^The function 'nobody' doesn't exist, is disabled, or is not an entity function\. Additional info: The following are the known entity functions: '\w+', '\w+'\.$/,
        ) as unknown,
      },
    ]);
  });

  test('keys have any length and other characters [source: DurableClient.cs]', async () => {
    for (const key of ['k'.repeat(300), `a@b@${newKey()}`, `a%20b-${newKey()}`, `a'b-${newKey()}`]) {
      expect((await signal(key, '1')).status).toBe(202);
      await becomes(key, 1);
    }
  });

  test('the content: what follows the value is ignored, null is a value, other types are text [source: HttpApiHandler.cs]', async () => {
    const [more, nothing, text] = [newKey(), newKey(), newKey()];
    await signal(more, '{"a":1} more');
    await becomes(more, { a: 1 });
    await signal(nothing, 'null');
    await eventually(async () => ((await read(nothing)).text === 'null' ? true : undefined));
    await signal(text, 'words', { 'content-type': 'application/octet-stream' });
    await becomes(text, 'words');
  });

  test('an entity that an operation has created without a state is listed, unless states are asked for, and not read [source: EntityTrackingStoreQueries.cs]', async () => {
    const key = newKey();
    await calls(call(key, 'kind'));
    expect((await read(key)).status).toBe(404);
    const keys = async (query: string) =>
      ((await list(query)).body as { entityId: { key: string } }[]).map(({ entityId }) => entityId.key);
    expect(await keys('top=1000')).toContain(key);
    expect(await keys('top=1000&fetchState=true')).not.toContain(key);
  });

  test('pages: their token is the next id; a size of 0 is empty, a negative one 500 [source: EntityTrackingStoreQueries.cs]', async () => {
    for (const key of [newKey(), newKey()]) await calls(call(key, 'set', 1));
    const token = async (query: string) => (await list(query)).headers.get('x-ms-continuation-token');
    const one = Buffer.from((await token('top=1')) ?? '', 'base64').toString();
    expect(one).toMatch(/^@keeper@/);
    const { body, headers } = await list('top=0');
    expect([body, headers.has('x-ms-continuation-token')]).toEqual([[], true]);
    expect(await token('top=1000')).toBeNull();
    const refused = await list('top=-1');
    expect([refused.status, refused.body]).toEqual([
      500,
      expect.objectContaining({ ExceptionMessage: 'An error occurred while communicating with Azure Storage' }),
    ]);
  });
});

describe('what operations and callers see', () => {
  test('a null input is undefined; other inputs keep their type [source: DurableOrchestrationContext.cs]', async () => {
    const inputs = [null, undefined, true, false, 0, '', 'x', '{"a":1}', [1, null]];
    const seen = ['undefined', 'undefined', 'true', 'false', '0', '""', '"x"', '"{\\"a\\":1}"', '[1,null]'];
    expect(await calls(...inputs.map((input) => call(newKey(), 'kind', input)))).toEqual(
      seen.map((text) => JSON.stringify(text)),
    );
  });

  test('an Error loses its message; a text or a number that is thrown is the message [recorded]', async () => {
    const operations = ['throwError', 'throwWithMember', 'throwText', 'throwNumber', 'throwNothing'];
    expect(await calls(...operations.map((operation) => call(newKey(), operation)))).toEqual([
      'caught: [object Object]',
      'caught: [object Object]',
      'caught: kept',
      'caught: 5',
      'caught: ',
    ]);
  });

  testHere('the log warns once for an operation whose Error loses its message [recorded]', async () => {
    const quiet = await startHostOf('entities');
    const own = new DurableApi(quiet.url);
    for (let count = 0; count < 2; count++) await own.run('calls', [call(newKey(), 'throwError')]);
    await quiet.logged(`Callers of the operation 'throwError' see the message "[object Object]", as in Azure`);
    expect(quiet.stderr().split('see the message "[object Object]"')).toHaveLength(2);
    await quiet.stop();
  });

  test('a state that was set before an error is kept [source: TaskEntityShim.cs]', async () => {
    const key = newKey();
    await calls(call(key, 'setAndThrow', 'S'));
    expect((await read(key)).body).toBe('S');
  });

  test('calls have names in any case [source: EntityId.cs]', async () => {
    const key = newKey();
    expect(await calls({ ...call(key, 'set', 1), name: 'KEEPER' }, call(key, 'get'))).toEqual([
      'undefined',
      JSON.stringify('1'),
    ]);
  });
});

describe('traps', () => {
  test('a signal from an entity to a name that is not in lower case [source: TaskEntityShim.cs]', async () => {
    const [key, target] = [newKey(), newKey()];
    const signals = { name: 'Keeper', key: target, operation: 'set', input: 1 };
    expect(await calls(call(key, 'signal', signals))).toEqual([
      `caught: On Azure this signals the entity '@Keeper@${target}', which is not the entity '${id(target)}', because a signal from an entity keeps the case of the name (sender '${id(key)}'). Write the name in lower case in signals from entities.`,
    ]);
    expect((await api.send('GET', `instances/${id(target)}`)).status).toBe(404);
  });

  test('a signal from an entity to an entity function that does not exist [source: DurableTaskExtension.cs]', async () => {
    const signals = { name: 'nobody', key: 'k', operation: 'set' };
    expect(await calls(call(newKey(), 'signal', signals))).toEqual([
      "caught: On Azure this loses a signal from an entity and stops other instances for minutes, because the entity function 'nobody' doesn't exist or is disabled. Compare the name with the registration of the function.",
    ]);
  });

  test('a batch that fails as a whole [source: DurableTaskExtension.cs]', async () => {
    expect(await calls({ name: 'broken', key: newKey(), operation: 'op' })).toEqual([
      "caught: On Azure this waits forever, because the entity function 'broken' fails for all operations of a batch (the batch fails). Catch errors in hooks, and return a result for each operation.",
    ]);
  });

  test('terminate of an entity [source: DurableTaskExtension.cs]', async () => {
    const key = newKey();
    await calls(call(key, 'set', 1));
    const refused = await api.send('POST', `instances/${id(key)}/terminate`);
    expect([refused.status, refused.body]).toEqual([
      400,
      {
        Message: `On Azure this terminates the entity '${id(key)}', and every later message to it waits forever. Purge the entity: DELETE instances/${id(key)}.`,
      },
    ]);
    expect(await calls(call(key, 'get'))).toEqual([JSON.stringify('1')]);
  });

  test('a call to an entity that is purged before it has answered [source: AzureTableTrackingStore.cs]', async () => {
    const key = newKey();
    const owner = await api.start('locks', { keys: [key], end: 'return' });
    await api.until(owner, ({ customStatus }) => customStatus === 'locked');
    const caller = await api.start('calls', [call(key, 'get')]);
    await api.until(id(key), ({ customStatus }) => (customStatus as { queueSize?: number }).queueSize === 1);
    await api.send('DELETE', `instances/${id(key)}`);
    expect((await api.ended(caller)).output).toEqual([
      `caught: On Azure this waits forever, because the entity '${id(key)}' was purged while the message waited for it. Purge entities that nobody uses.`,
    ]);
    await api.raise(owner, 'go', 1);
    await api.ended(owner);
  });
});
