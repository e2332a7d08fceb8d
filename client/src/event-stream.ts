/** An event of a stream. */
export interface StreamEvent {
  id: string | undefined;
  data: string;
}

/**
 * Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.6). A comment, such as a
 * heartbeat, is an event without data.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r\n\r\n|\n\n|\r\r/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) yield eventOf(block);
    if (blocks.length === 0) yield { id: undefined, data: '' }; // a part of an event: the stream lives
  }
}

function eventOf(block: string): StreamEvent {
  const field = (name: string) =>
    block
      .split(/\r\n|\n|\r/)
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /, ''));
  return { id: field('id').at(-1), data: field('data').join('\n') };
}
