import { BlobServiceClient, type ServiceGetUserDelegationKeyResponse } from '@azure/storage-blob';
import { createSigner } from '../../../src/platform/blob-sas.js';

const HOUR_MS = 3_600_000;
const account = 'https://acme.blob.core.windows.net';
const credential = { getToken: () => Promise.resolve(null) };
const service = new BlobServiceClient(account, credential);
const blob = service.getContainerClient('c').getBlobClient('a b.txt');
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS);

/** A signer, and the keys that it has got. */
function signer({ failures = 0 } = {}) {
  const keys: { from: Date; until: Date }[] = [];
  const getKey = (from: Date, until: Date) => {
    keys.push({ from, until });
    if (keys.length <= failures) return Promise.reject(new Error('no key'));
    const key = { signedStartsOn: from, signedExpiresOn: until, signedService: 'b', signedVersion: '2020-02-10' };
    const signed = { signedObjectId: 'object', signedTenantId: 'tenant', value: Buffer.from('key').toString('base64') };
    return Promise.resolve({ ...key, ...signed } as ServiceGetUserDelegationKeyResponse);
  };
  const location = { blobUrl: account, tableUrl: '', credential };
  return { keys, sas: createSigner(service, location, getKey) };
}

afterEach(() => jest.useRealTimers());

test('a URL is signed with a user delegation key and has its fields', async () => {
  const { sas, keys } = signer();
  const url = new URL(await sas.readUrl(blob, 5));
  expect(url.pathname).toBe('/c/a%20b.txt');
  const date = (value = new Date(0)) => value.toISOString().replace(/\.\d+/, '');
  // https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    ...{ skoid: 'object', sktid: 'tenant', sks: 'b', skv: '2020-02-10' },
    ...{ skt: date(keys[0]?.from), ske: date(keys[0]?.until) },
    ...{ sp: 'r', sr: 'b', spr: 'https', se: expect.any(String) as string, sig: expect.any(String) as string },
  });
  expect([...url.searchParams.keys()]).not.toContain('si');
});

test('the credentials of an upload are for one container', async () => {
  const { sas } = signer();
  const { searchParams } = new URL(await sas.uploadUrl(service.getContainerClient('c'), inHours(24)));
  expect(Object.fromEntries(searchParams)).toMatchObject({ sp: 'cwl', sr: 'c', spr: 'https' });
  expect([...searchParams.keys()]).not.toContain('si');
});

test('a key is kept while it lasts as long as the SAS, and never for over seven days', async () => {
  jest.useFakeTimers();
  const { sas, keys } = signer();
  await Promise.all([
    sas.readUrl(blob, 5),
    sas.readUrl(blob, 5),
    sas.uploadUrl(service.getContainerClient('c'), inHours(24)),
  ]);
  expect(keys).toHaveLength(1);
  jest.setSystemTime(inHours(47));
  await sas.readUrl(blob, 5);
  expect(keys).toHaveLength(1);
  await sas.uploadUrl(service.getContainerClient('c'), inHours(24));
  expect(keys).toHaveLength(2);
  for (const { from, until } of keys) expect(until.getTime() - from.getTime()).toBeLessThan(7 * 24 * HOUR_MS);
});

test('after a failure the next caller gets a key', async () => {
  const { sas, keys } = signer({ failures: 1 });
  await expect(sas.readUrl(blob, 5)).rejects.toThrow('no key');
  await sas.readUrl(blob, 5);
  expect(keys).toHaveLength(2);
});
