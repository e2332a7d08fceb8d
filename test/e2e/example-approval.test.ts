import { startExampleApp, type ExampleApp } from '../support/example-app.js';
import { startFakeService, type FakeService } from '../support/fake-service.js';

const HOUR = 3_600_000;

let reminders: FakeService;
let app: ExampleApp;

beforeAll(async () => {
  reminders = await startFakeService([{ status: 503 }, { status: 503 }, { status: 204 }]);
  app = await startExampleApp('approval', { REMINDER_URL: `${reminders.url}/reminders` });
});

afterAll(() => reminders.close());

const request = { subject: 'Invoice 17', approver: { name: 'Ada', email: 'ada@example.com' } };
const ask = (more: object = {}) => app.start('/approvals', JSON.stringify({ ...request, ...more }));
const decide = async (id: string, verdict: string) => {
  const body = JSON.stringify({ verdict });
  const headers = { 'Content-Type': 'application/json' };
  const { status } = await app.host.fetch(`/approvals/${id}/decision`, { method: 'POST', body, headers });
  await app.host.settled();
  return status;
};

test('an approval waits for days, is reminded after an outage of the service, and then decided', async () => {
  const id = await ask();
  expect(await app.monitor(id)).toMatchObject({ status: 'Running', waitingFor: 'upstream' });
  const before = app.host.now.getTime();
  await app.host.advanceTo(id);
  expect((app.host.now.getTime() - before) / HOUR).toBeCloseTo(24, 2);
  expect(reminders.requests).toEqual(Array(2).fill('POST /reminders')); // both attempts of the activity
  await app.host.advanceTo(id); // the durable wait before its next one
  expect(JSON.parse(reminders.bodies[2] ?? '')).toEqual({ operationId: id, ...request });
  expect(await decide(id, 'approved')).toBe(204);
  expect(await app.monitor(id)).toMatchObject({
    status: 'Succeeded',
    result: { verdict: 'approved', comment: '', reminded: true },
  });
});

test('the first decision counts, and may be sent again', async () => {
  const id = await ask();
  expect([await decide(id, 'rejected'), await decide(id, 'rejected'), await decide(id, 'approved')]).toEqual([
    204, 204, 409,
  ]);
  expect(await app.monitor(id)).toMatchObject({ result: { verdict: 'rejected', reminded: false } });
});

test('an approval that nobody decides fails at its time limit; a decision is then too late', async () => {
  const id = await ask({ remindAfterHours: 1, decideWithinHours: 5 });
  const before = app.host.now.getTime();
  await app.host.completed(id);
  expect((app.host.now.getTime() - before) / HOUR).toBeCloseTo(5, 2);
  expect(await app.monitor(id)).toMatchObject({
    status: 'Failed',
    error: { code: 'NotDecided', message: 'Ada has not decided within 5 hours.' },
  });
  expect(await decide(id, 'approved')).toBe(409);
});

test('a canceled approval ends without a decision', async () => {
  const id = await ask();
  await app.host.fetch(`/status/${id}:cancel`, { method: 'POST' });
  await app.host.settled();
  expect(await app.monitor(id)).toMatchObject({ status: 'Canceled' });
});

test('an unknown approval is not found', async () => {
  expect(await decide('no-such-approval-1', 'approved')).toBe(404);
});

test('the history of an approval fits to the code', async () => {
  const id = await ask();
  await app.host.completed(id);
  await expect(app.host.replay(app.host.history(id))).resolves.toBeUndefined();
});
