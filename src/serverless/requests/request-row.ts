import { type Row } from '../../platform/storage.js';
import { type DeliveryState } from '../../webhooks/attempts.js';
import { type Body, type EndState, type Mode, type ResultRef } from '../schemas.js';

/**
 * A request of an endpoint. The row is what clients are shown: what an answer says is stored there before.
 * Times are in ms since the epoch.
 */
export interface RequestRecord {
  sequence: number;
  requestID: string;
  mode: Mode;
  acceptedAt: number;
  /** The end of its TTL; a result at this millisecond still counts. */
  deadline: number;
  /** The process that waits for a synchronous request. */
  owner: string;
  /** JSON text of the client's `input`, or the blob that it is in; removed at the end. */
  input?: Body;
  webhook?: string;
  /** `traceparent` of the call that it came with, of an asynchronous request. */
  traceParent?: string;
  /** How it ended; undefined while it waits or has a place (queue.ts). */
  end?: RequestEnd;
  /** Only of a request of an earlier version (earlier/). */
  delivery?: DeliveryState;
}

export interface RequestEnd {
  state: EndState;
  at: number;
  error?: string;
  result?: ResultRef;
}

/** Sequences have up to 16 digits: 2^53 has so many. */
const DIGITS = 16;
const PREFIX = 'request-';

export const sequenceDigits = (sequence: number) => String(sequence).padStart(DIGITS, '0');
export const requestKey = (sequence: number) => PREFIX + sequenceDigits(sequence);

export function rowOfRequest(partitionKey: string, request: RequestRecord): Row {
  const { sequence, requestID, mode, acceptedAt, deadline, owner, webhook = '', traceParent = '', input } = request;
  return {
    partitionKey,
    rowKey: requestKey(sequence),
    open: true,
    sequence,
    requestID,
    mode,
    acceptedAt,
    deadline,
    owner,
    webhook,
    traceParent,
    inputText: input && 'text' in input ? input.text : '',
    inputBlob: input && 'blob' in input ? input.blob : '',
  };
}

/** Columns of the end, to be merged into the row. An input is not needed any more. */
export function endColumns({ state, at, error = '', result }: RequestEnd) {
  return {
    open: false,
    state,
    endedAt: at,
    error,
    inputText: '',
    inputBlob: '',
    resultType: result?.contentType ?? '',
    resultBase64: result && 'base64' in result ? result.base64 : '',
    resultBlob: result && 'blob' in result ? result.blob : '',
    resultBytes: result && 'blob' in result ? result.bytes : 0,
  };
}

/** The columns that tell which request it is and whether it waits, without its input and result. */
export const SHORT_COLUMNS = [
  'sequence',
  'requestID',
  'mode',
  'acceptedAt',
  'deadline',
  'owner',
  'webhook',
  'state',
  'endedAt',
];
/** Those, and what its run needs. */
export const INPUT_COLUMNS = [...SHORT_COLUMNS, 'traceParent', 'inputText', 'inputBlob'];

export function requestOfRow(row: Row): RequestRecord {
  const text = (name: string) => String(row[name] ?? '');
  return {
    sequence: Number(row.sequence),
    requestID: text('requestID'),
    mode: text('mode') as Mode,
    acceptedAt: Number(row.acceptedAt),
    deadline: Number(row.deadline),
    owner: text('owner'),
    ...optional('webhook', text('webhook')),
    ...optional('traceParent', text('traceParent')),
    ...optional('input', inputOf(text)),
    ...optional('end', endOf(row, text)),
  };
}

function inputOf(text: (name: string) => string): Body | undefined {
  if (text('inputBlob') !== '') return { blob: text('inputBlob') };
  return text('inputText') === '' ? undefined : { text: text('inputText') };
}

function endOf(row: Row, text: (name: string) => string): RequestEnd | undefined {
  const state = text('state') as EndState | '';
  if (state === '') return undefined;
  return {
    state,
    at: Number(row.endedAt),
    ...optional('error', text('error')),
    ...optional('result', resultOf(row, text)),
  };
}

function resultOf(row: Row, text: (name: string) => string): ResultRef | undefined {
  const contentType = text('resultType');
  if (contentType === '') return undefined;
  if (text('resultBlob') === '') return { base64: text('resultBase64'), contentType };
  return { blob: text('resultBlob'), bytes: Number(row.resultBytes), contentType };
}

function optional<Name extends string, Value>(name: Name, value: Value | '' | undefined): Partial<Record<Name, Value>> {
  return value === undefined || value === '' ? {} : ({ [name]: value } as Record<Name, Value>);
}
