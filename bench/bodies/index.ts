import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePorts } from '../../dev/ports.js';
import { MAX_PARSED_BYTES } from '../../src/platform/json-text.js';
import { MAX_BODY_BYTES } from '../../src/serverless/schemas.js';
import { median, type Figure, type Findings } from '../figures.js';
import { withRig, type Endpoint, type Rig } from '../serverless/rig.js';

const ROUNDS = 5;
const MAX_DELAY = { atMost: 100 };
/** Longer than garbage collections and writes that follow a request. */
const SETTLE_MS = 500;

/** A request of the worst kind, and the status of its answer. */
interface Sample {
  name: string;
  path: string;
  body: Buffer;
  status: number;
}

/** The longest event-loop delay of the app's process while one request with a large JSON body is read and processed. */
export async function benchBodies(): Promise<Findings> {
  const [port = 0] = await freePorts(1);
  const monitor = path.join(__dirname, 'delay-monitor.js');
  const env = { NODE_OPTIONS: `--require "${monitor}"`, BENCH_DELAY_PORT: String(port) };
  return withRig((rig) => measure(rig, `http://127.0.0.1:${port}/`), { env });
}

async function measure(rig: Rig, monitor: string): Promise<Findings> {
  const endpoint = await rig.endpoint('bodies', 1);
  const longestDelay = async () => Number(await (await fetch(monitor)).text());
  const measureOne = async (sample: Sample) => {
    await longestDelay();
    await send(rig, endpoint, sample);
    await pause(SETTLE_MS);
    return longestDelay();
  };
  const figures: Figure[] = [];
  for (const sample of samples()) {
    await measureOne(sample); // warm-up
    const delays: number[] = [];
    for (let round = 0; round < ROUNDS; round++) delays.push(await measureOne(sample));
    figures.push({ name: `${sample.path}: ${sample.name}`, value: median(delays), unit: 'ms', target: MAX_DELAY });
  }
  await longestDelay();
  await pause(SETTLE_MS);
  figures.push({ name: 'without a request', value: await longestDelay(), unit: 'ms' });
  return { figures };
}

async function send({ stack }: Rig, { headers }: Endpoint, { path: target, body, status }: Sample): Promise<void> {
  const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body };
  const response = await fetch(`${stack.url}${target}`, init);
  const text = await response.text();
  if (response.status !== status) throw new Error(`${target} answered ${response.status}: ${text.slice(0, 200)}`);
}

function samples(): Sample[] {
  const body = (start: string, unit: string, end: string) => filled(start, unit, end, MAX_BODY_BYTES);
  const inputs = [
    { name: 'small objects', body: body('{"input":[', '{},', '{}]}') },
    { name: 'small arrays', body: body('{"input":[', '[[]],', '[]]}') },
    { name: 'numbers', body: body('{"input":[', '1234567, ', '1]}') },
    { name: 'one string of base64', body: body('{"input":"', 'QUJD', '"}') },
    { name: 'one string of escape sequences', body: body('{"input":"', '\\u0041', '"}') },
    { name: 'one string of characters of four bytes', body: body('{"input":"', '😀', '"}') },
    { name: 'one number', body: body('{"input":', '1', '}') },
    { name: 'members besides the input', body: body('{"input":1', ',"a":1', '}') },
    { name: 'the input millions of times', body: body('{"input":1', ',"inpu\\u0074":1', '}') },
    { name: 'white space', body: body('{"input":1', ' ', '}') },
  ].map((sample) => ({ ...sample, path: '/v1/bodies/sync', status: 200 }));
  const refused = [
    { name: 'small objects, then an error', body: body('{"input":[', '{},', '{}}') },
    { name: 'open brackets', body: body('', '[', '') },
    { name: 'a policy of small objects', body: body('{"input":1,"policy":[', '{},', '{}]}') },
  ].map((sample) => ({ ...sample, path: '/v1/bodies/sync', status: 400 }));
  const ids = { path: '/v1/bodies/status', name: 'ids of one character', status: 400 };
  return [...inputs, ...refused, { ...ids, body: body('{"requestIDs":[', '"a",', '""]}') }, ...batches()];
}

/** Bodies of a route that takes 1 MiB. */
function batches(): Sample[] {
  const body = (start: string, unit: string, end: string) => filled(start, unit, end, MAX_PARSED_BYTES);
  const keys = Array.from({ length: 90_000 }, (_, index) => `"${index.toString(36)}":0`).join();
  return [
    { name: '1 MiB of small objects', body: body('{"imageIds":[', '{},', '{}]}') },
    { name: '1 MiB of keys', body: Buffer.from(`{${keys}}`) },
    { name: '1 MiB of open brackets', body: body('', '[', '') },
    { name: 'as many values as it takes', body: Buffer.from(`{"imageIds":[${'{},'.repeat(19_000)}{}]}`) },
  ].map((sample) => ({ ...sample, path: '/plates/recognize-batch', status: 400 }));
}

/** As many whole repetitions between a start and an end as fit into `bytes`. */
function filled(start: string, repeated: string, end: string, bytes: number): Buffer {
  const unit = Buffer.from(repeated);
  const repetitions = Math.floor((bytes - start.length - end.length) / unit.length);
  return Buffer.concat([Buffer.from(start), Buffer.alloc(repetitions * unit.length, unit), Buffer.from(end)]);
}
