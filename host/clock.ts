import { type Clock } from './contracts.js';

/** `setTimeout` takes 31 bits of milliseconds; a longer time fires immediately (host contract, 6.8.3). */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The wall clock. Its timers do not keep the process alive; the host's sockets do. */
export function createSystemClock(): Clock {
  return { now: () => Date.now(), at };
}

function at(due: number, callback: () => void): () => void {
  let cancel: () => void;
  const arm = () => {
    const left = due - Date.now();
    if (left <= 0) cancel = soon(callback);
    else if (left <= LONGEST_TIMEOUT_MS) cancel = after(left, fire);
    else cancel = after(LONGEST_TIMEOUT_MS, arm);
  };
  const fire = () => {
    // A timeout can fire a millisecond early, and the wall clock can be set back.
    if (Date.now() < due) arm();
    else callback();
  };
  arm();
  return () => cancel();
}

/** Calls back in the next iteration of the event loop, after pending I/O; a timeout could fire before it. */
function soon(callback: () => void): () => void {
  const handle = setImmediate(callback).unref();
  return () => clearImmediate(handle);
}

function after(ms: number, callback: () => void): () => void {
  const handle = setTimeout(callback, ms).unref();
  return () => clearTimeout(handle);
}
