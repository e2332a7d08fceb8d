import { app, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { createAnalysisActivities } from '../src/files/analysis/activities.js';
import { Analyses } from '../src/files/analysis/analyses.js';
import { type AnalysisLists } from '../src/files/analysis/analysis-files.js';
import { createAnalyzerClient } from '../src/files/analysis/analyzer-client.js';
import { DownloadSlots } from '../src/files/analysis/download-slots.js';
import { LiveEvents } from '../src/files/analysis/live-events.js';
import { ResultRows } from '../src/files/analysis/result-rows.js';
import { createAnalysisRoutes } from '../src/files/analysis/routes.js';
import { sweepAnalyses } from '../src/files/analysis/sweep.js';
import { withCsrf } from '../src/files/csrf.js';
import { withLegacyPaths } from '../src/files/legacy-paths.js';
import { createComments, createRecommendations } from '../src/files/lists/added-rows.js';
import { loadFirst } from '../src/files/lists/load-first.js';
import { createListRoutes } from '../src/files/lists/routes.js';
import { Violations } from '../src/files/lists/violations.js';
import { createPageRoutes } from '../src/files/pages/routes.js';
import { FileStore } from '../src/files/uploads/file-store.js';
import { createUploadRoutes } from '../src/files/uploads/routes.js';
import { registerActivities, registerRoutes } from '../src/operations/register.js';
import { OperationError } from '../src/platform/errors.js';
import { createDocumentPages } from '../src/platform/http/document-pages.js';
import { createDocumentCopies } from '../src/platform/http/document-route.js';
import { type ServiceOptions } from '../src/platform/http-client.js';
import { logFailure } from '../src/platform/logging.js';
import { createTableStore } from '../src/platform/storage.js';
import { config, core } from './composition.js';

const MB = 1_000_000;
/** Longest answer of an analyzer that is read, bytes. */
const MAX_ANALYZER_ANSWER = 64 * 1024;
const ANALYZER_ATTEMPTS = 3;

const { blobs } = core;
const table = createTableStore(core.storage, 'files');
const anonymous = config.FILES_ANONYMOUS;
const defaultUser = config.FILES_USER;

const files = new FileStore(table, blobs);
const comments = createComments(table);
const recommendations = createRecommendations(table);
const violations = new Violations(table);
// Loaded when it is needed: its library takes a fifth of the time in which the app loads.
const readSheet = async (sheet: string | Buffer) =>
  (await import('../src/files/lists/spreadsheet.js')).readViolations(sheet);
const lists: AnalysisLists = {
  addComment: (comment, once) => comments.add({ ...comment, created_at: new Date().toISOString() }, once),
  addRecommendation: (recommendation, once) => recommendations.add(recommendation, once),
  violationIds: () => violations.ids(),
};
const analyses = new Analyses(table, {
  keyMs: config.FILES_KEY_SECONDS * 1_000,
  waitMs: config.FILES_KEY_MINUTES * 60_000,
  timeoutMs: config.ANALYSIS_TIMEOUT * 1_000,
});
const results = new ResultRows(table, blobs);

function createAnalyzer(baseUrl: string) {
  const options: ServiceOptions = {
    baseUrl,
    totalTimeoutMs: config.ANALYZER_TIMEOUT_MS,
    attempts: ANALYZER_ATTEMPTS,
    maxBytes: MAX_ANALYZER_ANSWER,
    repeatable: ['post'], // an analyzer takes a key once
  };
  return createAnalyzerClient(core.upstreams.client('analyzer', options), options);
}

const guarded = [
  ...createUploadRoutes({
    files,
    blobs,
    anonymous,
    defaultUser,
    maxBodyBytes: config.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT,
  }),
  ...createAnalysisRoutes({
    analyses,
    files,
    lists,
    blobs,
    results,
    slots: new DownloadSlots(table),
    events: new LiveEvents(analyses, config.EVENTS_HEARTBEAT_MS),
    operations: core.operations,
    maxFormBytes: config.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT,
    maxResultBytes: config.FILES_MAX_RESULT_MB * MB,
    defaultUser,
    baseUrl: config.FILES_BASE_URL,
    anonymous,
  }),
  ...createListRoutes({ table, comments, recommendations, violations, readSheet, anonymous, defaultUser }),
];

registerRoutes(
  core,
  withLegacyPaths([
    ...withCsrf(guarded, config.CSRF),
    ...createPageRoutes(),
    ...createDocumentCopies(core.routes, core.info),
    ...createDocumentPages(core.info),
  ]),
);

registerActivities(
  core,
  createAnalysisActivities({
    analyses,
    results,
    blobs,
    lists,
    analyzer: config.ANALYZER_URL === undefined ? undefined : createAnalyzer(config.ANALYZER_URL),
  }),
);

const failed = (invocation: InvocationContext, what: string) => (id: number, thrown: unknown) =>
  logFailure(invocation, OperationError.from(thrown), `${what} ${id}: `);

app.timer('files_tend_analyses', {
  schedule: '20 * * * * *',
  extraInputs: [df.input.durableClient()],
  handler: (_timer, invocation) =>
    sweepAnalyses({
      analyses,
      operations: core.operations({ invocation }),
      onFailure: failed(invocation, 'Sweep of analysis'),
    }),
});

/** Less than the timer's period, so that runs do not overlap. */
const CLEAN_UP_BUDGET_MS = 60_000;

app.timer('files_clean_up', {
  schedule: '15 */5 * * * *',
  handler: async (_timer, invocation) => {
    const now = Date.now();
    const cleaned = await files.cleanUp(now, now + CLEAN_UP_BUDGET_MS, failed(invocation, 'Clean-up of file'));
    if (cleaned > 0) invocation.info(`Cleaned up ${cleaned} uploads and deletions of files.`);
  },
});

app.timer('files_violations', {
  schedule: '0 12 * * * *',
  runOnStartup: true,
  handler: (_timer, invocation) =>
    loadFirst({
      violations,
      file: config.FILES_VIOLATIONS_FILE,
      read: readSheet,
      onLoaded: (rows) => invocation.info(`Loaded the list of violations: ${rows} rows.`),
    }),
});
