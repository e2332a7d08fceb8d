import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkSettings, identityStorage } from '../../../dev/settings.js';

const LONGHAUL_DIR = fs.mkdtempSync(path.join(os.tmpdir(), 'longhaul-settings-'));
afterAll(() => fs.rmSync(LONGHAUL_DIR, { recursive: true }));

test('addresses that the stack fills in need not be set, and options have precedence', () => {
  expect(checkSettings({ LONGHAUL_DIR, PORT: '0' }, { PORT: 'no', PATH: '/bin' })).toEqual([]);
});

test('a setting whose name is misspelled is a warning, without its value', () => {
  expect(checkSettings({ LONGHAUL_DIR }, { PLATE_READR_URL: 'secret' })).toEqual([
    'PLATE_READR_URL: there is no such setting; did you mean PLATE_READER_URL?',
  ]);
});

test.each([
  [{ PORT: '1.5' }, 'PORT: expected a whole number from 0 to 65535'],
  [{ LONGHAUL_WEATHER: 'bad' }, 'LONGHAUL_WEATHER: expected random, or a whole number'],
  [{ BANK_MAP_LEARNING: 'maybe' }, 'BANK_MAP_LEARNING: expected one of on, off'],
  [{ BANK_MAP_ML_DRIVER: 'azureml', RETENTION_HOURS: '1' }, 'BANK_MAP_AZUREML_ENDPOINT: it is needed'],
  [{ WEBHOOK_SECRETS: 'whsec_short' }, 'WEBHOOK_SECRETS: expected secrets of Standard Webhooks, separated by commas'],
  [{ BANK_MAP_ML_DRIVER: 'grpc' }, 'BANK_MAP_ML_DRIVER: expected one of http, azureml'],
  [{ LONGHAUL_DIR: __filename }, `LONGHAUL_DIR: the folder ${__filename} cannot be written to (EEXIST)`],
])('%j is refused', (settings, problem) => {
  expect(() => checkSettings({ LONGHAUL_DIR, ...settings }, {})).toThrow(problem);
});

const account = { AzureWebJobsStorage__accountName: 'acme' };

test.each([
  [{ AzureWebJobsStorage__accountName: '' }, undefined],
  [account, { blobs: 'https://acme.blob.core.windows.net', tables: 'https://acme.table.core.windows.net' }],
])('for %j the storage of an identity is %j', (settings, storage) => {
  expect(checkSettings({ LONGHAUL_DIR }, settings)).toEqual([]);
  expect(identityStorage(settings)).toEqual(storage);
});

test('storage of an identity and a connection string are refused together', () => {
  const both = { AzureWebJobsStorage: 'UseDevelopmentStorage=true', ...account };
  expect(() => checkSettings({ LONGHAUL_DIR, ...both }, {})).toThrow('set one of: AzureWebJobsStorage (a connection');
});
