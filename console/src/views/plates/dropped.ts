import { api } from '../../api/connection.js';
import { Store } from '../../store.js';

/** Pictures that were dropped together. The ids of their operations follow from it, so that a link has room for all. */
export interface Set {
  prefix: string;
  count: number;
}

/** Most pictures of one drop. */
export const MAX_DROPPED = 100;
/** Pictures that are sent at a time. */
const AT_A_TIME = 4;

/** The files of this page's drops. The app keeps no picture, so a reload loses them. */
const files = new Map<string, readonly File[]>();
/** Why pictures could not be sent, by the ids of their operations. */
export const failures = new Store<ReadonlyMap<string, Error>>(new Map());

export const idOf = ({ prefix }: Set, index: number) => `${prefix}-${index + 1}`;
export const textOf = ({ prefix, count }: Set) => `${prefix}.${count}`;
export const droppedOf = (prefix: string) => files.get(prefix);

export function setOf(text: string | null): Set | undefined {
  const [, prefix, count] = /^([0-9a-f]{32})\.(\d{1,3})$/.exec(text ?? '') ?? [];
  return prefix === undefined ? undefined : { prefix, count: Math.min(Number(count), MAX_DROPPED) };
}

/** Starts an operation for each picture. */
export function readDropped(pictures: readonly File[]): Set {
  const random = crypto.getRandomValues(new Uint8Array(16));
  const prefix = Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const set = { prefix, count: pictures.length };
  files.set(prefix, pictures);
  const left = pictures.entries();
  for (let sender = 0; sender < AT_A_TIME; sender++) void sendFrom(left, set);
  return set;
}

/** Senders share one iterator: each takes the next picture. */
async function sendFrom(left: IterableIterator<[number, File]>, set: Set): Promise<void> {
  for (const [index, picture] of left) {
    const operationId = idOf(set, index);
    try {
      await api().plates.recognize(picture, { operationId });
    } catch (thrown) {
      failures.set(new Map([...failures.get(), [operationId, thrown as Error]]));
    }
  }
}
