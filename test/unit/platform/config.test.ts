import fs from 'node:fs';
import path from 'node:path';
import { readConfig, settingsSchema } from '../../../src/platform/config.js';

const root = path.join(__dirname, '../../../..');
const needed = {
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  IMAGE_PROVIDER_URL: 'http://images.test/',
  PLATE_READER_URL: 'http://reader.test',
};

test('what is not set has its default', () => {
  expect(readConfig(needed)).toMatchObject({
    IMAGE_PROVIDER_URL: 'http://images.test',
    IMAGE_PROVIDER_TIMEOUT_MS: 5_000,
    IMAGE_PROVIDER_ATTEMPTS: 3,
    RETENTION_HOURS: 72,
    TRUST_PROXY: false,
  });
});

test('every bad setting is named at once, and no value is shown', () => {
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

test('the example and the documentation list the settings that there are', () => {
  const names = Object.keys(settingsSchema.shape).sort();
  const example = JSON.parse(fs.readFileSync(path.join(root, 'local.settings.example.json'), 'utf8')) as {
    Values: Record<string, string>;
  };
  const { FUNCTIONS_WORKER_RUNTIME: _, ...values } = example.Values;
  expect(Object.keys(values).sort()).toEqual(names);
  expect(() => readConfig(values)).not.toThrow();
  const documented = fs.readFileSync(path.join(root, 'docs/configuration.md'), 'utf8').matchAll(/^\| `(\w+)`/gm);
  expect([...documented].map(([, name]) => name).sort()).toEqual(names);
});
