import type { DurableClient, Instance } from '../../../src/operations/durable.js';
import { createNotices } from '../../../src/serverless/local-notifications.js';
import type { RequestNote } from '../../../src/serverless/schemas.js';
import { watchRequest } from '../../../src/serverless/watch.js';

const [endpoint, id] = ['gpu', '6f1c0b3e-0000-4000-8000-000000000001'];
const queued: RequestNote = { state: 'queued', mode: 'async', sequence: 1 };
const isQueued = ({ sequence }: RequestNote) => sequence !== undefined;

/** A task hub in which the request has this note, and how often it was asked. */
function hubWith(customStatus: RequestNote) {
  const hub = { looks: 0 };
  const getStatus = () => {
    hub.looks++;
    return Promise.resolve({ customStatus, runtimeStatus: 'Running' } as unknown as Instance);
  };
  return Object.assign(hub, { client: { getStatus } as unknown as DurableClient });
}

test('what is told in this process is heard without looking', async () => {
  const [notices, hub] = [createNotices(), hubWith(queued)];
  const begin = () => {
    notices.tell(`sl:${endpoint}:${id}`, queued);
    return Promise.resolve();
  };
  expect(await watchRequest({ ...hub, notices }, endpoint, id, isQueued, { begin }).note).toEqual(queued);
  expect(hub.looks).toBe(0);
  expect(notices.isReliable()).toBe(true);
});

test('what nobody tells is found by looking, and from then on those who wait look soon', async () => {
  const [notices, hub] = [createNotices(), hubWith(queued)];
  const watch = watchRequest({ ...hub, notices }, endpoint, id, isQueued, { firstLookMs: 1 });
  expect(await watch.note).toEqual(queued);
  expect(hub.looks).toBe(1);
  expect(notices.isReliable()).toBe(false);
});
