/** The input cannot be used. The message is the sentence that the client reads: what is wrong, where, what to do. */
export class InputError extends Error {
  override readonly name = 'InputError';
  constructor(message: string, options?: ErrorOptions) {
    super(cut(message, MAX_LENGTH), options);
  }
}

/** Names in a zip may have 65,535 characters. */
const MAX_LENGTH = 500;
const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length)}…` : text);

const SHOWN_LENGTH = 40;

/** A JSON value of the input as a message shows it, cut where it would be long. */
export function shown(value: unknown): string {
  return cut(JSON.stringify(value), SHOWN_LENGTH);
}
