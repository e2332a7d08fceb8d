import { DurableApi, type InstanceStatus } from '../support/durable-api.js';
import { fixtureApp, startHostOf, testHere, testValues as test } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';

/** Which values arrive in functions, in statuses and in histories, and which texts failures have. */
let host: HostProcess;
let api: DurableApi;

beforeAll(async () => {
  host = await startHostOf('values', await fixtureApp('values'));
  api = new DurableApi(host.url);
});
afterAll(() => host.stop());

const containing = (part: string): unknown => expect.stringContaining(part);
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const anything: unknown = expect.anything();
const QUERY = 'showHistory=true&showHistoryOutput=true';
const DATE = '2026-01-02T03:04:05.120Z';
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const endOf = async (name: string, input?: unknown): Promise<InstanceStatus> =>
  api.ended(await api.start(name, input), QUERY);

describe('inputs of activities [source: DurableActivityContext.cs]', () => {
  test('booleans are text, null is undefined, everything else stays', async () => {
    const values = [
      true,
      false,
      null,
      'true',
      '',
      '123',
      DATE,
      0,
      1e21,
      1e-7,
      0.1,
      [true, null],
      { a: null, at: DATE },
    ];
    expect(await api.run('kinds', values)).toEqual([
      'string "True"',
      'string "False"',
      'undefined',
      'string "true"',
      'string ""',
      'string "123"',
      `string "${DATE}"`,
      'number 0',
      'number 1e+21',
      'number 1e-7',
      'number 0.1',
      'object [true,null]',
      `object {"a":null,"at":"${DATE}"}`,
    ]);
  });

  test('what JSON does not have', async () => {
    expect(await api.run('specialKinds', ['undefined', 'nan', 'date', 'map', 'bytes'])).toEqual([
      'undefined',
      'undefined',
      `string "${DATE}"`,
      'object {}',
      'object {"0":1,"1":2,"2":3}',
    ]);
  });
});

describe('triggerMetadata of activities [source: Utility.cs]', () => {
  const metadataOf = async (input: unknown) => (await endOf('metadataOf', input)).output as Record<string, unknown>;
  const trigger = (metadata: Record<string, unknown>) =>
    Object.entries(metadata).find(([name]) => name.startsWith('activityTrigger'))?.[1];

  test('members of an object are there too: booleans and dates as .NET writes them, null and arrays not', async () => {
    const { instanceId, data, ...members } = await metadataOf({
      plate: 7,
      yes: true,
      no: null,
      list: [1],
      deep: { a: 1 },
      at: DATE,
      json: '{"q":1}',
    });
    expect([instanceId, data]).toEqual([anything, anything]);
    expect(trigger(members)).toMatchObject({ no: null, list: [1] });
    expect(members).toMatchObject({ plate: 7, yes: 'True', deep: { a: 1 }, at: '01/02/2026 03:04:05', json: { q: 1 } });
    expect(members).not.toHaveProperty('no');
    expect(members).not.toHaveProperty('list');
  });

  test('members replace the data of the host', async () => {
    expect(await metadataOf({ instanceId: 'mine', Data: 'mine too' })).toMatchObject({
      instanceId: 'mine',
      data: 'mine too',
    });
  });

  test.each([
    ['text', 'text', '"text"'],
    [5, 5, 5],
    [true, 'True', true],
    [[1], [1], [1]],
    [null, undefined, undefined],
  ])('of %j', async (input, value, data) => {
    const metadata = await metadataOf(input);
    expect([trigger(metadata), metadata.data]).toEqual([value, data]);
  });
});

describe('results of activities [source: DurableActivityContext.cs]', () => {
  test('come back as JSON; NaN and Infinity as text', async () => {
    const names = ['undefined', 'symbol', 'nan', 'infinity', 'date', 'buffer', 'bytes', 'true', '"5"', '1.5'];
    expect(await api.run('results', names)).toEqual([
      'object null',
      'object null',
      'string "NaN"',
      'string "Infinity"',
      `string "${DATE}"`,
      'string "cGxhdGU="',
      'string "AQID"',
      'boolean true',
      'string "5"',
      'number 1.5',
    ]);
  });

  test('trap: an integer over 64 bits changes', async () => {
    const { runtimeStatus, output } = await endOf('results', ['large']);
    expect([runtimeStatus, output]).toEqual(['Failed', containing('On Azure this changes the result')]);
  });
});

describe('outputs of orchestrations [source: OutOfProcOrchestrationShim.cs]', () => {
  test.each([
    ['undefined', null],
    ['nan', null],
    ['date', DATE],
    ['buffer', { type: 'Buffer', data: [112, 108, 97, 116, 101] }],
    ['map', {}],
    ['""', ''],
    ['"5"', '5'],
    ['true', true],
  ])('%s', async (name, output) => {
    expect(await endOf('outputs', name)).toMatchObject({ runtimeStatus: 'Completed', output });
  });
});

describe('inputs of sub-orchestrations, executions and entities [source: OutOfProcOrchestrationShim.cs]', () => {
  const VALUES = [true, null, 'text', '', 5, [true], { a: null, at: DATE }];
  const TEXTS = ['boolean true', 'object null', 'string "text"', 'string ""', 'number 5', 'object [true]'];

  test('sub-orchestrations: as they are', async () => {
    const got = await Promise.all(VALUES.map((input) => api.run('child', { name: 'sees', input })));
    expect(got).toEqual([...TEXTS, `object {"a":null,"at":"${DATE}"}`].map((child) => ({ child })));
  });

  test('continueAsNew: text is quoted once more', async () => {
    const got = await Promise.all(VALUES.map((again) => api.run('again', { again })));
    expect(got).toEqual([
      'boolean true',
      'object null',
      'string "\\"text\\""',
      'string "\\"\\""',
      'number 5',
      'object [true]',
      `object {"a":null,"at":"${DATE}"}`,
    ]);
  });

  test('entities: null is undefined', async () => {
    expect(await api.run('boxes', [true, null, 'text', ''])).toEqual([
      'boolean true',
      'undefined',
      'string "text"',
      'string ""',
    ]);
  });
});

describe('the custom status after continueAsNew [source: TaskOrchestrationDispatcher.cs]', () => {
  const a = { status: 'a' };
  test.each([
    ['is kept when the next execution ends without a wait', [a, {}], 'a'],
    ['is lost when the next execution waits', [a, { waits: true }], null],
    ['is lost after two executions', [a, {}, {}], null],
    ['is that of the last execution that set one', [a, { status: 'b' }, {}], 'b'],
    ['is that of the execution that waits', [a, { status: 'b', waits: true }], 'b'],
  ])('%s', async (_title, executions, customStatus) => {
    expect((await endOf('executions', { executions, at: 0 })).customStatus).toBe(customStatus);
  });
});

describe('the size of a custom status [source: MessagePayloadDataConverter.cs]', () => {
  const text = (kb: number) =>
    `The UTF-16 size of the JSON-serialized payload must not exceed 16 KB. The current payload size is ${kb} KB.`;

  test('under 17 KiB it is stored', async () => {
    expect(await endOf('status', { length: 8_703 })).toMatchObject({ runtimeStatus: 'Completed' });
  });

  test('from 17 KiB on the orchestration fails', async () => {
    const { output, customStatus } = await endOf('status', { length: 8_704 });
    expect([output, customStatus]).toEqual([`Orchestrator function 'status' failed: ${text(17)}`, null]);
  });

  test('also when it throws', async () => {
    expect((await endOf('status', { length: 20_000, throws: true })).output).toBe(text(39));
  });
});

describe('failures of activities [source: TaskActivityShim.cs]', () => {
  const caught = async (how: string) => ((await api.run('caught', [how])) as [string, unknown][])[0] ?? [];
  const detailsOf = (message: string) => JSON.parse(message.slice(message.indexOf(' \n {') + 3)) as object;

  test.each([
    ['error', 'no plate'],
    ['empty', ''],
    ['text', 'only text'],
    ['number', '42'],
    ['object', '{"code":7}'],
    ['lines', 'first\nsecond'],
    ['otherDocument', '{"a":1}'],
  ])('%s', async (how, text) => {
    const [message = ''] = await caught(how);
    expect(message.startsWith(`Activity function 'fails' failed: ${text} \n {`)).toBe(true);
    expect(detailsOf(message)).toMatchObject({
      ClassName: 'System.Exception',
      Message: text,
      InnerException: { RemoteMessage: text, RemoteStackTrace: containing('    at '), RemoteTypeName: null },
    });
  });

  test('a function that throws undefined has succeeded', async () => {
    expect(await api.run('caught', ['unknown'])).toEqual([]);
  });

  test('a message that is a document of failure details', async () => {
    const [message, details] = await caught('document');
    expect(message).toBe('T: M');
    expect(details).toMatchObject({ errorType: 'T', properties: { plate: { $type: anything, number: 7 } } });
    expect((await caught('braces'))[0]).toBe(': ');
  });
});

describe('failures of orchestrators [source: TaskOrchestrationShim.cs]', () => {
  const failed = (input: object) => endOf('failing', { status: 'set', ...input });
  const NON_DETERMINISTIC =
    'Non-Deterministic workflow detected: A previous execution of this orchestration scheduled ';
  const unread = (message: string) =>
    `Orchestrator function 'failing' failed: One or more errors occurred. (Result: Failure\nException: ${message}`;

  test.each(['error', 'lines'])('%s: its message, with the custom status', async (how) => {
    const message = how === 'error' ? 'no plate' : 'first\nsecond';
    expect(await failed({ how })).toMatchObject({
      output: `Orchestrator function 'failing' failed: ${message}`,
      customStatus: 'set',
    });
  });

  test.each(['empty', 'text', 'number', 'object'])('%s: not read, without the custom status', async (how) => {
    const { output, customStatus } = await failed({ how });
    expect(output).toContain(unread('false\n\n$OutOfProcData$:{"isDone":false'));
    expect(customStatus).toBeNull();
  });

  test.each(['bigint', 'circular'])('an output that is no JSON: %s', async (how) => {
    expect((await failed({ how })).output).toContain(
      unread(how === 'bigint' ? 'Do not know how' : 'Converting circular'),
    );
  });

  test.each([
    ['activity', "an activity task with sequence ID 0 and name 'echo' (version ''), but the"],
    ['timer', 'a timer task with sequence number 0 but the'],
    ['child', "a sub-orchestration task with sequence ID 0 and name 'sees' (version '', instance ID '"],
  ])('not read after %s: the history does not fit', async (after, what) => {
    const { output, historyEvents } = await failed({ how: 'text', after });
    expect(output).toContain(`${NON_DETERMINISTIC}${what}`);
    expect(historyEvents?.at(-1)).toMatchObject({ Result: output, FailureDetails: null });
  });

  test.each([
    [
      'signal',
      `${NON_DETERMINISTIC}a send event task with sequence ID 0, type 'EventSent' name 'op', instance ID '@box@`,
    ],
    ['event', unread('false')],
  ])('not read after %s', async (after, what) => {
    const id = await api.start('failing', { how: 'text', after });
    await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
    await api.raise(id, 'go', 1);
    expect((await api.ended(id)).output).toContain(what);
  });

  test.each([
    ['bareText', 'Out of proc orchestrators must return a valid JSON schema'],
    [
      'bareObject',
      "Value cannot be null. (Parameter 'Out-of-proc orchestrator schema must have a non-null actions property.')",
    ],
    ['bareNumber', 'The data returned by the out-of-process function execution was not valid json.'],
  ])('%s', async (name, message) => {
    expect((await endOf(name)).output).toBe(`Orchestrator function '${name}' failed: ${message}`);
  });

  test('a function without the library that returns nothing has completed', async () => {
    expect(await endOf('bareNothing')).toMatchObject({ runtimeStatus: 'Completed', output: null });
  });

  test('the failure of a sub-orchestration has the reason twice, and a stack of .NET', async () => {
    const { failed: message } = (await api.run('child', { name: 'failing', input: { how: 'error' } })) as {
      failed: string;
    };
    expect(message).toMatch(
      /^Orchestrator function 'failing' failed: no plate \n Message: no plate, StackTrace: {4}at System\.Threading/,
    );
  });

  test('a sub-orchestration that was terminated fails its parent', async () => {
    const id = await api.start('child', { name: 'waits', id: 'to-terminate' });
    await api.until('to-terminate', ({ runtimeStatus }) => runtimeStatus === 'Running');
    await api.send('POST', 'instances/to-terminate/terminate?reason=enough');
    const { runtimeStatus, output } = await api.ended(id);
    expect([runtimeStatus, output]).toEqual(['Failed', containing(`${NON_DETERMINISTIC}a sub-orchestration task`)]);
  });
});

describe('ids and versions [source: TaskOrchestrationContext.cs]', () => {
  test('the id of a sub-orchestration is the id of an execution and a number', async () => {
    const [, child, grandchild] = (await api.run('ids', 2)) as string[];
    expect([child, grandchild]).toEqual([
      matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:0$/),
      matching(/^[0-9a-f]{32}:0$/),
    ]);
    const [first, second] = (await api.run('idsAgain', [])) as string[];
    expect([first?.length, second]).toEqual([38, matching(/^[0-9a-f]{32}:0$/)]);
  });

  test('without a version it is null', async () => {
    expect(await api.run('version')).toBe('object null');
  });
});

describe('histories [source: DurableClient.cs]', () => {
  const started = {
    EventType: 'ExecutionStarted',
    Input: '1',
    Correlation: null,
    ParentTraceContext: null,
    ScheduledStartTime: null,
    Generation: 0,
    GenerateNewTrace: false,
    FunctionName: 'open',
  };
  const Timestamp = anything;

  test('work that is open', async () => {
    const id = await api.start('open', 1);
    const { historyEvents = [] } = await api.until(id, ({ historyEvents: all = [] }) => all.length > 1, QUERY);
    expect(historyEvents).toEqual([
      { ...started, Timestamp },
      { EventType: 'EventSent', InstanceId: `@box@${id}`, Name: 'op', Input: anything, Timestamp },
      {
        EventType: 'SubOrchestrationInstanceCreated',
        Name: 'waits',
        InstanceId: containing(':'),
        Input: null,
        ClientSpanId: null,
        Tags: null,
        Timestamp,
      },
      { EventType: 'TaskScheduled', Name: 'held', Input: null, ParentTraceContext: null, Tags: null, Timestamp },
      { EventType: 'TimerCreated', FireAt: anything, Timestamp },
    ]);
    const { historyEvents: without = [] } = await api.status(id, `${QUERY}&showInput=false`);
    expect(without.filter((event) => 'Input' in event)).toEqual([]);
    await fetch(`${host.url}/api/release`, { method: 'POST' });
  });

  test('messages to entities', async () => {
    const id = await api.start('boxes', [5, null]);
    const { historyEvents = [] } = await api.ended(id, QUERY);
    const inputs = (type: string) =>
      historyEvents
        .filter(({ EventType }) => EventType === type)
        .map(({ Input }) => JSON.parse(Input as string) as object);
    expect(inputs('EventSent')).toEqual([
      {
        $type: containing('RequestMessage'),
        op: 'see',
        input: '5',
        id: matching(GUID),
        parent: id,
        parentExecution: matching(GUID),
        Timestamp: anything,
        Predecessor: '0001-01-01T00:00:00',
        requestTime: matching(/\+00:00$/),
      },
      expect.not.objectContaining({ input: anything }),
    ]);
    expect(inputs('EventRaised')[0]).toEqual({ $type: containing('ResponseMessage'), result: '"number 5"' });
    const [sent] = inputs('EventSent') as { id: string }[];
    expect(historyEvents.find(({ EventType }) => EventType === 'EventRaised')).toMatchObject({ Name: sent?.id });
  });

  test('the generation counts the starts of an id, and is null after continueAsNew', async () => {
    const generation = async (id: string) => (await api.ended(id, QUERY)).historyEvents?.[0]?.Generation;
    const id = await api.start('sees', 1);
    expect(await generation(id)).toBe(0);
    await api.start('again', { again: 1 }, id);
    expect(await generation(id)).toBeNull();
    await api.start('sees', 1, id);
    expect(await generation(id)).toBe(2);
  });

  test('input and reason are parsed where they are JSON', async () => {
    const id = await api.start('waits', '{"a":1}');
    await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Running');
    await api.send('POST', `instances/${id}/terminate?reason=${encodeURIComponent(' {"a":1} ')}`);
    expect(await api.ended(id)).toMatchObject({ input: '{"a":1}', output: { a: 1 } });
  });

  test('the client of the library has no history', async () => {
    const id = await api.start('sees', 1);
    await api.ended(id);
    const status = (await (await fetch(`${host.url}/api/status/${id}`)).json()) as object;
    expect(Object.keys(status)).not.toContain('history');
  });
});

describe('warnings about values, once for each name [own]', () => {
  const warnings = (part: string) => host.stderr().split(part).length - 1;
  const again = (executions: object[]) => endOf('executions', { executions, at: 0 });

  testHere.each<[string, () => Promise<unknown>, string]>([
    ['a boolean to an activity', () => api.run('kinds', [true]), "Activity 'kind' gets the boolean true as the text"],
    ['null to an activity', () => api.run('kinds', [null]), "Activity 'kind' gets undefined instead of null"],
    [
      'a member of an input that replaces metadata',
      () => api.run('metadataOf', { data: 1 }),
      "The member 'data' of the input of activity 'metadata' replaces 'triggerMetadata.data'",
    ],
    ['null to an entity', () => api.run('boxes', [null]), "Operation 'see' of entity 'box' gets undefined"],
    [
      'text to continueAsNew',
      () => api.run('again', { again: 'x' }),
      "Orchestrator 'again' passes text to continueAsNew",
    ],
    [
      'a custom status that is not set after continueAsNew',
      () => again([{ status: 'a' }, {}]),
      "Orchestrator 'executions' sets no custom status at the start of its execution after continueAsNew",
    ],
  ])('%s', async (_title, run, text) => {
    await run();
    await run();
    await host.logged(text);
    expect(warnings(text)).toBe(1);
  });
});
