import { type Screen } from './screen.js';

const BAR_WIDTH = 24;

/**
 * Progress of known size: on a terminal a bar with the rate and the rest time, elsewhere a line for each tenth.
 */
export class Progress {
  readonly #screen: Screen;
  readonly #format: (count: number) => string;
  #first: { count: number; time: number } | undefined;

  /** @param format a count with its unit */
  constructor(screen: Screen, format: (count: number) => string = decimal) {
    this.#screen = screen;
    this.#format = format;
  }

  show(label: string, count: number, total: number, failed = 0): void {
    this.#first ??= { count, time: performance.now() };
    const share = total === 0 ? 1 : Math.min(1, count / total);
    const failures = failed === 0 ? '' : `, ${failed} failed`;
    if (!this.#screen.isTerminal) {
      this.#screen.show(`${label}: ${10 * Math.floor(share * 10)} % of ${this.#format(total)}`);
      return;
    }
    const done = Math.round(BAR_WIDTH * share);
    const bar = '█'.repeat(done) + '░'.repeat(BAR_WIDTH - done);
    this.#screen.show(
      `${label} ${bar} ${this.#format(count)} of ${this.#format(total)}${failures}${this.#rate(count, total)}`,
    );
  }

  #rate(count: number, total: number): string {
    const { count: firstCount, time } = this.#first ?? { count, time: 0 };
    const perSecond = (count - firstCount) / ((performance.now() - time) / 1_000);
    if (count === total || !(perSecond > 0) || !Number.isFinite(perSecond)) return '';
    return `, ${this.#format(perSecond)}/s, ${durationOf(((total - count) / perSecond) * 1_000)} left`;
  }
}

/** Small rates have a decimal; counts are whole. */
const decimal = (count: number) =>
  count < 10 && !Number.isInteger(count) ? count.toFixed(1) : String(Math.round(count));

/** A time in words: `120 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function durationOf(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

/** Bytes in kB of 10^3 or MB of 10^6. */
export function sizeOf(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
