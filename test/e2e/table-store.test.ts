import { createTableStore } from '../../src/platform/storage.js';
import { startStorage, type Storage } from '../support/storage.js';
import { describeTableStore } from '../support/table-store-suite.js';

let storage: Storage;
beforeAll(async () => {
  storage = await startStorage();
});

describeTableStore(() => createTableStore(storage.connectionString, 'rows'));
