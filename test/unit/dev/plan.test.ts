import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { planStack } from '../../../dev/plan.js';

let dir: string;
beforeEach(async () => (dir = await fs.mkdtemp(path.join(os.tmpdir(), 'longhaul-plan-'))));
afterEach(() => fs.rm(dir, { recursive: true }));

test('options of the bank-map service are passed on to it', async () => {
  const bankMapArgs = ['--now=2026-11-28T00:00:00Z', '--learning=on'];
  const { specs } = await planStack(dir, { bankMapArgs });
  expect(specs.bankMapMl?.args.slice(-2)).toEqual(bankMapArgs);
  expect(specs.plateReader?.args).not.toEqual(expect.arrayContaining(bankMapArgs));
});

test.each([
  [undefined, ['storage', 'imageProvider', 'plateReader', 'bankMapMl', 'analyzer', 'app']],
  [['imageProvider', 'analyzer'] as const, ['storage', 'imageProvider', 'app']],
  [[], ['storage', 'app']],
])('of the services %j those are started that are not external', async (services, parts) => {
  const external = services && { analyzer: 'http://127.0.0.1:9' };
  const { specs } = await planStack(dir, { external, services });
  expect(Object.keys(specs)).toEqual(parts);
});

test('storage that an identity uses is not started, and has no connection string', async () => {
  const storage = { blobs: 'https://acme.blob.core.windows.net', tables: 'https://acme.table.core.windows.net' };
  const plan = await planStack(dir, { external: { storage } });
  expect(plan).toMatchObject({ connectionString: '', externalStorage: storage });
  expect(plan.specs).not.toHaveProperty('storage');
  expect(plan.specs.app?.env).toMatchObject({ AzureWebJobsStorage: '' });
});

test('the analyzer downloads from the address of the app, also by the name localhost', async () => {
  const { specs, url } = await planStack(dir, {});
  const { port } = new URL(url);
  const origins = specs.analyzer?.args.filter((_, index, args) => args[index - 1] === '--allow-origin');
  expect(origins).toEqual([`http://127.0.0.1:${port}`, `http://localhost:${port}`]);
});
