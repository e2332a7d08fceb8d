import { EntityId, type DurableEntityContext, type EntityHandler } from 'durable-functions';
import { PAGE_ENTITY, QUEUE_ENTITY } from './names.js';
import {
  clean,
  emptyQueue,
  enter,
  forget,
  leave,
  tend,
  type Forgotten,
  type FullPage,
  type Grants,
  type Queued,
  type QueueState,
  type Step,
} from './queue.js';
import type { Starts } from './starts.js';

const operations: Record<string, (state: QueueState, input: never) => Step<unknown>> = {
  enter,
  leave,
  tend,
  clean,
  forget,
};

export const queueId = (endpoint: string) => new EntityId(QUEUE_ENTITY, endpoint);
export const pageId = (endpoint: string, page: number) => new EntityId(PAGE_ENTITY, `${endpoint}!${page}`);

/**
 * One queue per endpoint, keyed by its id. A page is written or deleted with the step that asks for it, or neither.
 *
 * @param starts those of the process that makes requests ready; what is held there is told by this step's commit, or not
 *   at all: after a kill the queue says who is still ready
 */
export function queueEntity(starts: Pick<Starts, 'boot' | 'expect' | 'hold'>): EntityHandler<QueueState> {
  return ({ df }) => {
    const operation = operations[df.operationName ?? ''];
    if (!operation) throw new Error(`A queue has no operation ${df.operationName}.`);
    const { entityKey: endpoint } = df;
    const state = { ...emptyQueue, ...df.getState(() => emptyQueue) };
    const input = df.operationName === 'clean' ? { held: starts.hold(endpoint, state.ready) } : df.getInput<unknown>();
    const [next, reply, full] = operation(state, input as never);
    df.setState(next);
    if (full) df.signalEntity(pageId(endpoint, full.page), 'write', full.ids satisfies FullPage['ids']);
    if (df.operationName === 'forget') deletePages(df, reply as Forgotten);
    df.return(signed(reply as Partial<Grants & Queued>, starts, endpoint));
  };
}

/** Who was made ready here is expected here, and nowhere else. */
function signed(reply: Partial<Grants & Queued>, starts: Pick<Starts, 'boot' | 'expect'>, endpoint: string) {
  const { readyFrom = Infinity, grants = [], granted, sequence = 0 } = reply;
  const ready = granted === 'ready' ? [sequence] : grants.filter((other) => other >= readyFrom);
  for (const one of ready) starts.expect(endpoint, one);
  return ready.length > 0 ? { ...reply, boot: starts.boot } : reply;
}

/** The ids of `PAGE_SIZE` requests in the order of their sequences; written once. */
export const pageEntity: EntityHandler<string[]> = ({ df }) => {
  if (df.operationName === 'delete') df.destructOnExit();
  else if (df.operationName === 'write') df.setState(df.getInput<string[]>() ?? []);
  else throw new Error(`A page has no operation ${df.operationName}.`);
};

function deletePages(df: DurableEntityContext<QueueState>, { pages }: Forgotten): void {
  for (const page of pages) df.signalEntity(pageId(df.entityKey, page), 'delete');
}
