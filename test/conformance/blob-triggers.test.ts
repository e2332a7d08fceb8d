import { eventually } from '../support/eventually.js';
import { fixtureApp, fresh, startHostOf, testBlobs as test, testHere } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';
import { masterKeyFor, otherHostOf } from '../support/other-host.js';
import { startStorage, type Storage, storageOf } from '../support/storage.js';
import { type TempApp } from '../support/temp-app.js';

/** Blob triggers: what starts a function, what it gets, receipts and failures. */

let storage: Storage;
let app: TempApp;
let host: HostProcess;

const start = (args: string[] = [], env: Record<string, string> = {}) =>
  startHostOf(
    'blobs',
    app,
    {
      AzureWebJobsStorage: storage.connectionString,
      Store: storage.connectionString,
      AzureFunctionsWebHost__hostid: 'blobs',
      ...env,
    },
    args,
  );

beforeAll(async () => {
  const connection = otherHostOf('blobs')?.storage;
  storage = connection === undefined ? await startStorage() : storageOf(connection);
  app = await fixtureApp('blobs');
  host = await start();
});
afterAll(() => host.stop());

interface Seen {
  isBuffer: boolean;
  text: string;
  metadata: Record<string, unknown>;
}

/** Waits for the report about a blob; reports about others are dropped. */
async function seen(fn: string, path: string): Promise<Seen> {
  for (;;) {
    const report = (await storage.next(`${fn}-seen`)) as Seen;
    if (report.metadata.blobTrigger === path) return report;
  }
}

describe('a new blob', () => {
  test('starts its function with its content as a buffer, and metadata [source: BlobTriggerBinding.cs]', async () => {
    const folder = fresh('f');
    await storage.writeBlob(`pictures/${folder}/deep/a.b.png`, 'grüße');
    const { isBuffer, text, metadata } = await seen('pictures', `pictures/${folder}/deep/a.b.png`);
    expect({ isBuffer, text }).toEqual({ isBuffer: true, text: 'grüße' });
    expect(metadata).toMatchObject({
      blobTrigger: `pictures/${folder}/deep/a.b.png`,
      uri: expect.stringMatching(new RegExp(`^http://.*/pictures/${folder}/deep/a\\.b\\.png$`)) as string,
      metadata: {},
      folder: `${folder}/deep`,
      name: 'a.b',
      ext: 'png',
    });
    expect(metadata.properties).toMatchObject({
      lastModified: expect.stringMatching(/^\d{4}-.*\+00:00$/) as string,
      contentLength: 7,
      blobType: 0,
      leaseStatus: 1,
    });
  });

  test('with metadata and no content [source: BlobTriggerBinding.cs]', async () => {
    const name = fresh('empty');
    const container = storage.container('everything');
    await container.createIfNotExists();
    await container.getBlockBlobClient(name).upload('', 0, { metadata: { owner: 'me' } });
    const { text, metadata } = await seen('everything', `everything/${name}`);
    expect([text, metadata.metadata]).toEqual(['', { owner: 'me' }]);
  });

  test('of another name starts nothing, also with escaped braces [source: BindingTemplateToken.cs]', async () => {
    const [other, own] = [fresh('other'), fresh('own')];
    await storage.writeBlob(`odd/${other}.txt`, 'no');
    await storage.writeBlob(`odd/{${own}}.txt`, 'yes');
    const report = (await storage.next('odd-seen')) as Seen;
    expect([report.text, report.metadata.name]).toEqual(['yes', own]);
  });

  test('starts its function again when it is replaced [source: BlobTriggerExecutor.cs]', async () => {
    const name = fresh('twice');
    await storage.writeBlob(`everything/${name}`, 'first');
    expect((await seen('everything', `everything/${name}`)).text).toBe('first');
    await storage.writeBlob(`everything/${name}`, 'second');
    expect((await seen('everything', `everything/${name}`)).text).toBe('second');
  });

  testHere('has a receipt with its version [source: BlobReceiptManager.cs]', async () => {
    const name = fresh('receipt');
    await storage.writeBlob(`everything/${name}`, 'content');
    await seen('everything', `everything/${name}`);
    const { etag = '' } = await storage.container('everything').getBlobClient(name).getProperties();
    const path = `blobreceipts/blobs/Host.Functions.everything/${etag}/everything/${name}`;
    const receipt = storage.container('azure-webjobs-hosts').getBlobClient(path);
    expect((await receipt.getProperties()).metadata).toEqual({});
  });

  test('can be named in a request to the admin endpoint [source: StringToCloudBlobConverter.cs]', async () => {
    const name = fresh('named');
    await storage.writeBlob(`elsewhere/${name}`, 'named');
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...masterKeyFor(host.url) },
      body: JSON.stringify({ input: `elsewhere/${name}` }),
    };
    expect((await fetch(`${host.url}/admin/functions/everything`, init)).status).toBe(202);
    expect((await seen('everything', `elsewhere/${name}`)).text).toBe('named');
  });
});

test('a blob whose function fails five times goes to the poison queue [source: BlobTriggerMessage.cs]', async () => {
  const name = fresh('bad');
  await storage.writeBlob(`failing/${name}`, 'bad');
  const { etag = '' } = await storage.container('failing').getBlobClient(name).getProperties();
  expect(await storage.next('webjobs-blobtrigger-poison')).toEqual({
    Type: 'BlobTrigger',
    FunctionId: 'Host.Functions.failing',
    BlobType: 'BlockBlob',
    ContainerName: 'failing',
    BlobName: name,
    ETag: etag,
  });
});

testHere('a trigger with the source EventGrid is reported [own]', async () => {
  await host.logged('"events" does not run: its source is EventGrid, which this host does not support');
});

describe('after a restart', () => {
  testHere('blobs of before start nothing, and new ones do [source: BlobTriggerExecutor.cs]', async () => {
    const [before, after] = [fresh('before'), fresh('while-stopped')];
    await storage.writeBlob(`everything/${before}`, 'before');
    await seen('everything', `everything/${before}`);
    await host.stop();
    await storage.writeBlob(`everything/${after}`, 'after');
    host = await start();
    expect(((await storage.next('everything-seen')) as Seen).text).toBe('after');
    const last = fresh('last');
    await storage.writeBlob(`everything/${last}`, 'last');
    expect(((await storage.next('everything-seen')) as Seen).text).toBe('last');
  });

  testHere('after a kill no blob is lost [own]', async () => {
    await host.stop();
    host = await start([], { AzureFunctionsJobHost__extensions__blobs__maxDegreeOfParallelism: '1' });
    const names = Array.from({ length: 4 }, () => fresh('slow'));
    for (const name of names) await storage.writeBlob(`slow/${name}`, name);
    const queue = 'azure-webjobs-blobtrigger-blobs';
    const isSent = async () => ((await storage.count(queue)) === names.length ? true : undefined);
    await eventually(isSent, 'a message for each blob');
    await host.logged('working on');
    await host.kill('SIGKILL');
    host = await start();
    const seenNames = new Set<string>();
    while (seenNames.size < names.length - 1)
      seenNames.add(((await storage.next('slow-seen')) as { name: string }).name);
    expect(names).toEqual(expect.arrayContaining([...seenNames]));
    // The message that the killed host had received is delivered when its lease expires.
    await eventually(async () => ((await storage.count(queue)) === 1 ? true : undefined), 'the leased message only');
    await storage.clear(queue);
  });
});

testHere('several processes share the blobs, each is processed once [own]', async () => {
  await host.stop();
  host = await start(['--processes', '2']);
  const names = Array.from({ length: 6 }, () => fresh('slow'));
  for (const name of names) await storage.writeBlob(`slow/${name}`, name);
  const all: string[] = [];
  while (all.length < names.length) all.push(((await storage.next('slow-seen')) as { name: string }).name);
  expect(all.sort()).toEqual(names.sort());
  expect(await storage.count('slow-seen')).toBe(0);
});
