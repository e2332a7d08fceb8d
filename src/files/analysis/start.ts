import { createHash } from 'node:crypto';
import { type PerInvocation } from '../../operations/durable.js';
import { type Operations } from '../../operations/operations.js';
import { operationLocation } from '../../operations/replies.js';
import { isRefusal } from '../../operations/starter.js';
import { OperationError } from '../../platform/errors.js';
import { hashing } from '../../platform/hashing.js';
import { parseWith } from '../../platform/http/body.js';
import { type Reply, type RouteRequest } from '../../platform/http/route.js';
import { logFailure } from '../../platform/logging.js';
import { userOf } from '../caller.js';
import { filesErrors } from '../errors.js';
import { type StoredFile } from '../uploads/file-store.js';
import { readForm, tooLarge } from '../uploads/form.js';
import { type Analyses, type NewRun, type NumberedAnalysis } from './analyses.js';
import { type Analysis } from './analysis.js';
import { type AnalysisFiles, type AnalysisLists } from './analysis-files.js';
import { analysisFields, FIELD_NAMES, objectOf, type AnalysisFields } from './fields.js';
import { analysisNotFound } from './live-events.js';
import { RunRequest } from './run-request.js';
import { startRun } from './start-run.js';

const FILE_FIELD = 'upload';

export interface StartOptions {
  analyses: Analyses;
  files: AnalysisFiles;
  lists: AnalysisLists;
  operations: PerInvocation<Operations>;
  /** Largest body of a form, bytes. */
  maxFormBytes: number;
  /** The user of requests without the header `X-User-ID`. */
  defaultUser: number;
  /** Base URL of the app for the analyzer. Default: the origin of the request. */
  baseUrl: string | undefined;
}

/**
 * Starts an analysis of a stored file, or of the file of a form.
 *
 * The row of the analysis is stored before its operation starts. When the start fails or the process ends between the
 * two, the sweep starts the operation (sweep.ts), so that the answer need not be an error. A request that comes again
 * with the same `Operation-Id` finds its analysis, and no file of it is stored.
 *
 * @throws OperationError 400, 404 `FileNotFound`, 410 `OperationExpired`, 413 `UploadTooLarge`, 415
 *   `FileTypeNotAllowed`, 503
 */
export async function startAnalysis(options: StartOptions, request: RouteRequest<unknown, unknown>): Promise<Reply> {
  const { analyses, files, lists } = options;
  const user = userOf(request, options.defaultUser);
  const operations = options.operations(request);
  const run = await RunRequest.read(analyses, operations, request);
  const isKnown = await run.isKnown(operations);
  const { fields, file, uploaded } = await readRequest(options, request, { run, user, isKnown });
  const fingerprint = run.fingerprintOf(['start', user, fields, file]);
  const added = isKnown
    ? undefined
    : await analyses.add({
        file: uploaded?.id ?? (await storedFile(files, fields.file_id)).id,
        user,
        audience: fields.target_audience,
        violations: await lists.violationIds(),
        ...newRun(options, request, run, fingerprint),
        comment: fields.comment?.trim() === '' ? undefined : fields.comment,
      });
  if (!added && uploaded) await files.delete(uploaded.id);
  const started = added ?? (await run.begun(fingerprint));
  if (!started) throw analysisNotFound();
  await addComment(options, started);
  return begun(options, request, { run, started, status: 201 });
}

/**
 * @throws OperationError 404 `AnalysisNotFound` or `FileNotFound`, 409 `AnalysisNotFinished`, 400, 410
 *   `OperationExpired`, 503
 */
export async function restartAnalysis(options: StartOptions, id: number, request: RouteRequest): Promise<Reply> {
  const { analyses, files } = options;
  const before = await analyses.get(id);
  if (!before) throw analysisNotFound();
  const operations = options.operations(request);
  const run = await RunRequest.read(analyses, operations, request);
  const fingerprint = run.fingerprintOf(['restart', id]);
  let analysis: Analysis | undefined;
  if (!(await run.isKnown(operations))) {
    if (!(await files.get(before.file))) throw fileNotFound(before.file);
    analysis = await analyses.restart(id, newRun(options, request, run, fingerprint));
  }
  const started = analysis ? { id, analysis } : await run.begun(fingerprint);
  if (!started) {
    throw filesErrors.AnalysisNotFinished(
      `Analysis ${id} is running; cancel its operation first, POST /status/{operation-id}:cancel.`,
    );
  }
  return begun(options, request, { run, started, status: 200 });
}

function newRun(
  { baseUrl }: StartOptions,
  request: Pick<RouteRequest, 'url'>,
  { operationId, webhookUrl, isRepeatable }: RunRequest,
  fingerprint: string,
): NewRun {
  return {
    operationId,
    baseUrl: baseUrl ?? request.url.origin,
    ...(webhookUrl !== undefined && { webhookUrl }),
    ...(isRepeatable && { fingerprint }),
  };
}

interface Begun {
  run: RunRequest;
  started: NumberedAnalysis;
  status: number;
}

async function begun(
  { operations, analyses }: StartOptions,
  request: RouteRequest<unknown, unknown>,
  { run: { operationId, webhookUrl }, started, status }: Begun,
): Promise<Reply> {
  const { id, analysis } = started;
  try {
    // Another id: the analysis was restarted after the run of this request.
    if (analysis.operationId === operationId) await startRun(operations(request), analyses, started, webhookUrl);
  } catch (thrown) {
    if (isRefusal(thrown)) throw thrown;
    logFailure(request.invocation, OperationError.from(thrown), `Analysis ${id}, start: `);
  }
  return {
    status,
    headers: {
      'Operation-Location': operationLocation(request.url, operationId),
      'Operation-Id': operationId,
    },
    body: { ...objectOf(id, analysis, analyses.statusOf(analysis)), token: analysis.token },
  };
}

/** The user's comment is also a row of the list of comments. */
async function addComment({ lists, analyses }: StartOptions, { id, analysis }: NumberedAnalysis): Promise<void> {
  const { comment, user } = analysis;
  if (comment === undefined) return;
  const row = { comment, refer_file: id, comment_author: 'User', user } as const;
  const number = await lists.addComment(row, `analysis-${id}-user`);
  if (number === undefined) return;
  analysis.commentId = number;
  await analyses.setComment(id, number);
}

interface Sent {
  fields: AnalysisFields;
  /** The file of a form, of a request that may come again. */
  file?: { name: string; sha256: string };
  uploaded?: StoredFile;
}

/** Reads a request; the file of a form is stored, unless the request is known. */
async function readRequest(
  options: StartOptions,
  request: RouteRequest<unknown, unknown>,
  { run, user, isKnown }: { run: RunRequest; user: number; isKnown: boolean },
): Promise<Sent> {
  if (!request.stream) return { fields: request.json as AnalysisFields };
  const { files, maxFormBytes: maxBytes } = options;
  if (Number(request.header('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const sent: Omit<Sent, 'fields'> = {};
  try {
    const form = await readForm(request.stream, request.header('content-type'), {
      maxBytes,
      fields: FIELD_NAMES,
      onFile: async ({ field, name, stream }) => {
        if (field !== FILE_FIELD) throw invalid(`${field.slice(0, 100)}: expected the file as ${FILE_FIELD}.`, field);
        const hash = createHash('sha256');
        if (isKnown) for await (const chunk of stream) hash.update(chunk);
        else sent.uploaded = await files.receive(run.isRepeatable ? hashing(stream, hash) : stream, name, user);
        if (run.isRepeatable) sent.file = { name, sha256: hash.digest('hex') };
      },
    });
    const fields = parseWith(analysisFields, form);
    if ((sent.uploaded ?? sent.file) && fields.file_id !== undefined)
      throw invalid('file_id: send a file or its number, not both.', 'file_id');
    return { fields, ...sent };
  } catch (thrown) {
    if (sent.uploaded) await files.delete(sent.uploaded.id);
    throw thrown;
  }
}

async function storedFile(files: AnalysisFiles, id: number | undefined): Promise<StoredFile> {
  if (id === undefined) throw invalid(`${FILE_FIELD}: send a file, or its number as file_id.`, FILE_FIELD);
  const file = await files.get(id);
  if (file) return file;
  throw fileNotFound(id);
}

const invalid = (message: string, target: string) => filesErrors.UploadInvalid(message, { target });

function fileNotFound(id: number) {
  return filesErrors.FileNotFound(`There is no file ${id}.`, { target: 'file_id' });
}
