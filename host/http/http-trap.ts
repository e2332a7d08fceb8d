import { trapText } from '../azure-differences.js';

/** A trap (docs/host.md) in a request: the response has the text. */
export class HttpTrapError extends Error {
  override readonly name = 'HttpTrapError';
  readonly status: number;

  /** `happens` and `remedy` as in `trap` of azure-differences.ts; only the log has `cause`. */
  constructor(happens: string, remedy: string, status = 500, cause?: unknown) {
    super(trapText(happens, remedy), { cause });
    this.status = status;
  }
}
