import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { DurableApi, durableFixture, recordsOf, startFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { predict, type Prediction, program, type ProgramInput, type Step } from '../support/programs.js';
import { expectCleanState } from '../support/state-file.js';
import { testHere as test } from '../support/fixtures.js';

/**
 * Random orchestrations on a host that is killed with SIGKILL at random moments (host contract, 11.1 to 11.3): each
 * comes to what an uninterrupted run comes to, and leaves nothing behind. Some rounds have no kill at all, so that the
 * prediction itself is held to an uninterrupted run. A failing round is named by its seed: run it again with SEED=….
 */
const ROUNDS = 8;
const LONGEST_MS = 45_000;

const round = fc.record({
  programs: fc.array(program, { minLength: 20, maxLength: 30, size: 'max' }),
  /** Milliseconds from a start of the host to its next kill. */
  kills: fc.array(fc.integer({ min: 0, max: 250 }), { maxLength: 6, size: 'max' }),
});

test('whatever runs and whenever the host is killed, the end is that of an uninterrupted run', async () => {
  const seed = process.env.SEED === undefined ? undefined : Number(process.env.SEED);
  await fc.assert(
    fc.asyncProperty(round, ({ programs, kills }) => check(programs, kills)),
    // A smaller example is looked for only as long as there is time.
    { numRuns: ROUNDS, interruptAfterTimeLimit: LONGEST_MS, ...(seed !== undefined && { seed }) },
  );
}, 180_000);

interface Client {
  name: string;
  steps: Step[];
  prediction: Prediction;
}

async function check(programs: readonly Step[][], kills: readonly number[]): Promise<void> {
  const clients = programs.map((steps, index): Client => {
    const name = `p${index}`;
    return { name, steps, prediction: predict(name, steps) };
  });
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
  await expectOperations(api, clients);
  await host.stop();
  expectRecords(records, clients);
  expectCleanState(app.stateDir);
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

/** Each entity operation was applied once. */
async function expectOperations(api: DurableApi, clients: readonly Client[]): Promise<void> {
  const expected: Record<string, number> = {};
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

/** Each activity ran at least once, and none that nobody called. */
function expectRecords(file: string, clients: readonly Client[]): void {
  const ran = new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []);
  expect([...ran].sort()).toEqual(clients.flatMap(({ prediction }) => prediction.records).sort());
}
