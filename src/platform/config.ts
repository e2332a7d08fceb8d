import { z } from 'zod';

const url = z
  .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
  .regex(/^[^?#@]*$/, 'expected a base URL, without a user, a query or a fragment')
  .transform((text) => text.replace(/\/+$/, ''));
const milliseconds = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');

/**
 * Every setting of the app, read from the environment. `local.settings.example.json` and docs/configuration.md list
 * the same names; a test holds the three together.
 */
export const settingsSchema = z.object({
  AzureWebJobsStorage: z
    .string({ error: 'expected the connection string of a storage account' })
    .regex(/^(UseDevelopmentStorage=true|.*AccountName=.+)/, 'expected the connection string of a storage account')
    .describe('Connection string of the storage account: the task hub on Azure, tables and blobs everywhere.'),
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
  TRUST_PROXY: flag
    .default(false)
    .describe('Whether X-Forwarded-Proto and X-Forwarded-Host say how clients see the app (only behind a proxy).'),
});

export type Config = Readonly<z.infer<typeof settingsSchema>>;

/** Reads the settings once. Throws one error that lists every bad setting, without any setting's value. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = settingsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`Bad settings (see docs/configuration.md):\n${problems.join('\n')}`);
}
