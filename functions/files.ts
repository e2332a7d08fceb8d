import { app } from '@azure/functions';
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
import { withLegacyPaths } from '../src/files/legacy-paths.js';
import { createListRoutes } from '../src/files/lists/routes.js';
import { createPageRoutes } from '../src/files/pages/routes.js';
import { FileStore } from '../src/files/uploads/file-store.js';
import { createUploadRoutes } from '../src/files/uploads/routes.js';
import { registerActivities, registerRoutes } from '../src/operations/register.js';
import { OperationError } from '../src/platform/errors.js';
import { createServiceClient, type ServiceOptions } from '../src/platform/http-client.js';
import { logFailure } from '../src/platform/logging.js';
import { createTableStore } from '../src/platform/storage.js';
import { config, core } from './composition.js';

const MB = 1_000_000;
/** Longest answer of an analyzer that is read, bytes. */
const MAX_ANALYZER_ANSWER = 64 * 1024;
const ANALYZER_ATTEMPTS = 3;

const { blobs } = core;
const table = createTableStore(config.AzureWebJobsStorage, 'files');

const files = new FileStore(table, blobs);
const lists: AnalysisLists = {
  addComment: () => Promise.resolve(undefined),
  addRecommendation: () => Promise.resolve(undefined),
  violationIds: () => Promise.resolve([]),
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
  return createAnalyzerClient(createServiceClient(options), options);
}

registerRoutes(
  core,
  withLegacyPaths([
    ...createUploadRoutes({
      files,
      blobs,
      anonymous: config.FILES_ANONYMOUS,
      defaultUser: config.FILES_USER,
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
      defaultUser: config.FILES_USER,
      baseUrl: config.FILES_BASE_URL,
      anonymous: config.FILES_ANONYMOUS,
    }),
    ...createListRoutes(),
    ...createPageRoutes(),
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

app.timer('files_tend_analyses', {
  schedule: '20 * * * * *',
  extraInputs: [df.input.durableClient()],
  handler: (_timer, invocation) =>
    sweepAnalyses({
      analyses,
      operations: core.operations({ invocation }),
      onFailure: (id, thrown) => logFailure(invocation, OperationError.from(thrown), `Analysis ${id}, sweep: `),
    }),
});

/** Less than the timer's period, so that runs do not overlap. */
const CLEAN_UP_BUDGET_MS = 60_000;

app.timer('files_clean_up', {
  schedule: '15 */5 * * * *',
  handler: async (_timer, invocation) => {
    const now = Date.now();
    const cleaned = await files.cleanUp(now, now + CLEAN_UP_BUDGET_MS, (id, thrown) =>
      logFailure(invocation, OperationError.from(thrown), `File ${id} could not be cleaned up: `),
    );
    if (cleaned > 0) invocation.info(`Cleaned up ${cleaned} uploads and deletions of files.`);
  },
});
