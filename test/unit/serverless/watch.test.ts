import { type Instance } from '../../../src/operations/durable.js';
import { createLocalNotifications } from '../../../src/serverless/local-notifications.js';
import { type CustomStatus } from '../../../src/serverless/schemas.js';
import { watchRequest } from '../../../src/serverless/watch.js';

const [endpoint, id] = ['gpu', '6f1c0b3e-0000-4000-8000-000000000001'];
const queued: CustomStatus = { state: 'queued', mode: 'async', sequence: 1 };
const isQueued = ({ sequence }: CustomStatus) => sequence !== undefined;

/** A task hub in which the request has this custom status, and how often it was polled. */
function hubWith(customStatus: CustomStatus) {
  const hub = {
    polls: 0,
    findRequest: () => {
      hub.polls++;
      return Promise.resolve({ customStatus, runtimeStatus: 'Running' } as unknown as Instance);
    },
  };
  return hub;
}

test('a status that is set in this process is notified, without polling', async () => {
  const [notifications, hub] = [createLocalNotifications(), hubWith(queued)];
  const begin = () => {
    notifications.notify(`sl:${endpoint}:${id}`, queued);
    return Promise.resolve();
  };
  expect(await watchRequest({ hub, notifications }, endpoint, id, isQueued, { begin }).status).toEqual(queued);
  expect(hub.polls).toBe(0);
  expect(notifications.isReliable()).toBe(true);
});

test('a status that is not notified is found by polling, and from then on polls begin early', async () => {
  const [notifications, hub] = [createLocalNotifications(), hubWith(queued)];
  const watch = watchRequest({ hub, notifications }, endpoint, id, isQueued, { firstPollMs: 1 });
  expect(await watch.status).toEqual(queued);
  expect(hub.polls).toBe(1);
  expect(notifications.isReliable()).toBe(false);
});
