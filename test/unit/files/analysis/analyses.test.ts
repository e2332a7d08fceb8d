import { Analyses } from '../../../../src/files/analysis/analyses.js';
import { filesErrors } from '../../../../src/files/errors.js';
import { MemoryTable } from '../../../support/memory-table.js';

const SECOND = 1_000;
const TIMES = { keyMs: 90 * SECOND, waitMs: 600 * SECOND, timeoutMs: 3_600 * SECOND };
const START = Date.parse('2026-11-28T14:00:00.000Z');

/** Analyses of two processes with one clock; an analysis has begun. */
async function world() {
  const table = new MemoryTable();
  const clock = { now: START };
  const [here, there] = [0, 1].map(() => new Analyses(table, TIMES, () => clock.now)) as [Analyses, Analyses];
  const given = { file: 7, user: 1, audience: '12+', operationId: 'operation', baseUrl: 'http://app' };
  const added = await here.add({ ...given, violations: [1, 2, 3] });
  if (!added) throw new Error('The analysis was not added.');
  const { id, analysis } = added;
  const at = (seconds: number) => (clock.now = START + seconds * SECOND);
  const isValid = async (key: string) => (await there.byKey(key))?.isValid ?? false;
  const keyRows = () => table.rows.filter(({ rowKey }) => rowKey.startsWith('!key-'));
  return { table, here, there, id, analysis, at, isValid, keyRows };
}

const failure = filesErrors.AnalyzerFailed('Damaged.').data;

test('a key is valid for 90 s, then the next one, and only one is stored', async () => {
  const { here, id, analysis, at, isValid, keyRows } = await world();
  at(89.9);
  expect([await isValid(analysis.key), await isValid(analysis.key.toUpperCase())]).toEqual([true, true]);
  at(90);
  expect(await isValid(analysis.key)).toBe(false);
  const next = await here.current(id);
  expect([next?.keyNumber, await isValid(next?.key ?? ''), await isValid(analysis.key)]).toEqual([2, true, false]);
  expect(keyRows()).toHaveLength(1);
});

test('processes that replace an overdue key at the same time make one', async () => {
  const { here, there, id, at } = await world();
  at(200);
  const found = await Promise.all([here, there, here, there].map((analyses) => analyses.current(id)));
  expect(new Set(found.map((analysis) => analysis?.key)).size).toBe(1);
  expect(found[0]?.keyNumber).toBe(2);
});

test('after ten minutes without a download no key is valid, whether a write has recorded it or not', async () => {
  const { here, id, analysis, at, isValid } = await world();
  at(599);
  const last = (await here.current(id)) ?? analysis;
  expect(await isValid(last.key)).toBe(true);
  at(600);
  expect(await isValid(last.key)).toBe(false);
  expect([last.status, here.statusOf(last)]).toEqual(['processing', 'error']);
  expect(await here.current(id)).toMatchObject({ status: 'error', errorCode: 'DownloadNotBegun' });
  expect(await here.open()).toEqual([]);
});

test('a pause of the analyzer holds the wait for the download', async () => {
  const { here, there, id, analysis, at, isValid } = await world();
  at(500);
  await here.hold(id, analysis.run);
  at(5_000);
  const held = await there.current(id);
  expect([held?.status, await isValid(held?.key ?? '')]).toEqual(['processing', true]);
  await there.release(id, analysis.run);
  await here.release(id, analysis.run); // an activity that runs twice
  at(5_099);
  expect((await here.current(id))?.status).toBe('processing');
  at(5_100);
  expect(await here.current(id)).toMatchObject({ status: 'error', errorCode: 'DownloadNotBegun' });
});

test('the key of a download stays until its deadline', async () => {
  const { here, there, id, analysis, at, isValid } = await world();
  const { key } = analysis;
  at(80);
  expect(await here.beginDownload(id, key)).toEqual({ isValid: true, isFirst: true });
  expect(await there.beginDownload(id, key)).toEqual({ isValid: true, isFirst: false });
  at(3_600 + 79);
  expect([await isValid(key), (await here.current(id))?.key]).toEqual([true, key]);
  at(3_600 + 80);
  expect(await isValid(key)).toBe(false);
  expect(await here.current(id)).toMatchObject({ status: 'error', errorCode: 'AnalysisTimeout' });
});

test('a download begins under the current key only', async () => {
  const { here, id, analysis, at } = await world();
  at(91);
  expect(await here.beginDownload(id, analysis.key)).toEqual({ isValid: false, isFirst: false });
  const current = await here.current(id);
  expect(await here.beginDownload(id, analysis.key)).toEqual({ isValid: false, isFirst: false });
  expect(await here.beginDownload(id, current?.key ?? '')).toEqual({ isValid: true, isFirst: true });
});

test('of results that come at the same time, one is taken; its key then only tells that it has come', async () => {
  const { here, there, id, analysis } = await world();
  const posts = [here.post(id, analysis.key, 11), there.post(id, analysis.key, 12)];
  expect((await Promise.all(posts)).filter(Boolean)).toHaveLength(1);
  expect(await here.byKey(analysis.key)).toMatchObject({ id, isValid: false });
  await here.finish(id, 1, { violationsQuantity: 3, scenes: 2 });
  expect(await here.get(id)).toMatchObject({ status: 'db_ready', storedRun: 1, violationsQuantity: 3 });
  expect(await here.byKey(analysis.key)).toMatchObject({ id, isValid: false });
});

test('what is late changes nothing', async () => {
  const { here, id, analysis } = await world();
  await here.fail(id, 1, failure);
  expect(await here.post(id, analysis.key, 11)).toBeUndefined();
  expect(await here.beginDownload(id, analysis.key)).toEqual({ isValid: false, isFirst: false });
  const again = await here.restart(id, { operationId: 'another operation', baseUrl: 'http://app' });
  await here.fail(id, 1, failure); // the operation of the first run ends
  await here.finish(id, 1, { violationsQuantity: 1, scenes: 1 });
  expect(await here.get(id)).toEqual(again);
});

test('a run that has ended is restarted once, with another key and without what it had', async () => {
  const { here, there, id, analysis, keyRows } = await world();
  expect(await here.restart(id, { operationId: 'too early', baseUrl: 'http://app' })).toBeUndefined();
  await here.beginDownload(id, analysis.key);
  await here.fail(id, 1, failure);
  const restarts = await Promise.all([
    here.restart(id, { operationId: 'a', baseUrl: 'http://app' }),
    there.restart(id, { operationId: 'b', baseUrl: 'http://app' }),
  ]);
  expect(restarts.filter(Boolean)).toHaveLength(1);
  const restarted = await here.get(id);
  expect(restarted).toMatchObject({ run: 2, keyNumber: 1, status: 'processing', token: analysis.token });
  expect(Object.keys(restarted ?? {})).not.toContain('downloadBeganAt');
  expect(Object.keys(restarted ?? {})).not.toContain('errorCode');
  expect(await here.byKey(analysis.key)).toBeUndefined();
  expect([keyRows().length, await here.open()]).toEqual([1, [id]]);
});

test('a run whose deadline has passed is restarted although no write has recorded it', async () => {
  const { here, id, at } = await world();
  at(601);
  expect(await here.restart(id, { operationId: 'another operation', baseUrl: 'http://app' })).toMatchObject({ run: 2 });
  expect(await here.open()).toEqual([id]);
});

test('an unknown key and an old one are read alike', async () => {
  const { table, there, here, id, analysis, at } = await world();
  at(90);
  await here.current(id);
  const reads: string[] = [];
  const [get, read] = [jest.spyOn(table, 'get'), jest.spyOn(table, 'read')];
  const kinds = async (key: string) => {
    for (const spy of [get, read]) spy.mockClear();
    await there.byKey(key);
    reads.push(`${get.mock.calls.length} ${read.mock.calls.length}`);
  };
  await kinds(analysis.key);
  await kinds('0'.repeat(32));
  expect(reads).toEqual(['1 1', '1 1']);
});

test('a token names its analysis', async () => {
  const { there, id, analysis } = await world();
  expect([await there.byToken(analysis.token), await there.byToken(analysis.key)]).toEqual([id, undefined]);
});

test('the list has analyses only', async () => {
  const { here, id, analysis } = await world();
  expect(await here.list({ limit: 10, offset: 0 })).toEqual({ rows: [{ id, values: analysis }], hasMore: false });
});

test('of requests with one Operation-Id one begins a run, also when the analysis was restarted since', async () => {
  const { here, there, id } = await world();
  const run = { operationId: 'chosen-by-a-client', baseUrl: 'http://app', fingerprint: 'f' };
  const given = { ...run, file: 7, user: 1, audience: '12+', violations: [] };
  const added = await Promise.all([here, there, here].map((analyses) => analyses.add(given)));
  const [first, ...others] = added.filter((one) => one !== undefined);
  expect(others).toEqual([]);
  expect(await there.byOperation(run.operationId)).toEqual({ id: first?.id, fingerprint: 'f' });

  await here.fail(id, 1, failure);
  const again = { ...run, operationId: 'another-of-a-client' };
  const restarted = await Promise.all([here, there].map((analyses) => analyses.restart(id, again)));
  expect(restarted.filter((one) => one !== undefined)).toHaveLength(1);
  await here.fail(id, 2, failure);
  expect(await here.restart(id, again)).toBeUndefined();
  expect(await here.get(id)).toMatchObject({ run: 2, status: 'error' });
  expect(await there.byOperation(again.operationId)).toEqual({ id, fingerprint: 'f' });
  await here.restart(id, { operationId: 'next', baseUrl: 'http://app' });
  expect(await there.byOperation(again.operationId)).toEqual({ id, fingerprint: 'f' });
});

test('the webhook of a run is kept until the run has ended', async () => {
  const { here, id } = await world();
  await here.fail(id, 1, failure);
  await here.restart(id, { operationId: 'next', baseUrl: 'http://app', webhookUrl: 'http://receiver/' });
  expect(await here.get(id)).toMatchObject({ webhookUrl: 'http://receiver/' });
  await here.fail(id, 2, failure);
  expect((await here.get(id))?.webhookUrl).toBeUndefined();
});
