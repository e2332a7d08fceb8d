import '../../support/fake-waits.js';
import { mapStatements } from '../../../src/bank-map/map.orchestrator.js';
import { zipBlobName } from '../../../src/bank-map/names.js';
import { announcedList } from '../../../src/books/names.js';
import { uploadFinish } from '../../../src/books/upload-finish.orchestrator.js';
import { uploadStart } from '../../../src/books/upload-start.orchestrator.js';
import { analyze } from '../../../src/files/analysis/analyze.orchestrator.js';
import { type OperationKind } from '../../../src/operations/define.js';
import { manyKinds } from '../../../src/operations/many/many.orchestrator.js';
import { inputBlobName } from '../../../src/operations/names.js';
import { recognizeBatch } from '../../../src/plates/recognize-batch.orchestrator.js';
import { recognize } from '../../../src/plates/recognize.orchestrator.js';
import { reusedBlobName } from '../../../src/plates/schemas.js';
import { commonErrors, type OperationError } from '../../../src/platform/errors.js';
import { kinds as kindsOfSlices } from '../../../src/slices.js';
import { MemoryTaskHub } from '../../support/memory-task-hub.js';
import { codeOf, ID, OperationWorld } from '../../support/operation-world.js';

beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance'] }));
afterEach(() => {
  jest.clearAllTimers();
  jest.useRealTimers();
});

const kinds = [...kindsOfSlices, ...manyKinds];
const NEW = 'the-retry-of-the-first';
const error = commonErrors.InternalError('Something failed.').data;
const finish = { bookId: 'book', transactionId: 'v', metadata: { a: 1 }, becomeUploader: false };
const upload = { bookId: 'book', isNew: true, clientName: 'c', clientVersion: '1', becomeUploader: false };
const list = { ...upload, fingerprint: 'f', files: 10, pages: 1 };
const job = { company: 'hum', jobName: 'a_b_c', traceId: 't', timeoutMs: 1, pollMs: 1 };

interface Case {
  /** The input of an operation with an id. */
  input: (id: string) => object;
  /** A blob of the input. */
  blob?: (id: string) => string;
  /** The code of a refusal. */
  code?: string;
}

const cases: [OperationKind, Case[]][] = [
  [
    recognize,
    [{ input: () => ({ imageId: 1 }) }, { input: (id) => ({ blob: inputBlobName(id) }), blob: inputBlobName }],
  ],
  [
    recognizeBatch,
    [
      { input: () => ({ imageIds: [1, 2] }) },
      { input: (id) => ({ imageIds: [1, 2], reused: reusedBlobName(id) }), blob: reusedBlobName },
    ],
  ],
  [
    mapStatements,
    [
      { input: (id) => ({ ...job, zip: zipBlobName(id) }), blob: zipBlobName },
      { input: (id) => ({ ...job, zip: zipBlobName(id) }), code: 'InputGone' },
    ],
  ],
  [analyze, [{ input: () => ({ analysisId: 1, run: 2 }), code: 'NothingToRetry' }]],
  [
    uploadStart,
    [
      { input: () => list, blob: (id) => `${announcedList(id)}index.json` },
      { input: () => list, code: 'InputGone' },
    ],
  ],
  [uploadFinish, [{ input: () => finish }]],
  ...manyKinds.map((kind): [OperationKind, Case[]] => [
    kind,
    [
      { input: () => ({ filter: { kind: 'a' } }) },
      { input: (id) => ({ ids: { blob: inputBlobName(id), count: 1 } }), blob: inputBlobName },
    ],
  ]),
];

test('each kind has its cases', () => {
  expect(cases.map(([{ kind }]) => kind).sort()).toEqual(kinds.map(({ kind }) => kind).sort());
});

test.each(cases.flatMap(([kind, of]) => of.map((one) => [kind.kind, one.code ?? 'a retry', kind, one] as const)))(
  '%s that failed: %s',
  async (_kind, _end, kind, { input, blob, code }) => {
    const world = new OperationWorld(new MemoryTaskHub(), kinds);
    const start = { kind: kind as never, input: () => input(ID) as never, operationId: ID };
    await world.processes.finish(world.start('a', { ...start, prepare: () => Promise.resolve() }));
    world.hub.end(ID, { end: 'failed', error });
    if (blob) world.blobs.add(blob(ID));
    const result = await world.processes.finish(world.operations('a').retry(ID, { operationId: NEW }));
    expect(codeOf(result)).toBe(code ?? 'fulfilled');
    if (code === undefined) {
      expect(world.hub.instances.at(-1)).toMatchObject({ instanceId: NEW, name: kind.functionName });
      expect(world.hub.instances.at(-1)?.input).toMatchObject({ input: input(NEW) });
      if (blob) expect([...world.blobs]).toEqual([blob(ID), blob(NEW)]);
    } else if (result.status === 'rejected') {
      // The remedy.
      expect((result.reason as OperationError).data.message).toMatch(/start a new operation|POST \//);
    }
  },
);
