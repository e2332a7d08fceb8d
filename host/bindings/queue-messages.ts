import { isUtf8 } from 'node:buffer';
import { type QueueSettings } from '../config/queue-settings.js';
import { type TypedData } from '../contracts.js';
import { jsonIn } from './json.js';

type Encoding = QueueSettings['messageEncoding'];

/**
 * The messages of one output value: each element of an array is a message. Text that is a JSON array counts as an
 * array, as in the genuine host.
 */
export function messagesOf({ string, json, bytes, int, double }: TypedData): (string | Uint8Array)[] {
  if (bytes !== undefined) return [bytes];
  const text = string ?? json;
  if (text === undefined) return [String(int ?? double)];
  const elements = arrayIn(text);
  if (elements === undefined) return [text];
  return elements
    .filter((element) => element !== null)
    .map((element) => (typeof element === 'string' ? element : JSON.stringify(element)));
}

function arrayIn(text: string): unknown[] | undefined {
  const value = text.trimStart().startsWith('[') ? jsonIn(text) : undefined;
  return value as unknown[] | undefined;
}

/** Encodes a message as host.json's `messageEncoding` requires. */
export function encodeMessage(message: string | Uint8Array, encoding: Encoding): string {
  const bytes = Buffer.from(message as string);
  return bytes.toString(encoding === 'base64' ? 'base64' : 'utf8');
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Decodes a received message: text, bytes when it is not UTF-8, undefined when the encoding is not the expected one. */
export function decodeMessage(body: string, encoding: Encoding): string | Buffer | undefined {
  if (encoding === 'none') return body;
  if (body.length % 4 !== 0 || !BASE64.test(body)) return undefined;
  const bytes = Buffer.from(body, 'base64');
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes;
}
