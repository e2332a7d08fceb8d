import type { Config } from '../../platform/config.js';
import { createServiceClient, type ServiceOptions } from '../../platform/http-client.js';
import { createAzureRest } from './azure-rest.js';
import { createAzureTokens } from './azure-tokens.js';
import { createAzureMlDriver } from './azureml-driver.js';
import type { MlDriver } from './driver.js';
import { createHttpDriver } from './http-driver.js';

/** Longest result of a job, in bytes: some 200,000 lines. */
const MAX_MAPPINGS = 1_000_000_000;

/** The driver that the settings choose; each has the settings that it needs, or the start was refused. */
export function createMlDriver(config: Config): MlDriver {
  const options: ServiceOptions = {
    baseUrl: config.BANK_MAP_ML_URL ?? '',
    totalTimeoutMs: config.BANK_MAP_ML_TIMEOUT_MS,
    attempts: config.BANK_MAP_ML_ATTEMPTS,
    maxBytes: MAX_MAPPINGS,
    // A job has a name, so it may be submitted and cancelled twice.
    repeatable: ['get', 'post'],
  };
  switch (config.BANK_MAP_ML_DRIVER) {
    case 'http':
      return createHttpDriver(createServiceClient(options), options);
    case 'azureml':
      return createAzureMlDriver(
        createAzureRest(createServiceClient({ ...options, baseUrl: '' }), createAzureTokens()),
        {
          endpoint: config.BANK_MAP_AZUREML_ENDPOINT ?? '',
          deployment: config.BANK_MAP_AZUREML_DEPLOYMENT,
          workspace: config.BANK_MAP_AZUREML_WORKSPACE ?? '',
          datastore: config.BANK_MAP_AZUREML_DATASTORE,
          container: config.BANK_MAP_AZUREML_OUTPUT ?? '',
          management: config.BANK_MAP_AZUREML_MANAGEMENT_URL,
          audience: config.BANK_MAP_AZUREML_AUDIENCE,
          totalTimeoutMs: options.totalTimeoutMs,
        },
      );
  }
}
