import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { type DurableSettings } from '../contracts.js';
import { LOG_THRESHOLDS, type LogThreshold } from '../log.js';
import { blobsSchema, type BlobSettings } from './blob-settings.js';
import { ConfigError, problemsOf, readJson } from './config-file.js';
import { queuesSchema, type QueueSettings } from './queue-settings.js';
import { type Environment, isDevelopment, resolveSettings } from './app-settings.js';
import { booleanSetting, countSetting, numberSetting, settingsObject, withOverrides } from './setting-types.js';
import { parseTimeSpan } from './time-span.js';

/** host.json with all defaults filled in. */
export interface HostSettings {
  http: {
    /** First segments of each function's URL, without outer slashes; may be empty. */
    routePrefix: string;
    /** Accepted requests, including waiting ones; Infinity for no limit. */
    maxOutstandingRequests: number;
    /** Running requests; Infinity for no limit. */
    maxConcurrentRequests: number;
  };
  durableTask: DurableSettings;
  queues: QueueSettings;
  blobs: BlobSettings;
  /** Limit for one invocation, in ms; Infinity for none. */
  functionTimeoutMs: number;
  logLevels: Record<string, LogThreshold>;
}

/** The genuine host's default concurrency per processor (host contract, 12). */
const PER_CPU = 10;
const DEFAULT_HUB_NAME = 'TestHubName';
const MIN_HUB_NAME_LENGTH = 3;
const MAX_HUB_NAME_LENGTH = 45;
const DEFAULT_FUNCTION_TIMEOUT = '00:30:00';

const limit = numberSetting(
  z
    .int('give a whole number')
    .refine((value) => value === -1 || value > 0, 'give a number above zero, or -1 for no limit')
    .transform((value) => (value === -1 ? Infinity : value)),
);

const routePrefix = z
  .string()
  .regex(/^[^{}?#\s]*$/, 'give plain path segments such as "api", or "" for none')
  .transform((value) => value.replace(/^\/+|\/+$/g, ''));

const level = z
  .string()
  .transform((value) => value.toLowerCase())
  .pipe(z.enum(LOG_THRESHOLDS as [LogThreshold, ...LogThreshold[]], `give one of ${LOG_THRESHOLDS.join(', ')}`));

const timeout = z.string().transform((text, context) => {
  const ms = text === '-1' ? Infinity : parseTimeSpan(text);
  if (ms !== undefined && ms > 0) return ms;
  context.addIssue({ code: 'custom', message: 'give a time such as "00:30:00", or "-1" for no limit' });
  return z.NEVER;
});

function schema(env: Environment) {
  const parallel = countSetting.default(PER_CPU * availableParallelism());
  const hubName = z
    .string()
    .transform((text, context) => resolve(text, env, context))
    .pipe(z.string().regex(/^[a-z][a-z0-9]{2,49}$/i, 'give 3 to 50 letters and digits, a letter first'))
    .default(sanitizedHubName(env.WEBSITE_SITE_NAME ?? DEFAULT_HUB_NAME));
  const durableTask = settingsObject({
    hubName,
    maxConcurrentActivityFunctions: parallel,
    maxConcurrentOrchestratorFunctions: parallel,
    maxConcurrentEntityFunctions: parallel,
    maxEntityOperationBatchSize: countSetting.default(5_000),
    maxOrchestrationActions: countSetting.default(100_000),
    overridableExistingInstanceStates: z.enum(['NonRunningStates', 'AnyState']).default('NonRunningStates'),
    httpSettings: settingsObject({ defaultAsyncRequestSleepTimeMilliseconds: countSetting.default(30_000) }).prefault(
      {},
    ),
    storeInputsInOrchestrationHistory: booleanSetting.default(false),
    defaultVersion: z.string().nullable().default(null),
    localRpcEndpointEnabled: booleanSetting.default(true),
    storageProvider: z
      .looseObject({ connectionName: z.string().optional(), connectionStringName: z.string().optional() })
      .prefault({}),
    versionMatchStrategy: z.enum(['None', 'Strict', 'CurrentOrOlder']).default('CurrentOrOlder'),
    versionFailureStrategy: z.enum(['Reject', 'Fail']).default('Reject'),
  });
  const http = settingsObject({
    routePrefix: routePrefix.default('api'),
    maxOutstandingRequests: limit.default(Infinity),
    maxConcurrentRequests: limit.default(Infinity),
  });
  return settingsObject({
    version: z.literal('2.0', 'it must be "2.0"'),
    functionTimeout: timeout.prefault(DEFAULT_FUNCTION_TIMEOUT),
    logging: settingsObject({ logLevel: z.record(z.string(), level).default({}) }).prefault({}),
    extensions: settingsObject({
      http: http.prefault({}),
      durableTask: durableTask.prefault({}),
      queues: queuesSchema(availableParallelism(), isDevelopment(env)).prefault({}),
      blobs: blobsSchema(availableParallelism()).prefault({}),
    }).prefault({}),
  });
}

/** What the durable extension makes of a default name (source: AzureStorageOptions.cs). */
function sanitizedHubName(name: string): string {
  const letters = name.replace(/[^\p{L}\p{Nd}]/gu, '');
  if (letters === '') return 'DefaultTaskHub';
  const start = (/^\p{N}/u.test(letters) ? `t${letters}` : letters).slice(0, MAX_HUB_NAME_LENGTH);
  return start.length < MIN_HUB_NAME_LENGTH ? `${start}Hub` : start;
}

function resolve(text: string, env: Environment, context: z.RefinementCtx): string {
  try {
    return resolveSettings(text, env);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
}

/**
 * Reads the app's host.json; without a file all defaults apply (host contract, 12).
 *
 * @throws ConfigError with every problem of the file
 */
export function loadHostJson(appDir: string, env: Environment): HostSettings {
  const file = path.join(appDir, 'host.json');
  return parseHostJson(readJson(file, readFileSync) ?? { version: '2.0' }, env, file);
}

/**
 * Checks the content of host.json with the settings that override it, and fills in the defaults.
 *
 * @throws ConfigError with every problem of `content`
 */
export function parseHostJson(content: unknown, env: Environment, file = 'host.json'): HostSettings {
  const parsed = schema(env).safeParse(withOverrides(content, env));
  if (!parsed.success) throw new ConfigError(file, problemsOf(parsed.error));
  const { extensions, functionTimeout, logging } = parsed.data;
  const { httpSettings, storageProvider, ...durable } = extensions.durableTask;
  return {
    http: {
      routePrefix: extensions.http.routePrefix,
      maxOutstandingRequests: extensions.http.maxOutstandingRequests,
      maxConcurrentRequests: extensions.http.maxConcurrentRequests,
    },
    durableTask: {
      hubName: durable.hubName,
      connectionName: storageProvider.connectionName ?? storageProvider.connectionStringName ?? 'Storage',
      maxConcurrentActivityFunctions: durable.maxConcurrentActivityFunctions,
      maxConcurrentOrchestratorFunctions: durable.maxConcurrentOrchestratorFunctions,
      maxConcurrentEntityFunctions: durable.maxConcurrentEntityFunctions,
      maxEntityOperationBatchSize: durable.maxEntityOperationBatchSize,
      maxOrchestrationActions: durable.maxOrchestrationActions,
      overridableExistingInstanceStates: durable.overridableExistingInstanceStates,
      defaultAsyncRequestSleepTimeMilliseconds: httpSettings.defaultAsyncRequestSleepTimeMilliseconds,
      storeInputsInOrchestrationHistory: durable.storeInputsInOrchestrationHistory,
      defaultVersion: durable.defaultVersion,
      versionMatchStrategy: durable.versionMatchStrategy,
      versionFailureStrategy: durable.versionFailureStrategy,
      localRpcEndpointEnabled: durable.localRpcEndpointEnabled,
    },
    queues: extensions.queues,
    blobs: extensions.blobs,
    functionTimeoutMs: functionTimeout,
    logLevels: logging.logLevel,
  };
}
