import { type Clock } from './contracts.js';

/** `setTimeout` takes 31 bits of milliseconds; anything longer fires at once (host contract, 6.8.3). */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The wall clock. Its timers keep no process alive: the host's sockets do. */
export function createSystemClock(): Clock {
  return { now: () => Date.now(), at };
}

function at(due: number, callback: () => void): () => void {
  let handle: NodeJS.Timeout;
  const arm = () => {
    const left = due - Date.now();
    if (left <= LONGEST_TIMEOUT_MS) handle = setTimeout(fire, Math.max(0, left));
    else handle = setTimeout(arm, LONGEST_TIMEOUT_MS);
    handle.unref();
  };
  const fire = () => {
    // A timeout can end a millisecond early, and the wall clock can be set back.
    if (Date.now() < due) arm();
    else callback();
  };
  arm();
  return () => clearTimeout(handle);
}
