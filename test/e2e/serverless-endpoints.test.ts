import { createTableStore } from '../../src/platform/storage.js';
import { type EndpointSettings } from '../../src/serverless/endpoints/endpoint-settings.js';
import { createEndpointStore, type EndpointStore } from '../../src/serverless/endpoints/endpoint-store.js';
import { newWebhookSecret } from '../../src/platform/webhook-secret.js';
import { eventually } from '../support/eventually.js';
import { startStorage, type Storage } from '../support/storage.js';

const HOUR = 3_600_000;
const settings: EndpointSettings = {
  worker: { url: 'http://gpu:8000/run' },
  workers: 4,
  maxSyncWaiting: 10,
  maxQueued: 100,
};

let storage: Storage;
let operator: EndpointStore;
let app: EndpointStore;
beforeAll(async () => {
  storage = await startStorage();
});
beforeEach(() => {
  operator = createEndpointStore(createTableStore(storage.connectionString, 'serverless'));
  app = createEndpointStore(createTableStore(storage.connectionString, 'serverless'));
});

/** Resolves when the app accepts the key, or no longer accepts it. */
const opened = (id: string, key: string, isOpen: boolean) =>
  eventually(async () => ((await app.authorize(id, key)) !== undefined) === isOpen || undefined, 'the key', 10_000);

test('a key opens its endpoint and no other', async () => {
  const { endpoint, key } = await operator.create('a', settings);
  const other = await operator.create('b', { ...settings, worker: null });
  expect(endpoint).toEqual({ id: 'a', ...settings, createdAt: expect.any(String) as string });
  expect(await app.authorize('a', key)).toEqual(endpoint);
  expect(await app.authorize('b', other.key)).toMatchObject({ worker: null });
  const closed: [string, string | undefined][] = [
    ['a', other.key],
    ['b', key],
    ['a', undefined],
    ['a', ''],
    ['A', key],
    ['c', key],
    ["a' or RowKey ne '", key],
    ['../a', key],
    ['__proto__', key],
    ['', key],
  ];
  for (const [id, wrong] of closed) expect(await app.authorize(id, wrong)).toBeUndefined();
  expect(await app.find('a')).toEqual(endpoint);
  expect(await app.find('c')).toBeUndefined();
});

test('what is stored has neither key', async () => {
  const { key } = await operator.create('stored', settings);
  const rotated = await operator.rotateKey('stored', HOUR);
  const row = JSON.stringify(await storage.table('serverless').getEntity('endpoint', 'stored'));
  expect(row).toContain('"keyHash":');
  expect(row).not.toContain(key.slice(3));
  expect(row).not.toContain(rotated.key.slice(3));
});

test('an id is created once, also by two callers at a time, and the key of the first stays valid', async () => {
  const both = await Promise.allSettled([operator.create('twice', settings), app.create('twice', settings)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const [made] = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  await expect(operator.create('twice', settings)).rejects.toMatchObject({ data: { code: 'EndpointExists' } });
  await opened('twice', made?.key ?? '', true);
});

describe('a rotation', () => {
  test('leaves the previous key valid, and not the one before that', async () => {
    const { key: first } = await operator.create('rotated', settings);
    await opened('rotated', first, true);
    const { key: second, endpoint } = await operator.rotateKey('rotated', HOUR);
    expect(endpoint).toMatchObject({ id: 'rotated', workers: 4 });
    await opened('rotated', second, true);
    await opened('rotated', first, true);
    const { key: third } = await operator.rotateKey('rotated', HOUR);
    await opened('rotated', first, false);
    await opened('rotated', second, true);
    await opened('rotated', third, true);
  });

  test('without grace ends the previous key', async () => {
    const { key: first } = await operator.create('hasty', settings);
    const { key: second } = await operator.rotateKey('hasty', 0);
    await opened('hasty', first, false);
    await opened('hasty', second, true);
  });

  test('can be ended early', async () => {
    const { key: first } = await operator.create('closed', settings);
    const { key: second } = await operator.rotateKey('closed', HOUR);
    await operator.revokeOldKey('closed');
    await operator.revokeOldKey('closed');
    await opened('closed', first, false);
    await opened('closed', second, true);
  });

  test('ends with its grace period', async () => {
    const { key } = await operator.create('over', settings);
    await operator.rotateKey('over', 50);
    await opened('over', key, false);
  });
});

test('the endpoint of a request is found although the cached list is older, and only that one', async () => {
  expect(await app.find('young')).toBeUndefined();
  const { endpoint } = await operator.create('young', settings);
  expect(await app.find('young', endpoint.createdAt)).toEqual(endpoint);
  await operator.delete('young');
  const { endpoint: next } = await operator.create('young', settings);
  expect(await app.find('young', next.createdAt)).toEqual(next);
  expect(await app.find('young', endpoint.createdAt)).toBeUndefined();
});

test('changes and deletion reach the app within seconds, and keys stay valid after changes', async () => {
  const { key } = await operator.create('changed', settings);
  await opened('changed', key, true);
  const webhookSecret = newWebhookSecret();
  await operator.update('changed', { worker: { kind: 'plates.recognize' }, workers: 0, webhookSecret });
  const changed = { worker: { kind: 'plates.recognize' }, workers: 0, maxSyncWaiting: 10, webhookSecret };
  await eventually(async () => (await app.find('changed'))?.workers === 0 || undefined, 'the change', 10_000);
  expect(await app.authorize('changed', key)).toMatchObject(changed);
  await operator.update('changed', { webhookSecret: undefined });
  expect(await operator.find('changed')).toMatchObject({ ...changed, webhookSecret: undefined });
  await operator.delete('changed');
  await opened('changed', key, false);
  const { key: anew } = await operator.create('changed', settings);
  await opened('changed', anew, true);
  expect(await app.authorize('changed', key)).toBeUndefined();
});

test.each([
  ['', settings, 'id: must be'],
  ['a/b', settings, 'id: must be'],
  ['-a', settings, 'id: must be'],
  ['a'.repeat(64), settings, 'id: must be'],
  ['bad', { ...settings, worker: { url: 'ftp://gpu' } }, 'worker.url: must be'],
  ['bad', { ...settings, worker: { url: 'http://a:b@gpu' } }, 'worker.url: must be'],
  ['bad', { ...settings, worker: { kind: '' } }, 'worker.kind: must be'],
  ['bad', { ...settings, workers: -1 }, 'workers: must be'],
  ['bad', { ...settings, workers: 1.5 }, 'workers: must be'],
  ['bad', { ...settings, workers: 1_001 }, 'workers: must be'],
  ['bad', { ...settings, maxSyncWaiting: 10_001 }, 'maxSyncWaiting: must be'],
  ['bad', { ...settings, webhookSecret: 'whsec_short' }, 'webhookSecret: must be'],
])('%s with %j is refused', async (id, bad, message) => {
  await expect(operator.create(id, bad)).rejects.toThrow(message);
  expect(await operator.find(id)).toBeUndefined();
});

test('an endpoint that does not exist cannot be changed', async () => {
  const missing = { data: { code: 'EndpointNotFound', message: 'There is no endpoint "none".' } };
  await expect(operator.update('none', { workers: 1 })).rejects.toMatchObject(missing);
  await expect(operator.rotateKey('none', HOUR)).rejects.toMatchObject(missing);
  await expect(operator.revokeOldKey('none')).rejects.toMatchObject(missing);
  await expect(operator.delete('none')).rejects.toMatchObject(missing);
  await expect(operator.delete("n'one")).rejects.toMatchObject({ data: { code: 'EndpointNotFound' } });
});

test('thousands of endpoints are all found', async () => {
  const rows = Array.from({ length: 1_100 }, (_, index) => ({
    partitionKey: 'endpoint',
    rowKey: `many-${String(index).padStart(4, '0')}`,
    ...{ workers: 1, maxSyncWaiting: 1, createdAt: new Date().toISOString() },
  }));
  for (let from = 0; from < rows.length; from += 100) {
    await storage.table('serverless').submitTransaction(rows.slice(from, from + 100).map((row) => ['upsert', row]));
  }
  expect((await operator.list()).filter(({ id }) => id.startsWith('many-'))).toHaveLength(1_100);
  expect(await app.find('many-1099')).toMatchObject({ worker: null });
  // No key is valid for a row without a hash.
  expect(await app.authorize('many-1099', '')).toBeUndefined();
});

test('while storage is away the answer is 503, and afterwards everything works', async () => {
  const { key } = await operator.create('away', settings);
  await storage.stop();
  await expect(app.authorize('away', key)).rejects.toMatchObject({ data: { status: 503 } });
  await storage.start();
  await opened('away', key, true);
});
