import { createHash, randomBytes, type Hash } from 'node:crypto';
import { BLOCKS_AT_ONCE, blocksOf } from '../../platform/blocks.js';
import { type BlobStore } from '../../platform/storage.js';
import { filesErrors } from '../errors.js';
import { fileBlobName } from '../names.js';
import { checked } from './file-type.js';
import { blockIdOf, checkBlocks, type Part, type UploadState, type Uploads } from './uploads.js';

/** Bytes after which stored ones are counted, so that an upload that breaks off loses little. */
const PART_BYTES = 8 * 1024 * 1024;

/** Algorithms of the tus extension `checksum`, by their names there. */
export const CHECKSUM_ALGORITHMS = ['sha1', 'sha256', 'md5'] as const;

/** What the bytes of a request must hash to. */
export interface Checksum {
  algorithm: (typeof CHECKSUM_ALGORITHMS)[number];
  digest: Buffer;
}

interface WriterOptions {
  blobs: BlobStore;
  uploads: Uploads;
  upload: string;
  state: UploadState;
  checksum: Checksum | undefined;
}

/**
 * Appends the bytes of one request to an upload.
 *
 * W1 Blocks are stored several at a time and counted in their order, at the latest after `PART_BYTES`.
 * W2 When the source breaks off, what has come before is counted. With a checksum, only all bytes together are.
 */
export class UploadWriter {
  readonly #options: WriterOptions;
  readonly #hash: Hash | undefined;
  readonly #writer = randomBytes(6).toString('hex');
  /** Blocks in their order that may not be stored and counted yet. */
  readonly #pending: Promise<void>[] = [];
  /** Where the next block begins. */
  #next: number;
  #state: UploadState;
  /** What is stored and not counted. */
  #part: Part;

  constructor(options: WriterOptions) {
    const { state, checksum } = options;
    this.#options = options;
    this.#hash = checksum && createHash(checksum.algorithm);
    this.#next = state.offset;
    this.#state = state;
    this.#part = this.#partAt(state.offset);
  }

  /**
   * @returns the state after the last byte
   * @throws OperationError 400 `UploadInvalid`, 409 `UploadConflict`, 415 `FileTypeNotAllowed`, 460
   *   `UploadChecksumWrong`, 503; what the source throws
   */
  async append(source: AsyncIterable<Uint8Array>): Promise<UploadState> {
    checkBlocks(this.#state);
    let broken: { error: unknown } | undefined;
    const arrived = untilBroken(source, (error) => void (broken = { error }));
    try {
      await this.#store(this.#next === 0 ? checked(this.#state.type, arrived, false) : arrived);
    } finally {
      await Promise.allSettled(this.#pending);
    }
    if (broken && this.#hash) throw broken.error;
    this.#checkHash();
    if (this.#part.bytes > 0) await this.#count();
    if (broken) throw broken.error;
    return this.#state;
  }

  async #store(source: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const block of blocksOf(source)) {
      this.#hash?.update(block);
      this.#add(block);
      if (this.#pending.length >= BLOCKS_AT_ONCE) await this.#oldest();
    }
    while (this.#pending.length > 0) await this.#oldest();
  }

  #add(block: Buffer): void {
    const { blobs, state } = this.#options;
    const stored = blobs.stage(fileBlobName(state.file), blockIdOf(this.#next, this.#writer), block);
    const counted = Promise.all([stored, this.#pending.at(-1)]).then(() => this.#addToPart(block.length));
    counted.catch(() => undefined); // `#oldest` throws it
    this.#pending.push(counted);
    this.#next += block.length;
  }

  async #oldest(): Promise<void> {
    await this.#pending[0];
    this.#pending.shift();
  }

  /** A block is stored, and so are those before it. */
  async #addToPart(bytes: number): Promise<void> {
    this.#part.bytes += bytes;
    this.#part.blocks++;
    if (!this.#hash && this.#part.bytes >= PART_BYTES) await this.#count();
  }

  async #count(): Promise<void> {
    const { uploads, upload } = this.#options;
    this.#state = await uploads.count(upload, this.#part);
    this.#part = this.#partAt(this.#state.offset);
  }

  #checkHash(): void {
    const { checksum } = this.#options;
    if (!checksum || this.#hash?.digest().equals(checksum.digest)) return;
    throw filesErrors.UploadChecksumWrong('The bytes have another checksum; send them again.', {
      target: 'Upload-Checksum',
    });
  }

  #partAt(offset: number): Part {
    return { offset, bytes: 0, blocks: 0, writer: this.#writer };
  }
}

/** The bytes up to the place where the source fails, without its error. */
async function* untilBroken(
  source: AsyncIterable<Uint8Array>,
  onBroken: (error: unknown) => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    onBroken(error);
  }
}
