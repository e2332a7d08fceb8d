import { app } from '@azure/functions';
import { createBookActivities } from '../src/books/activities.js';
import { BookStore } from '../src/books/book-store.js';
import { cleanUpBooks } from '../src/books/cleanup.js';
import { FileLists } from '../src/books/file-lists.js';
import { createBookRoutes } from '../src/books/routes.js';
import { registerActivities, registerRoutes } from '../src/operations/register.js';
import { createBlobContainers } from '../src/platform/blob-containers.js';
import { createTableStore } from '../src/platform/storage.js';
import { config, core } from './composition.js';

const services = {
  books: new BookStore(createTableStore(core.storage, 'books')),
  lists: new FileLists(core.blobs),
  containers: createBlobContainers(core.storage),
  blobs: core.blobs,
};

registerRoutes(
  core,
  createBookRoutes({
    ...services,
    operations: core.operations,
    deniedVersions: config.BOOKS_DENIED_CLIENT_VERSIONS,
  }),
);
registerActivities(core, createBookActivities(services));

app.timer('books_cleanup', {
  schedule: '0 20 * * * *',
  handler: async (_timer, invocation) => {
    const report = await cleanUpBooks(services);
    if (report.expired > 0 || report.deleted > 0) invocation.info('Clean-up of books', report);
  },
});
