import { entityName, guidOf } from '../ids.js';
import { type EntityMessage, senderOf } from '../store/entity-messages.js';

const NO_TIME = '0001-01-01T00:00:00';

/** A message that waits for a lock, as in the state of an entity's scheduler (RequestMessage.cs). */
export function queuedDocument(message: EntityMessage): object {
  const from = senderOf(message);
  const sender = from && { parent: from.id, ...(from.execution && { parentExecution: from.execution }) };
  const times = { Timestamp: from === undefined ? NO_TIME : dotnetTime(message.at), Predecessor: NO_TIME };
  if (message.kind === 'operation') {
    const { name: op, signal, input, id } = message;
    const requestTime = from?.execution ? { requestTime: dotnetTime(message.at).replace(/Z$/, '+00:00') } : {};
    const document = { op, ...(signal && { signal }), ...(input !== null && { input }), id: guidOf(id) };
    return { ...document, ...sender, ...times, ...requestTime };
  }
  if (message.kind !== 'lock') return { ...sender };
  const { id, lockSet, position: pos } = message;
  return { op: null, id: guidOf(id), ...sender, ...times, lockset: lockSet.map(entityName), ...(pos > 0 && { pos }) };
}

/** A time as .NET writes it. @param ms since the epoch */
export function dotnetTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z');
}
