import { type TypedData } from '../contracts.js';

/** A value in the form in which it crosses to the handler unchanged (host contract, 2.6): `{ string }` is for text only. */
export function toTypedData(value: unknown): TypedData | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return { string: value };
  if (value instanceof Uint8Array) return { bytes: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { int: value } : { double: value };
  return { json: JSON.stringify(value) };
}
