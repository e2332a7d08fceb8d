import { type AxiosInstance } from 'axios';
import { type Config } from '../../platform/config.js';
import { type ServiceOptions } from '../../platform/http-client.js';
import { createAzureRest } from './azure-rest.js';
import { createAzureTokens } from './azure-tokens.js';
import { createAzureMlDriver } from './azureml-driver.js';
import { type MlDriver } from './driver.js';
import { createHttpDriver } from './http-driver.js';

/** Longest result of a job, in bytes: some 200,000 lines. */
const MAX_MAPPINGS = 1_000_000_000;

/** Creates the driver that the settings choose; readConfig has checked that its settings are there. */
export function createMlDriver(config: Config, createClient: CreateClient): MlDriver {
  const options = {
    totalTimeoutMs: config.BANK_MAP_ML_TIMEOUT_MS,
    attempts: config.BANK_MAP_ML_ATTEMPTS,
    maxBytes: MAX_MAPPINGS,
  };
  return config.BANK_MAP_ML_DRIVER === 'http'
    ? httpDriver(config, options, createClient)
    : azureMlDriver(config, options, createClient);
}

/** Creates the client through which all calls of the service go. */
type CreateClient = (options: ServiceOptions) => AxiosInstance;
type Options = Omit<ServiceOptions, 'baseUrl' | 'repeatable'>;

function httpDriver({ BANK_MAP_ML_URL: baseUrl = '' }: Config, options: Options, createClient: CreateClient): MlDriver {
  // A job has a name, so its submission and cancellation may be repeated.
  return createHttpDriver(createClient({ ...options, baseUrl, repeatable: ['get', 'post'] }), options);
}

function azureMlDriver(config: Config, options: Options, createClient: CreateClient): MlDriver {
  const http = createClient({ ...options, baseUrl: '', repeatable: ['get'] }); // azureml-driver.ts, J3
  return createAzureMlDriver(createAzureRest(http, createAzureTokens()), {
    endpoint: config.BANK_MAP_AZUREML_ENDPOINT ?? '',
    deployment: config.BANK_MAP_AZUREML_DEPLOYMENT,
    workspace: config.BANK_MAP_AZUREML_WORKSPACE ?? '',
    datastore: config.BANK_MAP_AZUREML_DATASTORE,
    container: config.BANK_MAP_AZUREML_OUTPUT ?? '',
    management: config.BANK_MAP_AZUREML_MANAGEMENT_URL,
    audience: config.BANK_MAP_AZUREML_AUDIENCE,
    totalTimeoutMs: options.totalTimeoutMs,
  });
}
