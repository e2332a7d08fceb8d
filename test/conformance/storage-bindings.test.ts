import { fixtureApp, fixtureStorage, fresh, startHostOf, testHere, testStorage as test } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';
import { type Storage } from '../support/storage.js';

/** Blob, table and queue bindings of functions of all kinds. */

let storage: Storage;
let host: HostProcess;

beforeAll(async () => {
  storage = await fixtureStorage();
  host = await startHostOf('storage', await fixtureApp('storage'), { AzureWebJobsStore: storage.connectionString });
});
afterAll(() => host.stop());

const call = (at: string, init?: RequestInit) => fetch(`${host.url}/api/${at}`, init);
const post = (at: string, body: unknown) =>
  call(at, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }).then(
    ({ status }) => status,
  );
const read = async (at: string, init?: RequestInit) =>
  ((await (await call(at, init)).json()) as { value: unknown }).value;

test('an output queue is created, an array is several messages in order, text stays text [source: QueueAsyncCollector.cs]', async () => {
  const response = await call('returnsToQueue');
  expect([response.status, await response.json()]).toEqual([200, ['one', { two: 2 }, 3]]);
  expect([await storage.next('returned'), await storage.next('returned'), await storage.next('returned')]).toEqual([
    'one',
    { two: 2 },
    3,
  ]);
});

test('an activity’s output is written, and its result is returned to the orchestrator [documented]', async () => {
  expect(await (await call('orchestrate')).json()).toBe(3);
  expect(await storage.next('from-activity')).toBe('reported abc');
});

test('a blob is read by a route parameter, as text or JSON; a missing one is undefined [documented]', async () => {
  await storage.writeBlob('texts/plain.txt', 'grüße');
  await storage.writeBlob('texts/json.txt', '{"a":[1]}');
  expect(await read('text/plain')).toBe('grüße');
  expect(await read('text/json')).toEqual({ a: [1] });
  expect(await read('text/missing')).toBeNull();
});

test('a member of a JSON body names the blob [documented]', async () => {
  await storage.writeBlob('texts/of body.txt', 'named by the body');
  expect(await read('byBody', { method: 'POST', body: '{"file":"of body"}' })).toBe('named by the body');
});

test('a binary blob is read as bytes when the binding requires it [documented]', async () => {
  await storage.writeBlob('texts/raw', Buffer.from([0, 255, 1]));
  expect(await (await call('bytes/raw')).text()).toBe('00ff01');
  expect(await (await call('bytes/missing')).text()).toBe('not there');
});

test('a blob is written and replaced, its container created [source: StorageBlobContainerExtensions.cs]', async () => {
  const folder = `${fresh('f')}/g`;
  expect(await post(`write/a.json?folder=${folder}`, { first: true })).toBe(202);
  expect(await storage.readBlob(`written/${folder}/a.json`)).toBe('{"first":true}');
  expect(await post(`write/a.json?folder=${folder}`, 'text:second')).toBe(202);
  expect(await storage.readBlob(`written/${folder}/a.json`)).toBe('second');
});

test('dates and GUIDs in names [documented]', async () => {
  const folder = fresh('d');
  expect(await post(`dated/${folder}`, 'text:x')).toBe(202);
  const names: string[] = [];
  for await (const { name } of storage.container('dated').listBlobsFlat({ prefix: `${folder}/` })) names.push(name);
  const month = new Date().toISOString().slice(0, 7);
  expect(names).toEqual([expect.stringMatching(new RegExp(`^${folder}/${month}/[\\da-f]{8}-[\\da-f-]{27}$`))]);
});

test('an expression without a value fails the invocation [source: BindingTemplate.cs]', async () => {
  expect(await post('nowhere', 'text:x')).toBe(500);
});

testHere('the log lists the available names [own]', async () => {
  await post('nowhere', 'text:x');
  await host.logged('{nothing} in "written/{nothing}" has no value; available are:');
});

test('rows are written, one or many, and read by key, filter and count [documented]', async () => {
  const team = fresh('red');
  const ada = { RowKey: 'ada', name: 'Ada', age: 36, active: true, height: 1.65 };
  expect(await post(`people/${team}`, ada)).toBe(202);
  const others = ['bob', "o'neil"].map((name, index) => ({ rowKey: name, name, age: 20 + index }));
  expect(await post(`people/${team}`, others)).toBe(202);
  expect(await read(`row/${team}/ada`)).toMatchObject({ PartitionKey: team, ...ada });
  expect(await read(`row/${team}/nobody`)).toBeNull();
  expect(await read(`rows/${team}/21?not=${encodeURIComponent("o'neil")}`)).toMatchObject([{ RowKey: 'ada' }]);
  expect(await read(`rows/${team}/20?not=`)).toHaveLength(3);
  expect(await read('firstTwo')).toHaveLength(2);
});

test('rows of a table that does not exist fail the invocation [source: TablesExtensionConfigProvider.cs]', async () => {
  expect((await call('noTable')).status).toBe(500);
});

test('rows of one partition are written together, or none of them [source: TableEntityWriter.cs]', async () => {
  const team = fresh('all');
  expect(await post(`people/${team}`, { RowKey: 'b', name: 'B', age: 1 })).toBe(202);
  const keys = ['a', 'b', 'c'].map((RowKey) => ({ RowKey, name: RowKey, age: 2 }));
  expect(await post(`people/${team}`, keys)).toBe(500);
  expect(await read(`rows/${team}/0?not=`)).toMatchObject([{ RowKey: 'b', age: 1 }]);
  const twice = [1, 2].map((age) => ({ RowKey: 'd', age, 'odata.etag': '*' }));
  expect(await post(`people/${team}`, twice)).toBe(202);
  expect(await read(`row/${team}/d`)).toMatchObject({ age: 2 });
  const many = Array.from({ length: 101 }, (_, index) => ({ RowKey: `${index}`, name: 'many', age: 9 }));
  expect(await post(`people/${team}`, many)).toBe(202);
  expect(await read(`rows/${team}/9?not=`)).toHaveLength(101);
});

test('filter syntax is rejected as a value in a filter [source: TableFilterFormatter.cs]', async () => {
  const response = await call(`rows/red/${encodeURIComponent('1 or true')}?not=`);
  expect(response.status).toBe(500);
});

test('an existing row fails the invocation, unless its ETag allows the replacement [documented]', async () => {
  const team = fresh('blue');
  expect(await post(`people/${team}`, { RowKey: 'twice', n: 1 })).toBe(202);
  expect(await post(`people/${team}`, { RowKey: 'twice', n: 2 })).toBe(500);
  expect(await post(`people/${team}`, { RowKey: 'twice', n: 3, 'odata.etag': '*' })).toBe(202);
  expect(await read(`row/${team}/twice`)).toMatchObject({ n: 3 });
});

test('an input row has its keys and columns only; objects are stored as JSON text [source: TablesExtensionConfigProvider.cs]', async () => {
  const team = fresh('plain');
  expect(await post(`people/${team}`, { RowKey: 'deep', name: 'Deep', age: 30, n: { m: 1 } })).toBe(202);
  const row = { PartitionKey: team, RowKey: 'deep', name: 'Deep', age: 30, n: '{\n  "m": 1\n}' };
  expect(await read(`row/${team}/deep`)).toEqual(row);
  expect(await read(`rows/${team}/30?not=`)).toEqual([row]);
});

testHere('the log has the reason why a row was not written [own]', async () => {
  for (const n of [1, 2]) await post('people/green', { RowKey: 'twice', n });
  await host.logged('The table output');
});

testHere('invalid bindings are reported at the start, and other functions run [own]', async () => {
  expect(host.stderr()).toMatch(
    /The function "unconnected" does not run: the setting AzureWebJobsMissing or Missing with its storage connection/,
  );
  expect(host.stderr()).toMatch(/"misnamed" does not run: "no_queue" is not a valid queue name/);
  expect(host.stderr()).toMatch(/unwritable: the binding "\w+" of type blob cannot be used: the setting AzureWebJobsM/);
  expect(host.stderr()).toMatch(
    /second: its retry policy is ignored, as in the genuine host: a queueTrigger does not support retries/,
  );
  expect(await post('unwritable', 'text:x')).toBe(500);
});

testHere('no key of the storage account is ever logged [own]', () => {
  expect(host.stderr()).not.toContain('Eby8vdM02xNOcqFlqUwJ');
});
