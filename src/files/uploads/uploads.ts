import { BLOCK_BYTES } from '../../platform/blocks.js';
import { commonErrors } from '../../platform/errors.js';
import { type BlobStore } from '../../platform/storage.js';
import { type Row, type RowWrite, type TableStore } from '../../platform/table-store.js';
import { filesErrors } from '../errors.js';
import { type FileType } from './file-type.js';

/** Largest file by tus, bytes (docs/contracts/files.md). */
export const MAX_FILE_BYTES = 5_000_000_000;
/** Most blocks of a blob (https://learn.microsoft.com/rest/api/storageservices/put-block-list). */
const MAX_BLOCKS = 50_000;
/** Blocks that are kept for the bytes that are still missing, if all of them come in blocks of the usual size. */
const RESERVED_BLOCKS = Math.ceil(MAX_FILE_BYTES / BLOCK_BYTES) + 1;

const STATE = 'state';
const PART = 'part-';
/** Digits of a number of bytes in keys and block ids, so that these have the order of the bytes. */
const DIGITS = 13;
/** Rows of one query, and of one transaction. */
const QUERY_ROWS = 1_000;
const TRANSACTION_ROWS = 100;
/** Attempts at a change while others change the same upload. */
const ATTEMPTS = 20;

/** An upload of the tus protocol. */
export interface UploadState {
  /** The number of its file. */
  file: number;
  type: FileType;
  /** The client's metadata, as JSON. */
  metadata: string;
  /** Bytes of the file; undefined until the client says how many. */
  length: number | undefined;
  /** Bytes that are stored. */
  offset: number;
  blocks: number;
  /** RFC 3339. */
  createdAt: string;
  expiresAt: string;
  /** Whether its file is whole. */
  whole: boolean;
}

/** Bytes that are stored in blocks of the usual size; the last one may be shorter. */
export interface Part {
  offset: number;
  bytes: number;
  blocks: number;
  /** Whose blocks they are (`blockIdOf`). */
  writer: string;
}

const padded = (bytes: number) => String(bytes).padStart(DIGITS, '0');

/** The id of a block: its offset in the file, and the request that stored it. */
export const blockIdOf = (offset: number, writer: string) => `${padded(offset)}-${writer}`;

/** The blob whose lease is the lock of an upload (upload-lock.ts). */
export const lockBlobName = (upload: string) => `uploads/${upload}/lock`;

/**
 * Uploads of the tus protocol: a partition each, with a row for the state and one for each part.
 *
 * U1 A part counts by one transaction: it moves the offset on the condition that the state has not changed, and inserts
 *    the part. Of two writers at one offset, one counts; the blocks of the other are discarded with the next commit.
 * U2 The blob has the blocks of the parts in the order of their offsets, and no others.
 */
export class Uploads {
  readonly #table: TableStore;
  readonly #blobs: BlobStore;

  constructor(table: TableStore, blobs: BlobStore) {
    this.#table = table;
    this.#blobs = blobs;
  }

  async create(
    upload: string,
    state: Pick<UploadState, 'file' | 'type' | 'metadata' | 'length' | 'createdAt' | 'expiresAt'>,
  ): Promise<void> {
    await this.#blobs.put(lockBlobName(upload), Buffer.alloc(0), 'application/octet-stream');
    await this.#table.insert(rowOf(upload, { ...state, offset: 0, blocks: 0, whole: false }));
  }

  async get(upload: string): Promise<UploadState | undefined> {
    const row = await this.#table.get(partitionOf(upload), STATE);
    return row && stateOf(row);
  }

  /** Says how long an upload is that began without its length. */
  async setLength(upload: string, length: number): Promise<void> {
    await this.#change(upload, (state) => ({ ...state, length }));
  }

  async markWhole(upload: string): Promise<void> {
    await this.#change(upload, (state) => ({ ...state, whole: true }));
  }

  /**
   * Counts a part (U1).
   * @throws OperationError 409 `UploadConflict` when the upload has another offset meanwhile, or is gone
   */
  async count(upload: string, part: Part): Promise<UploadState> {
    const row: Row = {
      partitionKey: partitionOf(upload),
      rowKey: `${PART}${padded(part.offset)}`,
      writer: part.writer,
      blocks: part.blocks,
      blockBytes: BLOCK_BYTES,
    };
    const counted = await this.#change(
      upload,
      (state) => {
        if (state.offset !== part.offset) return undefined;
        return { ...state, offset: state.offset + part.bytes, blocks: state.blocks + part.blocks };
      },
      [{ insert: row }],
    );
    if (counted) return counted;
    throw filesErrors.UploadConflict('The upload has another offset; ask for it with HEAD.', {
      target: 'Upload-Offset',
    });
  }

  /** The blocks of an upload in their order (U2). */
  async blockIds(upload: string): Promise<string[]> {
    const ids: string[] = [];
    for await (const row of this.#parts(upload)) {
      const offset = Number(row.rowKey.slice(PART.length));
      for (let index = 0; index < Number(row.blocks); index++)
        ids.push(blockIdOf(offset + index * Number(row.blockBytes), String(row.writer)));
    }
    return ids;
  }

  /** Deletes an upload, its state last. Its file's bytes are another's. */
  async remove(upload: string): Promise<void> {
    await this.#blobs.leases.break(lockBlobName(upload), 0);
    await this.#blobs.discard(lockBlobName(upload));
    let keys: { partitionKey: string; rowKey: string }[] = [];
    for await (const { partitionKey, rowKey } of this.#parts(upload)) {
      keys.push({ partitionKey, rowKey });
      if (keys.length < TRANSACTION_ROWS) continue;
      await this.#delete(keys);
      keys = [];
    }
    await this.#delete(keys);
    await this.#table.delete(partitionOf(upload), STATE);
  }

  /** Deletes rows; one that is not there is deleted already. */
  async #delete(keys: { partitionKey: string; rowKey: string }[]): Promise<void> {
    if (keys.length === 0 || (await this.#table.transact(keys.map((key): RowWrite => ({ delete: key })))) !== undefined)
      return;
    for (const { partitionKey, rowKey } of keys) await this.#table.delete(partitionKey, rowKey);
  }

  async *#parts(upload: string): AsyncGenerator<Row> {
    for (let after = PART; ;) {
      const filter = `PartitionKey eq '${partitionOf(upload)}' and RowKey gt '${after}' and RowKey lt '${PART}~'`;
      const rows = await this.#table.query(filter, QUERY_ROWS);
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < QUERY_ROWS) return;
      after = last.rowKey;
    }
  }

  /** Changes the state, again when it was changed meanwhile. @returns undefined when it is gone or `change` returns that */
  async #change(
    upload: string,
    change: (state: UploadState) => UploadState | undefined,
    others: RowWrite[] = [],
  ): Promise<UploadState | undefined> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const found = await this.#table.read(partitionOf(upload), STATE);
      const state = found && change(stateOf(found.row));
      if (!state) return undefined;
      const write: RowWrite = { replace: rowOf(upload, state), etag: found.etag };
      if ((await this.#table.transact([write, ...others])) !== undefined) return state;
    }
    throw commonErrors.ServiceUnavailable('Others change the same upload; try again shortly.');
  }
}

/**
 * Checks that an upload can have further blocks.
 * @throws OperationError 400 `UploadInvalid`
 */
export function checkBlocks({ blocks }: Pick<UploadState, 'blocks'>): void {
  if (blocks + RESERVED_BLOCKS < MAX_BLOCKS) return;
  throw filesErrors.UploadInvalid(
    `The upload came in ${blocks} parts, which are too many; begin again with parts of 1 MB or more.`,
  );
}

const partitionOf = (upload: string) => `upload-${upload}`;

function rowOf(upload: string, { length, offset, ...state }: UploadState): Row {
  const lengths = { length: length === undefined ? '' : String(length), offset: String(offset) };
  return { partitionKey: partitionOf(upload), rowKey: STATE, ...state, ...lengths };
}

function stateOf(row: Row): UploadState {
  const text = (column: string) => String(row[column]);
  return {
    file: Number(row.file),
    type: text('type') as FileType,
    metadata: text('metadata'),
    length: row.length === '' ? undefined : Number(row.length),
    offset: Number(row.offset),
    blocks: Number(row.blocks),
    createdAt: text('createdAt'),
    expiresAt: text('expiresAt'),
    whole: row.whole === true,
  };
}
