import { z } from 'zod';
import { commonErrors } from '../../platform/errors.js';
import { operationErrors } from '../../operations/errors.js';
import { eventsReplies, lastEventIdHeader } from '../../operations/events.js';
import { olderStartHeaders } from '../../operations/request-headers.js';
import { defineRoute, type Reply, type ReplySpec, type Route, type RouteRequest } from '../../platform/http/route.js';
import { bytes } from '../../platform/http/schemas.js';
import { webhookErrors } from '../../webhooks/webhook-url.js';
import { userHeader } from '../caller.js';
import { filesErrorForm, filesErrors } from '../errors.js';
import { linkHeader, linksOf, pageQuery, rowFilter, type Page } from '../paging.js';
import { describeDownload, download, keyNotFound, type DownloadOptions } from './download.js';
import {
  analysisBody,
  analysisEvent,
  analysisForm,
  analysisObject,
  objectOf,
  postedResult,
  resultForm,
  startedAnalysis,
} from './fields.js';
import { analysisNotFound, type LiveEvents } from './live-events.js';
import { postResult, type PostResultOptions } from './post-result.js';
import { type ResultRows } from './result-rows.js';
import { restartAnalysis, startAnalysis, type StartOptions } from './start.js';

export interface AnalysisRoutesOptions extends DownloadOptions, StartOptions, PostResultOptions {
  files: StartOptions['files'];
  events: LiveEvents;
  results: ResultRows;
  /** Whether the calls need no function key. */
  anonymous: boolean;
}

const tag = { name: 'Analyses', description: 'Analyses of uploaded files: reference keys, live events, results.' };
const numberParam = z.object({
  id: z.coerce.number().meta({ description: 'Number of the analysis.', type: 'integer' }),
});
const keyParam = z.object({ id: z.string().meta({ description: 'The reference key: 32 hexadecimal digits.' }) });
const tokenParam = z.object({ id: z.string().meta({ description: 'The token of `POST /cinema/`.' }) });
const byNumber = { forms: { id: 'int' }, params: numberParam } as const;
const operationHeaders = {
  'Operation-Location': 'URL of the status monitor of the same analysis.',
  'Operation-Id': 'The operation’s id.',
};
/** Of `Operation-Id` and `Webhook-Url`. */
const startErrors = [
  operationErrors.InvalidOperationId,
  operationErrors.OperationIdReused,
  operationErrors.OperationExpired,
  webhookErrors.WebhookRefused,
];
const rangeHeaders = {
  Range: 'One range of bytes.',
  'If-Range': 'The ETag or the Last-Modified of an earlier answer: the whole file when it has another.',
};

/** The calls of docs/contracts/files.md for analyses. */
export function createAnalysisRoutes(options: AnalysisRoutesOptions): Route[] {
  return [
    startRoute(options),
    restartRoute(options),
    listRoute(options),
    getRoute(options),
    resultRoute(options),
    downloadRoute(options),
    headRoute(options),
    postToKeyRoute(options),
    recordRoute(options),
    eventsOfDownloadRoute(options),
    eventsByNumberRoute(options),
    eventsByTokenRoute(options),
  ];
}

const guarded = ({ anonymous }: AnalysisRoutesOptions) => (anonymous ? ('anonymous' as const) : ('function' as const));
const shared = { tag, errorForm: filesErrorForm };

function startRoute(options: AnalysisRoutesOptions): Route {
  return defineRoute({
    ...shared,
    method: 'post',
    path: '/cinema/',
    auth: guarded(options),
    starts: true,
    operationId: 'startAnalysis',
    summary: 'Starts an analysis of a file',
    description: 'A form sends the file as `upload`, or its number as `file_id`.',
    headers: { ...userHeader, ...olderStartHeaders },
    json: analysisBody,
    stream: {
      types: ['multipart/form-data'],
      maxBytes: Number.MAX_SAFE_INTEGER, // the handler checks it: its answer names tus
      description: 'A form with `upload` or `file_id`, `target_audience` and, optionally, `comment`.',
      schemas: { 'multipart/form-data': analysisForm },
    },
    replies: { 201: { description: 'It was started.', schema: startedAnalysis, headers: operationHeaders } },
    errors: [
      filesErrors.UploadInvalid,
      filesErrors.UserInvalid,
      filesErrors.FileNotFound,
      filesErrors.UploadTooLarge,
      filesErrors.FileTypeNotAllowed,
      ...startErrors,
    ],
    handle: (request) => startAnalysis(options, request),
  });
}

function restartRoute(options: AnalysisRoutesOptions): Route {
  return defineRoute({
    ...shared,
    ...byNumber,
    method: 'post',
    path: '/cinema/{id}/restart/',
    auth: guarded(options),
    starts: true,
    operationId: 'restartAnalysis',
    summary: 'Starts an analysis that has ended again',
    headers: olderStartHeaders,
    description: 'It gets a new key and a new operation. The result of before can be read until a new one is stored.',
    replies: { 200: { description: 'It was started.', schema: startedAnalysis, headers: operationHeaders } },
    errors: [filesErrors.AnalysisNotFound, filesErrors.FileNotFound, filesErrors.AnalysisNotFinished, ...startErrors],
    handle: (request) => restartAnalysis(options, request.params.id, request),
  });
}

function listRoute(options: AnalysisRoutesOptions): Route {
  const { analyses } = options;
  return defineRoute({
    ...shared,
    method: 'get',
    path: '/cinema/',
    auth: guarded(options),
    operationId: 'listAnalyses',
    summary: 'Analyses in the order in which they were made',
    query: pageQuery.extend({ upload: rowFilter.meta({ description: 'Number of a file: only its analyses.' }) }),
    replies: { 200: { description: 'A page.', schema: z.array(analysisObject), headers: linkHeader } },
    async handle({ query, url }) {
      const { rows, hasMore } = await analyses.list(query, query.upload);
      const body = rows.map(({ id, values }) => objectOf(id, values, analyses.statusOf(values)));
      return { status: 200, headers: linksOf(url, query, hasMore), body };
    },
  });
}

function getRoute(options: AnalysisRoutesOptions): Route {
  const { analyses } = options;
  return defineRoute({
    ...shared,
    ...byNumber,
    method: 'get',
    path: '/cinema/{id}/',
    auth: guarded(options),
    operationId: 'getAnalysis',
    summary: 'An analysis',
    replies: { 200: { description: 'The analysis.', schema: analysisObject } },
    errors: [filesErrors.AnalysisNotFound],
    async handle({ params: { id } }) {
      const analysis = await analyses.get(id);
      if (!analysis) throw analysisNotFound();
      return { status: 200, body: objectOf(id, analysis, analyses.statusOf(analysis)) };
    },
  });
}

function resultRoute(options: AnalysisRoutesOptions): Route {
  return defineRoute({
    ...shared,
    ...byNumber,
    method: 'get',
    path: '/cinema/{id}/result/',
    auth: guarded(options),
    operationId: 'getAnalysisResult',
    summary: 'The result of an analysis, as the analyzer posted it',
    description: '`scenes` is a page of the scenes; all other members are whole.',
    query: pageQuery,
    replies: {
      200: {
        description: 'The result.',
        schema: postedResult,
        headers: { ...linkHeader, 'X-Total-Count': 'The number of scenes.' },
      },
    },
    errors: [filesErrors.AnalysisNotFound, filesErrors.AnalysisResultNotReady],
    handle: ({ params: { id }, query, url }) => readResultOf(options, id, query, url),
  });
}

async function readResultOf(
  { analyses, results }: AnalysisRoutesOptions,
  id: number,
  page: Page,
  url: URL,
): Promise<Reply> {
  const analysis = await analyses.get(id);
  if (!analysis) throw analysisNotFound();
  const { storedRun: run, scenes } = analysis;
  const body = run === undefined ? undefined : await results.read({ id, run }, scenes, page);
  if (!body) throw filesErrors.AnalysisResultNotReady(`Analysis ${id} has no result yet.`);
  const total = scenes ?? 0;
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'X-Total-Count': String(total),
    ...linksOf(url, page, page.offset + page.limit < total),
  };
  return { status: 200, headers, body };
}

const downloadReply: ReplySpec = {
  description: 'The bytes.',
  mediaType: 'application/octet-stream',
  schema: bytes,
  headers: {
    'Content-Disposition': 'The name of the file.',
    'Accept-Ranges': '`bytes`.',
    ETag: 'Of the bytes.',
    'X-User-ID': 'The user’s number.',
    'X-File-Target-Audience': '`target_audience` of the analysis.',
    'X-Refer-Key': 'The key.',
  },
};
const keyErrors = [filesErrors.KeyNotFound, filesErrors.FileNotFound];

/** The paths of keys, which are open: the key is the secret. */
const byKey = { ...shared, auth: 'anonymous', forms: { id: 'guid' } } as const;

function downloadRoute(options: AnalysisRoutesOptions): Route {
  return defineRoute({
    ...byKey,
    method: 'get',
    path: '/download/{id}/',
    operationId: 'downloadFile',
    summary: 'The bytes of an analyzed file, by its reference key',
    description: 'With `Accept: text/event-stream` the live events of the analysis with this token.',
    params: keyParam,
    headers: { ...rangeHeaders, ...lastEventIdHeader },
    replies: {
      200: downloadReply,
      204: { description: 'Live events: the client has the final event already.' },
      206: {
        ...downloadReply,
        description: 'The part that `Range` asks for.',
      },
    },
    errors: [...keyErrors, filesErrors.AnalysisNotFound, filesErrors.RangeNotSatisfiable, filesErrors.TooManyDownloads],
    handle: (request) =>
      wantsEvents(request) ? eventsByToken(options, request) : download(options, request.params.id, request),
  });
}

function headRoute(options: AnalysisRoutesOptions): Route {
  return defineRoute({
    ...byKey,
    method: 'head',
    path: '/download/{id}/',
    operationId: 'describeFile',
    summary: 'The headers of a download, which does not begin',
    params: keyParam,
    headers: rangeHeaders,
    replies: {
      200: { ...downloadReply, schema: undefined },
      206: { ...downloadReply, description: 'Of the part that `Range` asks for.', schema: undefined },
    },
    errors: [...keyErrors, filesErrors.RangeNotSatisfiable],
    handle: (request) => describeDownload(options, request.params.id, request),
  });
}

const resultReplies = { 200: { description: 'The result is stored.', schema: analysisObject } };
const resultErrors = [
  filesErrors.ResultInvalid,
  filesErrors.UploadInvalid,
  filesErrors.KeyNotFound,
  filesErrors.ResultAlreadyStored,
  filesErrors.UploadTooLarge,
];
const resultStream = {
  types: ['application/json', 'multipart/form-data'],
  anyType: true,
  maxBytes: Number.MAX_SAFE_INTEGER, // the handler checks it, after the key
  description: 'The result as a JSON object, or a form with it as a file.',
  schemas: { 'application/json': postedResult, 'multipart/form-data': resultForm },
};

function postToKeyRoute(options: AnalysisRoutesOptions): Route {
  return defineRoute({
    ...byKey,
    method: 'post',
    path: '/download/{id}/',
    operationId: 'postResultToKey',
    summary: 'Posts the result of an analysis',
    params: keyParam,
    stream: resultStream,
    replies: resultReplies,
    errors: resultErrors,
    handle: (request) => postResult(options, request.params.id, request),
  });
}

const KEY = /^[0-9a-f]{32}$/i;

function recordRoute(options: AnalysisRoutesOptions): Route {
  return defineRoute({
    ...shared,
    method: 'post',
    path: '/record/',
    auth: 'anonymous',
    operationId: 'postResult',
    summary: 'Posts the result of an analysis',
    headers: { 'X-Refer-Key': { description: 'The reference key.', isRequired: true } },
    stream: resultStream,
    replies: resultReplies,
    errors: resultErrors,
    handle(request) {
      const key = request.header('x-refer-key')?.trim() ?? '';
      if (KEY.test(key)) return postResult(options, key, request);
      return Promise.reject(keyNotFound());
    },
  });
}

const eventRoute = {
  ...shared,
  method: 'get',
  headers: lastEventIdHeader,
  replies: eventsReplies(analysisEvent),
} as const;
const eventSummary = 'The status of an analysis and the URL of its download, immediately and at every change';

function eventsOfDownloadRoute(options: AnalysisRoutesOptions): Route {
  return defineRoute({
    ...eventRoute,
    ...byNumber,
    path: '/download/{id}/',
    auth: guarded(options),
    operationId: 'watchDownload',
    summary: eventSummary,
    description: 'Only with `Accept: text/event-stream`.',
    errors: [filesErrors.AnalysisNotFound],
    hidden: true, // the document has one entry for a path, that of the key
    handle(request) {
      if (wantsEvents(request)) return options.events.reply(request.params.id, request);
      return Promise.reject(commonErrors.NotFound('Nothing is downloaded by number; use the reference key.'));
    },
  });
}

function eventsByNumberRoute(options: AnalysisRoutesOptions): Route {
  return defineRoute({
    ...eventRoute,
    ...byNumber,
    path: '/sse/{id}/',
    auth: guarded(options),
    operationId: 'watchAnalysis',
    summary: eventSummary,
    description: 'By the number of the analysis. The token of `POST /cinema/` opens it without a function key.',
    errors: [filesErrors.AnalysisNotFound],
    handle: (request) => options.events.reply(request.params.id, request),
  });
}

function eventsByTokenRoute(options: AnalysisRoutesOptions): Route {
  return defineRoute({
    ...eventRoute,
    auth: 'anonymous',
    forms: { id: 'guid' },
    params: tokenParam,
    path: '/sse/{id}/',
    operationId: 'watchAnalysisByToken',
    summary: eventSummary,
    errors: [filesErrors.AnalysisNotFound],
    hidden: true, // the document has one entry for a path, that of the number
    handle: (request) => eventsByToken(options, request),
  });
}

async function eventsByToken(options: AnalysisRoutesOptions, request: RouteRequest<{ id: string }>): Promise<Reply> {
  const id = await options.analyses.byToken(request.params.id);
  if (id === undefined) throw analysisNotFound();
  return options.events.reply(id, request);
}

function wantsEvents(request: Pick<RouteRequest, 'header'>): boolean {
  return /(?:^|,)\s*text\/event-stream\b/i.test(request.header('accept') ?? '');
}
