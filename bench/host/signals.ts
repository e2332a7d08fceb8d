import { pollUntil } from '../../dev/poll.js';
import { type Figure } from '../figures.js';
import { putLoad } from '../load.js';
import { BenchEngine, withEngine, withFolder } from './engine.js';
import { startHost } from './process.js';

const MIN_PER_SECOND = 5_000;
const KEYS = 64;
const CLIENTS = 64;
const WARM_UP = 6_400;
const MEASURED = 32_000;
/** The longest time of a run. */
const MAX_RUN_S = 60;
const SENDERS = 200;
const SIGNALS_EACH = 100;
const POLL_INTERVAL_MS = 10;
const TIMEOUT_MS = 60_000;

/** Signals to many entities per second, counted when they are applied. Rejects when the states do not add up. */
export async function measureSignals(): Promise<Figure[]> {
  return [
    signals(`entity signals by ${CLIENTS} HTTP clients to ${KEYS} entities`, await fromClients()),
    signals(`entity signals by ${SENDERS} orchestrations to ${KEYS} entities`, await fromOrchestrators()),
  ];
}

function signals(name: string, perSecond: number): Figure {
  return { name, value: perSecond, unit: '/s', target: { atLeast: MIN_PER_SECOND } };
}

function fromClients(): Promise<number> {
  return withFolder(async (folder) => {
    const host = await startHost(folder);
    try {
      const entities = `${host.url}/runtime/webhooks/durabletask/entities/tally`;
      const paths = Array.from({ length: KEYS }, (_, key) => `${new URL(entities).pathname}/key${key}?op=add`);
      const load = {
        url: entities,
        method: 'POST',
        paths,
        connections: CLIENTS,
        expect: 202,
        seconds: MAX_RUN_S,
      } as const;
      await putLoad({ ...load, amount: WARM_UP });
      await waitUntilApplied(WARM_UP, () => fetchTotal(entities));
      const { perSecond } = await putLoad({ ...load, amount: MEASURED });
      const began = performance.now();
      await waitUntilApplied(WARM_UP + MEASURED, () => fetchTotal(entities));
      return MEASURED / (MEASURED / perSecond + (performance.now() - began) / 1_000);
    } finally {
      await host.kill();
    }
  });
}

function fromOrchestrators(): Promise<number> {
  return withEngine(async (engine) => {
    const sum = async () => total(String((await engine.send('GET', 'entities/tally', undefined, QUERY)).body));
    const send = () => engine.start('signals', { signals: SIGNALS_EACH, keys: KEYS });
    await BenchEngine.many(SENDERS, CLIENTS, send); // warm-up
    await waitUntilApplied(SENDERS * SIGNALS_EACH, sum);
    const began = performance.now();
    await BenchEngine.many(SENDERS, CLIENTS, send);
    await waitUntilApplied(2 * SENDERS * SIGNALS_EACH, sum);
    return (SENDERS * SIGNALS_EACH) / ((performance.now() - began) / 1_000);
  });
}

/** Resolves when exactly `expected` signals have been applied; rejects when there are more. */
async function waitUntilApplied(expected: number, sum: () => Promise<number>): Promise<void> {
  let count = 0;
  const mismatch = () => new Error(`${expected} signals were sent and ${count} applied.`);
  const isComplete = async () => {
    count = await sum();
    if (count > expected) throw mismatch();
    return count === expected || undefined;
  };
  await pollUntil(isComplete, { intervalMs: POLL_INTERVAL_MS, timeoutMs: TIMEOUT_MS, timeoutError: mismatch });
}

const QUERY = `fetchState=true&top=${KEYS}`;

async function fetchTotal(entities: string): Promise<number> {
  return total(await (await fetch(`${entities}?${QUERY}`)).text());
}

function total(list: string): number {
  const entities = JSON.parse(list) as { state: number }[];
  return entities.reduce((sum, { state }) => sum + state, 0);
}
