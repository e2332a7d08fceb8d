import { startStack as startWhole, type Stack, type StackOptions } from '../../dev/stack.js';

export { type Stack };

/** A busy machine. */
const START_TIMEOUT_MS = 100_000;

/** Starts a stack with the services that the test names only: each costs processor time at its start. Default: none. */
export const startStack = (options: StackOptions = {}): Promise<Stack> =>
  startWhole({ services: [], startTimeoutMs: START_TIMEOUT_MS, ...options });
