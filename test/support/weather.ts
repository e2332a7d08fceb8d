/** Settings for the stacks that `npm run weather` starts (dev/weather.ts); without them, stacks behave as usual. */
const { LONGHAUL_WEATHER: seed = '', LONGHAUL_PROCESSES: processes = '' } = process.env;

/** Whether stacks run with weather (docs/host.md): activities may run twice, and messages are late by seconds. */
const hasWeather = seed !== '';

/** Processes of the app of each stack. */
export const PROCESSES = Math.max(1, Number(processes));

/** The first value; with weather the second one, which is more than a contract promises to clients on a healthy host. */
export function unlessWeather<T>(usual: T, withWeather: T): T {
  return hasWeather ? withWeather : usual;
}

/** Expects exactly so many calls at a service; with weather at least so many, because each activity may run twice. */
export function expectCalls(actual: number, expected: number): void {
  if (hasWeather) expect(actual).toBeGreaterThanOrEqual(expected);
  else expect(actual).toBe(expected);
}
