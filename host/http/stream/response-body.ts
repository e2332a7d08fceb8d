import { type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';

/** A response body with flow control. */
export interface ResponseBody {
  stream: ReadableStream;
  /** Ends the stream normally and cancels the app's stream. */
  end(): void;
}

/** Whether a handler returned a stream as its body. */
export function isStream(body: unknown): body is AsyncIterable<unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/**
 * Adds flow control to the app's stream, which the library does not have: nothing is read while the client has not
 * received what was written, and the stream is canceled as soon as the connection closes, even while it is idle.
 *
 * @param onError called when the `cancel` of the app's stream fails
 */
export function withFlowControl(
  body: AsyncIterable<unknown>,
  response: ServerResponse,
  onError: (error: unknown) => void,
): ResponseBody {
  const source: ReadableStream<unknown> = body instanceof ReadableStream ? body : ReadableStream.from(body);
  const reader = source.getReader();
  const end = () => {
    reader.cancel().catch(onError);
    if (body instanceof Readable) body.destroy(); // `cancel` waits for the next chunk, which may never come
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
    { highWaterMark: 0 }, // no read-ahead
  );
  return { stream, end };
}

/** Resolves when the written data is sent or the connection is closed. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
