import { waitAtMost } from '../waiting.js';

/** The time that all running work shares when the host stops (docs/host.md, "Starting and stopping"). */
export class GracePeriod {
  #until = Infinity;

  /** Starts the period: `ms` from now. Before that there is no limit. */
  begin(ms: number): void {
    this.#until = Date.now() + ms;
  }

  leftMs(): number {
    return Math.max(0, this.#until - Date.now());
  }

  /** Waits for `work`, at most until the period ends. */
  wait(work: Promise<void>): Promise<void> {
    return waitAtMost(work, this.leftMs());
  }
}
