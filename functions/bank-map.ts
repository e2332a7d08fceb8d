import { createBankMapActivities } from '../src/bank-map/activities.js';
import { createMlDriver } from '../src/bank-map/ml/create-driver.js';
import { createBankMapRoutes } from '../src/bank-map/routes.js';
import { registerActivities, registerRoutes } from '../src/operations/register.js';
import { config, core } from './composition.js';

const MB = 1_000_000;

registerRoutes(
  core,
  createBankMapRoutes({
    ...core,
    version: core.info.version,
    limits: {
      packedBytes: config.BANK_MAP_MAX_ZIP_MB * MB,
      unpackedBytes: config.BANK_MAP_MAX_UNPACKED_MB * MB,
      ratio: config.BANK_MAP_MAX_RATIO,
      entries: config.BANK_MAP_MAX_ENTRIES,
    },
    retry: { attempts: config.BANK_MAP_SUBMIT_ATTEMPTS, firstWaitMs: config.DURABLE_RETRY_FIRST_WAIT_MS },
    timeoutMs: config.BANK_MAP_TIMEOUT * 1_000,
    pollMs: config.BANK_MAP_POLL_MS,
  }),
);
const ml = createMlDriver(config, (options) => core.upstreams.client('bankMapMl', options));
registerActivities(core, createBankMapActivities({ blobs: core.blobs, ml }));
