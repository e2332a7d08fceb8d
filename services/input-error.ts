/** The input cannot be used. The client gets the message: what is wrong, where, and what to do. */
export class InputError extends Error {
  override readonly name: string = 'InputError';
  constructor(message: string, options?: ErrorOptions) {
    super(truncate(message, MAX_LENGTH), options);
  }
}

/** A row or the text of a file cannot be used; the zip itself is in order. */
export class ContentError extends InputError {
  override readonly name = 'ContentError';
}

/** Limits the message, because names in a zip can have 65,535 characters. */
const MAX_LENGTH = 500;
const truncate = (text: string, length: number) => (text.length > length ? `${text.slice(0, length)}…` : text);

const SHOWN_LENGTH = 40;

/** A JSON value of the input as a message shows it, truncated to 40 characters. */
export function shown(value: unknown): string {
  return truncate(JSON.stringify(value), SHOWN_LENGTH);
}
