/**
 * Counts the worker calls and webhook attempts of asynchronous requests in this process. Each holds an activity slot of
 * the host, which everything in the app shares; so they use at most half of them. What finds no slot does not wait in
 * its activity: its orchestration tries again later.
 */
export interface Slots {
  /** @returns gives the slot back; undefined when none is free */
  take(): (() => void) | undefined;
}

export function createSlots(most: number): Slots {
  let used = 0;
  return {
    take() {
      if (used >= most) return undefined;
      used++;
      let isTaken = true;
      return () => {
        if (isTaken) used--;
        isTaken = false;
      };
    },
  };
}
