import '../../support/fake-waits.js';
import { z } from 'zod';
import { defineOperation } from '../../../src/operations/define.js';
import { blobPrefix, inputBlobName } from '../../../src/operations/names.js';
import { type OperationEnd } from '../../../src/operations/schemas.js';
import { type Started } from '../../../src/operations/starter.js';
import { operationErrors } from '../../../src/operations/errors.js';
import { commonErrors } from '../../../src/platform/errors.js';
import { Ending, exploreAll, type Choose } from '../../support/interleaving.js';
import { MemoryTaskHub } from '../../support/memory-task-hub.js';
import { codeOf, ID, KEY, OTHER_ID, OTHER_KEY, OperationWorld, valueOf } from '../../support/operation-world.js';

beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance'] }));
afterEach(() => {
  jest.clearAllTimers();
  jest.useRealTimers();
});

const run = () => {
  throw new Error('The task hub in memory runs no orchestrator.');
};
const FOLDER = 'lists/';

const plain = defineOperation({ kind: 'test.plain', input: z.object({ n: z.number() }), result: z.null(), run });
const upload = defineOperation({ kind: 'test.upload', input: z.object({ blob: z.string() }), result: z.null(), run });
const withLists = defineOperation({
  kind: 'test.withLists',
  input: z.object({ n: z.number() }),
  result: z.null(),
  run,
  retry: ({ id, input }) => ({ input, blobs: [`${blobPrefix(id)}${FOLDER}`] }),
});
const batch = defineOperation({
  kind: 'test.batch',
  input: z.object({ items: z.array(z.number()), done: z.string().optional() }),
  result: z.array(z.number()),
  run,
  retryFailedItems: ({ input, result }, id) => {
    const done = `${blobPrefix(id)}done`;
    return { input: { ...input, done }, values: { [done]: result } };
  },
});
const restarted = defineOperation({
  kind: 'test.restarted',
  input: z.object({ n: z.number() }),
  result: z.null(),
  run,
  retry: () => {
    throw operationErrors.NothingToRetry('Restart it.');
  },
});

const failed: OperationEnd = { end: 'failed', error: commonErrors.ServiceUnavailable('away').data };
const canceled: OperationEnd = { end: 'canceled' };

/** A world in which an operation of the kind has ended. */
async function worldWith(
  kind: typeof plain | typeof upload | typeof withLists | typeof batch | typeof restarted,
  input: object,
  end: OperationEnd | null = failed,
  failedItems = 0,
) {
  const world = new OperationWorld(new MemoryTaskHub(), [plain, upload, withLists, batch, restarted]);
  const start = { kind: kind as never, input: () => input as never, operationId: ID, prepare: () => Promise.resolve() };
  valueOf(await world.processes.finish(world.start('first', start)));
  jest.advanceTimersByTime(1_000);
  const progress = { total: 10, completed: 10 - failedItems, failed: failedItems };
  if (end) world.hub.end(ID, end, { progress });
  return world;
}

const retry = (world: OperationWorld, process = 'a', headers = {}) => world.operations(process).retry(ID, headers);
const retried = async (world: OperationWorld, headers = {}) =>
  valueOf(await world.processes.finish(retry(world, 'a', headers)));
const monitorOf = async (world: OperationWorld, id: string) =>
  valueOf(await world.processes.finish(world.operations('reader').monitor(id)));
const refusal = async (world: OperationWorld, headers = {}) =>
  codeOf(await world.processes.finish(retry(world, 'a', headers)));
const instanceOf = (world: OperationWorld, id: string) =>
  world.hub.instances.find(({ instanceId }) => instanceId === id);

describe('a retry', () => {
  test.each([
    ['failed', failed],
    ['was canceled', canceled],
  ])('of an operation that %s: a new one with the same input, linked both ways', async (_, end) => {
    const world = await worldWith(plain, { n: 7 }, end);
    const { id, isNew, pending } = await retried(world);
    expect(isNew).toBe(true);
    expect(id).not.toBe(ID);
    expect(pending).toMatchObject({ id, kind: 'test.plain', status: 'NotStarted', retryOf: ID });
    expect(instanceOf(world, id)).toMatchObject({ name: 'test_plain', input: { input: { n: 7 }, retryOf: ID } });
    expect(await monitorOf(world, id)).toMatchObject({ id, retryOf: ID });
    const old = await monitorOf(world, ID);
    expect(old).toMatchObject({ id: ID, retriedBy: id });
    expect(Date.parse(old.lastUpdatedDateTime)).toBe(Date.now());
    const { value } = valueOf(await world.processes.finish(world.operations('reader').list({ top: 10 })));
    expect(value).toMatchObject([
      { id, retryOf: ID },
      { id: ID, retriedBy: id },
    ]);
  });

  test('is answered with the same operation again, also after its end; that one is retried for itself', async () => {
    const world = await worldWith(plain, { n: 7 });
    const { id } = await retried(world);
    expect(await retried(world)).toMatchObject({ id, isNew: false });
    world.hub.end(id, failed);
    expect(await retried(world, { idempotencyKey: KEY })).toMatchObject({ id, isNew: false });
    const next = valueOf(await world.processes.finish(world.operations('a').retry(id)));
    expect(await monitorOf(world, next.id)).toMatchObject({ retryOf: id });
    expect(world.hub.starts).toEqual([ID, id, next.id]);
  });

  test('copies the blobs of the input, so that the first operation can be deleted', async () => {
    const world = await worldWith(upload, { blob: inputBlobName(ID) });
    world.blobs.add(inputBlobName(ID));
    const { id } = await retried(world);
    expect(instanceOf(world, id)).toMatchObject({ input: { input: { blob: inputBlobName(id) } } });
    valueOf(await world.processes.finish(world.operations('a').delete(ID)));
    expect([...world.blobs]).toEqual([inputBlobName(id)]);
  });

  test('copies folders that the kind names', async () => {
    const world = await worldWith(withLists, { n: 7 });
    for (const name of ['1', '2']) world.blobs.add(`${blobPrefix(ID)}${FOLDER}${name}`);
    world.blobs.add(`${blobPrefix(ID)}result.json`);
    const { id } = await retried(world);
    const copies = [...world.blobs].filter((name) => name.startsWith(blobPrefix(id)));
    expect(copies).toEqual(['1', '2'].map((name) => `${blobPrefix(id)}${FOLDER}${name}`));
  });

  test('of a batch that succeeded with failed items reuses its result, also when it is retried itself', async () => {
    const world = await worldWith(batch, { items: [1, 2] }, { end: 'succeeded', result: [1] }, 1);
    const { id } = await retried(world);
    const done = `${blobPrefix(id)}done`;
    expect(instanceOf(world, id)).toMatchObject({ input: { input: { items: [1, 2], done } } });
    expect([...world.blobs]).toEqual([done]);
    expect(await monitorOf(world, ID)).toMatchObject({ status: 'Succeeded', retriedBy: id });

    world.hub.end(id, canceled);
    const next = valueOf(await world.processes.finish(world.operations('a').retry(id)));
    const copy = `${blobPrefix(next.id)}done`;
    expect(instanceOf(world, next.id)).toMatchObject({ input: { input: { items: [1, 2], done: copy } } });
    expect(world.blobs).toContain(copy);
  });
});

describe('a retry is refused', () => {
  test.each([
    ['of one that runs', plain, undefined, 0, 'OperationNotFinished'],
    ['of one that succeeded', plain, { end: 'succeeded', result: null } as const, 0, 'NothingToRetry'],
    ['of a batch without failed items', batch, { end: 'succeeded', result: [] } as const, 0, 'NothingToRetry'],
    ['of a kind that has a call of its own for it', restarted, failed, 0, 'NothingToRetry'],
  ])('%s', async (_name, kind, end, failedItems, code) => {
    const world = await worldWith(kind, { n: 7, items: [1] }, null);
    if (end) world.hub.end(ID, end, { progress: { total: 10, completed: 10 - failedItems, failed: failedItems } });
    expect(await refusal(world)).toBe(code);
    expect(world.hub.starts).toEqual([ID]);
    expect((await world.records.find(ID))?.retriedBy).toBeUndefined();
  });

  test('when a blob of the input is gone', async () => {
    const world = await worldWith(upload, { blob: inputBlobName(ID) });
    expect(await refusal(world)).toBe('InputGone');
    expect((await world.records.find(ID))?.retriedBy).toBeUndefined();
  });

  test('when the operation is unknown, deleted or expired', async () => {
    const world = await worldWith(plain, { n: 7 });
    expect(codeOf(await world.processes.finish(world.operations('a').retry(OTHER_ID)))).toBe('OperationNotFound');
    jest.advanceTimersByTime(73 * 3_600_000);
    expect(await refusal(world)).toBe('OperationExpired');
    valueOf(await world.processes.finish(world.operations('a').purge({ id: ID })));
    await world.records.forget(ID);
    expect(await refusal(world)).toBe('OperationNotFound');
  });
});

describe('the headers of a retry', () => {
  test('the client’s own id is that of the first retry', async () => {
    const world = await worldWith(plain, { n: 7 });
    expect(await retried(world, { operationId: OTHER_ID })).toMatchObject({ id: OTHER_ID, isNew: true });
    expect(await retried(world, { operationId: 'a-third-operation' })).toMatchObject({ id: OTHER_ID, isNew: false });
  });

  test('an id or a key of another request is refused and changes nothing', async () => {
    const world = await worldWith(plain, { n: 7 });
    valueOf(await world.processes.finish(world.start('b', { operationId: OTHER_ID, idempotencyKey: KEY })));
    expect(await refusal(world, { operationId: OTHER_ID })).toBe('OperationIdReused');
    expect(await refusal(world, { idempotencyKey: KEY })).toBe('IdempotencyKeyReused');
    expect((await monitorOf(world, ID)).retriedBy).toBeUndefined();
    expect(await retried(world, { idempotencyKey: OTHER_KEY })).toMatchObject({ isNew: true });
  });

  test('a name that another request took at the same moment is replaced', async () => {
    const world = await worldWith(plain, { n: 7 });
    await world.records.bindRetry({ id: ID }, OTHER_ID, new Date());
    valueOf(await world.processes.finish(world.start('b', { operationId: OTHER_ID })));
    const { id } = await retried(world);
    expect(id).not.toBe(OTHER_ID);
    expect((await monitorOf(world, ID)).retriedBy).toBe(id);
  });
});

describe('the webhook of a retry', () => {
  const [OWN, OF_THE_FIRST] = ['https://receiver.test/own?token=SECRET', 'https://receiver.test/first?token=SECRET'];
  const worldWithWebhook = async () => {
    const world = new OperationWorld(new MemoryTaskHub(), [plain]);
    const start = { kind: plain as never, operationId: ID, webhookUrl: OF_THE_FIRST };
    valueOf(await world.processes.finish(world.start('first', start)));
    world.hub.end(ID, failed);
    return world;
  };
  const urlOf = async (world: OperationWorld, id: string) =>
    (await world.records.webhooks.deliveries.find({ partition: id, prefix: '' }))?.url;

  test.each([
    ['its own', OWN, OWN],
    ['without one, that of the first operation', undefined, OF_THE_FIRST],
  ])('is %s; it stays when the retry is asked for again', async (_, webhookUrl, expected) => {
    const world = await worldWithWebhook();
    const { id } = await retried(world, { webhookUrl });
    expect(await urlOf(world, id)).toBe(expected);
    expect(await world.records.find(id)).toMatchObject({ webhook: true });
    expect(instanceOf(world, id)).toMatchObject({ input: { webhook: true } });
    expect(JSON.stringify(world.hub.instances)).not.toContain('SECRET');
    for (const other of [undefined, 'https://other.test/'])
      expect(await retried(world, { webhookUrl: other, idempotencyKey: KEY })).toMatchObject({ id, isNew: false });
    expect(await urlOf(world, id)).toBe(expected);

    world.hub.end(id, failed);
    valueOf(await world.processes.finish(world.operations('a').delete(id)));
    expect(await urlOf(world, id)).toBeUndefined();
  });

  test('is none when neither has one, also when another request finishes the start with one', async () => {
    const world = await worldWith(plain, { n: 7 });
    const first = new Ending(retry(world, 'a'));
    for (let steps = 0; !world.table.rows.some(({ retryOf }) => retryOf === ID) && steps < 20; steps++)
      for (const step of await world.processes.pending('a')) await world.processes.perform(step);
    world.processes.crash('a');
    expect(first.value).toBeUndefined();
    const { id } = valueOf(await world.processes.finish(retry(world, 'b', { webhookUrl: OWN })));
    expect(await urlOf(world, id)).toBeUndefined();
    expect(instanceOf(world, id)).not.toMatchObject({ input: { webhook: true } });
  });
});

/** Performs steps of a process until it waits or ends, or until it is chosen that it stops there. */
async function performSome(world: OperationWorld, process: string, choose: Choose): Promise<void> {
  for (let [step] = await world.processes.pending(process); step; [step] = await world.processes.pending(process)) {
    if (choose(2) === 1) return;
    await world.processes.perform(step);
  }
}

/** One operation retries the first: it began once and has the input's blob. */
async function expectOneRetry(world: OperationWorld, ...results: Started[]): Promise<void> {
  const { retriedBy = '' } = (await world.records.find(ID)) ?? {};
  for (const { id } of results) expect(id).toBe(retriedBy);
  expect(world.hub.starts).toEqual([ID, retriedBy]);
  expect(world.blobs).toContain(inputBlobName(retriedBy));
}

async function explore(test: (world: OperationWorld, choose: Choose) => Promise<void>): Promise<number> {
  return exploreAll(async (choose) => {
    const world = await worldWith(upload, { blob: inputBlobName(ID) });
    world.blobs.add(inputBlobName(ID));
    await test(world, choose);
    jest.clearAllTimers();
  });
}

test('two retries at the same moment make one operation, wherever one of them stops for the other', async () => {
  const runs = await explore(async (world, choose) => {
    const [a, b] = [new Ending(retry(world, 'a')), new Ending(retry(world, 'b'))];
    await performSome(world, 'a', choose);
    await performSome(world, 'b', choose);
    const first = valueOf(await world.processes.finish(a));
    await expectOneRetry(world, first, valueOf(await world.processes.finish(b)));
  });
  expect(runs).toBeGreaterThan(50);
});

test('a retry that is cut off at any point is finished by the next one', async () => {
  const runs = await explore(async (world, choose) => {
    new Ending(retry(world, 'a'));
    await performSome(world, 'a', choose);
    world.processes.crash('a');
    await expectOneRetry(world, valueOf(await world.processes.finish(retry(world, 'b'))));
  });
  expect(runs).toBeGreaterThan(8);
});
