import { ulid } from 'ulid';
import { type PerInvocation } from '../../operations/durable.js';
import { type Operations } from '../../operations/operations.js';
import { operationLocation } from '../../operations/replies.js';
import { OperationError } from '../../platform/errors.js';
import { parseWith } from '../../platform/http/body.js';
import { type Reply, type RouteRequest } from '../../platform/http/route.js';
import { logFailure } from '../../platform/logging.js';
import { userOf } from '../caller.js';
import { filesErrors } from '../errors.js';
import { type StoredFile } from '../uploads/file-store.js';
import { readForm, tooLarge } from '../uploads/form.js';
import { type Analyses, type NumberedAnalysis } from './analyses.js';
import { type AnalysisFiles, type AnalysisLists } from './analysis-files.js';
import { analysisFields, FIELD_NAMES, objectOf, type AnalysisFields } from './fields.js';
import { analysisNotFound } from './live-events.js';
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
 * two, the sweep starts the operation (sweep.ts), so that the answer need not be an error.
 *
 * @throws OperationError 400, 404 `FileNotFound`, 413 `UploadTooLarge`, 415 `FileTypeNotAllowed`, 503
 */
export async function startAnalysis(options: StartOptions, request: RouteRequest<unknown, unknown>): Promise<Reply> {
  const user = userOf(request, options.defaultUser);
  const { fields, file } = await fieldsOf(options, request, user);
  const started = await options.analyses.add({
    file: file.id,
    user,
    audience: fields.target_audience,
    violations: await options.lists.violationIds(),
    operationId: ulid(),
    baseUrl: options.baseUrl ?? request.url.origin,
    comment: fields.comment?.trim() === '' ? undefined : fields.comment,
  });
  await addComment(options, started);
  return begun(options, request, started, 201);
}

/** @throws OperationError 404 `AnalysisNotFound` or `FileNotFound`, 409 `AnalysisNotFinished`, 503 */
export async function restartAnalysis(options: StartOptions, id: number, request: RouteRequest): Promise<Reply> {
  const before = await options.analyses.get(id);
  if (!before) throw analysisNotFound();
  if (!(await options.files.get(before.file))) throw fileNotFound(before.file);
  const analysis = await options.analyses.restart(id, ulid(), options.baseUrl ?? request.url.origin);
  if (!analysis) {
    throw filesErrors.AnalysisNotFinished(
      `Analysis ${id} is running; cancel its operation first, POST /status/{operation-id}:cancel.`,
    );
  }
  return begun(options, request, { id, analysis }, 200);
}

async function begun(
  { operations, analyses }: StartOptions,
  request: RouteRequest<unknown, unknown>,
  { id, analysis }: NumberedAnalysis,
  status: number,
): Promise<Reply> {
  try {
    await startRun(operations(request), id, analysis);
  } catch (thrown) {
    logFailure(request.invocation, OperationError.from(thrown), `Analysis ${id}, start: `);
  }
  return {
    status,
    headers: {
      'Operation-Location': operationLocation(request.url, analysis.operationId),
      'Operation-Id': analysis.operationId,
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

async function fieldsOf(
  options: StartOptions,
  request: RouteRequest<unknown, unknown>,
  user: number,
): Promise<{ fields: AnalysisFields; file: StoredFile }> {
  if (!request.stream) {
    const fields = request.json as AnalysisFields;
    return { fields, file: await storedFile(options.files, fields.file_id) };
  }
  const { maxFormBytes: maxBytes } = options;
  if (Number(request.header('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  let uploaded: StoredFile | undefined;
  try {
    const form = await readForm(request.stream, request.header('content-type'), {
      maxBytes,
      fields: FIELD_NAMES,
      onFile: async ({ field, name, stream }) => {
        if (field !== FILE_FIELD) throw invalid(`${field.slice(0, 100)}: expected the file as ${FILE_FIELD}.`, field);
        uploaded = await options.files.receive(stream, name, user);
      },
    });
    const fields = parseWith(analysisFields, form);
    if (uploaded && fields.file_id !== undefined)
      throw invalid('file_id: send a file or its number, not both.', 'file_id');
    return { fields, file: uploaded ?? (await storedFile(options.files, fields.file_id)) };
  } catch (thrown) {
    if (uploaded) await options.files.delete(uploaded.id);
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
