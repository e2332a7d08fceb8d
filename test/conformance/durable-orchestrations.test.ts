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
  test('a sequence hands each result to the next step', async () => {
    expect(await api.run('sequence', { a: 'b' })).toEqual({ sum: 13, input: { a: 'b' } });
  });

  test('every kind of input arrives as it was given', async () => {
    expect(await api.run('inputs', 'Tokyo')).toEqual({
      seen: ['"Tokyo"', '"123"', '5', '1.5', 'true', 'null', '[1,"x"]', '{"a":1}', 'undefined'],
      input: 'Tokyo',
    });
  });

  test('no input is null', async () => {
    expect(await api.run('inputs')).toMatchObject({ input: null });
  });

  test('every kind of result comes back', async () => {
    expect(await api.run('results')).toEqual([null, 'cGxhdGU=', '{"looks":"like JSON"}', 1.5, false]);
  });

  test('an activity sees whose it is and its input in the metadata', async () => {
    const id = await api.start('activityMetadata');
    expect((await api.ended(id)).output).toMatchObject({ instanceId: id, data: { plate: 7 } });
  });

  test('an instance id of digits stays text in the metadata', async () => {
    const digits = `000${Date.now()}`;
    await api.start('activityMetadata', null, digits);
    expect((await api.ended(digits)).output).toMatchObject({ instanceId: digits });
  });

  test('input, output and custom status of a megabyte pass', async () => {
    const input = 'é'.repeat(500_000);
    expect(await api.run('sequence', input)).toEqual({ sum: 13, input });
  });
});

describe('compounds', () => {
  test('a fan-out joins', async () => {
    expect(await api.run('fanOut', 500)).toBe((499 * 500) / 2);
  });

  test('any inside all', async () => {
    expect(await api.run('nested')).toEqual(['a', 'b', 'c']);
  });
});

describe('failures', () => {
  test('an activity’s error reaches the orchestrator as text', async () => {
    expect(await api.run('catches')).toBe(
      'caught: Activity function \'fail\' failed:  no plate \n {"ClassName":"RangeError","Message":"no plate"}',
    );
  });

  test('an uncaught one fails the instance, which keeps its custom status', async () => {
    const { runtimeStatus, output, customStatus } = await api.ended(await api.start('uncaught'));
    expect(runtimeStatus).toBe('Failed');
    expect(output).toContain("Orchestrator function 'uncaught' failed: Activity function 'fail' failed:  no plate");
    expect(customStatus).toEqual({ about: 'to fail' });
  });

  test.each([
    ['throws', "Orchestrator function 'throws' failed: boom"],
    ['throwsNothing', "Orchestrator function 'throwsNothing' failed: "],
    ['yieldsNoTask', 'Only Task types can be yielded'],
    ['bigStatus', 'longer than 16 KB'],
    ['unwritable', 'BigInt'],
  ])('%s fails with its reason', async (name, reason) => {
    const { runtimeStatus, output } = await api.ended(await api.start(name));
    expect(runtimeStatus).toBe('Failed');
    expect(output).toContain(reason);
  });

  test('a throw with work under way fails once that work is done', async () => {
    const id = await api.start('throwsAfterScheduling');
    await api.raise(id, 'go');
    expect((await api.ended(id)).runtimeStatus).toBe('Failed');
    expect(await linesOf(id)).toEqual([`${id} 1`]);
  });
});

describe('retries', () => {
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
  test.each([0, -5_000])('one due in %s ms fires, and the clock has come that far', async (ms) => {
    expect(await api.run('timer', ms)).toBe(true);
  });

  test('one due in the year 9999 is one timer, and cancelling it lets the instance end', async () => {
    const id = await api.start('farTimer');
    await api.raise(id, 'go');
    const { output, historyEvents } = await api.ended(id, 'showHistory=true');
    expect(output).toBe('event');
    expect(historyEvents?.filter(({ EventType }) => EventType === 'TimerCreated')).toHaveLength(1);
  });

  test('one that is forgotten holds the instance in Running until it fires', async () => {
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
  test('early ones are kept in order, by exact name', async () => {
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

  test('one without data is undefined to who waits', async () => {
    const id = await api.start('events');
    await api.raise(id, 'a');
    await api.raise(id, 'b');
    await api.raise(id, 'a', null);
    expect((await api.ended(id)).output).toEqual(['undefined', 'undefined', null]);
  });
});

describe('continue as new', () => {
  test('many executions, one instance', async () => {
    const id = await api.start('counter', { left: 30, total: 0 });
    const { output, input, customStatus, historyEvents } = await api.ended(id, 'showHistory=true');
    expect(output).toBe(30);
    expect(input).toEqual({ left: 1, total: 29 });
    expect(customStatus).toBe('at 29');
    expect(historyEvents?.filter(({ EventType }) => EventType === 'ExecutionStarted')).toHaveLength(1);
  });

  test('no event is lost between executions', async () => {
    const id = await api.start('collector');
    await Promise.all([1, 2, 3, 4, 5].map((item) => api.raise(id, 'item', item)));
    const { output } = await api.ended(id);
    expect([...(output as number[])].sort()).toEqual([1, 2, 3, 4, 5]);
  });

  test('text arrives as that text', async () => {
    expect(await api.run('stringAgain')).toBe('arrived');
  });
});

describe('sub-orchestrations', () => {
  test('the result comes back', async () => {
    expect(await api.run('parent', { name: 'sequence', input: 1 })).toEqual({ child: { sum: 13, input: 1 } });
  });

  test('the failure comes back', async () => {
    expect(await api.run('parent', { name: 'throws' })).toEqual({ failed: containing('boom') });
  });

  test('a tree of 16 leaves', async () => {
    const leaves = (await api.run('childFamily', 4)) as string[];
    expect(new Set(leaves).size).toBe(16);
  });

  test('a child knows its parent', async () => {
    const id = await api.start('parent', { name: 'parentId' });
    expect((await api.ended(id)).output).toEqual({ child: id });
  });

  test('a terminated child is a failure to its parent', async () => {
    const child = fresh('to-end');
    const id = await api.start('parent', { name: 'waits', id: child });
    await api.until(child, ({ runtimeStatus }) => runtimeStatus === 'Running').catch(() => undefined);
    await api.send('POST', `instances/${child}/terminate?reason=enough`);
    expect((await api.ended(id)).output).toEqual({ failed: containing('enough') });
  });
});

test('names of functions compare without case', async () => {
  expect(await api.run('SEQUENCE')).toMatchObject({ sum: 13 });
});

test('a thousand steps', async () => {
  expect(await api.run('longSequence', 1_000)).toBe(1_000);
});
