import { randomUUID } from 'node:crypto';
import { jsonIn } from '../../bindings/json.js';
import { type InvocationRequest, type TypedData } from '../../contracts.js';
import { type QueueMessage } from './message-queue.js';

/** What a queue function is given (host contract, 10.2). Members of a JSON body come after the rest and win. */
export function queueRequest(message: QueueMessage): InvocationRequest {
  const { content } = message;
  const isText = typeof content === 'string';
  const metadata: Record<string, TypedData> = {
    ...(isText && { QueueTrigger: { string: content } }),
    DequeueCount: { int: message.dequeueCount },
    ExpirationTime: time(message.expiresOn),
    Id: { string: message.id },
    InsertionTime: time(message.insertedOn),
    NextVisibleTime: time(message.nextVisibleOn),
    PopReceipt: { string: message.receipt },
  };
  if (!isText) return { triggerData: { bytes: content }, triggerMetadata: metadata };
  return { triggerData: { string: content }, triggerMetadata: { ...metadata, ...membersOf(content, metadata) } };
}

/** A message that came by hand, through the admin endpoint. */
export function manualRequest(text: string, now: number): InvocationRequest {
  const moment = new Date(now);
  const message = { id: randomUUID(), content: text, body: text, receipt: '', dequeueCount: 1 };
  return queueRequest({ ...message, insertedOn: moment, expiresOn: moment, nextVisibleOn: moment });
}

/** Scalars and objects; a member that is called like one of the message's own takes its place, whatever its case. */
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

function time(date: Date): TypedData {
  return { json: JSON.stringify(date.toISOString().replace('Z', '+00:00')) };
}
