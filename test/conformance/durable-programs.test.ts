import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { DurableApi, durableFixture, recordsOf, startFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { predict, type Prediction, program, type ProgramInput, SHARED, type Step } from '../support/programs.js';
import { expectCleanState } from '../support/state-file.js';
import { fresh, testDurable, testHere } from '../support/fixtures.js';

/**
 * Random orchestrations on a host that is killed with SIGKILL at random moments (host contract, 11.1 to 11.3): each
 * comes to what an uninterrupted run comes to, and leaves nothing behind. Some rounds have no kill at all, so that the
 * prediction itself is held to an uninterrupted run. A failing round is named by its seed: run it again with SEED=….
 */
const ROUNDS = 8;
const QUIET_ROUNDS = 2;
const LONGEST_MS = 45_000;

const programs = fc.array(program, { minLength: 20, maxLength: 30, size: 'max' });
const round = fc.record({
  programs,
  /** Milliseconds from a start of the host to its next kill. */
  kills: fc.array(fc.integer({ min: 0, max: 250 }), { maxLength: 6, size: 'max' }),
});

const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };
/** Leaves out what would begin too late, smaller examples too. What has begun is finished, so that nothing of it runs on. */
function inTime<T>(check: (value: T) => Promise<void>): (value: T) => Promise<void> {
  const end = performance.now() + LONGEST_MS;
  return async (value) => {
    if (performance.now() < end) await check(value);
  };
}

testHere(
  'orchestrations of a host that is killed at any moment end as without interruption [documented]',
  () =>
    fc.assert(
      fc.asyncProperty(
        round,
        inTime(({ programs, kills }) => check(programs, kills)),
      ),
      { numRuns: ROUNDS, ...seed },
    ),
  180_000,
);

testDurable(
  'orchestrations end as predicted [documented]',
  async () => {
    const host = await startFixture(await durableFixture());
    await fc.assert(
      fc.asyncProperty(
        programs,
        inTime((all) => checkUndisturbed(host.url, all)),
      ),
      { numRuns: QUIET_ROUNDS, ...seed },
    );
    await host.stop();
  },
  180_000,
);

interface Client {
  name: string;
  steps: Step[];
  prediction: Prediction;
}

/** Their names begin with `prefix`. */
function clientsOf(prefix: string, programs: readonly Step[][]): Client[] {
  return programs.map((steps, index) => {
    const name = `${prefix}${index}`;
    return { name, steps, prediction: predict(name, steps) };
  });
}

async function check(programs: readonly Step[][], kills: readonly number[]): Promise<void> {
  const clients = clientsOf('p', programs);
  const app = await durableFixture();
  const records = recordsOf(app);
  const start = () => startFixture(app);
  let host = await start();
  const work = { url: host.url };
  const driven = Promise.all(clients.map((client) => drive(client, work)));
  for (const ms of kills) {
    await pause(ms); // any moment will do
    await host.kill('SIGKILL');
    host = await start();
    work.url = host.url;
  }
  await driven;
  const api = new DurableApi(host.url);
  for (const client of clients) await expectEnd(api, client);
  await expectOperations(api, clients, 0);
  await host.stop();
  expectRecords(existsSync(records) ? readFileSync(records, 'utf8').split('\n').filter(Boolean) : [], clients);
  expectCleanState(app.stateDir);
}

async function checkUndisturbed(url: string, programs: readonly Step[][]): Promise<void> {
  const prefix = `${fresh('p')}-`;
  const clients = clientsOf(prefix, programs);
  const api = new DurableApi(url);
  const before = Number((await api.send('GET', `entities/tally/${SHARED}`)).body ?? 0);
  await Promise.all(clients.map((client) => drive(client, { url })));
  for (const client of clients) await expectEnd(api, client);
  await expectOperations(api, clients, before);
  const lines = await eventually(async () => {
    const ran = await api.runs(prefix);
    return recordsOfAll(clients).every((line) => ran.includes(line)) ? ran : undefined;
  }, 'all activities');
  expectRecords(lines, clients);
}

/** A stubborn client: starts the instance and raises its events, each until the host has taken it. */
async function drive({ name, steps, prediction }: Client, work: { url: string }): Promise<void> {
  const insist = (send: () => Promise<boolean>) => eventually(async () => ((await send()) ? true : undefined), name);
  const input: ProgramInput = { name, steps, leaves: 0, events: 0, trace: [] };
  await insist(async () => {
    const api = new DurableApi(work.url);
    // It may be there, and have ended, although the answer was lost: another start would replace it.
    if ((await api.send('GET', `instances/${name}`)).status !== 404) return true;
    return (await api.send('POST', `orchestrators/program/${name}`, input)).status === 202;
  });
  for (const [index, event] of prediction.events.entries()) {
    // An event can be taken although its answer was lost: then the instance may have ended, with 410.
    await insist(async () => [202, 410].includes((await new DurableApi(work.url).raise(name, event, index)).status));
  }
}

async function expectEnd(api: DurableApi, { name, prediction }: Client): Promise<void> {
  const { runtimeStatus, output } = await api.ended(name);
  const { trace, error } = prediction;
  if (error === undefined)
    expect({ name, runtimeStatus, output }).toEqual({ name, runtimeStatus: 'Completed', output: trace });
  else {
    expect({ name, runtimeStatus }).toEqual({ name, runtimeStatus: 'Failed' });
    expect(output).toContain(error);
  }
}

/** Each entity operation was applied once; `before` were applied to the shared entity by others. */
async function expectOperations(api: DurableApi, clients: readonly Client[], before: number): Promise<void> {
  const expected: Record<string, number> = before > 0 ? { [SHARED]: before } : {};
  for (const { prediction } of clients) {
    for (const [key, count] of Object.entries(prediction.operations)) expected[key] = (expected[key] ?? 0) + count;
  }
  for (const [key, count] of Object.entries(expected)) {
    const state = await eventually(async () => {
      const { body } = await api.send('GET', `entities/tally/${key}`);
      return typeof body === 'number' && body >= count ? body : undefined;
    }, `${count} operations on ${key}`);
    expect({ key, state }).toEqual({ key, state: count });
  }
}

const recordsOfAll = (clients: readonly Client[]) => clients.flatMap(({ prediction }) => prediction.records);

/** Each activity ran at least once, and none that nobody called. */
function expectRecords(lines: readonly string[], clients: readonly Client[]): void {
  expect([...new Set(lines)].sort()).toEqual(recordsOfAll(clients).sort());
}
