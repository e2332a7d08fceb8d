import { handlingMessage } from './errors.js';
import {
  MAX_ASYNC_RESULT_BYTES,
  MAX_SYNC_RESULT_BYTES,
  type CustomStatus,
  type EndState,
  type Mode,
  type RequestState,
  type ResultRef,
} from './schemas.js';

const CODES: Record<EndState, number> = { succeed: 200, failed: 500, canceled: 409, expired: 408 };

export function isEnded(state: RequestState): state is EndState {
  return state in CODES;
}

export function bytesIn(result: ResultRef): number {
  return 'bytes' in result ? result.bytes : Buffer.byteLength(result.base64, 'base64');
}

/** Whether the result is longer than answers may have, so that clients get its URL instead. */
export function isTooLarge({ mode, result }: Pick<CustomStatus, 'result'> & { mode: Mode }): boolean {
  return result !== undefined && bytesIn(result) > (mode === 'async' ? MAX_ASYNC_RESULT_BYTES : MAX_SYNC_RESULT_BYTES);
}

/** The code of an ended request in its status object and its webhook. */
export function statusCodeOf(status: Pick<CustomStatus, 'result' | 'mode'> & { state: EndState }): number {
  return isTooLarge(status) ? 413 : CODES[status.state];
}

/** The error message of a request that has no result. */
export function errorOf({ state, error }: Pick<CustomStatus, 'state' | 'error'>, requestID: string): string {
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
