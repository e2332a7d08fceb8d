import { type HostLog } from '../log.js';

/** The steps of a shutdown, run in reverse order of registration. A failed step is logged; the others still run. */
export class Teardown {
  readonly #log: HostLog;
  readonly #steps: { name: string; undo: () => void | Promise<void> }[] = [];

  constructor(log: HostLog) {
    this.#log = log;
  }

  add(name: string, undo: () => void | Promise<void>): void {
    this.#steps.push({ name, undo });
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.undo();
      } catch (error) {
        const reason = error instanceof Error ? error.stack : String(error);
        this.#log.log('error', 'Host.Shutdown', `Stopping (${step.name}) failed: ${reason}`);
      }
    }
  }
}
