import fs from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { InvalidFaultError, serveFault, type Faults } from '../faults.js';
import { serveSwitches } from '../fault-switches.js';
import { BodyTooLargeError, readBody, sendJson } from '../http.js';
import { type JobView } from './job.js';
import { JobConflictError, type Fate } from './job-table.js';
import { TooManyJobsError, type Jobs } from './jobs.js';
import { InvalidRequestError, JOB_NAME, parseJobRequest } from './requests.js';

/**
 * Faults of its own: `lose` forgets every job before the request is served; `fail` makes the job that is submitted
 * Failed, `stall` one that stays Running for ever.
 */
export const OWN_MODES = ['lose', 'fail', 'stall'] as const;
export type OwnMode = (typeof OWN_MODES)[number];
/** The kinds of request that faults can name. */
export const CALLS = ['submit', 'status', 'output', 'cancel'] as const;
type Call = (typeof CALLS)[number];
/** What a fault can be of that names no calls. */
export const OWN_CALLS = { fail: ['submit'], stall: ['submit'] };

const MAX_BODY_BYTES = 16_384;
/** Seconds after which a client that was told to wait should come back. */
const RETRY_AFTER_S = '5';

/** A job's routes: method and the rest of the path after its name. */
const JOB_CALLS: readonly { call: Call; method: string; rest: string }[] = [
  { call: 'status', method: 'GET', rest: '' },
  { call: 'output', method: 'GET', rest: '/output' },
  { call: 'cancel', method: 'POST', rest: '/cancel' },
];

/** What the client is told for each error, besides its message; the status of all others is 500. */
const ANSWERS = [
  { error: InvalidRequestError, status: 400, headers: {} },
  { error: InvalidFaultError, status: 400, headers: {} },
  { error: JobConflictError, status: 409, headers: {} },
  { error: BodyTooLargeError, status: 413, headers: {} },
  { error: TooManyJobsError, status: 503, headers: { 'Retry-After': RETRY_AFTER_S } },
] as const;

export interface BankMapServerOptions {
  readonly jobs: Jobs;
  /** Fault switches under `/_faults` and `/_requests`; without them the paths are unknown. */
  readonly faults?: Faults<OwnMode> | undefined;
}

/** The bank-map service's HTTP face (docs/bank-map-ml.md); not yet listening. */
export function createBankMapServer(options: BankMapServerOptions): Server {
  return createServer((request, response) => {
    route(options, request, response).catch((thrown: unknown) => sendError(request, response, thrown));
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
  const at = JOB_NAME.test(name) ? JOB_CALLS.find((job) => job.rest === rest) : undefined;
  if (!at) {
    request.resume();
    sendJson(response, 404, { error: 'There is nothing at this path.' });
  } else if (request.method !== at.method) {
    refuseMethod(request, response, at.method);
  } else {
    await serve(options, at.call, name, request, response);
  }
}

/** Serves a call, or what a fault makes of it. */
async function serve(
  { jobs, faults }: BankMapServerOptions,
  call: Call,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const fault = faults?.next(undefined, call) ?? { mode: 'none' };
  if (await serveFault(fault, request, response)) return;
  if (fault.mode === 'lose') jobs.forgetAll();
  if (call === 'submit') {
    const wanted = parseJobRequest(await readBody(request, MAX_BODY_BYTES));
    const fate: Fate = fault.mode === 'fail' || fault.mode === 'stall' ? fault.mode : 'run';
    sendJson(response, 201, jobs.submit(wanted, fate));
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
    const why = error === undefined ? `is ${status}` : `is ${status}: ${error}`;
    sendJson(response, 409, { error: `Job ${name} has no output: it ${why}` });
    return;
  }
  const file = await fs.promises.open(jobs.outputFile(name)); // from here on the job may be dropped
  const { size } = await file.stat();
  response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': size });
  await pipeline(file.createReadStream(), response).catch(() => response.destroy()); // the client has gone
}

function refuseMethod(request: IncomingMessage, response: ServerResponse, allowed: string): void {
  request.resume();
  sendJson(response, 405, { error: `${request.method ?? ''} is not supported here.` }, { Allow: allowed });
}

function sendError(request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
  if (response.destroyed) return; // the client has gone; nobody is left to tell
  if (!request.complete) response.setHeader('Connection', 'close'); // the rest of the body is not read
  const known = ANSWERS.find(({ error }) => thrown instanceof error);
  if (!known) console.error(thrown);
  const message = known ? (thrown as Error).message : 'The service failed on this request.';
  sendJson(response, known?.status ?? 500, { error: message }, known?.headers);
}
