/**
 * Makes the waits of src/ timers of callbacks, which `jest.useFakeTimers` replaces. A test file imports this module before
 * any other: modules that are loaded before keep the real waits.
 */
jest.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)),
}));
