import { z } from 'zod';
import { sensitive } from '../platform/sensitive.js';

/** The activities of the slice by their registered names. */
export const BEGIN_UPLOAD = 'books_beginUpload';
export const CHECK_FILES = 'books_checkFiles';
export const STORE_UPLOAD = 'books_storeUpload';
export const RELEASE_UPLOAD = 'books_releaseUpload';
export const BEGIN_FINISH = 'books_beginFinish';
export const STORE_PROBLEMS = 'books_storeProblems';
export const SWITCH_VERSION = 'books_switchVersion';
export const RELEASE_FINISH = 'books_releaseFinish';

/** Most entries of a list in a result, an error or an answer; the rest is at `resultLocation` or on the next page. */
export const MAX_LISTED = 1_000;
/** Life of the credentials and of a transaction. */
export const UPLOAD_HOURS = 24;

/** A book, a version or a transaction: 32 hexadecimal digits. */
const id = z.string().regex(/^[0-9a-f]{32}$/, 'expected 32 hexadecimal digits');
export const isId = (text: string) => id.safeParse(text).success;

/** A file of a version. `etag`: of the blob whose hash was verified; without it the file is not there. */
export interface VersionFile {
  path: string;
  hash: string;
  size?: number;
  etag?: string;
  /** Of that blob, where its credentials cannot be ended; it is what readers and copies get. */
  snapshot?: string;
  /** Why it is not there. */
  problem?: FileProblem;
}
export type FileProblem = 'missing' | 'size' | 'hash';

/** A blob of a version's container. */
export interface StoredFile {
  path: string;
  size: number;
  etag: string;
}

/** The input of an upload. */
export const uploadInput = z.object({
  bookId: z.string(),
  isNew: z.boolean(),
  name: z.string().optional(),
  clientName: z.string(),
  clientVersion: z.string(),
  becomeUploader: z.boolean(),
  /** A hash of the list of files. */
  fingerprint: z.string(),
  files: z.number(),
  pages: z.number(),
});
export type UploadInput = z.infer<typeof uploadInput>;

/** The transaction that an activity began or found. */
export interface Begun {
  version: string;
  /** The current version, whose files may be copied. */
  base?: string;
  pages: number;
  files: number;
  /** Whether the switch has happened already. */
  isDone?: boolean;
}

export const checkInput = z.object({
  version: z.string(),
  page: z.number(),
  base: z.string().optional(),
  /** Whether this operation has checked a part of the page. */
  isContinued: z.boolean(),
  /** Begins no further file after this time, ms. */
  forMs: z.number(),
});
/** The result of an activity on a page: counts of files. */
export interface PageReport {
  present: number;
  absent: number;
  /** Not checked yet. */
  left: number;
  bytes: number;
}

export const versionInput = z.object({ bookId: z.string(), version: z.string() });
export const releaseInput = z.object({ bookId: z.string() });

/** The input of the end of an upload. */
export const finishInput = z.object({
  bookId: z.string(),
  transactionId: z.string(),
  metadata: z.record(z.string(), z.unknown()),
  becomeUploader: z.boolean(),
});
export type FinishInput = z.infer<typeof finishInput>;
export const switchInput = finishInput.extend({ bytes: z.number() });

export const uploadResult = z
  .object({
    bookId: z.string(),
    transactionId: z.string(),
    url: z.url().describe('URL of the container; a file is uploaded to {url}/{path}?{sasToken}.'),
    credentials: z
      .object({
        sasToken: sensitive(z.string()).describe('Creates, writes and lists blobs of this container.'),
        expiresDateTime: z.iso.datetime(),
      })
      .describe('Of the container, for 24 hours.'),
    filesToUpload: z.array(z.string()).describe(`Paths; of more than ${MAX_LISTED} the first ones.`),
    filesToUploadCount: z.int().min(0).describe('How many they are.'),
  })
  .meta({ id: 'BookUpload' });
export type UploadResult = z.infer<typeof uploadResult>;

export const finishResult = z.object({}).meta({ id: 'BookUploadFinished' });

const MAX_METADATA = 16_000;
const metadata = z
  .record(z.string(), z.unknown())
  .refine(
    (value) => JSON.stringify(value).length <= MAX_METADATA,
    `expected at most ${MAX_METADATA} characters of JSON`,
  )
  .describe('Any JSON object; it is kept with the version.');

export const finishRequest = z
  .object({
    transactionId: z.string().min(1).max(100),
    metadata: metadata.default({}),
    becomeUploader: z
      .boolean()
      .default(false)
      .describe('Makes the client of the transaction the uploader of the book.'),
  })
  .meta({ id: 'BookUploadFinish' });

const bookFile = z
  .object({
    path: z.string(),
    hash: z.string().describe('SHA-256, lower-case hexadecimal.'),
    size: z.int().min(0).describe('Bytes.'),
  })
  .meta({ id: 'BookFile' });

const currentVersion = z
  .object({
    id: z.string(),
    createdDateTime: z.iso.datetime(),
    files: z.int(),
    bytes: z.int(),
    clientName: z.string(),
    clientVersion: z.string(),
    metadata: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'BookVersion' });
export type CurrentVersion = z.infer<typeof currentVersion>;

const pendingVersion = z
  .object({
    id: z.string(),
    startedDateTime: z.iso.datetime(),
    expiresDateTime: z.iso.datetime(),
    files: z.int(),
    clientName: z.string(),
    clientVersion: z.string(),
  })
  .meta({ id: 'BookPendingVersion' });

export const bookSummary = z
  .object({
    id: z.string(),
    name: z.string(),
    uploader: z.string().describe('`clientName` of the client that uploads the book.'),
    createdDateTime: z.iso.datetime(),
    lastUpdatedDateTime: z.iso.datetime(),
    currentVersion: currentVersion.nullable().describe('Null before the first upload has finished.'),
    upload: pendingVersion.nullable().describe('The version that a client uploads now.'),
  })
  .meta({ id: 'BookSummary' });
export type BookSummary = z.infer<typeof bookSummary>;

export const book = bookSummary
  .extend({
    files: z.array(bookFile).describe('Of the current version, in the order of their paths.'),
    nextLink: z.url().optional().describe('The next page of files.'),
  })
  .meta({ id: 'Book' });
