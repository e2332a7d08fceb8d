import { app } from '@azure/functions';
import { createAnalysisRoutes } from '../src/files/analysis/routes.js';
import { withCsrf } from '../src/files/csrf.js';
import { withLegacyPaths } from '../src/files/legacy-paths.js';
import { createComments, createRecommendations } from '../src/files/lists/added-rows.js';
import { createListRoutes } from '../src/files/lists/routes.js';
import { loadFirst } from '../src/files/lists/load-first.js';
import { Violations } from '../src/files/lists/violations.js';
import { createPageRoutes } from '../src/files/pages/routes.js';
import { FileStore } from '../src/files/uploads/file-store.js';
import { createUploadRoutes } from '../src/files/uploads/routes.js';
import { registerRoutes } from '../src/operations/register.js';
import { createDocumentPages } from '../src/platform/http/document-pages.js';
import { createDocumentCopies } from '../src/platform/http/document-route.js';
import { createTableStore } from '../src/platform/storage.js';
import { config, core } from './composition.js';

const table = createTableStore(config.AzureWebJobsStorage, 'files');
const comments = createComments(table);
const recommendations = createRecommendations(table);
const violations = new Violations(table);
const anonymous = config.FILES_ANONYMOUS;

const fileRoutes = [
  ...createUploadRoutes(),
  ...createAnalysisRoutes(),
  ...createListRoutes({
    table,
    comments,
    recommendations,
    violations,
    anonymous,
    defaultUser: config.FILES_USER,
  }),
];
import { OperationError } from '../src/platform/errors.js';
import { logFailure } from '../src/platform/logging.js';
import { createTableStore } from '../src/platform/storage.js';
import { config, core } from './composition.js';

const { blobs } = core;
const table = createTableStore(config.AzureWebJobsStorage, 'files');
const files = new FileStore(table, blobs);

registerRoutes(
  core,
  withLegacyPaths([
    ...withCsrf(fileRoutes, config.CSRF),
    ...createPageRoutes({ violations, anonymous }),
    ...createDocumentCopies(core.routes, core.info),
    ...createDocumentPages(core.info),
  ]),
);

app.timer('files_violations', {
  schedule: '0 12 * * * *',
  runOnStartup: true,
  handler: (_timer, invocation) =>
    loadFirst({
      violations,
      file: config.FILES_VIOLATIONS_FILE,
      onLoaded: (rows) => invocation.info(`Loaded the list of violations: ${rows} rows.`),
    }),
    ...createUploadRoutes({
      files,
      blobs,
      anonymous: config.FILES_ANONYMOUS,
      defaultUser: config.FILES_USER,
      maxBodyBytes: config.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT,
    }),
    ...createAnalysisRoutes(),
    ...createListRoutes(),
    ...createPageRoutes(),
  ]),
);

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
