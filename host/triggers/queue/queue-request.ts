import { randomUUID } from 'node:crypto';
import { jsonIn } from '../../bindings/json.js';
import { type InvocationRequest, type TypedData } from '../../contracts.js';
import { type QueueMessage } from './message-queue.js';

/** The invocation for a message (host contract, 10.2). Members of a JSON body override the message's properties. */
export function queueRequest(message: QueueMessage): InvocationRequest {
  const { content } = message;
  const isText = typeof content === 'string';
  const metadata: Record<string, TypedData> = {
    ...(isText && { QueueTrigger: { string: content } }),
    DequeueCount: { int: message.dequeueCount },
    ExpirationTime: timeJson(message.expiresOn),
    Id: { string: message.id },
    InsertionTime: timeJson(message.insertedOn),
    NextVisibleTime: timeJson(message.nextVisibleOn),
    PopReceipt: { string: message.receipt },
  };
  if (!isText) return { triggerData: { bytes: content }, triggerMetadata: metadata };
  return { triggerData: { string: content }, triggerMetadata: { ...metadata, ...membersOf(content, metadata) } };
}

/** The invocation for a message that was sent through the admin endpoint. */
export function manualRequest(text: string, now: number): InvocationRequest {
  const time = new Date(now);
  const message = { id: randomUUID(), content: text, body: text, receipt: '', dequeueCount: 1 };
  return queueRequest({ ...message, insertedOn: time, expiresOn: time, nextVisibleOn: time });
}

/** Scalars and objects. A member with the name of a message property replaces it; names ignore case. */
function membersOf(text: string, metadata: Record<string, TypedData>): Record<string, TypedData> {
  const own = new Map(Object.keys(metadata).map((name) => [name.toLowerCase(), name]));
  const members = Object.entries(objectIn(text)).filter(([, value]) => value !== null && !Array.isArray(value));
  return Object.fromEntries(
    members.map(([name, value]) => [own.get(name.toLowerCase()) ?? name, { json: JSON.stringify(value) }]),
  );
}

function objectIn(text: string): Record<string, unknown> {
  const value = text.trimStart().startsWith('{') ? jsonIn(text) : undefined;
  return Object(value) as Record<string, unknown>;
}

function timeJson(date: Date): TypedData {
  return { json: JSON.stringify(date.toISOString().replace('Z', '+00:00')) };
}
