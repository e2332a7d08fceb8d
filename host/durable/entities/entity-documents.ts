import { jsonTime, jsonTimeWithOffset, NO_TIME } from '../../dotnet-text.js';
import { entityName, guidOf } from '../ids.js';
import { type EntityMessage, senderOf } from '../store/entity-messages.js';

/** A message that waits for a lock, as in the state of an entity's scheduler (RequestMessage.cs). */
export function queuedDocument(message: EntityMessage): object {
  const from = senderOf(message);
  const sender = from && { parent: from.id, ...(from.execution && { parentExecution: from.execution }) };
  const times = { Timestamp: from === undefined ? NO_TIME : jsonTime(message.at), Predecessor: NO_TIME };
  if (message.kind === 'operation') {
    const { name: op, signal, input, id } = message;
    const requestTime = from?.execution ? { requestTime: jsonTimeWithOffset(message.at) } : {};
    const document = { op, ...(signal && { signal }), ...(input !== null && { input }), id: guidOf(id) };
    return { ...document, ...sender, ...times, ...requestTime };
  }
  if (message.kind !== 'lock') return { ...sender };
  const { id, lockSet, position: pos } = message;
  return { op: null, id: guidOf(id), ...sender, ...times, lockset: lockSet.map(entityName), ...(pos > 0 && { pos }) };
}
