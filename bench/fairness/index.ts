import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@longhaul/client';
import { strToU8, zipSync } from 'fflate';
import { LARGE_FILE, SMALL_FILES } from '../bank-map-upload.js';
import { listen, startFakeServices } from '../fakes.js';
import { quantile, type Figure, type Findings } from '../figures.js';
import { until, withRig, type Endpoint, type Rig } from '../serverless/rig.js';

const IMAGE_MS = 3_000;
const BATCH = 1_000;
const HANGING_WEBHOOKS = 600;
const SLOW_CALLS = 64;
const SLOW_CALL_MS = 60_000;
/** Times the slow calls are repeated, so that they last as long as the measurement. */
const SLOW_ROUNDS = 3;
/** Time that a load needs to reach its height, ms. */
const RAMP_UP_MS = 5_000;
/** A measurement begins no request after this time, ms. */
const MEASURED_MS = 40_000;
const MOST_SAMPLES = 100;
/** A client makes the next request after this time, ms. */
const BETWEEN_MS = 100;
const SHARE = 0.95;
const MOST_TIMES = 2;

interface Clients {
  recognition: () => Promise<unknown>;
  sync: () => Promise<unknown>;
  bankMap: () => Promise<unknown>;
}

/**
 * Times of a recognition, a `/sync` and the start of a bank map (up to the submission of its job): alone, beside a large
 * batch with a slow image provider, and beside this batch, webhooks that hang and slow worker calls.
 */
export async function benchFairness(): Promise<Findings> {
  const [services, ml, silent, slow] = await Promise.all([
    startFakeServices(IMAGE_MS),
    startMl(),
    listen((request) => void request.resume()),
    listen((request, response) => {
      request.resume();
      setTimeout(() => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}'), SLOW_CALL_MS);
    }),
  ]);
  const external = {
    imageProvider: services.imageProviderUrl,
    plateReader: services.plateReaderUrl,
    bankMapMl: ml.url,
  };
  try {
    return await withRig((rig) => measure(rig, ml, { silent: silent.url, slow: slow.url }), { external });
  } finally {
    await Promise.all([services, ml, silent, slow].map((server) => server.stop()));
  }
}

async function measure(rig: Rig, ml: FakeMl, urls: { silent: string; slow: string }): Promise<Findings> {
  const { url } = rig.stack;
  const endpoint = await rig.endpoint('measured', 8);
  const clients: Clients = {
    recognition: () => recognize(url),
    sync: () => endpoint.send('POST', 'sync', '{"input":{}}'),
    bankMap: () => map(url, ml),
  };
  await Promise.all(Object.values(clients).map((client: () => Promise<unknown>) => client())); // warm-up
  const alone = await timesOf(clients);
  await startBatch(rig);
  const besideBatch = await timesOf(clients);
  await startRequests(rig, urls);
  const besideAll = await timesOf(clients);
  return {
    figures: [
      ...figuresOf('recognition', alone.recognition, besideBatch.recognition, besideAll.recognition),
      ...figuresOf('/sync', alone.sync, besideBatch.sync, besideAll.sync),
      ...figuresOf('bank map, start to submission', alone.bankMap, besideBatch.bankMap, besideAll.bankMap),
    ],
    details: { alone, besideBatch, besideAll },
  };
}

async function startBatch({ stack }: Rig): Promise<void> {
  const imageIds = Array.from({ length: BATCH }, (_, index) => index);
  await createClient({ baseUrl: stack.url }).plates.recognizeBatch({ imageIds });
  await pause(RAMP_UP_MS);
}

/** Starts the requests of serverless endpoints that make the rest of the load. */
async function startRequests(rig: Rig, { silent, slow }: { silent: string; slow: string }): Promise<void> {
  const hanging = await rig.endpoint('hanging', SLOW_CALLS, { webhook: silent });
  const slowly = await rig.endpoint('slow', SLOW_CALLS, { worker: slow });
  const before = rig.worker.answeredAt.length;
  await sendMany(hanging, HANGING_WEBHOOKS);
  await until(() => rig.worker.answeredAt.length >= before + HANGING_WEBHOOKS);
  await sendMany(slowly, SLOW_CALLS * SLOW_ROUNDS);
  await pause(RAMP_UP_MS);
}

async function sendMany(endpoint: Endpoint, amount: number): Promise<void> {
  await endpoint.load('POST', 'async', { connections: 16, seconds: SLOW_CALL_MS / 1_000, amount });
}

/** Milliseconds of the requests of each client, one after the other; the clients run side by side. */
async function timesOf(clients: Clients): Promise<Record<keyof Clients, number[]>> {
  const end = performance.now() + MEASURED_MS;
  const sample = async (client: () => Promise<unknown>) => {
    const times: number[] = [];
    do {
      const began = performance.now();
      await client();
      times.push(performance.now() - began);
      await pause(BETWEEN_MS);
    } while (times.length < MOST_SAMPLES && performance.now() < end);
    return times;
  };
  const [recognition, sync, bankMap] = await Promise.all([
    sample(clients.recognition),
    sample(clients.sync),
    sample(clients.bankMap),
  ]);
  return { recognition, sync, bankMap };
}

function figuresOf(name: string, alone: number[], besideBatch: number[], besideAll: number[]): Figure[] {
  const before = quantile(alone, SHARE);
  const beside = (what: string, times: number[]): Figure[] => [
    { name: `  beside ${what}`, value: quantile(times, SHARE), unit: 'ms' },
    { name: '    ratio', value: quantile(times, SHARE) / before, unit: '×', target: { atMost: MOST_TIMES } },
  ];
  return [
    { name: `${name}, alone, p95`, value: before, unit: 'ms' },
    ...beside('the batch', besideBatch),
    ...beside('all of the load', besideAll),
  ];
}

async function recognize(url: string): Promise<void> {
  for (let location: string | undefined; ;) {
    const headers = { 'Content-Type': 'application/json', Prefer: 'wait=60' };
    const response =
      location === undefined
        ? await fetch(`${url}/plates/recognize`, { method: 'POST', headers, body: '{"imageId":1}' })
        : await fetch(location, { headers });
    const { status } = (await response.json()) as { status?: string };
    if (status === 'Succeeded') return;
    location ??= response.headers.get('operation-location') ?? undefined;
    if (!response.ok || status === 'Failed') throw new Error(`A recognition was answered ${response.status}.`);
  }
}

interface FakeMl {
  url: string;
  /** Called at each submission of a job. */
  onSubmitted?: () => void;
  stop(): Promise<void>;
}

/** An ML service whose jobs fail at the first poll: only their start is measured. */
async function startMl(): Promise<FakeMl> {
  const server = await listen((request, response) => {
    const isSubmission = request.method === 'POST' && request.url === '/jobs';
    if (isSubmission) ml.onSubmitted?.();
    const answer = { name: 'a-job', status: isSubmission ? 'Running' : 'Failed', error: 'benchmark' };
    request.resume().once('end', () => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  const ml: FakeMl = { ...server };
  return ml;
}

const ZIP = zipSync(
  Object.fromEntries(
    Object.entries({ ...SMALL_FILES, [LARGE_FILE]: [] as object[] }).map(([name, rows]) => [
      name,
      strToU8(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
    ]),
  ),
);

/** Resolves when the ML service has got the job. */
async function map(url: string, ml: FakeMl): Promise<void> {
  const submitted = new Promise<void>((resolve) => (ml.onSubmitted = resolve));
  const headers = { 'Content-Type': 'application/octet-stream', RecognitionForId: btoa('bench') };
  const response = await fetch(`${url}/api/map`, { method: 'POST', headers, body: ZIP });
  if (response.status !== 200) throw new Error(`A bank map was answered ${response.status}: ${await response.text()}`);
  await submitted;
}
