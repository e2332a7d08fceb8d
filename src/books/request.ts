import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { commonErrors, type ErrorDetail } from '../platform/errors.js';
import { invalidRequest, MAX_DETAILS, parseWith } from '../platform/http/body.js';
import { JsonLimitError } from '../platform/json-scanner.js';
import { JsonObjectReader } from '../platform/json-stream.js';
import { JsonEncodingError } from '../platform/json-text.js';
import { bookErrors } from './errors.js';
import { byPath } from './file-lists.js';
import { foldedPath, problemOfPath } from './paths.js';
import { type VersionFile } from './schemas.js';

/** Longest body of `upload-start`, bytes, and most files (docs/contracts/books.md). */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;
export const MAX_FILES = 100_000;
/** Longest member of the body, or entry of `files`, bytes. */
const MAX_VALUE_BYTES = 64 * 1024;
const HASH = /^[0-9a-f]{64}$/;
/** Entries that are sorted, or hashed, in one turn of the event loop. */
const SLICE = 2_000;

const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^\P{Cc}*$/u, 'expected no control characters');
const members = z.object({
  name: text(255).optional(),
  clientName: text(100),
  clientVersion: text(100),
  becomeUploader: z.boolean().default(false),
});

/** The body of `upload-start` as the OpenAPI document shows it; `readUploadRequest` checks it while it arrives. */
export const uploadRequest = members
  .extend({
    files: z.array(
      z.object({
        path: z.string(),
        hash: z.string().regex(HASH).meta({ description: 'SHA-256 of the file.' }),
        size: z.int().min(0).optional().meta({ description: 'Bytes.' }),
      }),
    ),
  })
  .meta({ id: 'BookUploadRequest' });

/** A checked request of `upload-start`. */
export type UploadRequest = z.output<typeof members> & {
  /** In the order of their paths. */
  files: VersionFile[];
  /** A hash of the files. */
  fingerprint: string;
};

/**
 * Reads the body of `upload-start` while it arrives.
 * @param denied client versions that are refused (`isDenied`)
 * @throws OperationError 400 `InvalidRequest`, `InvalidJson` or `ClientOutOfDate`, 413 `PayloadTooLarge`
 */
export async function readUploadRequest(
  body: AsyncIterable<Uint8Array>,
  denied: readonly string[],
): Promise<UploadRequest> {
  const given: Record<string, unknown> = {};
  const files = new AnnouncedFiles();
  const onValue = (name: string, value: unknown, index?: number) => {
    if (index === undefined) given[name] = value;
    else files.add(value, index);
  };
  await readBody(body, new JsonObjectReader({ arrays: ['files'], valueBytes: MAX_VALUE_BYTES, onValue }));
  const request = parseWith(members, given);
  if (isDenied(request, denied))
    throw bookErrors.ClientOutOfDate(
      `${request.clientName} ${request.clientVersion} is out of date; update it and try again.`,
      { target: 'clientVersion' },
    );
  if ('files' in given) throw commonErrors.InvalidRequest('files: expected an array.', { target: 'files' });
  const sorted = await files.sorted();
  return { ...request, files: sorted, fingerprint: await fingerprintOf(sorted) };
}

async function readBody(body: AsyncIterable<Uint8Array>, reader: JsonObjectReader): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) break;
      reader.write(chunk);
    }
    if (bytes <= MAX_BODY_BYTES) reader.end();
  } catch (cause) {
    if (cause instanceof JsonLimitError) throw commonErrors.InvalidRequest(`The body has ${cause.message}.`, { cause });
    if (cause instanceof JsonEncodingError) throw commonErrors.InvalidJson('The body is not UTF-8 text.', { cause });
    if (cause instanceof SyntaxError)
      throw commonErrors.InvalidJson(`The body is no JSON object: ${cause.message}`, { cause });
    throw cause;
  }
  if (bytes > MAX_BODY_BYTES)
    throw commonErrors.PayloadTooLarge(`The body is longer than the ${MAX_BODY_BYTES} bytes that this call takes.`);
}

/** The files of a request, checked one by one. The first problems are kept. */
class AnnouncedFiles {
  readonly #files: VersionFile[] = [];
  readonly #problems: ErrorDetail[] = [];
  /** By the folded path, the index of its first file and its path. */
  readonly #seen = new Map<string, { index: number; path: string }>();
  #problemCount = 0;
  #count = 0;

  add(entry: unknown, index: number): void {
    this.#count = index + 1;
    if (index >= MAX_FILES) return;
    const { path, hash, size } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
    const before = this.#problemCount;
    const pathProblem = problemOfPath(path) ?? this.#repeated(path as string, index);
    if (pathProblem !== undefined) this.#problem(`files[${index}].path`, `${shown(path)}${pathProblem}`);
    if (typeof hash !== 'string' || !HASH.test(hash))
      this.#problem(`files[${index}].hash`, 'expected the SHA-256 of the file, 64 lower-case hexadecimal digits');
    const hasSize = size !== undefined && size !== null;
    if (hasSize && !(Number.isSafeInteger(size) && (size as number) >= 0))
      this.#problem(`files[${index}].size`, 'expected a number of bytes');
    if (this.#problemCount > before) return;
    this.#files.push({ path: path as string, hash: hash as string, ...(hasSize && { size: size as number }) });
  }

  /** @throws OperationError 400 that names the first problems */
  async sorted(): Promise<VersionFile[]> {
    if (this.#count === 0 || this.#count > MAX_FILES) {
      const message = `files: expected 1 to ${MAX_FILES} files, got ${this.#count}.`;
      throw commonErrors.InvalidRequest(message, { target: 'files' });
    }
    if (this.#problemCount > 0) throw invalidRequest(this.#problems, this.#problemCount);
    return sortedInSlices(this.#files);
  }

  #repeated(path: string, index: number): string | undefined {
    const key = foldedPath(path);
    const other = this.#seen.get(key);
    if (!other) {
      this.#seen.set(key, { index, path });
      return undefined;
    }
    if (other.path === path) return `the same path as files[${other.index}]`;
    return `it differs from files[${other.index}] only in case or Unicode form, so that some systems take both for one file`;
  }

  #problem(target: string, message: string): void {
    this.#problemCount++;
    if (this.#problems.length >= MAX_DETAILS) return;
    this.#problems.push({ code: commonErrors.InvalidRequest.code, message: `${target}: ${message}.`, target });
  }
}

function shown(path: unknown): string {
  return typeof path === 'string' ? `${JSON.stringify(path.slice(0, 100))}: ` : '';
}

/** Sorts short slices, then merges them two by two, so that no turn of the event loop takes long. */
async function sortedInSlices(files: readonly VersionFile[]): Promise<VersionFile[]> {
  let runs: VersionFile[][] = [];
  for (let from = 0; from < files.length; from += SLICE) {
    runs.push(files.slice(from, from + SLICE).sort(byPath));
    await nextTurn();
  }
  while (runs.length > 1) {
    const merged: VersionFile[][] = [];
    for (let n = 0; n < runs.length; n += 2) merged.push(await mergedRuns(runs[n] ?? [], runs[n + 1] ?? []));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function mergedRuns(a: readonly VersionFile[], b: readonly VersionFile[]): Promise<VersionFile[]> {
  const merged: VersionFile[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const [left, right] = [a[i], b[j]];
    if (left && (!right || byPath(left, right) <= 0)) {
      merged.push(left);
      i++;
    } else if (right) {
      merged.push(right);
      j++;
    }
    if (merged.length % (10 * SLICE) === 0) await nextTurn();
  }
  return merged;
}

async function fingerprintOf(files: readonly VersionFile[]): Promise<string> {
  const hash = createHash('sha256');
  for (const [index, { path, hash: ofFile, size }] of files.entries()) {
    hash.update(`${ofFile} ${size ?? ''} ${path}\n`);
    if (index % (5 * SLICE) === 0) await nextTurn();
  }
  return hash.digest('hex');
}

/**
 * Whether a client is on the deny list.
 * @param denied versions, or `name/version`; an asterisk at the end stands for any text
 */
export function isDenied(
  { clientName, clientVersion }: { clientName: string; clientVersion: string },
  denied: readonly string[],
): boolean {
  const names = [clientVersion, `${clientName}/${clientVersion}`];
  return denied.some((entry) =>
    names.some((name) => (entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : name === entry)),
  );
}
