import { Readable } from 'node:stream';
import { ulid } from 'ulid';
import { z } from 'zod';
import { type PerInvocation } from '../operations/durable.js';
import { isFinal } from '../operations/monitor.js';
import { operationLocation, pollHeaders } from '../operations/replies.js';
import { operationErrors } from '../operations/errors.js';
import { type Aliased, type Operations } from '../operations/operations.js';
import { olderStartHeaders, readOperationId } from '../operations/request-headers.js';
import { type Envelope, type RetryPolicy } from '../operations/schemas.js';
import { operationIdReused } from '../operations/starter.js';
import { commonErrors } from '../platform/errors.js';
import { defineRoute, type ErrorForm, type Reply, type Route, type RouteRequest } from '../platform/http/route.js';
import { webhookErrors } from '../webhooks/webhook-url.js';
import { companyOf } from './company.js';
import { bankMapErrors } from './errors.js';
import { JOB_NAME, newJobName } from './job-name.js';
import { mapStatements } from './map.orchestrator.js';
import { zipBlobName } from './names.js';
import { type JobStatus } from './ml/driver.js';
import { mapError, mapResult, mapStarted, mapStatus, type JobNote, type MapInput, type MapStarted } from './schemas.js';
import { type ZipLimits } from './zip/content-check.js';
import { RequestZip } from './zip/request-zip.js';
import { type StoreBlobs, type StoreTimes } from './zip/store.js';

export interface BankMapRoutesOptions {
  operations: PerInvocation<Operations>;
  blobs: StoreBlobs;
  limits: ZipLimits;
  /** Attempts at a submission and the first wait between them. */
  retry: RetryPolicy;
  /** How long a job may take, and the first wait between its polls, ms. */
  timeoutMs: number;
  pollMs: number;
  version: string;
}

const tag = { name: 'Bank statements', description: 'Which account each line of a bank statement belongs to.' };
const errorForm: ErrorForm = {
  schema: mapError,
  body: ({ message }, traceId) => ({ error: message, trace_id: traceId }),
};
const params = z.object({
  jobId: z.string().meta({ description: 'The `job_id` that the submission was answered with.' }),
});
const headers = { 'Trace-ID': 'The client’s own id, which comes back as `trace_id`.' };
const retryAfter = { 'Retry-After': 'Seconds until the next poll.' };

/** The three calls of docs/contracts/bank-map.md, with the names, codes and forms that their clients know. */
export function createBankMapRoutes(options: BankMapRoutesOptions): Route[] {
  return [submitRoute(options), statusRoute(options), resultRoute(options)];
}

function submitRoute(options: BankMapRoutesOptions): Route {
  return defineRoute({
    method: 'post',
    path: '/api/map',
    auth: 'function',
    starts: true,
    operationId: 'submitStatements',
    tag,
    summary: 'Takes a zip of ledgers and bank-statement lines, and starts a job that maps the lines',
    description: 'The zip is checked and stored while it arrives. Existing clients require 200, not 202.',
    headers: {
      ...headers,
      RecognitionForId: { description: 'The company’s name in UTF-8, in base64.', isRequired: true },
      ...olderStartHeaders,
    },
    stream: {
      types: ['application/octet-stream', 'application/zip'],
      maxBytes: options.limits.packedBytes,
      description: `The zip, up to ${options.limits.packedBytes} bytes.`,
    },
    replies: {
      200: {
        description: 'The job was started.',
        schema: mapStarted,
        headers: { 'Operation-Location': 'URL of the same job’s status monitor.', ...retryAfter },
      },
    },
    errors: [
      bankMapErrors.InvalidCompany,
      bankMapErrors.NotAZip,
      bankMapErrors.ZipInvalid,
      bankMapErrors.ZipEncrypted,
      bankMapErrors.ZipFileMissing,
      bankMapErrors.ZipRowInvalid,
      bankMapErrors.ZipTooLarge,
      webhookErrors.WebhookRefused,
      operationErrors.InvalidOperationId,
      operationErrors.OperationIdReused,
      operationErrors.OperationExpired,
    ],
    errorForm,
    handle: (request) => submit(options, request),
  });
}

async function submit(options: BankMapRoutesOptions, request: RouteRequest): Promise<Reply> {
  const begun = performance.now();
  const company = companyOf(request.header('RecognitionForId'));
  const { stream: body, traceId } = request;
  if (!body) throw commonErrors.InvalidRequest('The body is missing; send the zip as the body.');
  const operations = options.operations(request);
  const webhookUrl = await operations.acceptWebhook(request.header('webhook-url'));
  const operationId = readOperationId(request);
  const zip = new RequestZip(options.blobs, body, options.limits);
  const {
    id,
    pending,
    alias: jobName = '',
  } = await operations.start<MapInput>({
    kind: mapStatements,
    webhookUrl,
    ...(operationId === undefined ? { ownId: ulid() } : { operationId }),
    alias: newJobName(),
    identity: { company }, // and the bytes of the zip, which are compared below
    input: (_, alias = '') => ({
      company,
      jobName: alias,
      zip: zip.stored.name,
      ...(operationId !== undefined && { sha256: zip.stored.sha256 }),
      traceId,
      timeoutMs: options.timeoutMs,
      pollMs: options.pollMs,
    }),
    prepare: (ofOperation) => zip.store((operationId === undefined ? zipBlobName : newZipBlobName)(ofOperation)),
    retry: options.retry,
  });
  if (operationId !== undefined) await mustBeSameZip(operations, id, zip);
  return {
    status: 200,
    headers: {
      'Operation-Location': operationLocation(request.url, id),
      ...pollHeaders(pending),
    },
    body: {
      company,
      id,
      job_id: jobName,
      metrics: metricsOf(zip.times, performance.now() - begun),
      info: { app_version: options.version },
      trace_id: traceId,
    },
  };
}

/** @throws OperationError 400 `OperationIdReused` when the operation that has started has another zip; 413, 503 */
async function mustBeSameZip(operations: Operations, id: string, zip: RequestZip): Promise<void> {
  const started = (await operations.findInstance(id))?.input as Envelope | undefined;
  const { zip: name, sha256 = '' } = (started?.input ?? {}) as Partial<MapInput>;
  if (name !== undefined && !(await zip.isThatOf({ name, sha256 }))) throw operationIdReused();
}

/**
 * The durations of a submission under the names of the contract. The app calls the ML service after the answer, so that
 * there is no time of its client and there are no retries.
 */
function metricsOf({ checkMs, totalMs }: StoreTimes, wholeMs: number): MapStarted['metrics'] {
  const startMs = wholeMs - totalMs;
  return {
    copy_to_storage_sec: seconds(totalMs),
    init_ml_client_sec: 0,
    init_pipeline_component_sec: 0,
    init_pipeline_sec: 0,
    create_job_sec: seconds(startMs),
    retry_count: 0,
    total_start_pipeline_sec: seconds(startMs),
    total_sec: seconds(wholeMs),
    extract_zip_sec: seconds(checkMs),
  };
}

const seconds = (ms: number): number => Math.round(ms) / 1_000;

function statusRoute(options: BankMapRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/api/status/{jobId}',
    auth: 'function',
    operationId: 'getStatementsJob',
    tag,
    summary: 'The status of a job',
    params,
    headers,
    replies: { 200: { description: 'Its state, in the words of Azure ML.', schema: mapStatus, headers: retryAfter } },
    errors: [bankMapErrors.JobNotFound],
    errorForm,
    async handle(request) {
      const job = await find(options, request);
      const { error } = job.monitor;
      const body = { status: statusOf(job), job_id: request.params.jobId, trace_id: traceOf(job, request) };
      return {
        status: 200,
        headers: pollHeaders(job.monitor),
        body: { ...body, ...(error && { error: error.message }) },
      };
    },
  });
}

function resultRoute(options: BankMapRoutesOptions): Route {
  return defineRoute({
    method: 'get',
    path: '/api/result/{jobId}',
    auth: 'function',
    operationId: 'getMappings',
    tag,
    summary: 'The mappings, once the job is completed',
    params,
    headers,
    replies: { 200: { description: 'The mappings.', schema: mapResult } },
    errors: [bankMapErrors.JobNotFound, bankMapErrors.ResultNotReady, bankMapErrors.JobEndedWithoutResult],
    errorForm,
    async handle(request) {
      const job = await find(options, request);
      const { status } = job.monitor;
      if (!isFinal(status)) return notReady(job, request);
      if (!job.storedResult) {
        const why = job.monitor.error?.message ?? 'The job was canceled.';
        throw bankMapErrors.JobEndedWithoutResult(why);
      }
      const bytes = await options.blobs.stream(job.storedResult.name);
      if (!bytes) throw commonErrors.InternalError('The stored result is missing.');
      const headers = { 'Content-Type': 'application/json; charset=utf-8' };
      return { status: 200, headers, body: Readable.toWeb(bytes) };
    },
  });
}

/** Existing clients retry on 404, so a result that is not ready is a 404 too. */
function notReady(job: Aliased, request: RouteRequest<{ jobId: string }>): Reply {
  const error = bankMapErrors.ResultNotReady(`Job ${request.params.jobId} is ${statusOf(job)}; ask again later.`);
  return { status: 404, headers: pollHeaders(job.monitor), body: errorForm.body(error.data, request.traceId) };
}

async function find(options: BankMapRoutesOptions, request: RouteRequest<{ jobId: string }>): Promise<Aliased> {
  const { jobId } = request.params;
  // Other text is no job name, and may be no valid row key.
  const job = JOB_NAME.test(jobId) ? await options.operations(request).byAlias(jobId) : undefined;
  if (job) return job;
  throw bankMapErrors.JobNotFound('There is no such job, or it has expired.', { target: 'job_id' });
}

/** The operation's state in the words of Azure ML. */
function statusOf({ monitor, note }: Aliased): JobStatus {
  switch (monitor.status) {
    case 'NotStarted':
      return 'NotStarted';
    case 'Succeeded':
      return 'Completed';
    case 'Canceled':
      return 'Canceled';
    case 'Failed':
      return monitor.error?.code === CANCELED_ELSEWHERE ? 'Canceled' : 'Failed';
    case 'Running':
      return monitor.cancelRequested ? 'CancelRequested' : ((note as JobNote | undefined)?.status ?? 'Starting');
  }
}

const CANCELED_ELSEWHERE = bankMapErrors.MlJobCanceled.code;

/** The caller's trace id, otherwise that of the submission. */
function traceOf({ input }: Aliased, request: RouteRequest): string {
  const submitted = (input as MapInput | undefined)?.traceId;
  return request.header('trace-id') === undefined ? (submitted ?? request.traceId) : request.traceId;
}

/** Of a start that may come more than once. It begins as the other name, so that it is deleted with the operation. */
function newZipBlobName(operationId: string): string {
  return `${zipBlobName(operationId)}/${ulid()}.zip`;
}
