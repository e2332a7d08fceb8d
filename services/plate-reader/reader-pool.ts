import { type PlateReader, type Reading } from './reader.js';
import { READER_WORKER, startReaderThread, type ReaderThread } from './reader-thread.js';

/** Readers in threads of their own, each with its own networks. */
interface ReaderPool extends PlateReader {
  /** Ends all threads after the images that are being read. */
  close(): Promise<void>;
}

/**
 * Starts reader threads. Each image goes to the thread with the fewest images. A thread that ends is replaced; the image
 * that it was reading fails, because it may be the reason.
 *
 * @param workerFile the file that each thread runs
 * @throws when the networks cannot be loaded
 */
export async function startReaderPool(threads: number, workerFile = READER_WORKER): Promise<ReaderPool> {
  const places = Array.from({ length: threads }, () => new Place(workerFile));
  await Promise.all(places.map((place) => place.isReady()));
  return {
    readPlates: (image) => places.reduce((a, b) => (b.images < a.images ? b : a)).read(image),
    async close() {
      await Promise.all(places.map((place) => place.close()));
    },
  };
}

/** A place of the pool, with one thread after another in it. */
class Place {
  /** Images that are being read. */
  images = 0;
  readonly #workerFile: string;
  #thread: Promise<ReaderThread>;
  #isClosed = false;

  constructor(workerFile: string) {
    this.#workerFile = workerFile;
    this.#thread = this.#start();
  }

  async isReady(): Promise<void> {
    await this.#thread;
  }

  async read(image: Buffer): Promise<Reading> {
    this.images++;
    try {
      return await (await this.#thread).readPlates(image);
    } finally {
      this.images--;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await (await this.#thread).close();
  }

  async #start(): Promise<ReaderThread> {
    const thread = await startReaderThread(this.#workerFile);
    void thread.ended.then(() => this.#replace());
    return thread;
  }

  #replace(): void {
    if (this.#isClosed) return;
    this.#thread = this.#start();
    // The service cannot work without the thread: the process ends and must be restarted.
    this.#thread.catch((error: unknown) =>
      setImmediate(() => {
        throw error;
      }),
    );
  }
}
