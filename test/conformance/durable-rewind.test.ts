import { DurableApi, durableFixture, startFixture } from '../support/durable-api.js';
import { type HostProcess } from '../support/host-process.js';
import { testDurable as test, testHere } from '../support/fixtures.js';

/** Rewinding: host contract, 5.6 and 9.4. */
let host: HostProcess;
let api: DurableApi;

beforeAll(async () => {
  host = await startFixture(await durableFixture());
  api = new DurableApi(host.url);
});
afterAll(() => host.stop());

const failed = async (how: string) => {
  const id = await api.start('rewindable', { how });
  expect(await api.ended(id)).toMatchObject({ runtimeStatus: 'Failed' });
  return id;
};
const rewind = (id: string) => api.send('POST', `instances/${id}/rewind?reason=again`);

/** What ran for an instance, counted steps as `step`, attempts as `-flaky attempt`. */
const ran = async (id: string) => (await api.runs(id)).map((line) => line.slice(id.length).trim());

test.each([
  ['all', ['1', '2', '3', '-flaky 1', '-flaky 2', '10']],
  ['child', ['1', '-child 1', '-flaky 1', '-flaky 2', '10']],
  ['lock', ['1', '-flaky 1', '-flaky 2', '10']],
])('%s: failed calls run again, completed ones do not [source: AzureTableTrackingStore.cs]', async (how, expected) => {
  const id = await failed(how);
  expect((await rewind(id)).status).toBe(202);
  expect(await api.ended(id)).toMatchObject({ runtimeStatus: 'Completed', output: [how, 10] });
  expect((await ran(id)).sort()).toEqual([...expected].sort());
});

test.each(['compensate', 'retry'])(
  '%s: a rewind after which Azure cannot replay is refused [source: TaskOrchestrationContext.cs]',
  async (how) => {
    const id = await failed(how);
    const { status, text } = await rewind(id);
    expect([status, text]).toEqual([412, expect.stringContaining('On Azure this fails again as non-deterministic')]);
    expect((await api.status(id)).runtimeStatus).toBe('Failed');
  },
);

test('operations of an entity do not run again, and the lock that is still held is used again [source: AzureTableTrackingStore.cs]', async () => {
  const id = await failed('lock');
  await rewind(id);
  await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Completed');
  expect(await api.run('addOne', { name: 'tally', key: id })).toMatchObject({ before: 1 });
});

test('an error of the orchestrator itself occurs again [source: AzureTableTrackingStore.cs]', async () => {
  const id = await failed('throw');
  const before = (await api.status(id, 'showHistory=true')).historyEvents ?? [];
  await rewind(id);
  const { output, historyEvents = [] } = await api.until(
    id,
    (status) => status.runtimeStatus === 'Failed' && (status.historyEvents?.length ?? 0) > before.length,
    'showHistory=true',
  );
  expect(output).toContain('always');
  expect(historyEvents).toContainEqual(expect.objectContaining({ EventType: 'GenericEvent', Data: 'again' }));
});

test('a parent whose failed child is purged cannot be rewound [own]', async () => {
  const id = await failed('child');
  await api.send('DELETE', `instances/${id}-child`);
  expect(await rewind(id)).toMatchObject({
    status: 412,
    text: expect.stringContaining('sub-orchestration') as unknown,
  });
  expect((await api.status(id)).runtimeStatus).toBe('Failed');
});

test('the history shows what was taken out [recorded]', async () => {
  const id = await failed('all');
  await rewind(id);
  const { historyEvents = [] } = await api.until(
    id,
    ({ runtimeStatus }) => runtimeStatus === 'Completed',
    'showHistory=true&showHistoryOutput=true',
  );
  const shown = historyEvents.map((event) => event.Data ?? event.Result ?? event.EventType);
  expect(shown).toEqual([
    ...['ExecutionStarted', 1, 'GenericEvent', 2, 3, 'GenericEvent', 'GenericEvent'],
    ...['again', 'after 2', 10, ['all', 10]],
  ]);
});

test('the client of the library rewinds [recorded]', async () => {
  const call = async (id: string) =>
    (await (await fetch(`${host.url}/api/client/rewind/${id}`, { method: 'POST' })).json()) as object;
  const id = await failed('all');
  expect(await call(id)).toEqual({ result: null });
  await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Completed');
  const open = await api.start('waits');
  expect(await call(open)).toEqual({
    error: 'This orchestration has status Running, but only orchestrations in the "Failed" state can be rewound.',
  });
});

test('two at the same time rewind once [own]', async () => {
  const id = await failed('all');
  const codes = (await Promise.all([rewind(id), rewind(id)])).map(({ status }) => status);
  expect(codes).toContain(202);
  expect(await api.ended(id)).toMatchObject({ output: ['all', 10] });
});

testHere('an acknowledged rewind survives a kill [own]', async () => {
  const killed = await durableFixture();
  let process = await startFixture(killed);
  let one = new DurableApi(process.url);
  const id = await one.start('rewindable', { how: 'throw' });
  await one.ended(id);
  const child = await one.start('rewindable', { how: 'child' });
  await one.ended(child);
  for (const each of [id, child]) await one.send('POST', `instances/${each}/rewind`);
  await process.kill('SIGKILL');
  process = await startFixture(killed); // its flaky activities count anew, so one more failure is due
  one = new DurableApi(process.url);
  expect((await one.ended(id)).runtimeStatus).toBe('Failed');
  if ((await one.ended(child)).runtimeStatus === 'Failed') await one.send('POST', `instances/${child}/rewind`);
  await one.until(child, ({ runtimeStatus }) => runtimeStatus === 'Completed');
  await process.stop();
});
