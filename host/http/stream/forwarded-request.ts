import { IncomingMessage, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { BodyTooLargeError, ClientGoneError } from '../body.js';

export interface Handed {
  /** Path and query, with the leading slash. */
  url: string;
  headers: IncomingHttpHeaders;
  /** Most bytes of the body. */
  limit: number;
  /** The limit is passed. Called once; the body's reader gets a BodyTooLargeError. */
  onTooLarge: () => void;
}

/**
 * A client's request as the app gets it: its own URL and headers, and the body as it comes.
 *
 * B1 Nothing is read before the app reads, and no more than it reads: back-pressure reaches the client.
 * B2 A reader never waits for a client that is gone: it gets a ClientGoneError.
 * B3 Whatever the app does to the body, the client's connection stays whole for the answer.
 */
export class HandedRequest extends IncomingMessage {
  readonly #source: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #handed: Handed;
  #begun = false;
  #size = 0;

  constructor(source: IncomingMessage, response: ServerResponse, handed: Handed) {
    super(source.socket);
    this.#source = source;
    this.#response = response;
    this.#handed = handed;
    this.method = source.method;
    this.url = handed.url;
    this.headers = handed.headers;
  }

  override _read(): void {
    if (this.#begun) this.#source.resume();
    else this.#begin();
  }

  /** B3: the inherited one cuts the connection. */
  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    callback(error);
  }

  #begin(): void {
    this.#begun = true;
    const source = this.#source;
    const gone = () => {
      if (!source.readableEnded) this.destroy(new ClientGoneError());
    };
    if (source.destroyed) {
      gone();
      return;
    }
    // The client may wait to be invited: https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
    if (source.headers.expect !== undefined && !this.#response.headersSent) this.#response.writeContinue();
    source.on('data', this.#take).once('end', this.#end).once('close', gone);
    // What the app left unread must not stand before the connection's next request.
    this.#response.once('close', () => source.off('data', this.#take).resume());
  }

  readonly #take = (chunk: Buffer): void => {
    this.#size += chunk.length;
    if (this.#size > this.#handed.limit) {
      this.#source.off('data', this.#take);
      this.destroy(new BodyTooLargeError());
      this.#handed.onTooLarge();
    } else if (!this.push(chunk)) this.#source.pause();
  };

  readonly #end = (): void => {
    this.complete = true;
    this.push(null);
  };
}
