import fs from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { InvalidFaultError, serveFault, type Faults } from '../faults.js';
import { serveSwitches } from '../fault-routes.js';
import { BodyTooLargeError, readBody, sendError, sendJson, type AnsweredError } from '../http.js';
import { type JobView } from './job.js';
import { JobConflictError, type JobMode } from './job-table.js';
import { TooManyJobsError, type Jobs } from './jobs.js';
import { InvalidRequestError, JOB_NAME, parseJobRequest } from './requests.js';

/**
 * Additional fault modes: `lose` deletes all jobs before the request is served; `fail` makes the submitted job Failed;
 * `stall` keeps it Running forever.
 */
export const OWN_MODES = ['lose', 'fail', 'stall'] as const;
type OwnMode = (typeof OWN_MODES)[number];
/** The kinds of requests that faults can name. */
export const CALLS = ['submit', 'status', 'output', 'cancel'] as const;
type Call = (typeof CALLS)[number];
/** The kinds of requests for faults that name none. */
export const OWN_CALLS = { fail: ['submit'], stall: ['submit'] };

const MAX_BODY_BYTES = 16_384;
/** `Retry-After` of a 503, seconds. */
const RETRY_AFTER_S = '5';

/** Routes of a job: method and the path after its name. */
const JOB_CALLS: readonly { call: Call; method: string; rest: string }[] = [
  { call: 'status', method: 'GET', rest: '' },
  { call: 'output', method: 'GET', rest: '/output' },
  { call: 'cancel', method: 'POST', rest: '/cancel' },
];

/** Status and headers of the response for each error; any other error is a 500. */
const ANSWERS: readonly AnsweredError[] = [
  { error: InvalidRequestError, status: 400 },
  { error: InvalidFaultError, status: 400 },
  { error: JobConflictError, status: 409 },
  { error: BodyTooLargeError, status: 413 },
  { error: TooManyJobsError, status: 503, headers: { 'Retry-After': RETRY_AFTER_S } },
];

interface BankMapServerOptions {
  readonly jobs: Jobs;
  /** Serves `/_faults` and `/_requests`; without it, these paths return 404. */
  readonly faults?: Faults<OwnMode> | undefined;
}

/** Creates the HTTP server of the bank-map service (docs/bank-map-ml.md), not yet listening. */
export function createBankMapServer(options: BankMapServerOptions): Server {
  return createServer((request, response) => {
    route(options, request, response).catch((thrown: unknown) => sendError(ANSWERS, request, response, thrown));
  });
}

async function route(options: BankMapServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '' } = request;
  const path = url.split('?')[0] ?? '';
  if (options.faults && (await serveSwitches(options.faults, `${method} ${path}`, request, response))) return;
  if (path === '/health') {
    request.resume();
    sendJson(response, 200, { status: 'ok', ...options.jobs.counts() });
  } else if (path === '/jobs') {
    if (method === 'POST') await serve(options, 'submit', '', request, response);
    else refuseMethod(request, response, 'POST');
  } else {
    await routeJob(options, path, request, response);
  }
}

async function routeJob(
  options: BankMapServerOptions,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, name = '', rest = ''] = /^\/jobs\/([^/]+)(.*)$/.exec(path) ?? [];
  const matched = JOB_NAME.test(name) ? JOB_CALLS.find((job) => job.rest === rest) : undefined;
  if (!matched) {
    request.resume();
    sendJson(response, 404, { error: 'There is nothing at this path.' });
  } else if (request.method !== matched.method) {
    refuseMethod(request, response, matched.method);
  } else {
    await serve(options, matched.call, name, request, response);
  }
}

/** Serves a call after applying its fault. */
async function serve(
  { jobs, faults }: BankMapServerOptions,
  call: Call,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const fault = faults?.next(undefined, call) ?? { mode: 'none' };
  if (await serveFault(fault, request, response)) return;
  if (fault.mode === 'lose') jobs.deleteAll();
  if (call === 'submit') {
    const submitted = parseJobRequest(await readBody(request, MAX_BODY_BYTES));
    const jobMode: JobMode = fault.mode === 'fail' || fault.mode === 'stall' ? fault.mode : 'run';
    sendJson(response, 201, jobs.submit(submitted, jobMode));
    return;
  }
  request.resume();
  const job = call === 'cancel' ? jobs.cancel(name) : jobs.view(name);
  if (!job) sendJson(response, 404, { error: `There is no job ${name}.` });
  else if (call === 'output') await sendOutput(jobs, job, response);
  else sendJson(response, 200, job);
}

async function sendOutput(jobs: Jobs, { name, status, error }: JobView, response: ServerResponse): Promise<void> {
  if (status !== 'Completed') {
    const state = error === undefined ? `is ${status}` : `is ${status}: ${error}`;
    sendJson(response, 409, { error: `Job ${name} has no output: it ${state}` });
    return;
  }
  const file = await fs.promises.open(jobs.outputFile(name)); // the open file stays readable if the job expires
  const { size } = await file.stat();
  response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': size });
  await pipeline(file.createReadStream(), response).catch(() => response.destroy()); // the client has disconnected
}

function refuseMethod(request: IncomingMessage, response: ServerResponse, allowed: string): void {
  request.resume();
  sendJson(response, 405, { error: `${request.method ?? ''} is not supported here.` }, { Allow: allowed });
}
