import { hasCode } from '../../platform/errors.js';
import { type BlobStore } from '../../platform/storage.js';
import { type StoredBytes } from '../../platform/stored-zip.js';
import { type TableStore } from '../../platform/table-store.js';
import { filesErrors } from '../errors.js';
import { fileBlobName, FILES } from '../names.js';
import { NumberedRows } from '../numbered-rows.js';
import { type Page } from '../paging.js';
import { checkName } from './file-name.js';
import { checkDocument, checked, checkStored, mediaTypeOf, typeOfName, type FileType } from './file-type.js';
import { Uploads, type UploadState } from './uploads.js';

/** A whole file. */
export interface StoredFile {
  id: number;
  name: string;
  /** Bytes. */
  size: number;
  type: FileType;
  user: number;
  /** RFC 3339, when it was whole. */
  uploadedAt: string;
}

/** The columns of a file's row. Sizes are texts, because a table keeps numbers above 2³¹ in another type. */
type FileValues = {
  name: string;
  type: string;
  user: number;
  /** Whether all bytes are stored. Others are not shown. */
  whole: boolean;
  /** Empty until the file is whole, as `uploadedAt`. */
  size: string;
  uploadedAt: string;
  /** When the clean-up looks at the file, RFC 3339; empty when it need not. */
  dueAt: string;
  /** The upload of the tus protocol that it comes from; empty for others. */
  upload: string;
  /** Whether it is being deleted. */
  deleted: boolean;
};

/** What a client says of a file that it uploads by tus. */
interface NewUpload {
  name: string;
  user: number;
  length: number | undefined;
  metadata: string;
  createdAt: string;
  /** When it is removed unless it is whole. */
  expiresAt: string;
}

/** Longest time of an upload by form, ms. */
const FORM_MS = 3_600_000;
/** Time after which the clean-up completes an upload by tus that has all its bytes, ms. */
const COMPLETION_MS = 120_000;
/** The key of the row beside a file that the clean-up looks at. */
const DUE = '!due-';

/**
 * Files: a row each, and a blob with the bytes.
 *
 * S1 A row is inserted before its bytes, not whole. It is shown once it is whole.
 * S2 Beside a file that is not whole, and beside one whose upload by tus is still known, is a row with the time at which
 *    the clean-up looks at it, in the order of these times. It is written and deleted in the same transactions as the
 *    file's row: what a stopped process leaves is found without a scan.
 * S3 A deletion marks the row, then deletes the bytes, then the row, and the row beside it last.
 */
export class FileStore {
  readonly uploads: Uploads;

  readonly #rows: NumberedRows<FileValues>;
  readonly #table: TableStore;
  readonly #blobs: BlobStore;

  constructor(table: TableStore, blobs: BlobStore) {
    this.#rows = new NumberedRows(table, FILES);
    this.#table = table;
    this.#blobs = blobs;
    this.uploads = new Uploads(table, blobs);
  }

  /** A whole file; undefined when there is none of this number. @throws OperationError 503 */
  async get(id: number): Promise<StoredFile | undefined> {
    const found = await this.#rows.get(id);
    return found?.values.whole ? fileOf(id, found.values) : undefined;
  }

  /** A page of the whole files, in the order in which their uploads began. */
  async list(page: Page): Promise<{ files: StoredFile[]; hasMore: boolean }> {
    const { rows, hasMore } = await this.#rows.list(page, 'whole eq true');
    return { files: rows.map(({ id, values }) => fileOf(id, values)), hasMore };
  }

  /**
   * Stores a file while it arrives. One that is refused or incomplete is not kept.
   * @throws OperationError 400 `UploadInvalid`, 415 `FileTypeNotAllowed`, 503; what the stream throws
   */
  async receive(stream: AsyncIterable<Uint8Array>, name: string, user: number): Promise<StoredFile> {
    checkName(name, 'upload');
    const type = typeOfName(name);
    const id = await this.#add({ name, type, user, upload: '', dueAt: timeIn(FORM_MS) });
    try {
      const size = await this.#blobs.putStream(fileBlobName(id), checked(type, stream, true), mediaTypeOf(type));
      if (size === 0) throw filesErrors.UploadInvalid('upload: the file is empty.', { target: 'upload' });
      if (type === 'docx') await checkDocument(this.#bytesOf(id, size));
      const file = await this.#makeWhole(id, size);
      if (file) return file;
      throw filesErrors.UploadInvalid('upload: the upload took longer than an hour; send the file by tus.');
    } catch (thrown) {
      await this.#discard(id).catch(() => undefined); // the clean-up does it
      throw thrown;
    }
  }

  /** Stores a json file in one go. @throws as `receive` */
  addResult(bytes: Buffer, name: string, user: number): Promise<StoredFile> {
    return this.receive(singleChunk(bytes), name, user);
  }

  /** Deletes a whole file; false when there is none of this number. @throws OperationError 503 */
  async delete(id: number): Promise<boolean> {
    const found = await this.#rows.get(id);
    if (!found || (!found.values.whole && !found.values.deleted)) return false;
    await this.#discard(id);
    return true;
  }

  /**
   * Begins an upload of the tus protocol.
   * @throws OperationError 400 `UploadInvalid`, 415 `FileTypeNotAllowed`, 503
   */
  async begin(upload: string, { name, user, ...state }: NewUpload): Promise<void> {
    checkName(name, 'filename');
    const type = typeOfName(name);
    const file = await this.#add({ name, type, user, upload, dueAt: state.expiresAt });
    await this.uploads.create(upload, { ...state, file, type });
  }

  /** Removes an upload of the tus protocol, unless its file is whole. */
  async abandon({ file }: Pick<UploadState, 'file'>): Promise<void> {
    await this.#discard(file, ({ whole }) => !whole);
  }

  /**
   * Makes a file of an upload that has all its bytes; also again after an interruption. One of a wrong type is removed.
   * @returns undefined when the file was deleted meanwhile
   * @throws OperationError 415 `FileTypeNotAllowed`, 503
   */
  async complete(upload: string, state: UploadState): Promise<StoredFile | undefined> {
    const { file: id, offset: size } = state;
    // If this process stops here, the clean-up completes the file, long before the upload expires.
    const row = await this.#update(id, (values) =>
      values.whole || values.deleted ? undefined : { ...values, dueAt: timeIn(COMPLETION_MS) },
    );
    if (!row || row.deleted) return undefined;
    if (!row.whole) await this.#assemble(upload, state);
    const file = await this.#makeWhole(id, size, state.expiresAt);
    await this.uploads.markWhole(upload);
    return file;
  }

  /**
   * Removes what is due at a time: uploads that have expired or broken off, files whose deletion was interrupted, uploads
   * that are known long enough. Completes uploads that have all their bytes.
   * @param deadline when it stops although more is due, ms since the epoch
   * @param onFailure gets the errors of single files
   * @returns the number of files that it has cleaned up
   */
  async cleanUp(now: number, deadline: number, onFailure: (id: number, error: unknown) => void): Promise<number> {
    let cleaned = 0;
    const isDue = (key: string) => key < `${DUE}${new Date(now).toISOString()}`;
    for (const { key, values } of await this.#rows.besides(DUE)) {
      if (!isDue(key) || Date.now() > deadline) break;
      const id = Number(values.file);
      try {
        await this.#cleanUpOne(id, key);
        cleaned++;
      } catch (error) {
        onFailure(id, error);
      }
    }
    return cleaned;
  }

  async #cleanUpOne(id: number, key: string): Promise<void> {
    const found = await this.#rows.get(id);
    const values = found?.values;
    // A row beside it of another time is what a deletion left, or has been replaced since it was read.
    if (!values || keyOf(id, values) !== key) {
      await this.#table.delete(FILES, key);
      return;
    }
    if (values.whole) {
      await this.uploads.remove(values.upload);
      await this.#update(id, (whole) => ({ ...whole, upload: '', dueAt: '' }));
      return;
    }
    const state = values.upload !== '' && !values.deleted ? await this.uploads.get(values.upload) : undefined;
    if (state && state.offset === state.length) await this.#completeLate(values.upload, state);
    else await this.#discard(id, ({ whole }) => !whole);
  }

  /** A file of a wrong type is removed, as its client would be told. */
  async #completeLate(upload: string, state: UploadState): Promise<void> {
    try {
      await this.complete(upload, state);
    } catch (thrown) {
      if (!isRefused(thrown)) throw thrown;
    }
  }

  async #assemble(upload: string, { file, type, offset }: UploadState): Promise<void> {
    try {
      await this.#blobs.commit(fileBlobName(file), await this.uploads.blockIds(upload), mediaTypeOf(type));
      await checkStored(type, this.#bytesOf(file, offset));
    } catch (thrown) {
      if (isRefused(thrown)) await this.#discard(file);
      throw thrown;
    }
  }

  async #add(values: Pick<FileValues, 'name' | 'type' | 'user' | 'upload' | 'dueAt'>): Promise<number> {
    const row = { ...values, whole: false, deleted: false, size: '', uploadedAt: '' };
    const id = await this.#rows.add(row, (number) => [besideOf(number, row)]);
    if (id === undefined) throw new Error('The row beside a new file exists already.');
    return id;
  }

  /** @param knownUntil until when the upload by tus that it comes from is known */
  async #makeWhole(id: number, size: number, knownUntil = ''): Promise<StoredFile | undefined> {
    const values = await this.#update(id, (row) => {
      if (row.whole || row.deleted) return undefined;
      return { ...row, whole: true, size: String(size), uploadedAt: timeIn(0), dueAt: knownUntil };
    });
    return values?.whole ? fileOf(id, values) : undefined;
  }

  /** Changes a row, and with it the row beside it (S2). */
  #update(id: number, change: (values: FileValues) => FileValues | undefined): Promise<FileValues | undefined> {
    return this.#rows.change(id, change, (before, after) => {
      if (before.dueAt === after.dueAt) return {};
      return {
        delete: before.dueAt === '' ? [] : [keyOf(id, before)],
        insert: after.dueAt === '' ? [] : [besideOf(id, after)],
      };
    });
  }

  /** Deletes a file if its row allows it; also again after an interruption (S3). */
  async #discard(id: number, isAllowed: (values: FileValues) => boolean = () => true): Promise<void> {
    const marked = await this.#update(id, (values) => {
      if (values.deleted || !isAllowed(values)) return undefined;
      return { ...values, whole: false, deleted: true, dueAt: timeIn(0) };
    });
    if (marked && !marked.deleted) return;
    await this.#blobs.discard(fileBlobName(id));
    if (!marked) return;
    if (marked.upload !== '') await this.uploads.remove(marked.upload);
    await this.#rows.delete(id);
    await this.#table.delete(FILES, keyOf(id, marked));
  }

  #bytesOf(id: number, size: number): StoredBytes {
    return {
      size,
      read: async (start, end) => {
        const bytes = await this.#blobs.stream(fileBlobName(id), start, end);
        if (bytes) return bytes;
        throw filesErrors.FileNotFound('The file was deleted during its upload.');
      },
    };
  }
}

const timeIn = (ms: number) => new Date(Date.now() + ms).toISOString();
const keyOf = (id: number, { dueAt }: Pick<FileValues, 'dueAt'>) => `${DUE}${dueAt}-${id}`;
const besideOf = (id: number, values: Pick<FileValues, 'dueAt'>) => ({ key: keyOf(id, values), values: { file: id } });

const isRefused = (thrown: unknown) => hasCode(thrown, filesErrors.FileTypeNotAllowed);

function fileOf(id: number, { name, size, type, user, uploadedAt }: FileValues): StoredFile {
  return { id, name, size: Number(size), type: type as FileType, user, uploadedAt };
}

async function* singleChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}
