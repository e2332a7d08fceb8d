import { createHash } from 'node:crypto';
import { CopySourceError, type BlobContainers } from '../platform/blob-containers.js';
import { OperationError } from '../platform/errors.js';
import { concurrently } from '../platform/concurrently.js';
import { type FileLists } from './file-lists.js';
import { announcedList, containerOf, storedList, versionList } from './names.js';
import { type FileProblem, type PageReport, type StoredFile, type VersionFile } from './schemas.js';

/** Files of one page that are copied or read at the same time. */
const FILES_AT_ONCE = 16;

interface CheckServices {
  lists: FileLists;
  containers: Pick<BlobContainers, 'read' | 'copy' | 'endsUploads' | 'snapshot'>;
}

interface PageToCheck {
  operationId: string;
  version: string;
  page: number;
  /** The version whose files are copied; undefined: none is copied. */
  base?: string;
  /** Whether this operation has checked a part of the page. */
  isContinued: boolean;
  /** Begins no further file after so many ms. */
  forMs: number;
}

/**
 * Finds out which files of a page of a version are there, and stores the page with what it found.
 *
 * C1 A file is there when its container has a blob whose SHA-256 the app has computed, or copied from a blob whose
 *    SHA-256 it had computed: the page keeps the ETag of that blob.
 * C2 The first check of a page in an operation drops ETags that the container does not have any more.
 * C3 Where credentials cannot be ended, the page also keeps a snapshot of that blob: a client may change the blob later,
 *    but not its snapshot.
 * C4 A file of the page has an ETag, or a problem, or neither: then it is not checked yet. So a check can continue.
 */
export async function checkPage(services: CheckServices, page: PageToCheck, signal: AbortSignal): Promise<PageReport> {
  const check = await PageCheck.begin(services, page, signal);
  const report = await check.run();
  await services.lists.putPage(versionList(page.version), page.page, check.files);
  return report;
}

class PageCheck {
  #deadline = 0;
  /** The last failure that may pass. */
  #failure: OperationError | undefined;
  readonly files: VersionFile[];
  readonly #services: CheckServices;
  readonly #page: PageToCheck;
  readonly #stored: ReadonlyMap<string, StoredFile>;
  readonly #base: ReadonlyMap<string, VersionFile>;
  readonly #signal: AbortSignal;

  private constructor(
    services: CheckServices,
    page: PageToCheck,
    state: { files: VersionFile[]; stored: Map<string, StoredFile>; base: Map<string, VersionFile> },
    signal: AbortSignal,
  ) {
    this.#services = services;
    this.#page = page;
    this.files = state.files;
    this.#stored = state.stored;
    this.#base = state.base;
    this.#signal = signal;
  }

  static async begin(services: CheckServices, page: PageToCheck, signal: AbortSignal): Promise<PageCheck> {
    const { lists, containers } = services;
    const { operationId, version, base } = page;
    const known = await lists.page<VersionFile>(versionList(version), page.page);
    const files = known ?? (await lists.page<VersionFile>(announcedList(operationId), page.page)) ?? [];
    const [first, last] = [files[0]?.path ?? '', files.at(-1)?.path ?? ''];
    const stored = await lists.range<StoredFile>(storedList(operationId), first, last);
    const copied = base === undefined ? new Map() : await lists.range<VersionFile>(versionList(base), first, last);
    const isThere = ({ path, etag, snapshot }: VersionFile) =>
      etag !== undefined && etag === stored.get(path)?.etag && (containers.endsUploads || snapshot !== undefined);
    const reset = page.isContinued ? files : files.map((file) => (isThere(file) ? file : unchecked(file)));
    return new PageCheck(services, page, { files: reset, stored, base: copied as Map<string, VersionFile> }, signal);
  }

  /** @throws OperationError that may pass, when no file could be checked */
  async run(): Promise<PageReport> {
    const before = this.#report();
    this.#deadline = performance.now() + this.#page.forMs;
    await concurrently([...this.files.keys()], FILES_AT_ONCE, (index) => this.#checkAt(index));
    const report = this.#report();
    if (this.#failure && report.left === before.left) throw this.#failure;
    return report;
  }

  async #checkAt(index: number): Promise<void> {
    const file = this.files[index];
    if (!file || isChecked(file) || performance.now() > this.#deadline) return;
    try {
      this.files[index] = await this.#checked(file);
    } catch (thrown) {
      this.#signal.throwIfAborted();
      const error = OperationError.from(thrown);
      if (!error.data.retryable) throw thrown;
      this.#failure = error;
      this.#deadline = 0;
    }
  }

  async #checked(file: VersionFile): Promise<VersionFile> {
    this.#signal.throwIfAborted();
    const found = await this.#found(file);
    if (found.etag !== undefined) return found;
    const source = this.#base.get(file.path);
    const copy = source?.hash === file.hash ? await this.#copyOf(source) : undefined;
    return copy ?? found;
  }

  /** The file with the ETag of its blob if that has the right size and hash, else with what is wrong. */
  async #found(file: VersionFile): Promise<VersionFile> {
    const blob = this.#stored.get(file.path);
    const withProblem = (problem: FileProblem): VersionFile => ({ ...file, problem });
    if (!blob) return withProblem('missing');
    if (file.size !== undefined && file.size !== blob.size) return withProblem('size');
    const place = { container: containerOf(this.#page.version), name: file.path };
    const bytes = await this.#services.containers.read(place, blob.etag);
    if (!bytes) return withProblem('missing');
    const hash = createHash('sha256');
    for await (const chunk of bytes) {
      this.#signal.throwIfAborted();
      hash.update(chunk as Buffer);
    }
    if (hash.digest('hex') !== file.hash) return withProblem('hash');
    return (await this.#kept({ ...file, size: blob.size, etag: blob.etag })) ?? withProblem('missing');
  }

  /** The verified file, with a snapshot where it needs one; undefined when its blob has changed since. */
  async #kept(file: VersionFile & { etag: string }): Promise<VersionFile | undefined> {
    const { containers } = this.#services;
    if (containers.endsUploads) return file;
    const place = { container: containerOf(this.#page.version), name: file.path };
    const snapshot = await containers.snapshot(place, file.etag);
    return snapshot === undefined ? undefined : { ...file, snapshot };
  }

  /** The file after it was copied from the current version; undefined when it is not there any more. */
  async #copyOf({ path, hash, size = 0, etag = '', snapshot }: VersionFile): Promise<VersionFile | undefined> {
    const from = { container: containerOf(this.#page.base ?? ''), name: path, snapshot, etag, bytes: size };
    const to = { container: containerOf(this.#page.version), name: path };
    try {
      const copied = await this.#services.containers.copy(from, to, this.#signal);
      return await this.#kept({ path, hash, size, etag: copied });
    } catch (thrown) {
      if (thrown instanceof CopySourceError) return undefined;
      throw thrown;
    }
  }

  #report(): PageReport {
    const present = this.files.filter(({ etag }) => etag !== undefined);
    const absent = this.files.filter(({ problem }) => problem !== undefined).length;
    const bytes = present.reduce((sum, { size = 0 }) => sum + size, 0);
    return { present: present.length, absent, left: this.files.length - present.length - absent, bytes };
  }
}

const isChecked = ({ etag, problem }: VersionFile) => etag !== undefined || problem !== undefined;

/** As it was announced. */
function unchecked({ path, hash, size }: VersionFile): VersionFile {
  return { path, hash, ...(size !== undefined && { size }) };
}
