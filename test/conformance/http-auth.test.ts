import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fixtureApp, startHostOf, testKeys as test } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';
import { otherHostOf } from '../support/other-host.js';
import { type TempApp } from '../support/temp-app.js';

/** Keys with `--auth` (host contract, 3.2). */

interface KeyFile {
  masterKey: string;
  functionKeys: { default: string };
  systemKeys: { durabletask_extension: string };
}

let host: HostProcess;
let master: string | undefined;
let byFunction: string | undefined;
let bySystem: string | undefined;

beforeAll(async () => {
  const app = await fixtureApp('http');
  host = await startHostOf('http', app, { 'AzureWebJobs.off.Disabled': '1' }, ['--auth']);
  const { masterKey, functionKey, systemKey } = otherHostOf('http') ?? (await madeKeys(app));
  [master, byFunction, bySystem] = [masterKey, functionKey, systemKey];
});
afterAll(() => host.stop());

async function madeKeys({ stateDir }: TempApp) {
  const keys = JSON.parse(await readFile(path.join(stateDir, 'keys.json'), 'utf8')) as KeyFile;
  const { durabletask_extension: systemKey } = keys.systemKeys;
  return { masterKey: keys.masterKey, functionKey: keys.functionKeys.default, systemKey };
}

async function status(at: string, key?: string, method = 'GET') {
  const response = await fetch(`${host.url}/${at}`, {
    method,
    headers: key === undefined ? {} : { 'x-functions-key': key },
  });
  await response.arrayBuffer();
  return response.status;
}

test('each level accepts its own keys and the master key', async () => {
  const table = await Promise.all(
    ['api/echo', 'api/levels/function', 'api/levels/admin', 'api/off', 'admin/host/status', 'admin/host/ping'].map(
      async (at) => [
        at,
        await status(at),
        await status(at, 'wrong'),
        await status(at, byFunction),
        await status(at, bySystem),
        await status(at, master),
      ],
    ),
  );
  expect(table).toEqual([
    ['api/echo', 200, 200, 200, 200, 200],
    ['api/levels/function', 401, 401, 200, 401, 200],
    ['api/levels/admin', 401, 401, 401, 401, 200],
    ['api/off', 404, 404, 404, 404, 200],
    ['admin/host/status', 401, 401, 401, 401, 200],
    ['admin/host/ping', 200, 200, 200, 200, 200],
  ]);
});

test('`code` in the query is a key, and the header takes precedence', async () => {
  expect(await status(`api/levels/function?code=${byFunction}`)).toBe(200);
  expect(await status(`api/levels/function?code=${byFunction}`, 'wrong')).toBe(401);
  expect(await status('api/levels/function?code=wrong', byFunction)).toBe(200);
});

test('the durable webhooks accept their system key and the master key', async () => {
  const at = 'runtime/webhooks/durabletask/instances/nobody';
  expect([await status(at), await status(at, byFunction)]).toEqual([401, 401]);
  expect([await status(at, bySystem), await status(`${at}?code=${master}`)]).toEqual([404, 404]);
  expect(await status('runtime/webhooks/other/x', master)).toBe(404);
});

test('the durable client works without a key', async () => {
  expect(await status('api/client')).toBe(200);
});

test('keys are managed over HTTP with the master key only', async () => {
  expect(await status('admin/functions/forFunction/keys', byFunction)).toBe(401);
  expect(await status('admin/functions/forFunction/keys/mine', master, 'POST')).toBe(201);
  const read = await fetch(`${host.url}/admin/functions/forFunction/keys?code=${master}`);
  const { keys } = (await read.json()) as { keys: { name: string; value: string }[] };
  expect(keys).toEqual([{ name: 'mine', value: expect.any(String) as string }]);
  const mine = keys[0]?.value ?? '';
  expect([await status('api/levels/function', mine), await status('api/levels/admin', mine)]).toEqual([200, 401]);
  expect(await status('admin/functions/forFunction/keys/mine', master, 'DELETE')).toBe(204);
  expect(await status('api/levels/function', mine)).toBe(401);
  expect(await status('admin/host/functionkeys', master)).toBe(200);
  expect(await status('admin/host/systemkeys/durabletask_extension', master)).toBe(200);
  expect(await status('admin/functions/nobody/keys', master)).toBe(404);
});
