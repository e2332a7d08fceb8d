import { createCredential } from '../../../src/platform/azure-identity.js';
import { startFakeService, type FakeService } from '../../support/fake-service.js';

const SCOPE = 'https://storage.azure.com/.default';
const before = { ...process.env };
let endpoint: FakeService;
beforeAll(async () => {
  // https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
  const expires_on = String(Math.floor(Date.now() / 1_000) + 86_400);
  const body = JSON.stringify({ access_token: 'token', expires_on, resource: SCOPE, token_type: 'Bearer' });
  endpoint = await startFakeService([{ headers: { 'content-type': 'application/json' }, body }]);
  // The library keeps the first endpoint and its tokens for the whole process: each test has an identity of its own.
  Object.assign(process.env, { IDENTITY_ENDPOINT: `${endpoint.url}/msi/token`, IDENTITY_HEADER: 'the header' });
});
afterAll(async () => {
  process.env = before;
  await endpoint.close();
});

test.each([
  ['any-source', false],
  ['managed-only', true],
])('the user-assigned identity of the setting is asked for: %s', async (clientId, managedOnly) => {
  const got = await createCredential(clientId, managedOnly).getToken(SCOPE);
  expect(got?.token).toBe('token');
  expect(endpoint.requests.at(-1)).toContain(`client_id=${clientId}`);
  expect(endpoint.headers.at(-1)).toMatchObject({ 'x-identity-header': 'the header' });
});

test('AZURE_CLIENT_ID names the identity where the setting does not', async () => {
  process.env.AZURE_CLIENT_ID = 'of-the-environment';
  await createCredential(undefined, true).getToken(SCOPE);
  expect(endpoint.requests.at(-1)).toContain('client_id=of-the-environment');
});
