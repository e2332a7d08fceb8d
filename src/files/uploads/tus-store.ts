import { type Readable } from 'node:stream';
import type * as tusServer from '@tus/server' with { 'resolution-mode': 'import' };
import { hasCode } from '../../platform/errors.js';
import { type BlobStore } from '../../platform/storage.js';
import { filesErrors } from '../errors.js';
import { type FileStore } from './file-store.js';
import { type Checksum, UploadWriter } from './upload-writer.js';
import { type UploadState } from './uploads.js';

/** Time after which an upload that is not whole is removed, ms (docs/contracts/files.md). */
export const UPLOAD_LIFE_MS = 24 * 3_600_000;

const TUS_EXTENSIONS = [
  'creation',
  'creation-with-upload',
  'creation-defer-length',
  'termination',
  'expiration',
  'checksum',
];

/** The package, which is an ES module. */
export type TusModule = typeof tusServer;

interface TusStoreOptions {
  files: FileStore;
  blobs: BlobStore;
  user: number;
  checksum: Checksum | undefined;
}

/** The store of one request for `@tus/server`. `fileId`: the file that it has completed, or that was complete before. */
export function createTusStore(
  tus: TusModule,
  { files, blobs, user, checksum }: TusStoreOptions,
): tusServer.DataStore & { fileId?: number } {
  return new (class extends tus.DataStore {
    override readonly extensions = TUS_EXTENSIONS;
    fileId?: number;

    override getExpiration(): number {
      return UPLOAD_LIFE_MS;
    }

    override async create(upload: tusServer.Upload): Promise<tusServer.Upload> {
      const createdAt = new Date(upload.creation_date ?? Date.now());
      await files.begin(upload.id, {
        name: upload.metadata?.filename ?? '',
        user,
        length: upload.size,
        metadata: JSON.stringify(upload.metadata ?? {}),
        createdAt: createdAt.toISOString(),
        expiresAt: new Date(createdAt.getTime() + UPLOAD_LIFE_MS).toISOString(),
      });
      return upload;
    }

    /** @throws OperationError 404 `FileNotFound`, 415 `FileTypeNotAllowed`, 503 */
    override async getUpload(id: string): Promise<tusServer.Upload> {
      const state = await stateOf(id);
      if (state.offset === state.length) await this.#complete(id, state);
      return new tus.Upload({
        id,
        offset: state.offset,
        metadata: JSON.parse(state.metadata) as Record<string, string | null>,
        creation_date: state.createdAt,
        ...(state.length !== undefined && { size: state.length }),
      });
    }

    override async declareUploadLength(id: string, length: number): Promise<void> {
      await files.uploads.setLength(id, length);
    }

    /** @returns the offset after the last byte that counts */
    override async write(stream: Readable, id: string): Promise<number> {
      const before = await stateOf(id);
      try {
        const writer = new UploadWriter({ blobs, uploads: files.uploads, upload: id, state: before, checksum });
        const state = await writer.append(stream);
        if (state.offset === state.length) await this.#complete(id, state);
        return state.offset;
      } catch (thrown) {
        if (hasCode(thrown, filesErrors.FileTypeNotAllowed)) await files.abandon(before);
        throw thrown;
      }
    }

    /** @throws OperationError 404 `FileNotFound`, 409 `UploadConflict` when its file is whole */
    override async remove(id: string): Promise<void> {
      const state = await stateOf(id);
      if (!state.whole) {
        await files.abandon(state);
        return;
      }
      throw filesErrors.UploadConflict(`The upload is whole; delete the file at /files/${state.file}/.`);
    }

    async #complete(id: string, state: UploadState): Promise<void> {
      if (!state.whole && !(await files.complete(id, state))) {
        throw filesErrors.FileNotFound('The file was deleted during its upload.');
      }
      this.fileId = state.file;
    }
  })();

  async function stateOf(id: string): Promise<UploadState> {
    const state = await files.uploads.get(id);
    if (state) return state;
    throw filesErrors.FileNotFound('There is no such upload, or it has expired; begin again.');
  }
}
