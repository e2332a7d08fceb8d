import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { FlateErrorCode, type AsyncFlateStreamHandler, type UnzipDecoder, type UnzipDecoderConstructor } from 'fflate';

const CHUNK = 64 * 1024;
const NOTHING = new Uint8Array();

/**
 * Inflates the files of fflate's zip reader with zlib, on the thread pool: fflate's own code would block the event loop.
 */
export class Inflaters {
  /** Pushes in progress of each inflater. */
  readonly #open = new Map<InflateRaw, number>();
  #allowed = 0;
  #wake: (() => void) | undefined;

  /** Resolves when at most `allowed` pushes are in progress. */
  async drained(allowed = 0): Promise<void> {
    this.#allowed = allowed;
    if (this.#isBusy()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** Stops all inflaters; their output is lost. */
  destroy(): void {
    for (const inflater of this.#open.keys()) inflater.destroy();
  }

  /** The decoder for `Unzip.register`. */
  decoder(): UnzipDecoderConstructor {
    const start = (take: AsyncFlateStreamHandler) => this.#start(take);
    const push = (inflater: InflateRaw, chunk: Uint8Array, final: boolean) => this.#push(inflater, chunk, final);
    return class implements UnzipDecoder {
      static compression = 8;
      ondata: AsyncFlateStreamHandler = () => undefined;
      readonly #inflater = start((...args) => this.ondata(...args));

      push(chunk: Uint8Array, final: boolean): void {
        push(this.#inflater, chunk, final);
      }
    };
  }

  #start(take: AsyncFlateStreamHandler): InflateRaw {
    const inflater = createInflateRaw({ chunkSize: CHUNK });
    this.#open.set(inflater, 0);
    inflater.on('data', (data: Buffer<ArrayBuffer>) => take(null, data, false));
    inflater.on('end', () => take(null, NOTHING, true));
    inflater.on('error', (error) =>
      take(Object.assign(error, { code: FlateErrorCode.InvalidZipData }), NOTHING, false),
    );
    inflater.on('close', () => {
      this.#open.delete(inflater);
      this.#wakeIfDrained();
    });
    return inflater;
  }

  #push(inflater: InflateRaw, chunk: Uint8Array, final: boolean): void {
    if (inflater.destroyed) return;
    this.#count(inflater, 1);
    inflater.write(chunk, () => this.#count(inflater, -1));
    if (!final) return;
    this.#count(inflater, 1); // counted until it is closed
    inflater.end();
  }

  #count(inflater: InflateRaw, change: number): void {
    const before = this.#open.get(inflater);
    if (before !== undefined) this.#open.set(inflater, before + change);
    this.#wakeIfDrained();
  }

  #wakeIfDrained(): void {
    if (!this.#isBusy()) this.#wake?.();
  }

  #isBusy(): boolean {
    let pending = 0;
    for (const pushes of this.#open.values()) pending += pushes;
    return pending > this.#allowed;
  }
}
