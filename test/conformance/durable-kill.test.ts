import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { DurableApi, durableFixture, startFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import type { HostProcess } from '../support/host-process.js';

/** A host killed with SIGKILL at random moments loses nothing (host contract, 11.1 to 11.3). */
const KINDS = ['one', 'many', 'timer', 'event', 'child', 'race'] as const;
type Kind = (typeof KINDS)[number];
const INSTANCES = 40;
const KILLS = 8;

/** Repeatable chance (mulberry32): a failing run is named by its seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Plan {
  id: string;
  steps: Kind[];
  /** Activities that it calls itself, and what it returns; every event carries 1. */
  calls: number;
  sum: number;
  events: number;
}

const CHILD_SUM = 1 + 2 + 3 + 4;

function plan(id: string, steps: Kind[]): Plan {
  const made: Plan = { id, steps, calls: 0, sum: 0, events: 0 };
  const call = () => ++made.calls;
  for (const step of steps) {
    if (step === 'one') made.sum += call();
    if (step === 'many') made.sum += call() + call() + call();
    if (step === 'race') call();
    if (step === 'child') made.sum += CHILD_SUM;
    if (step === 'event') {
      made.events++;
      made.sum++;
    }
  }
  return made;
}

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

test(`every instance ends right although the host is killed again and again (seed ${seed})`, async () => {
  const chance = random(seed);
  const pick = () => KINDS[Math.floor(chance() * KINDS.length)] ?? 'one';
  const plans = Array.from({ length: INSTANCES }, (_, index) =>
    plan(`run-${index}`, Array.from({ length: 3 + Math.floor(chance() * 8) }, pick)),
  );
  const app = await durableFixture();
  const records = path.join(app.dir, 'records.txt');
  const start = () => startFixture(app, { RECORD_FILE: records });

  let host: HostProcess = await start();
  const work = { url: host.url };
  const clients = plans.map((one) => drive(one, work));
  for (let kill = 0; kill < KILLS; kill++) {
    await pause(chance() * 250); // any moment will do
    await host.kill('SIGKILL');
    host = await start();
    work.url = host.url;
  }
  await Promise.all(clients);
  const api = new DurableApi(host.url);
  for (const { id, sum } of plans)
    expect(await api.ended(id)).toMatchObject({ runtimeStatus: 'Completed', output: sum });
  await host.stop();

  const lines = new Set((await readFile(records, 'utf8')).split('\n'));
  const missing = plans.flatMap(({ id, calls }) =>
    Array.from({ length: calls }, (_, index) => `${id} ${index + 1}`).filter((line) => !lines.has(line)),
  );
  expect(missing).toEqual([]); // every activity ran at least once
  inspect(app.stateDir);
}, 180_000);

/** A stubborn client: starts the instance and raises its events, each until the host has taken it. */
async function drive({ id, steps, events }: Plan, work: { url: string }): Promise<void> {
  const insist = (send: () => Promise<boolean>) => eventually(async () => ((await send()) ? true : undefined), id);
  await insist(async () => {
    const answer = await new DurableApi(work.url).send('POST', `orchestrators/mixed/${id}`, { steps });
    return answer.status === 202 || answer.text.includes('already exists');
  });
  for (let event = 0; event < events; event++) {
    // An event can be taken although its answer was lost: then the last one comes too late, with 410.
    await insist(async () => [202, 410].includes((await new DurableApi(work.url).raise(id, 'go', 1)).status));
  }
}

/** No step was applied twice, and nothing is left over. */
function inspect(stateDir: string): void {
  const db = new DatabaseSync(path.join(stateDir, 'durable.sqlite'));
  const histories = new Map<number, Record<string, number>[]>();
  for (const { instance, events } of db.prepare('SELECT instance, events FROM history ORDER BY instance, turn').all()) {
    const list = histories.get(instance as number) ?? [];
    histories.set(instance as number, [...list, ...(JSON.parse(events as string) as Record<string, number>[])]);
  }
  for (const events of histories.values()) {
    const scheduled = events
      .filter(({ EventType }) => [4, 7, 10].includes(EventType ?? -1))
      .map(({ EventId }) => EventId);
    expect(new Set(scheduled).size).toBe(scheduled.length);
    const answered = events
      .map(({ TaskScheduledId, TimerId }) => TaskScheduledId ?? TimerId)
      .filter((id) => id !== undefined);
    expect(new Set(answered).size).toBe(answered.length);
    expect(answered.filter((id) => !scheduled.includes(id))).toEqual([]);
    expect(events.filter(({ EventType }) => EventType === 1)).toHaveLength(1);
  }
  expect(db.prepare('SELECT count(*) AS count FROM inbox').get()).toEqual({ count: 0 });
  db.close();
}

test('what was acknowledged before a kill is there after it', async () => {
  const app = await durableFixture();
  let host = await startFixture(app);
  let api = new DurableApi(host.url);
  const [waiting, suspended, pending] = [
    await api.start('waits'),
    await api.start('waits'),
    await api.start('farTimer'),
  ];
  await api.until(suspended, ({ runtimeStatus }) => runtimeStatus === 'Running');
  await api.send('POST', `instances/${suspended}/suspend`);
  await api.raise(suspended, 'go', 'held');
  await api.raise(waiting, 'unasked', 1);
  await api.raise(pending, 'go', 1);
  await host.kill('SIGKILL');

  host = await startFixture(app);
  api = new DurableApi(host.url);
  expect(await api.status(suspended)).toMatchObject({ runtimeStatus: 'Suspended', customStatus: 'waiting' });
  await api.send('POST', `instances/${suspended}/resume`);
  expect((await api.ended(suspended)).output).toEqual({ echoed: 'held' });
  await api.raise(waiting, 'go', 2);
  expect((await api.ended(waiting)).output).toEqual({ echoed: 2 });
  expect((await api.ended(pending)).output).toBe('event');
  await host.stop();
  inspect(app.stateDir);
});

test('an orderly stop keeps what runs, and the next start goes on with it', async () => {
  const app = await durableFixture();
  const host = await startFixture(app);
  const id = await new DurableApi(host.url).start('slowStep', 300);
  await host.stop();
  const next = await startFixture(app);
  expect(await new DurableApi(next.url).ended(id)).toMatchObject({ runtimeStatus: 'Completed', output: 1 });
  await next.stop();
});
