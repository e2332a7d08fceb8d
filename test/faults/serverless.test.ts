import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '../support/client.js';
import { startServerlessApp, type ServerlessApp } from '../support/serverless-app.js';
import { ServerlessLoad } from '../support/serverless-load.js';
import { startServerlessWorker, type ServerlessWorker } from '../support/serverless-worker.js';

/** The six attempts at a webhook within a second. */
const env = { SERVERLESS_WEBHOOK_SPAN_MS: '1000' };
const ATTEMPTS = 6;
/** Moments at which the app is killed, in milliseconds after it serves. */
const KILLS = 5;
const LATEST_KILL_MS = 1_500;
const STATUS_CODES: Readonly<Record<string, number>> = { succeed: 200, failed: 500, canceled: 409, expired: 408 };

let app: ServerlessApp;
beforeEach(async () => {
  app = await startServerlessApp({ env });
});
afterEach(() => app.stop());

interface Instance {
  instanceId: string;
  runtimeStatus: string;
  customStatus: { state: string; sequence: number };
  output: unknown;
}

/** What the task hub has under a prefix, by the rest of the ids. */
async function instancesOf(prefix: string): Promise<Map<string, Instance>> {
  const query = `instanceIdPrefix=${encodeURIComponent(prefix)}&top=10000`;
  const { body } = await new Client(app.stack.url).get(`/runtime/webhooks/durabletask/instances?${query}`);
  const instances = body as unknown as Instance[];
  return new Map(instances.map((instance) => [instance.instanceId.slice(prefix.length), instance]));
}

describe('under load, with kills of the app,', () => {
  const LOADS = [
    { id: 'single', workers: 1, requests: 110, clients: 3 },
    { id: 'pool', workers: 4, requests: 220, clients: 6 },
  ];
  let workers: ServerlessWorker[];
  let loads: ServerlessLoad[];
  beforeEach(async () => {
    workers = await Promise.all(LOADS.map(() => startServerlessWorker()));
    loads = [];
    for (const [index, { id, workers: cap }] of LOADS.entries()) {
      const client = await app.endpoint(id, { worker: { url: workers[index]?.url ?? '' }, workers: cap });
      loads.push(new ServerlessLoad(client, app.receiver));
    }
  });
  afterEach(() => Promise.all(workers.map((worker) => worker.close())));

  test('each request has one end, its turn, no more beside it than allowed, and its webhook', async () => {
    const sent = LOADS.map(({ requests, clients }, index) => loads[index]?.send(requests, clients));
    const over = [...sent, ...loads.map((load) => load.watch())];
    for (let kill = 0; kill < KILLS; kill++) {
      await pause(Math.random() * LATEST_KILL_MS); // the moment is the input of this test
      if (kill === 2) over.push(...loads.map((load) => load.clean()));
      await app.stack.kill('app', 'SIGKILL');
      await app.stack.restart('app');
    }
    await Promise.all(over);

    for (const [index, load] of loads.entries()) {
      const { calls, mostInFlight } = workers[index] as ServerlessWorker;
      const cap = LOADS[index]?.workers ?? 0;
      const instances = await instancesOf(`sl:${load.client.id}:`);
      await expectOneEndEach(load);
      expectAllEnded(instances, await load.client.count());
      expectWebhooks(load);
      expect(mostInFlight).toBeLessThanOrEqual(cap);
      expectTurns(calls, instances, cap);
      expectFewRepeats(calls, cap);
    }
  });

  async function expectOneEndEach({ submitted, ends, client, cleaned }: ServerlessLoad): Promise<void> {
    // Clean-ups too whose answer was lost.
    const cleanUps = await instancesOf(`sl-clean:${client.id}:`);
    const dropped = new Set([...cleaned, ...[...cleanUps.values()].flatMap(({ output }) => output as string[])]);
    for (const { id, plan, cancelled } of submitted) {
      const [end, ...others] = ends.get(id) ?? [];
      expect([id, others]).toEqual([id, []]);
      // What was dropped at a kill may come to the end of its time before it is told.
      const possible = dropped.has(id) ? plan.ends.filter((one) => one === 'expired') : plan.ends;
      expect(dropped.has(id) || cancelled ? [...possible, 'canceled'] : possible).toContain(end);
    }
    const called = new Set(workers.flatMap(({ calls }) => calls.map(({ requestID }) => requestID)));
    expect([...dropped].filter((id) => called.has(id))).toEqual([]);
    expect(new Set(submitted.map(({ sequence }) => sequence)).size).toBe(submitted.length);
  }

  function expectAllEnded(instances: Map<string, Instance>, queueingCount: number): void {
    const states = [...instances.values()].map(({ customStatus }) => customStatus.state);
    expect(states.filter((state) => !(state in STATUS_CODES))).toEqual([]);
    expect(queueingCount).toBe(0);
  }

  /** Each was sent what it came to, and the same at each attempt, until that was taken or given up. */
  function expectWebhooks({ submitted, ends }: ServerlessLoad): void {
    for (const { id, plan } of submitted) {
      const deliveries = app.receiver.of(id);
      const [end = ''] = ends.get(id) ?? [];
      expect(new Set(deliveries.map(({ statusCode }) => statusCode))).toEqual(new Set([STATUS_CODES[end]]));
      expect(new Set(deliveries.map(({ body }) => body)).size).toBe(1);
      if (plan.hook?.status === 404) expect(deliveries.length).toBeGreaterThanOrEqual(ATTEMPTS);
      else expect(deliveries.some(({ taken }) => taken)).toBe(true);
    }
  }

  /** Places are given in order: who comes has been overtaken by those at most that have a place beside it. */
  function expectTurns(calls: ServerlessWorker['calls'], instances: Map<string, Instance>, cap: number): void {
    const firsts = [...new Set(calls.map(({ requestID }) => requestID))];
    const sequences = firsts.map((id) => instances.get(id)?.customStatus.sequence ?? NaN);
    for (const [index, sequence] of sequences.entries()) {
      const overtaken = sequences.slice(index + 1).filter((later) => later < sequence);
      expect(overtaken.length).toBeLessThan(cap);
    }
  }

  /** Only what is at a worker at a kill is sent again; and what hung up on a kept connection, which may have closed before. */
  function expectFewRepeats(calls: ServerlessWorker['calls'], cap: number): void {
    const steady = calls.filter(({ input }) => input.fault !== 'hangUp').map(({ requestID }) => requestID);
    expect(steady.length - new Set(steady).size).toBeLessThanOrEqual(KILLS * cap);
  }
});
