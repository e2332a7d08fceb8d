import { handlingMessage } from '../errors.js';
import { MAX_ASYNC_RESULT_BYTES, MAX_SYNC_RESULT_BYTES, type EndState, type Mode, type ResultRef } from '../schemas.js';

const CODES: Record<EndState, number> = { succeed: 200, failed: 500, canceled: 409, expired: 408 };

export function isEnded(state: string): state is EndState {
  return state in CODES;
}

export function bytesIn(result: ResultRef): number {
  return 'bytes' in result ? result.bytes : Buffer.byteLength(result.base64, 'base64');
}

/** Whether the result is longer than answers may have, so that clients get its URL instead. */
export function isTooLarge({ mode, result }: { mode: Mode; result: ResultRef }): boolean {
  return bytesIn(result) > (mode === 'async' ? MAX_ASYNC_RESULT_BYTES : MAX_SYNC_RESULT_BYTES);
}

/** The code of an ended request in its status object and its webhook. */
export function statusCodeOf(state: EndState): number {
  return CODES[state];
}

/** The error message of a request that has no result. */
export function errorOf({ state, error }: { state: EndState; error?: string }, requestID: string): string {
  switch (state) {
    case 'failed':
      return handlingMessage(requestID, error ?? 'the worker failed');
    case 'expired':
      return 'request timeout';
    default:
      return 'request canceled';
  }
}

export function tooLargeMessage(bytes: number): string {
  return `the result of ${bytes} bytes is too large for this answer; fetch it from resultUrl within an hour`;
}
