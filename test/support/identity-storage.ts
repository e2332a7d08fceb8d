import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import tls from 'node:tls';
import { type StorageLocation } from '../../src/platform/storage-location.js';
import { startFakeService } from './fake-service.js';
import { startStorage, type Storage } from './storage.js';

/** A storage that takes tokens, over https, and an identity whose tokens it takes. */
export interface IdentityStorage {
  /** The storage with its key. */
  storage: Storage;
  /** The storage as the identity uses it. */
  location: Exclude<StorageLocation, string>;
  /** Environment variables of an app that has the identity. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/** Starts both. This process trusts the certificate of the storage from now on. */
export async function startIdentityStorage(): Promise<IdentityStorage> {
  let certificate = '';
  const prepare = (dir: string) => {
    const [key, cert] = [path.join(dir, 'key.pem'), path.join(dir, 'cert.pem')];
    const form = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '1', '-nodes'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', cert, ...form], {
      stdio: 'pipe',
    });
    certificate = cert;
    return { flags: ['--oauth', 'basic', '--cert', cert, '--key', key], certificate };
  };
  const storage = await startStorage({ prepare, preload: require.resolve('./azurite-snapshots.js') });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(certificate, 'utf8')]);
  const token = tokenFor(Date.now());
  const expires_on = String(Math.floor(Date.now() / 1_000) + LIFE_SECONDS);
  // The answer of App Service: https://learn.microsoft.com/azure/app-service/overview-managed-identity
  const body = JSON.stringify({ access_token: token, expires_on, resource: AUDIENCE, token_type: 'Bearer' });
  const identity = await startFakeService([{ headers: { 'content-type': 'application/json' }, body }]);
  const [blobUrl = '', queueUrl = '', tableUrl = ''] = storage.connectionString.match(/https:\/\/[^;]+/g) ?? [];
  return {
    storage,
    location: {
      blobUrl,
      tableUrl,
      credential: { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Number(expires_on) * 1_000 }) },
    },
    env: {
      AzureWebJobsStorage: '',
      AzureWebJobsStorage__blobServiceUri: blobUrl,
      AzureWebJobsStorage__queueServiceUri: queueUrl,
      AzureWebJobsStorage__tableServiceUri: tableUrl,
      IDENTITY_ENDPOINT: `${identity.url}/msi/token`,
      IDENTITY_HEADER: 'the identity header',
      NODE_EXTRA_CA_CERTS: certificate,
    },
    close: () => identity.close(),
  };
}

const AUDIENCE = 'https://storage.azure.com';
const LIFE_SECONDS = 86_400;

/** A token as Azurite checks it, which does not check its signature. */
function tokenFor(now: number): string {
  const iat = Math.floor(now / 1_000) - 60;
  const claims = {
    aud: AUDIENCE,
    iss: 'https://sts.windows.net/ab1f708d-50f6-404c-a006-d71b2ac7a606/',
    iat,
    nbf: iat,
    exp: iat + LIFE_SECONDS,
    oid: '11059fcc-5514-4800-b5f8-49808b9cfab6',
    tid: 'ab1f708d-50f6-404c-a006-d71b2ac7a606',
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`;
}
