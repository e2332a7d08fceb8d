import { randomUUID } from 'node:crypto';
import { Client } from './client.js';
import { eventually, UNDER_KILLS_MS } from './eventually.js';

/** Image ids of the samples. */
const IMAGES = [9965, 10022];
const RECOGNITIONS = 10;
const BATCH = 20;

/** Clients that start recognitions and a batch, repeat calls without an answer, and wait for the end of each. */
export class OperationsLoad {
  readonly #client: Client;

  constructor(url: string) {
    this.#client = new Client(url);
  }

  /** Rejects when an operation that was accepted does not succeed in time. */
  async toEnd(): Promise<void> {
    const batch = { imageIds: Array.from({ length: BATCH }, (_, index) => IMAGES[index % IMAGES.length]) };
    await Promise.all([
      this.#one('/plates/recognize-batch', batch),
      ...Array.from({ length: RECOGNITIONS }, (_, index) =>
        this.#one('/plates/recognize', { imageId: IMAGES[index % IMAGES.length] }),
      ),
    ]);
  }

  async #one(path: string, body: object): Promise<void> {
    const id = randomUUID();
    await eventually(
      async () => {
        const { status } = await this.#client.post(path, body, { 'Operation-Id': id });
        return status === 202 || status === 200 ? true : undefined;
      },
      `the start of ${id}`,
      UNDER_KILLS_MS,
    );
    await eventually(
      async () => {
        const { body: monitor } = await this.#client.get(`/status/${id}`);
        if (monitor.status === 'Failed') throw new Error(`${id} failed: ${monitor.error?.message ?? ''}`);
        return monitor.status === 'Succeeded' ? true : undefined;
      },
      `the end of ${id}`,
      UNDER_KILLS_MS,
    );
  }
}
