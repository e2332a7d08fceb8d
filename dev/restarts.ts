import { setTimeout as sleep } from 'node:timers/promises';
import { type Part } from './part.js';

const FIRST_WAIT_MS = 200;
const MAX_DEATHS = 5;
const WINDOW_MS = 60_000;

interface RestartEvents {
  /** Starts the part and resolves when it serves. */
  start(part: Part): Promise<void>;
  notice(message: string): void;
  /** A part died five times in a minute; the message has its last lines. */
  gaveUp(message: string): void;
  /** Aborts when the stack stops: no part is started any more. */
  stopped: AbortSignal;
}

/** Starts parts again that end by themselves, after 0.2 s and then twice as long each time. */
export class Restarts {
  readonly #events: RestartEvents;
  readonly #deaths = new Map<Part, number[]>();

  constructor(events: RestartEvents) {
    this.#events = events;
  }

  /** @param how such as `ended (SIGKILL)` */
  async died(part: Part, how: string): Promise<void> {
    const { stopped: signal } = this.#events;
    if (signal.aborted) return;
    const now = performance.now();
    const recent = [...(this.#deaths.get(part) ?? []), now].filter((time) => now - time < WINDOW_MS);
    this.#deaths.set(part, recent);
    if (recent.length >= MAX_DEATHS) {
      this.#events.gaveUp(part.describe(`${how}, for the ${MAX_DEATHS}th time in a minute`));
      return;
    }
    const waitMs = FIRST_WAIT_MS * 2 ** (recent.length - 1);
    this.#events.notice(`${part.spec.name} ${how}; it is started again in ${waitMs / 1_000} s`);
    try {
      await sleep(waitMs, undefined, { signal });
      await this.#events.start(part);
    } catch (thrown) {
      if (this.#events.stopped.aborted) return;
      await part.stop();
      await this.died(part, `did not start again (${(thrown as Error).message.split('\n', 1)[0] ?? ''})`);
    }
  }
}
