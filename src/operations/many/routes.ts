import { type Route } from '../../platform/http/route.js';
import { type BlobStore } from '../../platform/storage.js';
import { type OperationKind, type Start } from '../define.js';
import { type PerInvocation } from '../durable.js';
import { inputBlobName } from '../names.js';
import { type Operations } from '../operations.js';
import { defineStartRoute } from '../start-route.js';
import { operationsTag } from '../tag.js';
import { cancelMany, deleteMany } from './many.orchestrator.js';
import { manyRequest, type ManyInput, type ManyResult } from './schemas.js';
import { type z } from 'zod';

export interface ManyRoutesOptions {
  operations: PerInvocation<Operations>;
  blobs: Pick<BlobStore, 'put'>;
}

/** The calls on many operations (docs/contracts/managing-operations.md, Many operations in one call). */
export function createManyRoutes(options: ManyRoutesOptions): Route[] {
  return [
    manyRoute(options, {
      kind: cancelMany,
      path: '/status:cancel',
      operationId: 'cancelOperations',
      summary: 'Cancels many operations',
      description: 'With a filter, those that have not ended.',
    }),
    manyRoute(options, {
      kind: deleteMany,
      path: '/status:delete',
      operationId: 'deleteOperations',
      summary: 'Deletes many operations that have ended',
      description: 'With a filter, those that have ended.',
    }),
  ];
}

interface ManyRoute {
  kind: OperationKind<ManyInput, ManyResult>;
  path: string;
  operationId: string;
  summary: string;
  description: string;
}

function manyRoute({ operations, blobs }: ManyRoutesOptions, route: ManyRoute): Route {
  return defineStartRoute({
    ...route,
    description:
      `${route.description} An operation does it, with one outcome for each. Operations that start after it, and ` +
      'itself, are not concerned.',
    operations,
    tag: operationsTag,
    json: manyRequest,
    start: ({ json }) => startMany(blobs, json),
  });
}

/** The ids are stored in a blob, because a status read returns the input. */
function startMany(
  blobs: ManyRoutesOptions['blobs'],
  { ids: given, filter }: z.output<typeof manyRequest>,
): Start<ManyInput> {
  if (!given) return { input: () => ({ filter }) };
  const ids = [...new Set(given)];
  const others = (own: string) => ids.filter((id) => id !== own);
  return {
    input: (own) => ({ ids: { blob: inputBlobName(own), count: others(own).length } }),
    identity: ids,
    prepare: (own) => blobs.put(inputBlobName(own), Buffer.from(JSON.stringify(others(own))), 'application/json'),
  };
}
