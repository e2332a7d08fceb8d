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

test('each level accepts its own keys and the master key [recorded]', async () => {
  const table = await Promise.all(
    [
      'api/echo',
      'api/levels/function',
      'api/levels/admin',
      'api/off',
      'admin/host/status',
      'admin/nothing',
      'admin/host/ping',
    ].map(async (at) => [
      at,
      await status(at),
      await status(at, 'wrong'),
      await status(at, byFunction),
      await status(at, bySystem),
      await status(at, master),
    ]),
  );
  expect(table).toEqual([
    ['api/echo', 200, 200, 200, 200, 200],
    ['api/levels/function', 401, 401, 200, 401, 200],
    ['api/levels/admin', 401, 401, 401, 401, 200],
    ['api/off', 404, 404, 404, 404, 200],
    ['admin/host/status', 401, 401, 403, 403, 200],
    ['admin/nothing', 404, 404, 404, 404, 404],
    ['admin/host/ping', 200, 200, 200, 200, 200],
  ]);
});

test('`code` in the query is a key, and the header takes precedence [source: AuthenticationLevelHandler.cs]', async () => {
  expect(await status(`api/levels/function?code=${byFunction}`)).toBe(200);
  expect(await status(`api/levels/function?code=${byFunction}`, 'wrong')).toBe(401);
  expect(await status('api/levels/function?code=wrong', byFunction)).toBe(200);
});

test('the durable webhooks accept their system key and the master key [recorded]', async () => {
  const at = 'runtime/webhooks/durabletask/instances/nobody';
  expect([await status(at), await status(at, 'wrong'), await status(at, byFunction)]).toEqual([401, 401, 403]);
  expect((await fetch(`${host.url}/${at}`)).headers.get('www-authenticate')).toBe('Bearer');
  expect([await status(at, bySystem), await status(`${at}?code=${master}`)]).toEqual([404, 404]);
  const other = 'runtime/webhooks/other/x';
  expect([await status(other), await status(other, bySystem), await status(other, master)]).toEqual([401, 403, 404]);
});

test('the durable client works without a key [documented]', async () => {
  expect(await status('api/client')).toBe(200);
});

test('keys are managed over HTTP with the master key only [recorded]', async () => {
  const own = 'admin/functions/forFunction/keys';
  expect([await status(own), await status(own, byFunction)]).toEqual([401, 403]);
  await status(`${own}/mine`, master, 'DELETE'); // of an earlier run
  expect([await status(`${own}/mine`, master, 'POST'), await status(`${own}/mine`, master, 'POST')]).toEqual([
    201, 200,
  ]);
  const read = await fetch(`${host.url}/${own}/mine?code=${master}`);
  const { name, value, links } = (await read.json()) as { name: string; value: string; links: unknown };
  expect([name, links]).toEqual(['mine', [{ rel: 'self', href: `${host.url}/${own}/mine` }]]);
  expect([await status('api/levels/function', value), await status('api/levels/admin', value)]).toEqual([200, 401]);
  expect(await status(`${own}/mine`, master, 'DELETE')).toBe(204);
  expect(await status('api/levels/function', value)).toBe(401);
  expect(await status('admin/host/functionkeys', master)).toBe(200);
  expect(await status('admin/host/systemkeys/durabletask_extension', master)).toBe(200);
  expect(await status('admin/functions/nobody/keys', master)).toBe(404);
});

test('keys are set as JSON, and the master key is not deleted [recorded]', async () => {
  const at = `${host.url}/admin/functions/forFunction/keys/given?code=${master}`;
  const put = (body: string, type = 'application/json') =>
    fetch(at, { method: 'PUT', body, headers: { 'Content-Type': type } });
  expect(await (await put('{"value":"vvv"}')).json()).toMatchObject({ name: 'given', value: 'vvv' });
  const bad = await put('{}');
  expect([bad.status, await bad.text()]).toEqual([400, 'Invalid key value']);
  expect((await put('{"value":"vvv"}', 'text/plain')).status).toBe(415);
  expect(await status('admin/host/systemkeys/_master', master, 'DELETE')).toBe(400);
});
