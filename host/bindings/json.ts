/** What a text says as JSON; undefined when it is none, which is an ordinary case for messages, bodies and rows. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
