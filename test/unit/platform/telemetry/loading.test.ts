import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ROOT } from '../../../../dev/plan.js';

const SETTINGS = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  IMAGE_PROVIDER_URL: 'http://images.test',
  PLATE_READER_URL: 'http://reader.test',
  BANK_MAP_ML_URL: 'http://ml.test',
};

/** Loads the app as the Functions worker does, and prints what is loaded of telemetry. */
const SCRIPT = `
  for (const file of require('node:fs').globSync('dist/functions/*.js')) require('./' + file);
  const own = Object.keys(require.cache).filter((file) => /opentelemetry|telemetry.sdk/.test(file));
  process.stdout.write(JSON.stringify(own), () => process.exit());
`;

async function loaded(settings: Record<string, string>): Promise<string[]> {
  const env = { PATH: process.env.PATH, ...SETTINGS, ...settings };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', SCRIPT], { cwd: ROOT, env, timeout: 60_000 });
  const files = JSON.parse(stdout.slice(stdout.lastIndexOf('['))) as string[];
  return files.map((file) => file.slice(ROOT.length + 1));
}

/** The API without an implementation is needed by durable-functions. */
const isApi = (file: string) => file.startsWith('node_modules/@opentelemetry/api/');

test('without the setting nothing of telemetry is loaded', async () => {
  const files = await loaded({ OTEL_EXPORTER_OTLP_ENDPOINT: '' });
  expect(files.filter((file) => !isApi(file))).toEqual([]);
});

test('with the setting it is loaded before the first request', async () => {
  const files = await loaded({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  expect(files).toContain('dist/src/platform/telemetry/sdk.js');
  expect(files.some((file) => file.startsWith('node_modules/@opentelemetry/sdk-trace-base/'))).toBe(true);
});
