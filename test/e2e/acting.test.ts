import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SAMPLES } from '../../dev/plan.js';
import { startStack, type Stack } from '../support/test-stack.js';
import { type ManyResult } from '../../src/operations/many/schemas.js';
import { Client, setFault, type Body } from '../support/client.js';
import { eventually, UNDER_KILLS_MS } from '../support/eventually.js';

/** A call that fails for a passing reason is tried again after a while: meanwhile its operation costs nothing. */
const env = { DURABLE_RETRY_FIRST_WAIT_MS: '15000', IMAGE_PROVIDER_ATTEMPTS: '1', PLATE_READER_ATTEMPTS: '1' };
const SLOW = { mode: 'slow', delayMs: 600_000 };
/** Longest time after the start of an operation on many operations until the app is killed, ms. */
const MAX_KILL_DELAY_MS = 1_500;
/** More than one page. */
const MANY = 240;

let stack: Stack;
let app: Client;
beforeAll(async () => {
  stack = await startStack({
    services: ['imageProvider', 'plateReader'],
    faults: true,
    env: { ...env, IMAGE_PROVIDER_TIMEOUT_MS: '120000' },
  });
  app = new Client(stack.url);
});
afterAll(() => stack.stop());
afterEach(async () => {
  await setFault(stack.imageProvider.url);
  await setFault(stack.plateReader.url);
});

const readIds = async () => {
  const seen = (await (await fetch(`${stack.imageProvider.url}/_requests`)).json()) as { id?: number }[];
  return seen.map(({ id }) => id);
};
const retry = (id: string, headers: Record<string, string> = {}) => app.post(`/status/${id}:retry`, undefined, headers);

describe('a retry', () => {
  test('of a batch reads the images that failed only; its result is complete, in the order of the first request', async () => {
    await setFault(stack.imageProvider.url, { mode: 'forbidden', ids: [9965] });
    const imageIds = [10022, 9965, 404404, 10101];
    const first = await app.finished(await app.post('/plates/recognize-batch', { imageIds }));
    expect(first).toMatchObject({ status: 'Succeeded', result: { succeeded: 2, failed: 2 } });

    await setFault(stack.imageProvider.url);
    const before = await readIds();
    const answers = await Promise.all([retry(first.id), retry(first.id, { 'Operation-Id': randomUUID() })]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    const [{ body: started }, { body: same }] = answers as [{ body: Body }, { body: Body }];
    expect(same.id).toBe(started.id);
    const again = await app.finished(started.id);
    expect(again).toMatchObject({
      kind: 'plates.recognizeBatch',
      status: 'Succeeded',
      retryOf: first.id,
      progress: { total: 4, completed: 3, failed: 1 },
    });
    const { results: old } = first.result as { results: object[] };
    const { results } = again.result as { results: object[] };
    expect(results).toMatchObject(imageIds.map((imageId) => ({ imageId })));
    expect([results[0], results[2], results[3]]).toEqual([old[0], old[2], old[3]]);
    expect(results[1]).toMatchObject({ plateNumber: 'о101но750' });
    expect((await readIds()).slice(before.length).sort()).toEqual([404404, 9965]);
    expect((await app.get(`/status/${first.id}`)).body).toMatchObject({ retriedBy: started.id });
  });

  test('of a batch that was canceled reads the images that were not read, also when it is canceled itself', async () => {
    const imageIds = [10022, 9965, 10101, 10102];
    const canceledAt = async (started: Body, completed: number) => {
      await app.until(started.id, ({ progress }) => progress?.completed === completed);
      await app.post(`/status/${started.id}:cancel`);
      expect((await app.finished(started.id)).status).toBe('Canceled');
    };
    await setFault(stack.imageProvider.url, { ...SLOW, ids: [9965, 10102] });
    const { body: first } = await app.post('/plates/recognize-batch', { imageIds });
    await canceledAt(first, 2);
    await setFault(stack.imageProvider.url, { ...SLOW, ids: [10102] });
    let before = (await readIds()).length;
    const { body: second } = await retry(first.id);
    await canceledAt(second, 3);
    expect((await readIds()).slice(before).sort()).toEqual([10102, 9965]);
    await setFault(stack.imageProvider.url);
    before = (await readIds()).length;
    const { body: third } = await retry(second.id);
    for (const id of [first.id, second.id]) expect((await app.send('DELETE', `/status/${id}`)).status).toBe(204);
    const { result } = await app.finished(third.id);
    expect(result).toMatchObject({ succeeded: 4, results: imageIds.map((imageId) => ({ imageId })) });
    expect((await readIds()).slice(before)).toEqual([10102]);
  });

  test('of an image in the request outlives the first operation; without the image it is gone', async () => {
    await setFault(stack.plateReader.url, { mode: 'forbidden' });
    const bytes = fs.readFileSync(path.join(SAMPLES, '10022.jpg'));
    const post = () =>
      app.send('POST', '/plates/recognize', { headers: { 'Content-Type': 'image/jpeg' }, body: bytes });
    const first = await app.finished(await post());
    expect(first.status).toBe('Failed');
    await setFault(stack.plateReader.url, SLOW);
    const { body: started } = await retry(first.id);
    expect((await app.send('DELETE', `/status/${first.id}`)).status).toBe(204);
    await app.post(`/status/${started.id}:cancel`);
    expect((await app.finished(started.id)).status).toBe('Canceled');
    await setFault(stack.plateReader.url);
    const again = await retry(started.id, { Prefer: 'wait=60' });
    expect(again).toMatchObject({ status: 200, body: { status: 'Succeeded', result: { plateNumber: 'с181мв190' } } });
    expect(again.headers.get('preference-applied')).toBe('wait=60');
    expect(await retry(again.body.id)).toMatchObject({ status: 409, body: { error: { code: 'NothingToRetry' } } });
  });

  test('is refused while the operation runs, and of one that is unknown', async () => {
    await setFault(stack.imageProvider.url, SLOW);
    const { body } = await app.post('/plates/recognize', { imageId: 10022 });
    expect(await retry(body.id)).toMatchObject({ status: 409, body: { error: { code: 'OperationNotFinished' } } });
    await app.post(`/status/${body.id}:cancel`);
    await app.finished(body.id);
    expect((await retry(randomUUID())).status).toBe(404);
    expect((await retry('short')).body.error?.code).toBe('InvalidOperationId');
  });
});

describe('many operations', () => {
  test.each([
    [{}, '', 'expected either ids or filter'],
    [{ ids: [randomUUID()], filter: { kind: 'a' } }, '', 'expected either ids or filter'],
    [{ ids: [] }, 'ids', 'expected 1 to 1000 ids, got 0'],
    [{ ids: ['short'] }, 'ids[0]', 'expected 16 to 100 characters'],
    [{ filter: {} }, 'filter', 'expected at least one of kind, status, createdAfter, createdBefore'],
    [{ filter: { status: 'Ended' } }, 'filter.status', ''],
    [{ filter: { createdBefore: 'today' } }, 'filter.createdBefore', 'expected a time'],
  ])('a body %j is refused', async (body, target, message) => {
    for (const call of ['cancel', 'delete']) {
      const { status, body: answer } = await app.post(`/status:${call}`, body);
      expect([status, answer.error]).toMatchObject([400, { code: 'InvalidRequest' }]);
      expect(answer.error?.target ?? '').toBe(target);
      expect(answer.error?.message).toContain(message);
    }
  });

  /** Kills the app while the operation works, and returns its outcomes. */
  async function interrupted(call: 'cancel' | 'delete', body: object): Promise<ManyResult> {
    const { status, body: started } = await app.post(`/status:${call}`, body);
    expect([status, started.kind]).toEqual([202, `operations.${call}Many`]);
    await sleep(Math.random() * MAX_KILL_DELAY_MS); // the random delay is the input of this test
    await stack.kill('app', 'SIGKILL');
    await stack.restart('app');
    const ended = await app.finished(started.id);
    expect(ended).toMatchObject({ status: 'Succeeded', percentComplete: 100 });
    return ended.result as ManyResult;
  }

  test(
    'are canceled, then deleted, each once, although the app is killed',
    async () => {
      await setFault(stack.imageProvider.url, { mode: 'error' });
      const ids: string[] = [];
      for (let left = MANY; left > 0; left -= 40) {
        const starts = Array.from({ length: 40 }, () => app.post('/plates/recognize', { imageId: 10022 }));
        ids.push(...(await Promise.all(starts)).map(({ body }) => body.id));
      }
      const canceled = await interrupted('cancel', { filter: { kind: 'plates.recognize' } });
      expect(canceled).toMatchObject({ succeeded: MANY, failed: 0 });
      expect(canceled.results.map(({ id }) => id).sort()).toEqual([...ids].sort());
      await eventually(async () => {
        const { body } = await app.get('/status?kind=plates.recognize&status=Running&top=1');
        return body.value.length === 0 ? true : undefined;
      }, 'the end of all');
      const unknown = randomUUID();
      const deleted = await interrupted('delete', { ids: [unknown, ...ids] });
      expect(deleted).toMatchObject({ succeeded: MANY, failed: 1 });
      const outcomes = [{ id: unknown, outcome: 'failed' }, ...ids.map((id) => ({ id, outcome: 'deleted' }))];
      expect(deleted.results).toMatchObject(outcomes);
      for (const id of [ids[0], ids.at(-1)]) expect((await app.get(`/status/${id}`)).status).toBe(404);
    },
    UNDER_KILLS_MS,
  );
});
