import { z } from 'zod';
import { Redactor } from '../../platform/sensitive.js';
import { type ActivitySchemas } from '../activities.js';
import { type DurableClient } from '../durable.js';
import { operationErrors } from '../errors.js';
import { hasEnded, summaryOf } from '../monitor.js';
import { type Operations } from '../operations.js';
import { operationStatus, type OperationStatus } from '../schemas.js';
import { readHistory } from './history-stream.js';
import { InstanceSpans, span, SpanList } from './spans.js';

export const operationHistory = z
  .object({
    id: z.string(),
    kind: z.string(),
    status: operationStatus,
    spans: z.array(span).describe('In the order in which they began.'),
    truncated: z.boolean().optional().describe('Whether spans between the first and the last 500 are left out.'),
  })
  .meta({ id: 'OperationHistory' });

export interface HistoryOptions {
  client: DurableClient;
  operations: Pick<Operations, 'find' | 'now'>;
  /** The schemas of activities by their registered names. */
  activities: ReadonlyMap<string, ActivitySchemas>;
}

/** What happened in operations, derived from their durable histories at the time of the request. */
export class History {
  readonly #options: HistoryOptions;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /**
   * The spans of an operation and of its sub-orchestrations, whose histories are read one after the other.
   * @throws OperationError 404 `OperationNotFound`, 410 `OperationExpired`, 503
   */
  async of(id: string): Promise<z.infer<typeof operationHistory>> {
    const { client, operations, activities } = this.#options;
    const { kind } = await operations.find(id);
    let status: OperationStatus | undefined;
    const list = new SpanList();
    const shared = { list, redactor: new Redactor(), activities, now: operations.now() };
    const open = [{ instanceId: id, spans: new InstanceSpans({ ...shared, operation: { id, kind } }) }];
    for (let next = open.shift(); next; next = open.shift()) {
      const { instanceId, spans } = next;
      const instance = await readHistory(client, instanceId, (event) => spans.add(event));
      // One that is gone was deleted meanwhile, after its end.
      const children = spans.end(instance !== undefined && !hasEnded(instance));
      if (instanceId === id) status = instance && summaryOf(instance, kind.kind, 0).status;
      for (const owner of children) {
        open.push({ instanceId: owner, spans: new InstanceSpans({ ...shared, owner }) });
      }
    }
    if (status === undefined) throw operationErrors.OperationNotFound(`There is no operation ${id}.`);
    return { id, kind: kind.kind, status, ...list.result() };
  }
}
