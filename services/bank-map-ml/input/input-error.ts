/** The input cannot be used. The message is the sentence that the client reads: what is wrong, where, what to do. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

const SHOWN_LENGTH = 40;

/** A JSON value of the input as a message shows it, cut where it would be long. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
