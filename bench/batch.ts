import { createClient } from '@longhaul/client';
import { z } from 'zod';
import { median, type Findings } from './figures.js';
import { withFakeServices } from './with-stack.js';

const RUNS = 3;
const PAGE = 100;

const page = z.array(z.object({ instanceId: z.string() }));
const history = z.object({ historyEvents: z.array(z.unknown()) });

/** Time of batches of 100 and 1,000 images with services that answer immediately, and the longest history. */
export function benchBatch(): Promise<Findings> {
  return withFakeServices(measure);
}

async function measure(url: string): Promise<Findings> {
  await runBatch(url, PAGE); // warm-up
  const hundreds = await repeat(() => runBatch(url, 100));
  const thousands = await repeat(() => runBatch(url, 1_000));
  const longest = await longestHistory(url);
  const [hundred, thousand] = [median(hundreds), median(thousands)];
  return {
    figures: [
      { name: 'batch of 100 images', value: hundred, unit: 's' },
      { name: 'batch of 1,000 images', value: thousand, unit: 's' },
      { name: '  images', value: 1_000 / thousand, unit: '/s' },
      { name: '  ratio', value: thousand / hundred, unit: '×', target: { atMost: 11 } },
      { name: 'longest history', value: longest.events, unit: 'events', target: { atMost: 1_000 } },
    ],
    details: { hundreds, thousands, longest },
  };
}

async function repeat(run: () => Promise<number>): Promise<number[]> {
  const seconds: number[] = [];
  for (let index = 0; index < RUNS; index++) seconds.push(await run());
  return seconds;
}

/** Seconds from the start to the result. */
async function runBatch(url: string, size: number): Promise<number> {
  const imageIds = Array.from({ length: size }, (_, index) => index);
  const began = performance.now();
  const operation = await createClient({ baseUrl: url }).plates.recognizeBatch({ imageIds });
  const { succeeded } = await operation.result();
  if (succeeded !== size) throw new Error(`A batch of ${size} has read ${succeeded} images.`);
  return (performance.now() - began) / 1_000;
}

/** The longest history of all instances in the task hub, sub-orchestrations included. */
async function longestHistory(url: string): Promise<{ instance: string; events: number }> {
  let longest = { instance: '', events: 0 };
  for (const instance of await allInstances(url)) {
    const response = await fetch(
      `${url}/runtime/webhooks/durabletask/instances/${encodeURIComponent(instance)}?showHistory=true`,
    );
    const events = history.parse(await response.json()).historyEvents.length;
    if (events > longest.events) longest = { instance, events };
  }
  return longest;
}

async function allInstances(url: string): Promise<string[]> {
  const instances: string[] = [];
  let token = '';
  do {
    const response = await fetch(`${url}/runtime/webhooks/durabletask/instances?top=${PAGE}`, {
      headers: token ? { 'x-ms-continuation-token': token } : {},
    });
    instances.push(...page.parse(await response.json()).map(({ instanceId }) => instanceId));
    token = response.headers.get('x-ms-continuation-token') ?? '';
  } while (token !== '' && token !== 'null');
  return instances;
}
