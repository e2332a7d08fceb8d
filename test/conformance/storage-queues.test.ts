import { eventually } from '../support/eventually.js';
import { fixtureApp, fixtureStorage, fresh, startHostOf, testHere, testStorage as test } from '../support/fixtures.js';
import { type HostProcess } from '../support/host-process.js';
import { notesAt } from '../support/notes.js';
import { masterKeyFor } from '../support/other-host.js';
import { type Storage } from '../support/storage.js';
import { type TempApp } from '../support/temp-app.js';

/** Queue triggers: deliveries, failures, and messages when storage or the host stops. */

let storage: Storage;
let app: TempApp;
let host: HostProcess;

beforeAll(async () => {
  storage = await fixtureStorage();
  app = await fixtureApp('storage');
});
const start = () => startHostOf('storage', app, { Store: storage.connectionString });
beforeEach(async () => {
  host = await start();
});
afterEach(() => host.stop());

const call = (at: string, init?: RequestInit) => fetch(`${host.url}/api/${at}`, init);

/** The note of the function `slow` about its message. */
async function holding(message: string) {
  const pattern = new RegExp(`holding (\\{"message":"${message}".*\\})`);
  const text = await eventually(() => Promise.resolve(pattern.exec(host.stderr())?.[1]), `${message} to be held`);
  return JSON.parse(text) as { id: string; popReceipt: string; dequeueCount: number };
}

/** The queue has no messages, not even invisible ones. */
const emptied = (queue: string) =>
  eventually(async () => ((await storage.count(queue)) === 0 ? true : undefined), `${queue} to be empty`);

test('a message is passed to its function with its metadata, and is deleted [source: QueueTriggerBinding.cs]', async () => {
  await storage.send('work', { id: 7, deep: { a: 1 }, list: [1] });
  expect(await storage.next('seen')).toEqual({
    message: { id: 7, deep: { a: 1 }, list: [1] },
    metadata: {
      queueTrigger: { id: 7, deep: { a: 1 }, list: [1] },
      id: 7, // the body's member replaces the message's property
      deep: { a: 1 },
      dequeueCount: 1,
      popReceipt: expect.any(String) as string,
      insertionTime: expect.stringMatching(/^\d{4}-.*\+00:00$/) as string,
      expirationTime: expect.stringMatching(/^\d{4}-.*\+00:00$/) as string,
      nextVisibleTime: expect.stringMatching(/^\d{4}-.*\+00:00$/) as string,
    },
  });
  await emptied('work');
});

test('a queue that is created later is read, and text arrives as text [source: QueueListener.cs]', async () => {
  await storage.queues.deleteQueue('work');
  expect((await call('send', { method: 'POST', body: 'text:plain words' })).status).toBe(202);
  expect(await storage.next('seen')).toMatchObject({ message: 'plain words', metadata: { dequeueCount: 1 } });
});

test('more messages than a batch all arrive, each once [documented]', async () => {
  const texts = Array.from({ length: 60 }, (_, index) => `n${index}`);
  await call('send', { method: 'POST', body: JSON.stringify(texts) });
  const seen: unknown[] = [];
  while (seen.length < texts.length) seen.push(((await storage.next('seen')) as { message: unknown }).message);
  expect(seen.sort()).toEqual(texts.sort());
  await emptied('work');
  expect(await storage.count('seen')).toBe(0);
});

test('a message whose function always fails is moved to the poison queue unchanged [documented]', async () => {
  const message = fresh('bad luck');
  await storage.send('failing', message);
  expect(await storage.next('failing-poison')).toBe(message);
  await emptied('failing');
  expect(await notesAt(host.url, message)).toEqual([1, 2, 3].map((n) => `delivery ${n} of ${message}`));
});

testHere('the log has the reason why a message was moved to the poison queue [own]', async () => {
  await storage.send('failing', 'bad luck');
  await storage.next('failing-poison');
  await emptied('failing');
  expect(host.stderr()).toContain('it fails each time');
  expect(host.stderr()).toContain('goes to the queue "failing-poison": it failed 3 times');
});

test('a message with another encoding than that of host.json is moved there without a run [source: QueueListener.cs]', async () => {
  const before = await notesAt(host.url, 'delivery ');
  await storage.queues.getQueueClient('failing').createIfNotExists();
  await storage.queues.getQueueClient('failing').sendMessage('no base64!');
  const poison = storage.queues.getQueueClient('failing-poison');
  const found = await eventually(async () => (await poison.receiveMessages()).receivedMessageItems[0]);
  expect(found.messageText).toBe('no base64!');
  await poison.deleteMessage(found.messageId, found.popReceipt);
  expect(await notesAt(host.url, 'delivery ')).toEqual(before);
});

test('a failed message succeeds at the next delivery [documented]', async () => {
  await storage.send('second', 'x');
  expect(await storage.next('second-done')).toEqual({ delivery: 2 });
});

test('blobs are named by the message and its members [documented]', async () => {
  const name = fresh('hello');
  await storage.writeBlob(`texts/${name}.txt`, 'content');
  await storage.send('copy', name);
  expect(await eventually(() => storage.readBlob(`copies/${name}-1.txt`))).toBe('content');
  const message = { order: { id: Date.now() }, kind: 'new' };
  await storage.send('by-member', message);
  const at = `orders/${message.order.id}/new.json`;
  expect(await eventually(() => storage.readBlob(at))).toBe(JSON.stringify(message));
});

test('a queue function runs through the admin endpoint as for a message [documented]', async () => {
  const name = fresh('by-hand');
  await storage.writeBlob(`texts/${name}.txt`, 'manual');
  const headers = { 'Content-Type': 'application/json', ...masterKeyFor(host.url) };
  const init = { method: 'POST', body: JSON.stringify({ input: name }), headers };
  expect((await fetch(`${host.url}/admin/functions/copy`, init)).status).toBe(202);
  expect(await eventually(() => storage.readBlob(`copies/${name}-1.txt`))).toBe('manual');
});

testHere(
  'the stop waits for a function that ends within the grace period, and its message is deleted [own]',
  async () => {
    await storage.send('slow', 'ends');
    await holding('ends');
    await host.stop();
    expect(await storage.next('slow-done')).toBe('done ends 1');
    expect(await storage.count('slow')).toBe(0);
  },
);

testHere('a message whose function outlasts the stop is delivered to the next host immediately [own]', async () => {
  await storage.send('slow', 'lasts');
  await holding('lasts');
  await host.stop();
  host = await start();
  expect((await holding('lasts')).dequeueCount).toBe(2);
  expect(await (await call('release')).json()).toBe(1);
  expect(await storage.next('slow-done')).toBe('done lasts 2');
});

testHere('a message that a killed host was running is not lost [documented]', async () => {
  await storage.send('slow', 'survives');
  const { id, popReceipt } = await holding('survives');
  await host.kill('SIGKILL');
  expect(await storage.count('slow')).toBe(1);
  await storage.queues.getQueueClient('slow').updateMessage(id, popReceipt, undefined, 0); // its lease expires
  host = await start();
  expect((await holding('survives')).dequeueCount).toBe(2);
  await call('release');
  expect(await storage.next('slow-done')).toBe('done survives 2');
});

testHere('unreachable storage is logged once and read again; the running message is deleted then [own]', async () => {
  await storage.send('slow', 'patient');
  await holding('patient');
  await storage.stop();
  await host.logged('The queue "work" cannot be read: ');
  expect((await call('send', { method: 'POST', body: 'text:x' })).status).toBe(500);
  await storage.start();
  await host.logged('The queue "work" is read again.');
  await call('release');
  expect(await storage.next('slow-done')).toBe('done patient 1');
  await emptied('slow');
  expect(host.stderr().match(/The queue "work" cannot be read/g)).toHaveLength(1);
  await storage.send('work', 'after');
  expect(await storage.next('seen')).toMatchObject({ message: 'after' });
});

testHere('a failed deletion is retried: the function runs once [own]', async () => {
  await storage.send('copy', 'outlived');
  await storage.writeBlob('texts/outlived.txt', 'x');
  await eventually(() => storage.readBlob('copies/outlived-1.txt'));
  await emptied('copy');
  await storage.send('slow', 'frozen');
  await holding('frozen');
  storage.freeze();
  await host.logged('The queue "work" cannot be read: storage does not answer');
  storage.thaw();
  await host.logged('The queue "work" is read again.');
  await call('release');
  expect(await storage.next('slow-done')).toBe('done frozen 1');
  await emptied('slow');
});
