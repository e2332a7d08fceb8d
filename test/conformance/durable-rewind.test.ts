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
  ['compensate', ['1', '-flaky 1', '99', '-flaky 2', '10']],
  ['lock', ['1', '-flaky 1', '-flaky 2', '10']],
])('%s: what failed runs again, what had worked does not', async (how, expected) => {
  const id = await failed(how);
  expect((await rewind(id)).status).toBe(202);
  expect(await api.ended(id)).toMatchObject({ runtimeStatus: 'Completed', output: [how, 10] });
  expect((await ran(id)).sort()).toEqual([...expected].sort());
});

test('a chain of retries begins anew, and can fail and be rewound again', async () => {
  const id = await failed('retry');
  expect((await rewind(id)).status).toBe(202);
  expect(await api.ended(id)).toMatchObject({ runtimeStatus: 'Completed', output: ['retry', 10] });
  // Four attempts fail: three before the rewinding, one after it; the chain of the second time has two more.
  expect((await ran(id)).filter((line) => line.startsWith('-flaky'))).toHaveLength(5);
});

test('the lock that the failed orchestration still has is used again [source: DurableTaskExtension.cs]', async () => {
  const id = await failed('lock');
  await rewind(id);
  await api.ended(id);
  expect(await api.run('addOne', { name: 'tally', key: id })).toMatchObject({ before: 2 });
});

test('an error of the orchestrator itself comes again', async () => {
  const id = await failed('throw');
  const before = (await api.status(id, 'showHistory=true')).historyEvents ?? [];
  await rewind(id);
  const { output, historyEvents = [] } = await api.until(
    id,
    (status) => status.runtimeStatus === 'Failed' && (status.historyEvents?.length ?? 0) > before.length,
    'showHistory=true',
  );
  expect(output).toContain('always');
  expect(historyEvents).toContainEqual(expect.objectContaining({ EventType: 'ExecutionRewound', Reason: 'again' }));
});

test('a parent whose failed child is gone cannot be rewound, and says so', async () => {
  const id = await failed('child');
  await api.send('DELETE', `instances/${id}-child`);
  expect(await rewind(id)).toMatchObject({
    status: 412,
    text: expect.stringContaining('sub-orchestration') as unknown,
  });
  expect((await api.status(id)).runtimeStatus).toBe('Failed');
});

test('the library’s client rewinds', async () => {
  const call = async (id: string) =>
    (await (await fetch(`${host.url}/api/client/rewind/${id}`, { method: 'POST' })).json()) as object;
  const id = await failed('all');
  expect(await call(id)).toEqual({ result: null });
  await api.until(id, ({ runtimeStatus }) => runtimeStatus === 'Completed');
  const open = await api.start('waits');
  expect(await call(open)).toEqual({
    error: 'The rewind operation is only supported on failed orchestration instances.',
  });
});

test('twice at the same time rewinds once', async () => {
  const id = await failed('all');
  const codes = (await Promise.all([rewind(id), rewind(id)])).map(({ status }) => status);
  expect(codes).toContain(202);
  expect(await api.ended(id)).toMatchObject({ output: ['all', 10] });
});

testHere('a rewinding that was acknowledged survives a kill', async () => {
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
