import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '../../dev/plan.js';
import { Client } from '../support/client.js';
import { startHost, type HostProcess } from '../support/host-process.js';

const NOWHERE = 'http://127.0.0.1:9';
const STORAGE = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint=${NOWHERE}/a;TableEndpoint=${NOWHERE}/a`;

let stateDir: string;
let host: HostProcess;
let app: Client;
beforeAll(async () => {
  stateDir = await fs.mkdtemp(path.join(os.tmpdir(), 'longhaul-auth-'));
  const services = { IMAGE_PROVIDER_URL: NOWHERE, PLATE_READER_URL: NOWHERE, BANK_MAP_ML_URL: NOWHERE };
  const env = { AzureWebJobsStorage: STORAGE, ...services };
  host = await startHost({ app: ROOT, stateDir, env, args: ['--auth'] });
  app = new Client(host.url);
});
afterAll(async () => {
  await host.stop();
  await fs.rm(stateDir, { recursive: true, force: true });
});

const id = '0'.repeat(32);

test.each([
  ['POST', '/plates/recognize'],
  ['POST', '/plates/recognize-batch'],
  ['GET', '/plates/10022'],
  ['GET', '/plates/10022/image'],
  ['POST', '/api/map'],
  ['GET', '/api/status/lucid_school_dqmm25308q'],
  ['GET', '/api/result/lucid_school_dqmm25308q'],
  ['POST', '/files/'],
  ['GET', '/files/'],
  ['DELETE', '/api/v1/wink/files/1/'],
  ['POST', '/files/tus/'],
  ['PATCH', `/files/tus/${'0'.repeat(32)}`],
  ['GET', '/books'],
  ['GET', '/v1/book'],
  ['GET', `/books/${'0'.repeat(32)}`],
  ['GET', `/books/${'0'.repeat(32)}/files/a/b`],
  ['POST', '/books/new:upload-start'],
  ['POST', `/v1/books/${'0'.repeat(32)}:upload-finish`],
  ['DELETE', `/book/${'0'.repeat(32)}`],
  ['GET', '/endpoints'],
  ['POST', '/endpoints'],
  ['GET', '/endpoints/gpu'],
  ['PATCH', '/endpoints/gpu'],
  ['DELETE', '/endpoints/gpu'],
  ['POST', '/endpoints/gpu:rotateKey'],
  ['GET', '/endpoints/gpu/requests'],
  ['POST', `/endpoints/gpu/requests/${id}:cancel`],
  ['POST', '/endpoints/gpu/requests:clean'],
  ['GET', '/endpoints/gpu/stats'],
  ['GET', '/status'],
  ['GET', `/status/${id}/history`],
  ['POST', `/status/${id}:cancel`],
  ['POST', `/status/${id}:retry`],
  ['POST', '/status:cancel'],
  ['POST', '/status:delete'],
  ['DELETE', `/status/${id}`],
  ['GET', `/status/${id}/deliveries`],
  ['POST', `/status/${id}/deliveries:redeliver`],
  ['GET', `/v1/gpu/requests/${id}/deliveries`],
  ['POST', `/v1/gpu/requests/${id}/deliveries:redeliver`],
  ['GET', '/upstreams'],
  ['POST', '/upstreams/imageProvider:pause'],
  ['POST', '/upstreams/imageProvider:resume'],
  ['POST', '/comments/'],
  ['GET', '/recommend/1/'],
  ['DELETE', '/violations/1/'],
  ['GET', '/api/v1/wink/violations/'],
  ['POST', '/violations:load'],
  ['POST', '/cinema/'],
  ['GET', '/cinema/'],
  ['GET', '/cinema/1/'],
  ['GET', '/cinema/1/result/'],
  ['POST', '/cinema/1/restart/'],
  ['GET', '/sse/1/'],
  ['GET', '/download/1/'],
  ['GET', '/api/v1/wink/sse/1/'],
])('%s %s needs a function key', async (method, at) => {
  expect((await app.send(method, at)).status).toBe(401);
  expect((await app.send(method, `${at}?code=wrong`)).status).toBe(401);
});

test('with a function key the app responds', async () => {
  const keys = JSON.parse(await fs.readFile(path.join(stateDir, 'keys.json'), 'utf8')) as unknown;
  const key = /"default":\s*"([^"]+)"/.exec(JSON.stringify(keys))?.[1] ?? '';
  const { status, body } = await app.post('/plates/recognize', { imageId: -1 }, { 'x-functions-key': key });
  expect([status, body.error?.code]).toEqual([400, 'InvalidImageId']);
});

test.each([
  [`/status/short`, 400],
  [`/status/short/events`, 400],
  [`/status/short/result`, 400],
  ['/openapi.json', 200],
  ['/csrftoken/', 200],
  ['/swagger/', 200],
  ['/redoc/', 200],
  ['/api/v1/wink/swagger.yaml', 200],
  ['/nothing', 404],
  // The key or the token is the secret; storage cannot be reached here.
  [`/download/${id}/`, 503],
  [`/sse/${id}/`, 503],
  [`/api/v1/wink/download/${id}/`, 503],
])('GET %s is open', async (at, status) => {
  expect((await app.get(at)).status).toBe(status);
});
