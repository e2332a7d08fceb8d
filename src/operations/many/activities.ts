import { type BlobStore } from '../../platform/storage.js';
import { defineActivity, type Activity } from '../activities.js';
import { type PerInvocation } from '../durable.js';
import { resultBlobName } from '../names.js';
import { type Operations } from '../operations.js';
import { type StoredResult } from '../stored-result.js';
import {
  ACT_ON_TARGETS,
  actInput,
  FIND_TARGETS,
  findInput,
  JOIN_OUTCOMES,
  joinInput,
  outcomesBlobName,
  type Acted,
  type Found,
  type TargetOutcome,
} from './schemas.js';
import { Targets } from './targets.js';

type Blobs = Pick<BlobStore, 'get' | 'create' | 'putStream'>;

/** The activities of the operations on many operations; they need a durable client. */
export function createManyActivities(operations: PerInvocation<Operations>, blobs: Blobs): Record<string, Activity> {
  const withOperations =
    (build: (operations: Operations) => Activity): Activity =>
    (watch) =>
    (raw, invocation) =>
      build(operations({ invocation }))(watch)(raw, invocation);
  return {
    [FIND_TARGETS]: withOperations((operations) =>
      defineActivity(findInput, (input, call): Promise<Found> => {
        return new Targets({ ...call, operations, blobs }).find(input);
      }),
    ),
    [ACT_ON_TARGETS]: withOperations((operations) =>
      defineActivity(actInput, (input, call): Promise<Acted> => {
        return new Targets({ ...call, operations, blobs }).act(input);
      }),
    ),
    [JOIN_OUTCOMES]: defineActivity(joinInput, async ({ pages }, { operationId }): Promise<StoredResult> => {
      const name = resultBlobName(operationId);
      const bytes = await blobs.putStream(name, resultOf(blobs, operationId, pages), 'application/json');
      return { name, bytes };
    }),
  };
}

/** The JSON text of the result, a page at a time. */
async function* resultOf(blobs: Pick<Blobs, 'get'>, operationId: string, pages: number): AsyncGenerator<Buffer> {
  let succeeded = 0;
  let failed = 0;
  yield Buffer.from('{"results":[');
  for (let page = 0; page < pages; page++) {
    const bytes = await blobs.get(outcomesBlobName(operationId, page));
    if (!bytes) throw new Error(`The outcomes of page ${page} are missing.`);
    const outcomes = JSON.parse(bytes.toString('utf8')) as TargetOutcome[];
    const failures = outcomes.filter(({ error }) => error).length;
    failed += failures;
    succeeded += outcomes.length - failures;
    yield Buffer.from(`${page > 0 ? ',' : ''}${JSON.stringify(outcomes).slice(1, -1)}`);
  }
  yield Buffer.from(`],"succeeded":${succeeded},"failed":${failed}}`);
}
