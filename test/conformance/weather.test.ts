import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DurableApi } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { refusedStart, startHost, type HostProcess } from '../support/host-process.js';
import { startStorage } from '../support/storage.js';
import { createTempApp, type TempApp } from '../support/temp-app.js';
import { testHere as test } from '../support/fixtures.js';

/** `--weather SEED`: the host behaves as badly as Azure may, and the same seed makes the same decisions. */

const SEED = 8;
const COUNT = 60;

/** An app with what each kind of behavior needs. `mark` records its runs in a file, with the process. */
const CODE = `
const fs = require('node:fs');
const { app } = require('@azure/functions'); const df = require('durable-functions');
const { TableClient } = require('@azure/data-tables');
const record = (line) => fs.appendFileSync(__dirname + '/runs', line + '\\n');
df.app.activity('mark', { handler: async (id) => {
  record(['start', id, process.pid].join(' '));
  await new Promise((resolve) => setTimeout(resolve, 100));
  record(['end', id, process.pid].join(' '));
} });
df.app.orchestration('once', function* (context) { yield context.df.callActivity('mark', context.df.instanceId); });
df.app.entity('tickets', (context) => {
  const holders = context.df.getState(() => []);
  holders.push(context.df.getInput());
  context.df.setState(holders);
  context.df.return(holders.length);
});
df.app.orchestration('take', function* (context) {
  return yield context.df.callEntity(new df.EntityId('tickets', 'all'), 'take', context.df.instanceId);
});
df.app.orchestration('listen', function* (context) {
  const order = [];
  for (let index = 0; index < 3; index++) order.push(yield context.df.waitForExternalEvent('part'));
  return order;
});
df.app.orchestration('nothing', function* () { return 1; });
const table = TableClient.fromConnectionString(process.env.AzureWebJobsStorage, 'weather', {
  allowInsecureConnection: true, retryOptions: { maxRetries: 0 },
});
app.http('create', { handler: async () => { await table.createTable(); return {}; } });
app.http('insert', { handler: async (request) => {
  const rowKey = request.query.get('row');
  const status = await table.createEntity({ partitionKey: 'p', rowKey }).then(() => 204, (error) => error.statusCode);
  const exists = async () => {
    try { await table.getEntity('p', rowKey); return true; }
    catch (error) { return error.statusCode === 404 ? false : exists(); }
  };
  return { jsonBody: { status, exists: await exists() } };
} });`;

interface Observed {
  /** Activities of which two runs overlapped, with the processes of the two. */
  overlapping: string[][];
  /** The activity's runs by instance. */
  runs: Map<string, number>;
  /** The numbers that the entity told each orchestration and has stored for it. */
  tickets: { told: number; stored: number }[];
  /** The orders in which the events of each orchestration arrived. */
  orders: string[];
  /** Statuses that were read directly after the end of an instance was reported. */
  statuses: string[];
  /** Inserts that did not answer 204. */
  failures: { status: number; exists: boolean }[];
  /** The log's lines about decisions. */
  decisions: string[];
}

const storage = startStorageOnce();

function startStorageOnce() {
  let started: ReturnType<typeof startStorage> | undefined;
  return () => (started ??= startStorage());
}

async function observe(args: readonly string[]): Promise<Observed> {
  const app = await createTempApp({ main: 'app.js', files: { 'app.js': CODE } });
  const { connectionString } = await storage();
  const env = { AzureWebJobsStorage: connectionString };
  const host = await startHost({ app: app.dir, stateDir: app.stateDir, env, args: ['--processes', '3', ...args] });
  const api = new DurableApi(host.url);
  const overlapping = await runOnce(api, app);
  const observed = {
    overlapping,
    runs: countRuns(await linesOf(app)),
    tickets: await takeTickets(api),
    orders: await sendParts(api),
    statuses: await readStatuses(api),
    failures: await insertRows(host),
  };
  await host.stop();
  const lines = host.stderr().split('\n');
  const decisions = lines
    .filter((line) => line.includes('Host.Weather: '))
    .map((line) => line.replace(/^.*Weather: /, ''));
  return { ...observed, decisions };
}

const ids = (name: string) => Array.from({ length: COUNT }, (_, index) => `${name}-${index}`);
const linesOf = async (app: TempApp) => (await readFile(path.join(app.dir, 'runs'), 'utf8')).trim().split('\n');

async function runOnce(api: DurableApi, app: TempApp): Promise<string[][]> {
  await Promise.all(ids('once').map((id) => api.start('once', undefined, id)));
  for (const id of ids('once')) await api.ended(id);
  // Repeated runs may begin after the end of their instance.
  const all = await eventually(async () => {
    const lines = await linesOf(app);
    return lines.filter((line) => line.startsWith('start')).length * 2 === lines.length ? lines : undefined;
  });
  const open = new Map<string, string>();
  const found: string[][] = [];
  for (const [what, id = '', pid = ''] of all.map((line) => line.split(' '))) {
    const other = open.get(id);
    if (what === 'start' && other !== undefined) found.push([other, pid]);
    if (what === 'start') open.set(id, pid);
    else open.delete(id);
  }
  return found;
}

function countRuns(lines: readonly string[]): Map<string, number> {
  const runs = new Map<string, number>();
  for (const line of lines.filter((one) => one.startsWith('start'))) {
    const [, id = ''] = line.split(' ');
    runs.set(id, (runs.get(id) ?? 0) + 1);
  }
  return runs;
}

async function takeTickets(api: DurableApi): Promise<Observed['tickets']> {
  await Promise.all(ids('take').map((id) => api.start('take', undefined, id)));
  const told = new Map<string, number>();
  for (const id of ids('take')) told.set(id, Number((await api.ended(id)).output));
  const holders = await eventually(async () => {
    const stored = (await api.send('GET', 'entities/tickets/all')).body as string[];
    return stored.length >= COUNT ? stored : undefined;
  });
  return [...told].map(([id, number]) => ({ told: number, stored: holders.indexOf(id) + 1 }));
}

async function sendParts(api: DurableApi): Promise<string[]> {
  const orders: string[] = [];
  await Promise.all(
    ids('listen').map(async (id) => {
      await api.start('listen', undefined, id);
      for (const part of ['a', 'b', 'c']) await api.raise(id, 'part', part);
      orders.push(String((await api.ended(id)).output));
    }),
  );
  return orders;
}

async function readStatuses(api: DurableApi): Promise<string[]> {
  const statuses: string[] = [];
  for (const id of ids('nothing')) {
    await api.send('POST', `orchestrators/nothing/${id}?timeout=60&pollingInterval=1`);
    statuses.push((await api.status(id)).runtimeStatus);
  }
  return statuses;
}

let tables = 0;

async function insertRows({ url }: HostProcess): Promise<Observed['failures']> {
  const round = ++tables;
  await eventually(async () => ((await fetch(`${url}/api/create`)).ok ? true : undefined));
  const failures: Observed['failures'] = [];
  for (const id of ids('row')) {
    const answer = (await (await fetch(`${url}/api/insert?row=${id}-${round}`)).json()) as Observed['failures'][number];
    if (answer.status !== 204) failures.push(answer);
  }
  return failures;
}

const twice = (runs: Map<string, number>) => [...runs].filter(([, count]) => count > 1).map(([id]) => id);

let calm: Observed;
let first: Observed;
let second: Observed;

describe('the same work three times [own]', () => {
  beforeAll(async () => {
    calm = await observe([]);
    first = await observe(['--weather', String(SEED)]);
    second = await observe(['--weather', String(SEED)]);
  }, 240_000);

  test('without the option nothing of it occurs', () => {
    expect(calm.overlapping).toEqual([]);
    expect(twice(calm.runs)).toEqual([]);
    for (const { told, stored } of calm.tickets) expect(told).toBe(stored);
    expect(new Set(calm.orders)).toEqual(new Set(['a,b,c']));
    expect(new Set(calm.statuses)).toEqual(new Set(['Completed']));
    expect(calm.failures).toEqual([]);
    expect(calm.decisions).toEqual([]);
  });

  test('activities run twice, also at the same time in two processes', () => {
    expect(twice(first.runs).length).toBeGreaterThan(0);
    expect(first.overlapping.length).toBeGreaterThan(0);
    expect(first.overlapping.some(([one, other]) => one !== other)).toBe(true);
    const doubled = first.decisions.filter((line) => line.startsWith('activity '));
    for (const id of doubled.map((line) => line.split(' ')[2] ?? '')) expect(twice(first.runs)).toContain(id);
  });

  test('an entity’s replies leave, and its state is lost', () => {
    expect(first.decisions).toContainEqual(expect.stringContaining('crash before the state is stored: @tickets@all'));
    expect(first.tickets.filter(({ told, stored }) => told !== stored).length).toBeGreaterThan(0);
  });

  test('an orchestration’s messages leave, and its state is lost', () => {
    const turn = /^crash before the state is stored: (once-\d+) turn 0$/;
    const crashed = first.decisions.flatMap((line) => turn.exec(line)?.[1] ?? []);
    expect(crashed.length).toBeGreaterThan(0);
    for (const id of crashed) expect(twice(first.runs)).toContain(id);
  });

  test('messages are late and out of order', () => {
    expect(first.decisions).toContainEqual(
      expect.stringMatching(/^message late by \d+ ms: listen-\d+ eventRaised part/),
    );
    expect(first.orders.filter((order) => order !== 'a,b,c').length).toBeGreaterThan(0);
    for (const order of first.orders) expect(order.split(',').sort()).toEqual(['a', 'b', 'c']);
  });

  test('a status is a turn old', () => {
    expect(new Set(first.statuses)).toEqual(new Set(['Completed', 'Pending']));
  });

  test('storage answers 429 and 503, also after the effect', () => {
    expect(first.failures.length).toBeGreaterThan(0);
    for (const { status } of first.failures) expect([429, 503]).toContain(status);
    const all = [...first.failures, ...second.failures];
    expect(all.some(({ exists }) => exists)).toBe(true);
    expect(all.some(({ exists }) => !exists)).toBe(true);
  });

  test('the same seed makes the same decisions', () => {
    // Only of messages that are the same in both runs: the numbers of tickets, for instance, may differ.
    const same = /: (?:once|listen|nothing)-\d+ (?!turn)/;
    const comparable = ({ decisions }: Observed) => decisions.filter((line) => same.test(line)).sort();
    expect(comparable(first).length).toBeGreaterThan(20);
    expect(comparable(second)).toEqual(comparable(first));
  });
});

// Starting

const start = async (args: readonly string[]) => {
  const app = await createTempApp({ main: 'app.js', files: { 'app.js': `require('@azure/functions');` } });
  return { app: app.dir, stateDir: app.stateDir, args };
};

test('the start logs the seed; random chooses one [own]', async () => {
  const host = await startHost(await start(['--weather', 'random']));
  await host.logged('Weather is on: the host behaves as badly as Azure may. Seed ');
  expect(host.stderr()).toMatch(/Seed (\d+); --weather \1 makes the same decisions again/);
  await host.stop();
});

test('an invalid seed stops the start with a message [own]', async () => {
  const { code, stderr } = await refusedStart(await start(['--weather', 'storm']));
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('give a whole number from 0 to 4294967295, or random.') as string,
  ]);
});
