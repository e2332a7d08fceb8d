import { Readable } from 'node:stream';
import { type PerInvocation } from '../../operations/durable.js';
import { type Operations } from '../../operations/operations.js';
import { type OperationError } from '../../platform/errors.js';
import { type Reply, type RouteRequest } from '../../platform/http/route.js';
import { filesErrors } from '../errors.js';
import { limited } from '../uploads/body-limit.js';
import { readForm } from '../uploads/form.js';
import { type Analyses, type KeyMatch } from './analyses.js';
import { type AnalysisFiles } from './analysis-files.js';
import { type Analysis } from './analysis.js';
import { keyNotFound, raise } from './download.js';
import { objectOf } from './fields.js';
import { readResult } from './result.js';
import { RESULT_CAME } from './schemas.js';

/** Bytes of a form besides its file. */
const FORM_BYTES = 64 * 1024;
const NAME = 'result.json';

export interface PostResultOptions {
  analyses: Analyses;
  files: Pick<AnalysisFiles, 'addResult' | 'delete'>;
  operations: PerInvocation<Operations>;
  /** Largest result, bytes. */
  maxResultBytes: number;
}

/**
 * Takes the result of an analyzer. Its bytes are a file before the row names it, so that the row never lies; those of a
 * result that comes second are deleted.
 * @throws OperationError 400 `ResultInvalid`, 404 `KeyNotFound`, 409 `ResultAlreadyStored`, 413 `UploadTooLarge`, 503
 */
export async function postResult(options: PostResultOptions, key: string, request: RouteRequest): Promise<Reply> {
  const { analyses, files } = options;
  const match = mustTakeResult(await analyses.byKey(key));
  const bytes = await bytesOf(request, options.maxResultBytes);
  const { failure } = await readResult(bytes);
  const { id, analysis } = match;
  if (failure) {
    const message = `The analyzer failed: ${failure.message} (${failure.code})`;
    const after = await analyses.failByKey(match, filesErrors.AnalyzerFailed(message).data);
    if (after) return reply(options, match, after, request);
    mustTakeResult(await analyses.byKey(key));
    throw keyNotFound();
  }
  const stored = await files.addResult(bytes, NAME, analysis.user);
  const after = await analyses.post(id, analysis.key, stored.id);
  if (after) return reply(options, match, after, request);
  await files.delete(stored.id);
  mustTakeResult(await analyses.byKey(key));
  throw keyNotFound();
}

/** @throws OperationError 404, 409 */
function mustTakeResult(match: KeyMatch | undefined): KeyMatch {
  if (!match) throw keyNotFound();
  if (match.isValid) return match;
  throw filesErrors.ResultAlreadyStored('The result of this analysis has come already.');
}

async function reply(
  { analyses, operations }: PostResultOptions,
  match: KeyMatch,
  after: Analysis,
  request: RouteRequest,
): Promise<Reply> {
  await raise(operations, match, RESULT_CAME, request);
  return { status: 200, body: objectOf(match.id, after, analyses.statusOf(after)) };
}

/** The JSON of the body, or of the file of a form. */
async function bytesOf(request: RouteRequest, maxBytes: number): Promise<Buffer> {
  const { stream } = request;
  if (!stream) throw filesErrors.ResultInvalid('The body is empty; send the result as JSON.');
  if (Number(request.header('content-length') ?? 0) > maxBytes + FORM_BYTES) throw resultTooLarge(maxBytes);
  const contentType = request.header('content-type');
  if (!contentType?.toLowerCase().startsWith('multipart/')) return collected(stream, maxBytes);
  let bytes: Buffer | undefined;
  await readForm(stream, contentType, {
    maxBytes: maxBytes + FORM_BYTES,
    fields: [],
    onFile: async (file) => {
      bytes = await collected(file.stream, maxBytes);
    },
  });
  if (!bytes) throw filesErrors.ResultInvalid('The form has no file; send the result as a file or as JSON.');
  return bytes;
}

async function collected(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const bytes = Buffer.concat(await chunksOf(stream, maxBytes));
  if (bytes.length === 0) throw filesErrors.ResultInvalid('The body is empty; send the result as JSON.');
  return bytes;
}

function chunksOf(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array[]> {
  return Readable.from(limited(stream, maxBytes, () => resultTooLarge(maxBytes))).toArray() as Promise<Uint8Array[]>;
}

function resultTooLarge(maxBytes: number): OperationError {
  return filesErrors.UploadTooLarge(`The result is longer than the ${maxBytes} bytes that this call takes.`);
}
