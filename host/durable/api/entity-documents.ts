import { jsonTime, jsonTimeWithOffset, NO_TIME } from '../../dotnet-text.js';
import { type EntityId, type EntityName, guidOf } from '../ids.js';
import { EventType, type HistoryEvent, RELEASE } from '../store/history-events.js';

/**
 * Messages to and from entities in a history, as the documents that Azure has there (RequestMessage.cs,
 * ResponseMessage.cs, ReleaseMessage.cs). The host's own documents are shorter, and their ids are not GUIDs.
 */
export class EntityDocuments {
  /** When the last request was sent to an entity: Azure restores the order of messages from it. */
  readonly #lastSent = new Map<EntityId, string>();

  /** The event as clients see it. */
  shown(event: HistoryEvent): HistoryEvent {
    if (event.EventType === EventType.EventRaised && event.Response === true) {
      const Input = typed('ResponseMessage', JSON.parse(event.Input ?? '{}') as object);
      return { ...event, Name: guidOf(event.Name), Input };
    }
    if (event.EventType !== EventType.EventSent) return event;
    const { id, parent, ...document } = JSON.parse(event.Input) as SentDocument;
    if (event.Name === RELEASE) return { ...event, Input: typed('ReleaseMessage', { parent, id: guidOf(id) }) };
    const { op, signal, input, parentExecution, lockset } = document;
    const ms = event.Timestamp.getTime();
    const at = jsonTime(ms);
    const Input = typed('RequestMessage', {
      op,
      signal,
      input,
      id: guidOf(id),
      parent,
      parentExecution,
      Timestamp: at,
      Predecessor: this.#lastSent.get(event.InstanceId) ?? NO_TIME,
      ...(lockset === undefined
        ? { requestTime: jsonTimeWithOffset(ms) }
        : { lockset: lockset.map((entity) => ({ $type: typeName('EntityId'), ...entity })) }),
    });
    this.#lastSent.set(event.InstanceId, at);
    return { ...event, Input };
  }
}

/** A document of `turn/entity-requests.ts`. */
interface SentDocument {
  op?: string | null;
  signal?: boolean;
  input?: string;
  id: string;
  parent: string;
  parentExecution: string;
  lockset?: EntityName[];
}

function typed(type: string, document: object): string {
  return JSON.stringify({ $type: typeName(type), ...document });
}

function typeName(type: string): string {
  return `Microsoft.Azure.WebJobs.Extensions.DurableTask.${type}, Microsoft.Azure.WebJobs.Extensions.DurableTask`;
}
