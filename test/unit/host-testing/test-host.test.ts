import {
  ReplayError,
  type RecordedHistory,
  startTestHost,
  type TestHost,
  TestHostError,
} from '../../../host/testing/index.js';
import { createTempApp } from '../../support/temp-app.js';

/** An app as `func init` makes it. `variant` stands for a later deployment of the same code. */
const APP = `
const { app } = require('@azure/functions');
const df = require('durable-functions');
const variant = {};
globalThis.variant = variant;

df.app.orchestration('approval', function* (context) {
  const { hours } = context.df.getInput();
  yield context.df.callActivity('ask', 'first');
  const decision = context.df.waitForExternalEvent('decision');
  const reminder = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + hours * 3_600_000));
  const winner = yield context.df.Task.any([decision, reminder]);
  if (winner === decision) { reminder.cancel(); return decision.result; }
  yield context.df.callActivity(variant.reminder ?? 'ask', 'again');
  return yield decision;
});
df.app.orchestration('random', function* (context) { return yield context.df.callActivity('ask', Math.random()); });
df.app.orchestration('large', function* (context) { return yield context.df.callActivity('repeat', context.df.getInput()); });
df.app.orchestration('long', function* (context) {
  for (let i = 0; i < context.df.getInput(); i++) yield context.df.callActivity('ask', i);
});
df.app.orchestration('parent', function* (context) { return yield context.df.callSubOrchestrator('retried', 2); });
df.app.orchestration('retried', function* (context) {
  const retry = new df.RetryOptions(600_000, 5);
  return yield context.df.callActivityWithRetry('flaky', retry, context.df.getInput());
});
let calls = 0;
df.app.activity('flaky', { handler: (failures) => { if (calls++ < failures) throw new Error('not yet'); return calls; } });
df.app.activity('ask', { handler: (what) => 'asked ' + what });
df.app.activity('repeat', { handler: (bytes) => 'x'.repeat(bytes) });
df.app.entity('counter', (context) => context.df.setState((context.df.getState(() => 0)) + 1));
app.http('start', {
  route: 'approvals/{id}', methods: ['POST'], extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    await client.startNew('approval', { instanceId: request.params.id, input: await request.json() });
    return { status: 202, jsonBody: { place: process.env.PLACE } };
  },
});
`;

const HOUR = 3_600_000;

let host: TestHost;

beforeAll(async () => {
  const { dir } = await createTempApp({ main: 'app.js', files: { 'app.js': APP } });
  host = await startTestHost({
    appDir: dir,
    settings: { PLACE: 'here' },
    now: new Date('2030-01-01T00:00:00Z'),
    limits: { payloadBytes: 1_000, historyEvents: 40 },
  });
});

afterAll(() => host.stop());

test('an orchestration that waits for days ends without a wait, at the time of its own clock', async () => {
  const id = await host.start('approval', { input: { hours: 72 } });
  expect(host.status(id)).toMatchObject({ name: 'approval', runtimeStatus: 'Running', input: { hours: 72 } });
  const before = host.now.getTime();
  expect((await host.advanceTo(id)).runtimeStatus).toBe('Running');
  expect((host.now.getTime() - before) / HOUR).toBeCloseTo(72, 2);
  await expect(host.advanceTo(id)).rejects.toThrow(/waits for no timer.*raiseEvent/);
  const ended = await host.raiseEvent(id, 'decision', { approved: true });
  expect(ended).toMatchObject({ runtimeStatus: 'Completed', output: { approved: true } });
});

test('an event before the timer ends it; the HTTP functions of the app run, with the settings of the test', async () => {
  const answer = await host.fetch('/api/approvals/from-http', { method: 'POST', body: JSON.stringify({ hours: 1 }) });
  expect([answer.status, await answer.json()]).toEqual([202, { place: 'here' }]);
  await host.settled();
  const ended = await host.raiseEvent('from-http', 'decision', 'no');
  expect(ended).toMatchObject({ runtimeStatus: 'Completed', output: 'no' });
  await expect(host.raiseEvent('from-http', 'decision')).rejects.toThrow('finished');
});

test('retries of a sub-orchestration take no time', async () => {
  const before = host.now.getTime();
  const ended = await host.completed(await host.start('parent'));
  expect(ended).toMatchObject({ runtimeStatus: 'Completed', output: 3 });
  expect(host.now.getTime() - before).toBeGreaterThanOrEqual(2 * 600_000 - 2_000);
});

test('advanceBy fires every timer on the way', async () => {
  const early = await host.start('approval', { input: { hours: 1 } });
  const late = await host.start('approval', { input: { hours: 5 } });
  await host.advanceBy(2 * HOUR);
  const asked = (id: string) => JSON.stringify(host.history(id)).includes('asked again');
  expect([asked(early), asked(late)]).toEqual([true, false]);
  await host.terminate(early, 'enough');
  expect((await host.terminate(late)).runtimeStatus).toBe('Terminated');
});

test('a turn that is not deterministic fails the test, although its first run was good', async () => {
  await expect(host.start('random')).rejects.toThrow(/random is not deterministic.*currentUtcDateTime/);
});

test('payloads and histories over the limits of Azure fail', async () => {
  const started = host.start('large', { input: 2_000 });
  await expect(started).rejects.toThrow('repeat: its result has 2,000 bytes as JSON; the limit is 1,000.');
  await expect(host.start('long', { input: 30 })).rejects.toThrow(
    /the history has 4\d events; the limit is 40.*continueAsNew/,
  );
  expect((await host.completed(await host.start('large', { input: 900 }))).runtimeStatus).toBe('Completed');
});

describe('a history', () => {
  let history: RecordedHistory;
  const deployed = globalThis as { variant?: { reminder?: string } };

  beforeAll(async () => {
    const id = await host.start('approval', { input: { hours: 24 } });
    await host.advanceTo(id);
    await host.raiseEvent(id, 'decision', 'yes');
    history = JSON.parse(JSON.stringify(host.history(id))) as RecordedHistory;
  });

  test('fits to the same code', async () => {
    await expect(host.replay(history)).resolves.toBeUndefined();
  });

  test('does not fit to code that calls something else', async () => {
    deployed.variant = Object.assign(deployed.variant ?? {}, { reminder: 'repeat' });
    const replayed = host.replay(history);
    await expect(replayed).rejects.toThrow(ReplayError);
    await expect(replayed).rejects.toThrow(
      /turn 3: the history has activity ask \(2\), and the code now schedules activity repeat \(2\)/,
    );
    delete deployed.variant.reminder;
  });
});

test('unknown instances and second starts are refused with a clear message', async () => {
  await host.start('approval', { input: { hours: 1 }, instanceId: 'mine' });
  await expect(host.start('approval', { instanceId: 'mine' })).rejects.toThrow(TestHostError);
  expect(() => host.status('nobody')).toThrow('There is no instance nobody.');
});
