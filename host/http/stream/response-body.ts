import { type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';

/** A response body on its way to a client. */
export interface PacedBody {
  stream: ReadableStream;
  /** Ends it as if the app had ended it; the app's own stream is cancelled. */
  end(): void;
}

export function isStream(body: unknown): body is AsyncIterable<unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/**
 * The app's stream at the pace of its client. The library writes as fast as it can read and does not notice a client
 * that is gone, so both are seen to here: nothing is read while the client has yet to take what was written, and the
 * stream is cancelled the moment that the connection ends, also while it has nothing to say.
 *
 * @param onError the app's `cancel` failed
 */
export function paced(
  body: AsyncIterable<unknown>,
  response: ServerResponse,
  onError: (error: unknown) => void,
): PacedBody {
  const source: ReadableStream<unknown> = body instanceof ReadableStream ? body : ReadableStream.from(body);
  const reader = source.getReader();
  const end = () => {
    reader.cancel().catch(onError);
    if (body instanceof Readable) body.destroy(); // `cancel` waits for its next chunk, which may never come
  };
  if (response.destroyed) end();
  else response.once('close', end);
  const stream = new ReadableStream(
    {
      pull: async (controller) => {
        if (response.writableNeedDrain) await drained(response);
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: end,
    },
    { highWaterMark: 0 }, // reads when it is read, not ahead
  );
  return { stream, end };
}

/** Resolves when the client has taken what was written, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
