import { type Surprise, SurpriseWarnings } from '../azure-differences.js';
import { type Logger } from '../contracts.js';

const CATEGORY = 'Host.Triggers.DurableTask';

/** The log of the durable extension. */
export class DurableLog {
  readonly #logger: Logger;
  readonly #surprises: SurpriseWarnings;

  constructor(logger: Logger) {
    this.#logger = logger;
    this.#surprises = new SurpriseWarnings(logger, CATEGORY);
  }

  debug(message: string): void {
    this.#logger.log('debug', CATEGORY, message);
  }

  /** A value that the app's code may not expect: a warning, once for each kind and name. */
  surprise(surprise: Surprise): void {
    this.#surprises.warn(surprise);
  }

  /** @param cause what was thrown, if anything */
  error(message: string, cause?: unknown): void {
    this.#logger.log('error', CATEGORY, message, cause === undefined ? undefined : { error: textOf(cause) });
  }

  /** An error of one instance. */
  instanceError({ id, name }: { id: string; name: string }, message: string, cause?: unknown): void {
    this.error(`${id} (${name}): ${message}`, cause);
  }
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
