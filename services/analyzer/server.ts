import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { serveSwitches } from '../fault-routes.js';
import { InvalidFaultError, serveFault, type Faults } from '../faults.js';
import { BodyTooLargeError, readBody, sendError, sendJson, type AnsweredError } from '../http.js';
import { TooManyAnalysesError, type Analyses } from './analyses.js';
import { InvalidRequestError, parseAnalysisRequest } from './requests.js';

/**
 * Additional fault modes of an accepted analysis: `lose` does nothing, `fail` posts a failure, `stall` downloads the file
 * and posts nothing.
 */
export const OWN_MODES = ['lose', 'fail', 'stall'] as const;
type OwnMode = (typeof OWN_MODES)[number];

const MAX_BODY_BYTES = 16_384;
/** `Retry-After` of a 503, seconds. */
const RETRY_AFTER_S = '5';

/** Status and headers of the response for each error; any other error is a 500. */
const ANSWERS: readonly AnsweredError[] = [
  { error: InvalidRequestError, status: 400 },
  { error: InvalidFaultError, status: 400 },
  { error: BodyTooLargeError, status: 413 },
  { error: TooManyAnalysesError, status: 503, headers: { 'Retry-After': RETRY_AFTER_S } },
];

interface AnalyzerServerOptions {
  readonly analyses: Analyses;
  /** The origins from which files may be downloaded. */
  readonly origins: readonly string[];
  /** Serves `/_faults` and `/_requests`; without it, these paths return 404. */
  readonly faults?: Faults<OwnMode> | undefined;
}

/** Creates the analyzer's HTTP server (docs/analyzer.md), not yet listening. */
export function createAnalyzerServer(options: AnalyzerServerOptions): Server {
  return createServer((request, response) => {
    route(options, request, response).catch((thrown: unknown) => sendError(ANSWERS, request, response, thrown));
  });
}

async function route(options: AnalyzerServerOptions, request: IncomingMessage, response: ServerResponse) {
  const { method = '', url = '' } = request;
  const path = url.split('?')[0] ?? '';
  if (options.faults && (await serveSwitches(options.faults, `${method} ${path}`, request, response))) return;
  const allowed = { '/health': 'GET', '/analyze': 'POST' }[path];
  if (method === 'POST' && path === '/analyze') {
    await analyze(options, request, response);
    return;
  }
  request.resume();
  if (allowed === undefined) sendJson(response, 404, { error: 'There is nothing at this path.' });
  else if (method !== allowed)
    sendJson(response, 405, { error: `${method} is not supported here.` }, { Allow: allowed });
  else sendJson(response, 200, { status: 'ok', ...options.analyses.counts() });
}

async function analyze(options: AnalyzerServerOptions, request: IncomingMessage, response: ServerResponse) {
  const { analyses, origins, faults } = options;
  const fault = faults?.next(undefined, 'analyze') ?? { mode: 'none' };
  if (await serveFault(fault, request, response)) return;
  const parsed = parseAnalysisRequest(await readBody(request, MAX_BODY_BYTES), origins);
  analyses.submit(parsed, OWN_MODES.find((own) => own === fault.mode) ?? 'run');
  sendJson(response, 202, {});
}
