/** Parses JSON; undefined for any other text, which is a normal case for messages, bodies and rows. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
