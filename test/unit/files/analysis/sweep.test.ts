import { Analyses } from '../../../../src/files/analysis/analyses.js';
import { analyze } from '../../../../src/files/analysis/analyze.orchestrator.js';
import { startRun } from '../../../../src/files/analysis/start-run.js';
import { sweepAnalyses } from '../../../../src/files/analysis/sweep.js';
import { createEndNotifications } from '../../../../src/operations/end-notifications.js';
import { Operations } from '../../../../src/operations/operations.js';
import { createOperationRecords } from '../../../../src/operations/records.js';
import { commonErrors } from '../../../../src/platform/errors.js';
import { type BlobStore } from '../../../../src/platform/storage.js';
import { MemoryTable } from '../../../support/memory-table.js';
import { MemoryTaskHub } from '../../../support/memory-task-hub.js';

const SECOND = 1_000;
const TIMES = { keyMs: 90 * SECOND, waitMs: 600 * SECOND, timeoutMs: 3_600 * SECOND };

async function world() {
  const clock = { now: Date.parse('2026-11-28T14:00:00.000Z') };
  const analyses = new Analyses(new MemoryTable(), TIMES, () => clock.now);
  const hub = new MemoryTaskHub();
  const operations = new Operations({
    client: hub.client,
    kinds: [analyze],
    records: createOperationRecords(new MemoryTable()),
    blobs: {} as BlobStore,
    ends: createEndNotifications(),
    retry: { attempts: 3, firstWaitMs: 10 },
    retentionMs: 72 * 3_600_000,
  });
  const given = { file: 7, user: 1, audience: '12+', operationId: 'operation-of-the-run', baseUrl: 'http://app' };
  const added = await analyses.add({ ...given, violations: [] });
  if (!added) throw new Error('The analysis was not added.');
  const { id, analysis } = added;
  const failures: number[] = [];
  const onFailure = (failed: number) => failures.push(failed);
  const sweep = (seconds: number) => {
    clock.now += seconds * SECOND;
    return sweepAnalyses({ analyses, operations, onFailure });
  };
  return { analyses, hub, operations, id, analysis, failures, sweep };
}

test('a run without an operation gets it, once', async () => {
  const { hub, sweep, id } = await world();
  await sweep(10);
  expect(hub.starts).toEqual([]); // the request may still be starting it
  await sweep(60);
  await sweep(60);
  expect(hub.starts).toEqual(['operation-of-the-run']);
  expect(hub.instances[0]).toMatchObject({ name: 'files_analyze', input: { input: { analysisId: id, run: 1 } } });
});

test('a run whose operation ended without it ends as an error', async () => {
  const { analyses, hub, operations, sweep, id, analysis } = await world();
  await startRun(operations, analyses, { id, analysis }, undefined);
  await sweep(60);
  expect(await analyses.get(id)).toMatchObject({ status: 'processing' });
  hub.end(analysis.operationId);
  await sweep(60);
  expect(await analyses.get(id)).toMatchObject({ status: 'error', errorCode: 'AnalysisInterrupted' });
});

test('a run whose deadline has passed ends, also without an operation', async () => {
  const { analyses, hub, sweep, id } = await world();
  await sweep(601);
  expect(await analyses.get(id)).toMatchObject({ status: 'error', errorCode: 'DownloadNotBegun' });
  expect([hub.starts, await analyses.open()]).toEqual([[], []]);
});

test('a failure does not hold up the others', async () => {
  const { analyses, hub, sweep, id, failures } = await world();
  const other = await analyses.add({
    ...{ file: 7, user: 1, audience: '12+', operationId: 'operation-of-another', baseUrl: 'http://app' },
    violations: [],
  });
  const get = analyses.get.bind(analyses);
  jest.spyOn(analyses, 'get').mockImplementation((each) => {
    return each === id ? Promise.reject(commonErrors.ServiceUnavailable('Away.')) : get(each);
  });
  await sweep(60);
  expect([failures, hub.starts]).toEqual([[id], [other?.analysis.operationId]]);
});

test('a run whose id another operation has ends as an error', async () => {
  const { analyses, hub, operations, sweep, id, analysis, failures } = await world();
  const input = () => ({ analysisId: 1_000, run: 1 });
  await operations.start({ kind: analyze, operationId: analysis.operationId, input });
  await hub.purgeInstanceHistory(analysis.operationId);
  await sweep(60);
  expect(failures).toEqual([id]);
  expect(await analyses.get(id)).toMatchObject({ status: 'error', errorCode: 'OperationIdReused' });
});
