import { type BlobStore } from '../../../../src/platform/storage.js';
import { type Endpoint } from '../../../../src/serverless/endpoints/endpoint-store.js';
import { partitionOf } from '../../../../src/serverless/queue/queues.js';
import { RANDOM_BYTES, requestIDOf } from '../../../../src/serverless/requests/request-id.js';
import { endColumns, rowOfRequest } from '../../../../src/serverless/requests/request-row.js';
import { memoryServerlessHub } from '../../../support/memory-serverless-hub.js';
import { MemoryTable } from '../../../support/memory-table.js';
import { MemoryTaskHub } from '../../../support/memory-task-hub.js';

const endpoint: Endpoint = {
  id: 'e',
  createdAt: '2026-11-22T00:00:00.000Z',
  worker: null,
  workers: 1,
  maxSyncWaiting: 1,
  maxQueued: 1,
};
const BYTES = 2_000_000;

test('an id that is asked 100 times is read once, and its results are given up to 8 MB', async () => {
  const reads: string[] = [];
  const table = new MemoryTable();
  const get = table.get.bind(table);
  table.get = (partitionKey, rowKey) => {
    reads.push('row');
    return get(partitionKey, rowKey);
  };
  const hub = new MemoryTaskHub();
  const getStatus = hub.getStatus.bind(hub);
  hub.getStatus = (id) => {
    reads.push(id.split(':')[0] ?? '');
    return getStatus(id);
  };
  const blobs: Pick<BlobStore, 'get' | 'readUrl'> = {
    get: (name) => {
      reads.push(name);
      return Promise.resolve(Buffer.alloc(BYTES));
    },
    readUrl: (name) => Promise.resolve(`https://storage.test/${name}`),
  };
  const { requests } = memoryServerlessHub({ table, hub, blobs, endpoint });
  const now = Date.now();
  const requestID = requestIDOf(1, Buffer.alloc(RANDOM_BYTES));
  const record = { sequence: 1, requestID, mode: 'async' as const, acceptedAt: now, deadline: now, owner: '' };
  const result = { blob: 'a-result', bytes: BYTES, contentType: 'image/x' };
  await table.insert({
    ...rowOfRequest(partitionOf(endpoint), { ...record, webhook: 'https://receiver.test/' }),
    ...endColumns({ state: 'succeed', at: now, result }),
  });

  const statuses = await requests.statuses(endpoint, Array<string>(100).fill(requestID));
  expect(reads.sort()).toEqual(['a-result', 'row', 'sl-deliver', 'sl-run']);
  expect(statuses.map((status) => status.requestID)).toEqual(Array(100).fill(requestID));
  expect(statuses.filter((status) => status.result !== null)).toHaveLength(4);
  const others = statuses.filter((status) => status.result === null);
  for (const status of others)
    expect(status).toMatchObject({ statusCode: 413, status: 'succeed', resultUrl: 'https://storage.test/a-result' });
  expect(others).toHaveLength(96);
});
