import { IncomingMessage, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { BodyTooLargeError, ClientDisconnectedError } from '../body.js';

/** How the app gets a client's request. */
interface ForwardOptions {
  /** Path and query, with the leading slash. */
  url: string;
  headers: IncomingHttpHeaders;
  /** The body, if it has been read. */
  body: Buffer | undefined;
  /** Limit for the body, in bytes. */
  limit: number;
  /** Whether the body's reader answers `Expect: 100-continue`. */
  continues: boolean;
  /** Called once when the limit is exceeded; the body's reader gets a BodyTooLargeError. */
  onTooLarge: () => void;
}

/**
 * A client's request as the library gets it in stream mode: with the host's URL and headers, and a streamed body.
 *
 * F1 The body is read only when and as far as the app reads it: backpressure reaches the client.
 * F2 When the client disconnects, a reader gets a ClientDisconnectedError.
 * F3 Destroying the body does not close the client's connection, which the response needs.
 */
export class ForwardedRequest extends IncomingMessage {
  readonly #source: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #options: ForwardOptions;
  #isReading = false;
  #size = 0;

  constructor(source: IncomingMessage, response: ServerResponse, options: ForwardOptions) {
    super(source.socket);
    this.#source = source;
    this.#response = response;
    this.#options = options;
    this.method = source.method;
    this.url = options.url;
    this.headers = options.headers;
    // Discard what the app has not read: the connection's next request follows it.
    response.once('close', () => source.off('data', this.#onData).resume());
  }

  override _read(): void {
    if (this.#isReading) this.#source.resume();
    else this.#startReading();
  }

  /** F3: the inherited method closes the connection. */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    callback(error);
  }

  #startReading(): void {
    this.#isReading = true;
    const source = this.#source;
    const { body, continues } = this.#options;
    if (body !== undefined || source.readableEnded) {
      if (body !== undefined) this.push(body);
      this.#onEnd();
      return;
    }
    const onClose = () => {
      if (!source.readableEnded) this.destroy(new ClientDisconnectedError());
    };
    if (source.destroyed) {
      onClose();
      return;
    }
    if (continues && !this.#response.headersSent) this.#response.writeContinue();
    source.on('data', this.#onData).once('end', this.#onEnd).once('close', onClose).resume();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#size += chunk.length;
    if (this.#size > this.#options.limit) {
      this.#source.off('data', this.#onData);
      this.#cut();
    } else if (!this.push(chunk)) this.#source.pause();
  };

  #cut(): void {
    this.destroy(new BodyTooLargeError());
    this.#options.onTooLarge();
  }

  readonly #onEnd = (): void => {
    this.complete = true;
    this.push(null);
  };
}
