import { EntityId, type DurableEntityContext, type EntityHandler } from 'durable-functions';
import { PAGE_ENTITY, QUEUE_ENTITY, RECONCILE_QUEUE } from './names.js';
import {
  clean,
  emptyQueue,
  enter,
  forget,
  leave,
  queueFrom,
  reconcile,
  type Forgotten,
  type FullPage,
  type QueueState,
  type Step,
} from './queue.js';

const operations: Record<string, (state: QueueState, input: never) => Step<unknown>> = {
  enter,
  leave,
  [RECONCILE_QUEUE]: reconcile,
  clean,
  forget,
};

export const queueId = (endpoint: string) => new EntityId(QUEUE_ENTITY, endpoint);
export const pageId = (endpoint: string, page: number) => new EntityId(PAGE_ENTITY, `${endpoint}!${page}`);

/** One queue per endpoint, keyed by its id. Its state and the signals that write or delete pages are stored together. */
export const queueEntity: EntityHandler<QueueState> = ({ df }) => {
  const operation = operations[df.operationName ?? ''];
  if (!operation) throw new Error(`A queue has no operation ${df.operationName}.`);
  const [next, reply, full] = operation(queueFrom(df.getState(() => emptyQueue)), df.getInput<unknown>() as never);
  df.setState(next);
  if (full) df.signalEntity(pageId(df.entityKey, full.page), 'write', full.ids satisfies FullPage['ids']);
  if (df.operationName === 'forget') deletePages(df, reply as Forgotten);
  df.return(reply);
};

/** The ids of `PAGE_SIZE` requests in the order of their sequences; written once. */
export const pageEntity: EntityHandler<string[]> = ({ df }) => {
  if (df.operationName === 'delete') df.destructOnExit();
  else if (df.operationName === 'write') df.setState(df.getInput<string[]>() ?? []);
  else throw new Error(`A page has no operation ${df.operationName}.`);
};

function deletePages(df: DurableEntityContext<QueueState>, { pages }: Forgotten): void {
  for (const page of pages) df.signalEntity(pageId(df.entityKey, page), 'delete');
}
