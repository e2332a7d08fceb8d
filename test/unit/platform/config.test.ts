import fs from 'node:fs';
import path from 'node:path';
import { coreSettings, readConfig, readSettings, settingsSchema } from '../../../src/platform/config.js';
import { newWebhookSecret } from '../../../src/platform/webhook-secret.js';
import { storageOf } from '../../../src/platform/storage-location.js';

const root = path.join(__dirname, '../../../..');
const needed = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  IMAGE_PROVIDER_URL: 'http://images.test/',
  PLATE_READER_URL: 'http://reader.test',
  BANK_MAP_ML_URL: 'http://ml.test',
};

test('a setting that is not set has its default', () => {
  expect(readConfig(needed)).toMatchObject({
    IMAGE_PROVIDER_URL: 'http://images.test',
    IMAGE_PROVIDER_TIMEOUT_MS: 5_000,
    IMAGE_PROVIDER_ATTEMPTS: 3,
    RETENTION_HOURS: 72,
    TRUST_PROXY: false,
  });
});

test('all bad settings are named together, without their values', () => {
  const bad = {
    ...needed,
    AzureWebJobsStorage: 'secret',
    IMAGE_PROVIDER_URL: 'ftp://x',
    RETENTION_HOURS: '1',
    TRUST_PROXY: 'maybe',
  };
  expect(() => readConfig(bad)).toThrow(
    /AzureWebJobsStorage[\s\S]*IMAGE_PROVIDER_URL[\s\S]*RETENTION_HOURS[\s\S]*TRUST_PROXY/,
  );
  expect(() => readConfig(bad)).not.toThrow(/secret/);
});

const workspace = '/subscriptions/0-1/resourceGroups/rg-1/providers/Microsoft.MachineLearningServices/workspaces/ml_1';
const azureml = {
  ...needed,
  BANK_MAP_ML_DRIVER: 'azureml',
  BANK_MAP_AZUREML_ENDPOINT: 'https://maps.westeurope.inference.ml.azure.com/jobs',
  BANK_MAP_AZUREML_WORKSPACE: workspace,
  BANK_MAP_AZUREML_OUTPUT: 'https://account.blob.core.windows.net/container/',
};

test('each ML driver requires its settings, and all missing ones are named together', () => {
  expect(() => readConfig({ ...needed, BANK_MAP_ML_URL: '' })).toThrow(
    'BANK_MAP_ML_URL: it is needed, as BANK_MAP_ML_DRIVER is http',
  );
  expect(() => readConfig({ ...needed, BANK_MAP_ML_DRIVER: 'azureml' })).toThrow(
    /AZUREML_ENDPOINT: it is needed[\s\S]*AZUREML_WORKSPACE: it is needed[\s\S]*AZUREML_OUTPUT: it is needed/,
  );
  expect(readConfig({ ...azureml, BANK_MAP_ML_URL: '' })).toMatchObject({
    BANK_MAP_AZUREML_OUTPUT: 'https://account.blob.core.windows.net/container',
    BANK_MAP_AZUREML_DATASTORE: 'workspaceblobstore',
  });
});

test.each([
  ['BANK_MAP_AZUREML_ENDPOINT', 'http://maps.test/jobs'], // would show the token to the network
  ['BANK_MAP_AZUREML_ENDPOINT', 'http://127.evil.test/jobs'],
  ['BANK_MAP_AZUREML_ENDPOINT', 'maps'],
  ['BANK_MAP_AZUREML_MANAGEMENT_URL', 'http://localhost.test'],
  ['BANK_MAP_AZUREML_OUTPUT', 'https://account.blob.core.windows.net/container?sig=x'],
  ['BANK_MAP_AZUREML_WORKSPACE', 'ml_1'],
  ['BANK_MAP_AZUREML_WORKSPACE', `${workspace}/jobs`],
  ['BANK_MAP_AZUREML_DATASTORE', 'a/../b'],
  ['BANK_MAP_AZUREML_DEPLOYMENT', 'blue\r\nx: y'],
])('%s is not %s', (name, value) => {
  expect(() => readConfig({ ...azureml, [name]: value })).toThrow(`${name}: expected`);
});

test('a plain URL is for a service on this machine', () => {
  for (const host of ['127.0.0.1:1', 'localhost:1', '[::1]:1']) {
    expect(() => readConfig({ ...azureml, BANK_MAP_AZUREML_ENDPOINT: `http://${host}/jobs` })).not.toThrow();
  }
});

test('the example and the documentation list the settings that there are', () => {
  const names = Object.keys(settingsSchema.shape).sort();
  const example = JSON.parse(fs.readFileSync(path.join(root, 'local.settings.example.json'), 'utf8')) as {
    Values: Record<string, string>;
  };
  // The runtime reads these two.
  const { FUNCTIONS_WORKER_RUNTIME: _, AzureWebJobsDisableHomepage: __, ...values } = example.Values;
  expect(Object.keys(values).sort()).toEqual(names);
  expect(() => readConfig(values)).not.toThrow();
  const documented = fs.readFileSync(path.join(root, 'docs/configuration.md'), 'utf8').matchAll(/^\| `(\w+)`/gm);
  expect([...documented].map(([, name]) => name).sort()).toEqual(names);
});

const { AzureWebJobsStorage: _, ...withoutStorage } = needed;
const blobUri = 'https://acme.blob.core.windows.net';
const tableUri = 'https://acme.table.core.windows.net';

test.each([
  [{ AzureWebJobsStorage__accountName: 'acme' }],
  [{ AzureWebJobsStorage__blobServiceUri: `${blobUri}/`, AzureWebJobsStorage__tableServiceUri: `${tableUri}/` }],
])('storage is named by %p', (settings) => {
  const storage = storageOf(readConfig({ ...withoutStorage, ...settings, AzureWebJobsStorage__clientId: 'one' }));
  expect(storage).toMatchObject({ blobUrl: blobUri, tableUrl: tableUri });
});

test.each([
  [{}],
  [{ AzureWebJobsStorage__clientId: 'one' }],
  [{ AzureWebJobsStorage__blobServiceUri: blobUri }],
  [{ AzureWebJobsStorage__tableServiceUri: tableUri }],
  [{ AzureWebJobsStorage__accountName: 'acme', AzureWebJobsStorage__blobServiceUri: blobUri }],
  [{ AzureWebJobsStorage: 'UseDevelopmentStorage=true', AzureWebJobsStorage__accountName: 'acme' }],
])('storage is not named by %p, also when another setting is bad', (settings) => {
  const bad = { ...withoutStorage, ...settings, RETENTION_HOURS: '1' };
  expect(() => readConfig(bad)).toThrow(/RETENTION_HOURS[\s\S]*AzureWebJobsStorage: set one of/);
  const core = { RETENTION_HOURS: '24', ...settings };
  expect(() => storageOf(readSettings(coreSettings, core))).toThrow('set one of: AzureWebJobsStorage');
});

test.each([
  [{ AzureWebJobsStorage__accountName: 'a.b' }],
  [{ AzureWebJobsStorage__blobServiceUri: 'http://acme.test', AzureWebJobsStorage__tableServiceUri: tableUri }],
])('storage is not %p', (settings) => {
  expect(() => readConfig({ ...withoutStorage, ...settings })).toThrow(': expected');
});

test('secrets of webhooks are a list, of which each is checked and none is shown', () => {
  const [first, second] = [newWebhookSecret(), newWebhookSecret()];
  const secrets = (text: string) => readConfig({ ...needed, WEBHOOK_SECRETS: text }).WEBHOOK_SECRETS;
  expect([secrets(''), secrets(first), secrets(`${first}, ${second}`)]).toEqual([[], [first], [first, second]]);
  expect(() => secrets(`${first},whsec_short`)).toThrow('WEBHOOK_SECRETS: expected secrets of Standard Webhooks');
  expect(() => secrets(`${first},whsec_short`)).not.toThrow('whsec_short');
});

test('an analysis may make at most 1,000 keys', () => {
  const times = { ...needed, FILES_KEY_SECONDS: '1', FILES_KEY_MINUTES: '17' };
  expect(() => readConfig(times)).toThrow('FILES_KEY_SECONDS: at most 1000 keys may be made in FILES_KEY_MINUTES');
  expect(readConfig({ ...times, FILES_KEY_MINUTES: '16' })).toMatchObject({ FILES_KEY_MINUTES: 16 });
});
