/** The part of the time that is shown, ms from the beginning. */
export interface Range {
  from: number;
  to: number;
}

/** The shortest part that can be shown, ms. */
const SHORTEST_MS = 10;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Distances of ticks that people read easily, ms. */
const STEPS = [1, 2, 5]
  .flatMap((digit) => [digit, digit * 10, digit * 100])
  .concat([1, 2, 5, 10, 15, 30].flatMap((part) => [part * SECOND, part * MINUTE]))
  .concat([1, 2, 3, 6, 12].map((part) => part * HOUR))
  .concat([1, 2, 5, 10, 30].map((part) => part * DAY))
  .sort((a, b) => a - b);

/** Times of ticks that are at least `space` of the range apart. @param space 0 to 1 */
export function ticksOf({ from, to }: Range, space: number): { step: number; ticks: number[] } {
  const least = (to - from) * space;
  const step = STEPS.find((each) => each >= least) ?? DAY * 100;
  const first = Math.max(0, Math.ceil(from / step));
  const ticks = Array.from(
    { length: Math.max(0, Math.floor(to / step) - first + 1) },
    (_, tick) => (first + tick) * step,
  );
  return { step, ticks };
}

/** Such as `0`, `250 ms`, `1.25 s`, `2:05`, `1:02:05`. */
export function tickText(ms: number, step: number): string {
  if (ms === 0) return '0';
  if (ms < SECOND) return `${ms} ms`;
  if (ms < MINUTE || step < SECOND)
    return `${(ms / SECOND).toFixed(step % SECOND === 0 ? 0 : step % 100 === 0 ? 1 : 3)} s`;
  const pad = (part: number) => String(part).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(ms / HOUR), Math.floor(ms / MINUTE) % 60, Math.floor(ms / SECOND) % 60];
  if (ms >= DAY && step >= HOUR) return `${Math.floor(ms / DAY)}d ${hours % 24}h`;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${minutes}:${pad(seconds)}`;
}

/** Larger for `factor` < 1, around the time `at`, within the whole. */
export function zoomed({ from, to }: Range, factor: number, at: number, total: number): Range {
  const length = Math.min(total, Math.max(SHORTEST_MS, (to - from) * factor));
  const part = to === from ? 0 : (at - from) / (to - from);
  return within(at - part * length, length, total);
}

export const moved = ({ from, to }: Range, by: number, total: number): Range => within(from + by, to - from, total);

function within(from: number, length: number, total: number): Range {
  const first = Math.max(0, Math.min(from, total - length));
  return { from: first, to: first + length };
}
