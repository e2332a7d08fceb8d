import { OperationError } from '../../platform/errors.js';
import type { BlobStore } from '../../platform/storage.js';
import { bankMapErrors } from '../errors.js';
import { ContentCheck, tooLarge, type ZipLimits } from './contents.js';
import { checkStored, directoryAgrees, type StoredBytes } from './stored.js';
import { StreamedZip } from './streamed.js';

/** What took how long, in seconds (docs/contracts/bank-map.md). */
export interface StoreMetrics {
  extract_zip_sec: number;
  copy_to_storage_sec: number;
  total_sec: number;
}

type Blobs = Pick<BlobStore, 'putStream' | 'stream' | 'deletePrefix'>;

/**
 * Stores a zip while it comes and is being checked. What is refused is not kept.
 * @throws OperationError 400, 413, 503, and what the body throws when its sender goes away
 */
export async function storeZip(
  blobs: Blobs,
  name: string,
  body: AsyncIterable<Uint8Array>,
  limits: ZipLimits,
): Promise<StoreMetrics> {
  const begun = performance.now();
  const check = new ArrivingZip(limits);
  try {
    const size = await blobs.putStream(name, check.passing(body), 'application/zip');
    if (size === 0) throw bankMapErrors.NotAZip('The body is empty; send the zip as the body.');
    await confirm(check, storedBytes(blobs, name, size), limits);
  } catch (thrown) {
    // What this leaves undone, the operation's own clean-up does.
    await blobs.deletePrefix(name).catch(() => undefined);
    throw thrown;
  } finally {
    check.destroy();
  }
  const total = performance.now() - begun;
  return {
    extract_zip_sec: seconds(check.spentMs),
    copy_to_storage_sec: seconds(total - check.spentMs),
    total_sec: seconds(total),
  };
}

/** The zip's directory has the last word; without it, or when it says otherwise, the whole zip is read by it. */
async function confirm(check: ArrivingZip, stored: StoredBytes, limits: ZipLimits): Promise<void> {
  const zip = await check.accepted();
  if (zip && (await directoryAgrees(stored, zip.sizes))) return;
  await checkStored(stored, new ContentCheck(limits, () => stored.size));
}

/** Checks a zip on its way into storage. */
class ArrivingZip {
  spentMs = 0;
  private packed = 0;
  private isRefused = false;
  private readonly zip: StreamedZip;

  constructor(private readonly limits: ZipLimits) {
    this.zip = new StreamedZip((packed) => new ContentCheck(limits, packed));
  }

  async *passing(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.packed += chunk.length;
      if (this.packed > this.limits.packedBytes) throw tooLarge(`is larger than ${this.limits.packedBytes} bytes`);
      await this.attempt(() => this.zip.push(chunk));
      yield chunk;
    }
  }

  /** The zip, unless the check on the way found fault with it. */
  async accepted(): Promise<StreamedZip | undefined> {
    await this.attempt(() => this.zip.end());
    return this.isRefused ? undefined : this.zip;
  }

  destroy(): void {
    this.zip.destroy();
  }

  /** Only limits, and a body that is no zip at all, are certain before the zip's directory is here. */
  private async attempt(step: () => Promise<void>): Promise<void> {
    if (this.isRefused) return;
    const begun = performance.now();
    try {
      await step();
    } catch (thrown) {
      if (isCertain(thrown)) throw thrown;
      this.isRefused = true;
    } finally {
      this.spentMs += performance.now() - begun;
    }
  }
}

const CERTAIN: readonly string[] = [bankMapErrors.NotAZip('').data.code, bankMapErrors.ZipTooLarge('').data.code];

function isCertain(thrown: unknown): boolean {
  return thrown instanceof OperationError && CERTAIN.includes(thrown.data.code);
}

function storedBytes(blobs: Blobs, name: string, size: number): StoredBytes {
  return {
    size,
    async read(start, end) {
      const bytes = await blobs.stream(name, start, end);
      if (!bytes) throw bankMapErrors.ZipInvalid('The zip is no longer where it was stored; send it again.');
      return bytes;
    },
  };
}

function seconds(ms: number): number {
  return Math.round(ms) / 1_000;
}
