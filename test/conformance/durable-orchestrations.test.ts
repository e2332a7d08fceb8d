import { DurableApi, durableFixture, startFixture } from '../support/durable-api.js';
import { type HostProcess } from '../support/host-process.js';
import { fresh, testDurable as test } from '../support/fixtures.js';

/** What orchestrators can rely on: host contract, 6, 7 and 9. */
let host: HostProcess;
let api: DurableApi;

beforeAll(async () => {
  host = await startFixture(await durableFixture());
  api = new DurableApi(host.url);
});
afterAll(() => host.stop());

/** What a text must hold somewhere. */
const containing = (part: string): unknown => expect.stringContaining(part);

const linesOf = (key: string) => api.runs(`${key} `);

describe('values', () => {
  test('a sequence passes each result to the next step [recorded]', async () => {
    expect(await api.run('sequence', { a: 'b' })).toEqual({ sum: 13, input: { a: 'b' } });
  });

  test('inputs of activities: a boolean is text, null is undefined [recorded]', async () => {
    expect(await api.run('inputs', 'Tokyo')).toEqual({
      seen: ['"Tokyo"', '"123"', '5', '1.5', '"True"', 'undefined', '[1,"x"]', '{"a":1}', 'undefined'],
      input: 'Tokyo',
    });
  });

  test('no input is null [recorded]', async () => {
    expect(await api.run('inputs')).toMatchObject({ input: null });
  });

  test('results of activities [recorded]', async () => {
    expect(await api.run('results')).toEqual([null, 'cGxhdGU=', '{"looks":"like JSON"}', 1.5, 'False']);
  });

  test('the metadata of an activity has the instance id, the input and its members [recorded]', async () => {
    const id = await api.start('activityMetadata');
    const { output } = await api.ended(id);
    expect(output).toMatchObject({ instanceId: id, data: { plate: 7 }, plate: 7 });
    expect(Object.keys(output as object)).toHaveLength(4);
  });

  test('an instance id that is a number is one in the metadata [source: GrpcMessageConversionExtensions.cs]', async () => {
    const digits = `${Date.now()}`;
    for (const id of [digits, `0${digits}`]) {
      await api.start('activityMetadata', null, id);
      const instanceId = id === digits ? Number(id) : id;
      expect((await api.ended(id)).output).toMatchObject({ instanceId });
    }
  });

  test('input and output of a megabyte pass [source: MessageManager.cs]', async () => {
    const input = 'é'.repeat(500_000);
    expect(await api.run('sequence', input)).toEqual({ sum: 13, input });
  });
});

describe('compounds [documented]', () => {
  test('a fan-out joins', async () => {
    expect(await api.run('fanOut', 500)).toBe((499 * 500) / 2);
  });

  test('any inside all', async () => {
    expect(await api.run('nested')).toEqual(['a', 'b', 'c']);
  });
});

describe('failures', () => {
  const EXCEPTION =
    '{"$type":"System.Exception, System.Private.CoreLib","ClassName":"System.Exception","Message":"no plate","Data":null,"InnerException":{"$type":"Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException, Microsoft.Azure.WebJobs.Script","IsUserException":false,"RemoteStackTrace":"RangeError: no plate\\n    at ';
  const FAILED = `Activity function 'fail' failed: no plate \n ${EXCEPTION}`;

  test('the error of an activity reaches the orchestrator as text [recorded]', async () => {
    expect(await api.run('catches')).toContain(`caught: ${FAILED}`);
  });

  test('an uncaught one fails the instance, which keeps its custom status [recorded]', async () => {
    const { runtimeStatus, output, customStatus } = await api.ended(await api.start('uncaught'));
    expect(runtimeStatus).toBe('Failed');
    expect(output).toContain(`Orchestrator function 'uncaught' failed: ${FAILED}`);
    expect(customStatus).toEqual({ about: 'to fail' });
  });

  test.each([
    ['throws', "Orchestrator function 'throws' failed: boom"],
    [
      'throwsNothing',
      "Orchestrator function 'throwsNothing' failed: One or more errors occurred. (Result: Failure\nException: false\n\n$OutOfProcData$:",
    ],
    ['yieldsNoTask', 'Only Task types can be yielded'],
    [
      'bigStatus',
      "Orchestrator function 'bigStatus' failed: The UTF-16 size of the JSON-serialized payload must not exceed 16 KB. The current payload size is 39 KB.",
    ],
    [
      'unwritable',
      "Non-Deterministic workflow detected: A previous execution of this orchestration scheduled an activity task with sequence ID 0 and name 'echo'",
    ],
    ['uncaughtStructured', 'PlateError: no such plate'],
  ])('%s fails with its reason [recorded]', async (name, reason) => {
    const { runtimeStatus, output } = await api.ended(await api.start(name));
    expect(runtimeStatus).toBe('Failed');
    expect(output).toContain(reason);
  });

  test('an error while an activity runs fails the instance when it has ended [source: TaskOrchestrationExecutor.cs]', async () => {
    const id = await api.start('throwsAfterScheduling');
    await api.raise(id, 'go');
    expect((await api.ended(id)).runtimeStatus).toBe('Failed');
    expect(await linesOf(id)).toEqual([`${id} 1`]);
  });
});

describe('retries [recorded]', () => {
  test('until it works', async () => {
    const key = fresh('works');
    expect(await api.run('retries', { key, times: 2, attempts: 3 })).toEqual(['after 3', 'after']);
    expect(await linesOf(key)).toHaveLength(3);
  });

  test('as often as allowed, and the orchestrator goes on', async () => {
    const key = fresh('never');
    const [caught, after] = (await api.run('retries', { key, times: 9, attempts: 3 })) as string[];
    expect(caught).toContain('attempt 3');
    expect(after).toBe('after');
    expect(await linesOf(key)).toHaveLength(3);
  });

  test('chains beside plain calls agree with the library on every number', async () => {
    expect(await api.run('retriesInParallel')).toEqual([
      ['after 3', 'after 2', 'plain', { sum: 13, input: 'child' }],
      'after',
    ]);
  });

  test('a child is retried under its own id', async () => {
    const id = await api.start('childWithRetry', null, fresh('parent'));
    expect((await api.ended(id)).output).toBe('after 2');
    expect((await api.status(`${id}-child`)).runtimeStatus).toBe('Completed');
  });
});

describe('timers', () => {
  test.each([0, -5_000])(
    'one due in %s ms fires, and the clock has come that far [source: TaskOrchestrationContext.cs]',
    async (ms) => {
      expect(await api.run('timer', ms)).toBe(true);
    },
  );

  test('one due in the year 9999 is one timer, and the instance ends when it is canceled [recorded]', async () => {
    const id = await api.start('farTimer');
    await api.raise(id, 'go');
    const { output, historyEvents } = await api.ended(id, 'showHistory=true');
    expect(output).toBe('event');
    expect(historyEvents?.filter(({ EventType }) => EventType === 'TimerCreated')).toHaveLength(1);
  });

  test('one that is neither canceled nor due keeps the instance in Running [recorded]', async () => {
    const id = await api.start('forgottenTimer', 400);
    await api.until(
      id,
      ({ historyEvents }) => historyEvents?.some((e) => e.EventType === 'TaskCompleted') === true,
      'showHistory=true',
    );
    const { historyEvents, output } = await api.ended(id, 'showHistory=true');
    expect(output).toBe('returned');
    expect(historyEvents?.map(({ EventType }) => EventType)).toContain('TimerFired');
  });
});

describe('events', () => {
  test('early ones are kept in order, by exact name [recorded]', async () => {
    const id = await api.start('events');
    for (const [name, data] of [
      ['a', 1],
      ['A', 2],
      ['a', 3],
      ['b', 4],
    ] as const)
      await api.raise(id, name, data);
    expect((await api.ended(id)).output).toEqual([1, 4, 3]);
  });

  test('null stays null [recorded]', async () => {
    const id = await api.start('events');
    for (const name of ['a', 'b', 'a']) await api.raise(id, name, null);
    expect((await api.ended(id)).output).toEqual([null, null, null]);
  });
});

describe('continue-as-new [recorded]', () => {
  test('many executions, one instance', async () => {
    const id = await api.start('counter', { left: 30, total: 0 });
    const { output, input, customStatus, historyEvents } = await api.ended(id, 'showHistory=true');
    expect(output).toBe(30);
    expect(input).toEqual({ left: 1, total: 29 });
    expect(customStatus).toBeNull(); // the last execution waited and set none
    expect(historyEvents?.filter(({ EventType }) => EventType === 'ExecutionStarted')).toHaveLength(1);
  });

  test('no event is lost between executions', async () => {
    const id = await api.start('collector');
    await Promise.all([1, 2, 3, 4, 5].map((item) => api.raise(id, 'item', item)));
    const { output } = await api.ended(id);
    expect([...(output as number[])].sort()).toEqual([1, 2, 3, 4, 5]);
  });

  test('an object arrives as it is', async () => {
    expect(await api.run('seesAgain', { again: { a: null } })).toBe('{"a":null}');
  });
});

describe('sub-orchestrations', () => {
  test('the result comes back [recorded]', async () => {
    expect(await api.run('parent', { name: 'sequence', input: 1 })).toEqual({ child: { sum: 13, input: 1 } });
  });

  test('the failure comes back [recorded]', async () => {
    expect(await api.run('parent', { name: 'throws' })).toEqual({
      failed: containing(
        "Orchestrator function 'throws' failed: boom \n Message: boom, StackTrace:    at System.Threading.Tasks.Task.ThrowIfExceptional(Boolean includeTaskCanceledExceptions)",
      ),
    });
  });

  test('a tree of 16 leaves [documented]', async () => {
    const leaves = (await api.run('childFamily', 4)) as string[];
    expect(new Set(leaves).size).toBe(16);
  });

  test('a child knows its parent [documented]', async () => {
    const id = await api.start('parent', { name: 'parentId' });
    expect((await api.ended(id)).output).toEqual({ child: id });
  });
});

test('names of functions compare without case [recorded]', async () => {
  expect(await api.run('SEQUENCE')).toMatchObject({ sum: 13 });
});

test('a thousand steps [documented]', async () => {
  expect(await api.run('longSequence', 1_000)).toBe(1_000);
});
