import { z } from 'zod';
import { namesOneStorage, STORAGE_FORMS } from './storage-location.js';
import { isStandardSecret } from './webhook-secret.js';

const url = z
  .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
  .regex(/^[^?#@]*$/, 'expected a base URL, without a user, a query or a fragment')
  .transform((text) => text.replace(/\/+$/, ''));
const isLocal = (text: string) => /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(new URL(text).hostname);
/** Of a service that is shown a token; a plain one only on this machine. */
const azureUrl = url.refine((text) => text.startsWith('https:') || isLocal(text), 'expected an https URL');
const milliseconds = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const WORKSPACE_FORM =
  '/subscriptions/{id}/resourceGroups/{group}/providers/Microsoft.MachineLearningServices/workspaces/{name}';
const WORKSPACE_ID =
  /^\/subscriptions\/[\w-]+\/resourceGroups\/[\w.()-]+\/providers\/Microsoft\.MachineLearningServices\/workspaces\/[\w-]+$/i;
/** The entries of a list with commas. */
function listed(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
}

const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');

/**
 * Every setting of the app, read from the environment. `local.settings.example.json` and docs/configuration.md list
 * the same names; a test holds the three together.
 */
const shape = z.object({
  AzureWebJobsStorage: z
    .string({ error: 'expected the connection string of a storage account' })
    .regex(/^(UseDevelopmentStorage=true|.*AccountName=.+)/, 'expected the connection string of a storage account')
    .optional()
    .describe('Connection string of the storage account: the task hub on Azure, tables and blobs everywhere.'),
  AzureWebJobsStorage__accountName: z
    .string()
    .regex(/^[a-z0-9]{3,24}$/, 'expected the name of a storage account')
    .optional()
    .describe('Name of the storage account that the identity of the app may use, instead of a connection string.'),
  AzureWebJobsStorage__blobServiceUri: azureUrl
    .optional()
    .describe('URL of the blobs of that account, instead of its name; with the next setting.'),
  AzureWebJobsStorage__tableServiceUri: azureUrl.optional().describe('URL of the tables of that account.'),
  AzureWebJobsStorage__clientId: z
    .string()
    .optional()
    .describe('Client id of a user-assigned identity; default: AZURE_CLIENT_ID, else the system-assigned one.'),
  AzureWebJobsStorage__credential: z
    .enum(['managedidentity'])
    .optional()
    .describe('`managedidentity`: only a managed identity is used; default: any source of DefaultAzureCredential.'),
  IMAGE_PROVIDER_URL: url.describe('Base URL of the image provider; images are at {url}/images/{id}.'),
  IMAGE_PROVIDER_TIMEOUT_MS: milliseconds(100, 120_000)
    .default(5_000)
    .describe('Time that one image may take in all, every attempt and wait included.'),
  IMAGE_PROVIDER_ATTEMPTS: z.coerce.number().int().min(1).max(10).default(3).describe('Attempts within that time.'),
  PLATE_READER_URL: url.describe('Base URL of the plate reader; it reads at {url}/readPlateNumber.'),
  PLATE_READER_TIMEOUT_MS: milliseconds(100, 300_000)
    .default(15_000)
    .describe('Time that one reading may take in all, every attempt and wait included.'),
  PLATE_READER_ATTEMPTS: z.coerce.number().int().min(1).max(10).default(3).describe('Attempts within that time.'),
  PLATES_AT_ONCE: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(20)
    .describe('How many images one process fetches and reads at a time; more would overrun the services’ queues.'),
  BANK_MAP_ML_DRIVER: z
    .enum(['http', 'azureml'])
    .default('http')
    .describe(
      'What maps bank statements: a service that speaks docs/bank-map.md’s HTTP, or an Azure ML batch endpoint.',
    ),
  BANK_MAP_ML_URL: url.optional().describe('Base URL of the ML service; needed for the driver `http`.'),
  BANK_MAP_AZUREML_ENDPOINT: azureUrl
    .optional()
    .describe('Scoring URL of the batch endpoint; needed for the driver `azureml`, as are the next two.'),
  BANK_MAP_AZUREML_WORKSPACE: z
    .string()
    .regex(WORKSPACE_ID, `expected the workspace's resource id, ${WORKSPACE_FORM}`)
    .optional()
    .describe(`Resource id of the workspace, ${WORKSPACE_FORM}.`),
  BANK_MAP_AZUREML_OUTPUT: azureUrl.optional().describe('URL of the blob container of the datastore for outputs.'),
  BANK_MAP_AZUREML_DATASTORE: z
    .string()
    .regex(/^\w+$/, 'expected the name of a datastore: letters, digits and _')
    .default('workspaceblobstore')
    .describe('Name of the workspace’s datastore for outputs.'),
  BANK_MAP_AZUREML_DEPLOYMENT: z
    .string()
    .regex(/^[\w-]+$/, 'expected the name of a deployment')
    .optional()
    .describe('Deployment to invoke; default: the endpoint’s own default.'),
  BANK_MAP_AZUREML_MANAGEMENT_URL: azureUrl
    .default('https://management.azure.com')
    .describe('Azure Resource Manager of the cloud.'),
  BANK_MAP_AZUREML_AUDIENCE: azureUrl
    .default('https://ml.azure.com')
    .describe('Audience of the batch endpoint’s tokens in the cloud.'),
  BANK_MAP_ML_TIMEOUT_MS: milliseconds(100, 120_000)
    .default(10_000)
    .describe('Time that one call to the ML service may take in all; fetching a result may take twelve times that.'),
  BANK_MAP_ML_ATTEMPTS: z.coerce.number().int().min(1).max(10).default(3).describe('Attempts within that time.'),
  BANK_MAP_SUBMIT_ATTEMPTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(7)
    .default(5)
    .describe('How often a job is submitted, in durable timers, before it fails.'),
  BANK_MAP_TIMEOUT: z.coerce.number().min(1).max(86_400).default(3_600).describe('Seconds that a job may take.'),
  BANK_MAP_POLL_MS: milliseconds(10, 60_000)
    .default(1_000)
    .describe('First wait between two polls of a job, ms; later ones are a tenth of its age, up to 30 s.'),
  BANK_MAP_MAX_ZIP_MB: z.coerce.number().min(1).max(2_000).default(100).describe('Largest zip, in MB (10⁶ bytes).'),
  BANK_MAP_MAX_UNPACKED_MB: z.coerce
    .number()
    .min(1)
    .max(20_000)
    .default(2_000)
    .describe('Most that a zip may unpack to, in MB.'),
  BANK_MAP_MAX_RATIO: z.coerce
    .number()
    .min(2)
    .max(1_000)
    .default(200)
    .describe('Most that a zip of over 10 MiB unpacked may unpack to, as a multiple of its size.'),
  BANK_MAP_MAX_ENTRIES: z.coerce.number().int().min(14).max(10_000).default(100).describe('Most files in a zip.'),
  DURABLE_RETRY_ATTEMPTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(7)
    .default(7)
    .describe('How often a step that failed for a passing reason is tried, in durable timers.'),
  DURABLE_RETRY_FIRST_WAIT_MS: milliseconds(10, 600_000)
    .default(2_000)
    .describe('Wait before the second try; it doubles with each one, up to a minute.'),
  RETENTION_HOURS: z.coerce
    .number()
    .min(24)
    .max(24 * 365)
    .default(72)
    .describe('How long a finished operation, its inputs and results are kept.'),
  EVENTS_HEARTBEAT_MS: milliseconds(100, 15_000)
    .default(10_000)
    .describe(
      'Longest silence of an event stream; proxies cut a connection that is silent for longer than they allow.',
    ),
  WEBHOOK_SECRETS: z
    .string()
    .default('')
    .transform(listed)
    .refine(
      (secrets) => secrets.every(isStandardSecret),
      'expected secrets of Standard Webhooks, separated by commas: each whsec_ and the base64 of 24 to 64 bytes',
    )
    .describe('Secrets that sign the webhooks of operations, separated by commas; each makes a signature.'),
  SERVERLESS_PRIVATE_WEBHOOKS: flag
    .default(false)
    .describe('Whether webhooks may go to addresses that are not public; for development only.'),
  SERVERLESS_WEBHOOK_SPAN_MS: milliseconds(0, 3_600_000)
    .default(300_000)
    .describe('Time from the first attempt at a webhook to the sixth and last; the waits between them grow.'),
  SERVERLESS_MAX_CALLS: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(64)
    .describe('Worker calls of asynchronous requests and webhook attempts at a time, in one process of the app.'),
  ANALYZER_URL: url
    .optional()
    .describe('Base URL of the analyzer; it is told at {url}/analyze. Without it, nobody is told of an analysis.'),
  ANALYZER_TIMEOUT_MS: milliseconds(100, 120_000)
    .default(10_000)
    .describe('Time that telling the analyzer may take in all, every attempt and wait included.'),
  ANALYSIS_TIMEOUT: z.coerce
    .number()
    .min(1)
    .max(86_400)
    .default(3_600)
    .describe('Seconds from the begin of the download in which the result of an analysis must come.'),
  FILES_ANONYMOUS: flag.default(false).describe('Whether the calls for files need no function key.'),
  FILES_USER: z.coerce
    .number()
    .int()
    .min(1)
    .default(1)
    .describe('Number of the user of requests without the header X-User-ID.'),
  FILES_BASE_URL: url
    .optional()
    .describe('Base URL of the app for the analyzer; default: that of the request that starts the analysis.'),
  FILES_KEY_SECONDS: z.coerce.number().min(1).max(3_600).default(90).describe('Seconds after which a key is replaced.'),
  FILES_KEY_MINUTES: z.coerce
    .number()
    .min(0.05)
    .max(1_440)
    .default(10)
    .describe('Minutes in which the download must begin.'),
  FILES_MAX_RESULT_MB: z.coerce
    .number()
    .min(1)
    .max(100)
    .default(20)
    .describe('Largest result of an analyzer, in MB (10⁶ bytes).'),
  FILES_VIOLATIONS_FILE: z
    .string()
    .optional()
    .describe('Spreadsheet of the base list of violations, loaded at the first start.'),
  FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: z.coerce
    .number()
    .int()
    .min(1_000_000)
    .default(104_857_600)
    .describe('Largest request body that the Functions host takes, in bytes; larger files go by tus.'),
  BOOKS_DENIED_CLIENT_VERSIONS: z
    .string()
    .default('')
    .transform(listed)
    .describe(
      'Client versions that may not upload books: `version` or `name/version`, separated by commas; * at an end.',
    ),
  CSRF: flag.default(false).describe('Whether calls that change files need the token of GET /csrftoken/.'),
  BREAKER_FAILURES: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000)
    .default(10)
    .describe('Failed requests in a row after which the circuit breaker of a service opens; 0: it never opens.'),
  STARTS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(0)
    .max(100_000)
    .default(0)
    .describe('Operations that one caller may start in a minute, in each process of the app; 0: any number.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url
    .optional()
    .describe('Base URL of an OpenTelemetry collector (OTLP over HTTP); without it there is no telemetry.'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .optional()
    .describe('Headers of the requests to the collector: `name=value`, separated by commas.'),
  OTEL_SERVICE_NAME: z.string().optional().describe('Name of the app in traces and metrics; default: longhaul.'),
  OTEL_METRIC_EXPORT_INTERVAL: milliseconds(100, 3_600_000)
    .default(60_000)
    .describe('Time between two exports of metrics, ms.'),
  LOG_STARTS: flag.default(false).describe('Whether the start of an operation has a line in the log, as its end has.'),
  TRUST_PROXY: flag
    .default(false)
    .describe(
      'Whether X-Forwarded-Proto, -Host and -For say how clients see the app, and who they are (only behind a proxy).',
    ),
});

/** The settings of the operations core, for any app that is built on it. */
export const coreSettings = shape.pick({
  AzureWebJobsStorage: true,
  AzureWebJobsStorage__accountName: true,
  AzureWebJobsStorage__blobServiceUri: true,
  AzureWebJobsStorage__tableServiceUri: true,
  AzureWebJobsStorage__clientId: true,
  AzureWebJobsStorage__credential: true,
  DURABLE_RETRY_ATTEMPTS: true,
  DURABLE_RETRY_FIRST_WAIT_MS: true,
  RETENTION_HOURS: true,
  EVENTS_HEARTBEAT_MS: true,
  WEBHOOK_SECRETS: true,
  SERVERLESS_PRIVATE_WEBHOOKS: true,
  SERVERLESS_WEBHOOK_SPAN_MS: true,
  SERVERLESS_MAX_CALLS: true,
  OTEL_EXPORTER_OTLP_ENDPOINT: true,
  OTEL_METRIC_EXPORT_INTERVAL: true,
  LOG_STARTS: true,
  BREAKER_FAILURES: true,
  STARTS_PER_MINUTE: true,
  TRUST_PROXY: true,
});
export type CoreSettings = Readonly<z.infer<typeof coreSettings>>;

/** The settings that each driver requires. */
const NEEDED = {
  http: ['BANK_MAP_ML_URL'],
  azureml: ['BANK_MAP_AZUREML_ENDPOINT', 'BANK_MAP_AZUREML_WORKSPACE', 'BANK_MAP_AZUREML_OUTPUT'],
} as const;

/** Most keys of one analysis: each adds events to the history of its orchestration. */
const MAX_KEYS = 1_000;

/** With what holds between settings. These checks run also when other settings are not valid. */
const withStorage = shape.refine(namesOneStorage, {
  path: ['AzureWebJobsStorage'],
  error: STORAGE_FORMS,
  when: () => true,
});
export const settingsSchema = withStorage.superRefine(
  (settings, context) => {
    const driver = settings.BANK_MAP_ML_DRIVER;
    // A driver or a number that is not valid has its own problem.
    for (const name of driver in NEEDED ? NEEDED[driver] : []) {
      if (settings[name] !== undefined) continue;
      context.addIssue({ code: 'custom', path: [name], message: `it is needed, as BANK_MAP_ML_DRIVER is ${driver}` });
    }
    const { FILES_KEY_SECONDS: keySeconds, FILES_KEY_MINUTES: keyMinutes } = settings;
    if (keyMinutes * 60 > keySeconds * MAX_KEYS) {
      const message = `at most ${MAX_KEYS} keys may be made in FILES_KEY_MINUTES`;
      context.addIssue({ code: 'custom', path: ['FILES_KEY_SECONDS'], message });
    }
  },
  { when: () => true },
);

type Environment = Record<string, string | undefined>;

export type Config = Readonly<z.infer<typeof settingsSchema>>;

/** Reads the settings of the app. @throws as `readSettings` does */
export function readConfig(environment: Environment): Config {
  return readSettings(settingsSchema, environment);
}

/** Reads settings by a schema. Throws one error that lists every bad setting, without any setting's value. */
export function readSettings<S extends z.ZodType>(schema: S, environment: Environment): z.output<S> {
  const parsed = parse(schema, environment);
  if (parsed.success) return parsed.data;
  throw badSettings(problemsOf(parsed.error));
}

/** What is not valid, `NAME: what is expected`, without any setting's value; empty when all settings are valid. */
export function settingProblems(schema: z.ZodType, environment: Environment): string[] {
  const { error } = parse(schema, environment);
  return error ? problemsOf(error) : [];
}

export function badSettings(problems: readonly string[]): Error {
  return new Error(`Bad settings (see docs/configuration.md):\n${problems.map((line) => `  ${line}`).join('\n')}`);
}

/** An empty setting is not set: Azure and local.settings.json cannot leave one out. */
function parse<S extends z.ZodType>(schema: S, environment: Environment) {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  return schema.safeParse(given, { error: expectation });
}

function problemsOf({ issues }: z.ZodError): string[] {
  return [...new Set(issues.map(({ path, message }) => `${path.join('.')}: ${message}`))];
}

/** What a setting may be, for schemas that do not say it themselves. */
function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'it is needed';
      return issue.expected === 'int' ? 'expected a whole number' : `expected a ${issue.expected}`;
    case 'too_small':
      return `expected ${issue.minimum} or more`;
    case 'too_big':
      return `expected ${issue.maximum} or less`;
    case 'invalid_value':
      return `expected one of ${issue.values.join(', ')}`;
    default:
      return undefined;
  }
}
