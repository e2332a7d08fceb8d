import { type Row } from '../../platform/storage.js';
import { minutesOfText, textOfMinutes } from './minutes.js';
import { emptyQueue, type Place, type QueueState } from './queue.js';

/** Row key of the queue itself; it is before those of the requests. */
export const QUEUE_ROW = 'queue';

/**
 * Lists are columns of text, numbers in base 36, so that an endpoint with 1,000 workers fits: a column of Table storage
 * holds 32,768 characters, and a place takes at most 27.
 */
export function rowOfQueue(partitionKey: string, { failing = '', ...state }: QueueState): Row {
  const { places, lost, again, canceled, undelivered, minutes, ...numbers } = state;
  return {
    partitionKey,
    rowKey: QUEUE_ROW,
    ...numbers,
    places: places.map(textOfPlace).join(' '),
    lost: textOf(lost),
    again: textOf(again),
    canceled: textOf(canceled),
    undelivered: textOf(undelivered),
    failing,
    minutes: textOfMinutes(minutes),
  };
}

export function queueOfRow(row: Row): QueueState {
  const number = (name: Exclude<keyof QueueState, 'failing' | 'minutes'>) => Number(row[name] ?? emptyQueue[name]);
  const failing = String(row.failing ?? '');
  return {
    last: number('last'),
    head: number('head'),
    waiting: number('waiting'),
    waitingSync: number('waitingSync'),
    dropped: number('dropped'),
    droppedAt: number('droppedAt'),
    droppedDone: number('droppedDone'),
    places: wordsOf(row.places).map(placeOfText),
    lost: sequencesOf(row.lost),
    again: sequencesOf(row.again),
    canceled: sequencesOf(row.canceled),
    undelivered: sequencesOf(row.undelivered),
    workers: number('workers'),
    asOf: number('asOf'),
    ...(failing !== '' && { failing }),
    minutes: minutesOfText(String(row.minutes ?? '')),
  };
}

const RADIX = 36;
const textOf = (sequences: readonly number[]) => sequences.map((sequence) => sequence.toString(RADIX)).join(' ');
const sequencesOf = (text: Row[string]) => wordsOf(text).map((word) => parseInt(word, RADIX));
const wordsOf = (text: Row[string]) => String(text ?? '').match(/\S+/g) ?? [];

function textOfPlace({ sequence, owner, grantedAt, deadline }: Place): string {
  const times = [Math.floor(grantedAt / 1_000), Math.ceil(deadline / 1_000)];
  return [sequence, ...times].map((number) => number.toString(RADIX)).join('.') + (owner === '' ? '' : `.${owner}`);
}

function placeOfText(text: string): Place {
  const [sequence = '', grantedAt = '', deadline = '', owner = ''] = text.split('.');
  const [at, until] = [grantedAt, deadline].map((seconds) => parseInt(seconds, RADIX) * 1_000) as [number, number];
  return { sequence: parseInt(sequence, RADIX), owner, grantedAt: at, deadline: until };
}
