import { DurableApi, durableFixture, startFixture } from '../support/durable-api.js';
import { fresh, testDurable as test } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';

/** Every kind of value on every way into a function: host contract, 6.8.1, 6.8.4, 6.8.6, 7, 8.4 and 11.9. */
let host: HostProcess;
let api: DurableApi;

beforeAll(async () => {
  host = await startFixture(await durableFixture());
  api = new DurableApi(host.url);
});
afterAll(() => host.stop());

const VALUES = ['Tokyo', '123', '{"a":1}', '"', '', 5, -0.5, 0, true, false, null, [1, 'x'], { a: { b: null } }];
const TEXTS = VALUES.map((value) => JSON.stringify(value));

test('a start [source: HttpApiHandler.cs]', async () => {
  expect(await Promise.all(VALUES.map((value) => api.run('sees', value)))).toEqual(TEXTS);
});

test('a sub-orchestration [source: OutOfProcOrchestrationShim.cs]', async () => {
  expect(await api.run('childrenSee', VALUES)).toEqual(TEXTS);
});

test('continue-as-new: text is quoted once more [source: OutOfProcOrchestrationShim.cs]', async () => {
  const texts = VALUES.map((value) => JSON.stringify(typeof value === 'string' ? JSON.stringify(value) : value));
  expect(await Promise.all(VALUES.map((again) => api.run('seesAgain', { again })))).toEqual(texts);
});

test('an event [source: HttpApiHandler.cs]', async () => {
  const id = await api.start('eventsSee', VALUES.length);
  for (const value of VALUES) await api.raise(id, 'value', value);
  expect((await api.ended(id)).output).toEqual(TEXTS);
});

test('an entity: null is undefined [source: DurableOrchestrationContext.cs]', async () => {
  const texts = VALUES.map((value) => (value === null ? 'nothing' : JSON.stringify(value)));
  expect(await api.run('entitySees', VALUES)).toEqual([...texts, '"signalled"']);
});

test('the status of an instance [recorded]', async () => {
  for (const value of VALUES) {
    const id = await api.start('sees', value);
    expect((await api.ended(id)).input).toEqual(value);
  }
});

test('the call of an entity in the history [recorded]', async () => {
  const id = await api.start('addOne', { name: 'Tally', key: fresh('inputs') });
  const { historyEvents = [] } = await api.ended(id, 'showHistory=true');
  const sent = historyEvents.find(({ EventType }) => EventType === 'EventSent');
  expect(JSON.parse(sent?.Input as string)).toMatchObject({
    $type:
      'Microsoft.Azure.WebJobs.Extensions.DurableTask.RequestMessage, Microsoft.Azure.WebJobs.Extensions.DurableTask',
    op: 'both',
    parent: id,
    id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
  });
});

describe('the id of a sub-orchestration', () => {
  test('is not that of its grandparent either, whatever the case [source: DurableOrchestrationContext.cs]', async () => {
    const id = fresh('Grand');
    await api.start('grandparent', id.toUpperCase(), id);
    const { runtimeStatus, output } = await api.ended(id);
    expect([runtimeStatus, output]).toEqual([
      'Failed',
      expect.stringContaining('is the ID of its parent or grandparent'),
    ]);
  });

  test('is another at each attempt when the orchestrator gives none [source: TaskOrchestrationContext.cs]', async () => {
    const id = await api.start('childWithIds');
    const { output, historyEvents = [] } = await api.ended(id, 'showHistory=true');
    const failures = historyEvents.filter(({ EventType }) => EventType === 'SubOrchestrationInstanceFailed');
    const ids = failures.map(({ Reason }) => /<(.*)>/.exec(Reason as string)?.[1]);
    expect(new Set(ids).size).toBe(3);
    expect(output).toContain(ids.at(-1));
  });
});
