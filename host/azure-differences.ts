import { type Logger } from './contracts.js';

/**
 * What a program must know about Azure. Both kinds are tables in docs/host.md, with a test for each row.
 *
 * D1 A trap is what waits forever, loses or corrupts data in Azure. It fails here immediately: `trap`.
 * D2 A value that surprises is the same here as in Azure, with a warning: `SurpriseWarnings`.
 */

/**
 * The error of a trap (D1).
 *
 * @param happens what happens in Azure, such as `waits forever, because …`, without a period at its end
 * @param remedy what to do instead, as a sentence
 */
export function trap(happens: string, remedy: string): Error {
  return new Error(trapText(happens, remedy));
}

/** The message of `trap`, for places that have no error object. */
export function trapText(happens: string, remedy: string): string {
  return `On Azure this ${happens}. ${remedy}`;
}

/** A warning of `SurpriseWarnings`. */
export interface Surprise {
  kind: string;
  name: string;
  message: string;
}

/** Warns about values that surprise (D2), once for each kind and name, such as the name of an activity. */
export class SurpriseWarnings {
  readonly #logger: Logger;
  readonly #category: string;
  readonly #warned = new Set<string>();

  constructor(logger: Logger, category: string) {
    this.#logger = logger;
    this.#category = category;
  }

  warn({ kind, name, message }: Surprise): void {
    const key = `${kind} ${name}`;
    if (this.#warned.has(key)) return; // bounded: names come from the app's code
    this.#warned.add(key);
    this.#logger.log('warning', this.#category, message);
  }
}
