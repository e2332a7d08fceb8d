import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Stack } from '../dev/stack.js';
import { median, type Figure, type Findings } from './figures.js';
import { residentMiB, withPeakMemory } from './memory.js';
import { withFakeServices } from './with-stack.js';

const IMAGES = 1_000;
const WARM_UPS = 5;
const ROUNDS = 20;
const MAX_S = { below: 1 };
const MAX_MB = { below: 50 };
const MB_PER_MIB = 2 ** 20 / 1e6;

const monitor = z.object({ status: z.string() });
const history = z.object({ spans: z.array(z.unknown()), truncated: z.boolean().optional() });

/** Time and memory of the history of a batch of 1,000 images; memory is that of the host's and the app's process. */
export function benchHistory(): Promise<Findings> {
  return withFakeServices(async (_url, stack) => {
    // Version 2 has about 20 activities, version 1 one for each image, in sub-orchestrations.
    const figures = [
      ...(await measure(stack, 'batch of 1,000', await runBatch(stack, 2))),
      ...(await measure(stack, 'one activity per image', await runBatch(stack, 1))),
    ];
    return { figures, mustReachTargets: true };
  });
}

async function measure(stack: Stack, name: string, id: string): Promise<Figure[]> {
  const read = async () => {
    const response = await fetch(`${stack.url}/status/${id}/history`);
    if (!response.ok) throw new Error(`The history was answered ${response.status}: ${await response.text()}`);
    return history.parse(await response.json());
  };
  for (let round = 0; round < WARM_UPS; round++) await read();
  const before = residentMiB(stack);
  const seconds: number[] = [];
  const { value: last, peakMiB } = await withPeakMemory(stack, async () => {
    for (let round = 1; round < ROUNDS; round++) {
      const began = performance.now();
      await read();
      seconds.push((performance.now() - began) / 1_000);
    }
    return read();
  });
  return [
    { name, value: last.spans.length, unit: 'spans' },
    { name: '  time', value: median(seconds), unit: 's', target: MAX_S },
    { name: '  added memory', value: Math.max(0, peakMiB - before) * MB_PER_MIB, unit: 'MB', target: MAX_MB },
  ];
}

/** Runs a batch whose orchestrator has the steps of a version (`OperationKind.version`); returns its id. */
async function runBatch({ url }: Stack, version: number): Promise<string> {
  const id = randomUUID();
  const imageIds = Array.from({ length: IMAGES }, (_, index) => index);
  const envelope = {
    kind: 'plates.recognizeBatch',
    input: { imageIds },
    createdAt: new Date().toISOString(),
    retry: { attempts: 1, firstWaitMs: 1_000 },
    version,
  };
  const target = `${url}/runtime/webhooks/durabletask/orchestrators/plates_recognizeBatch/${id}`;
  const headers = { 'content-type': 'application/json' };
  const started = await fetch(target, { method: 'POST', headers, body: JSON.stringify(envelope) });
  if (!started.ok) throw new Error(`The start was answered ${started.status}: ${await started.text()}`);
  for (;;) {
    const response = await fetch(`${url}/status/${id}`, { headers: { Prefer: 'wait=60' } });
    const { status } = monitor.parse(await response.json());
    if (status === 'Succeeded') return id;
    if (status !== 'Running' && status !== 'NotStarted') throw new Error(`The batch ended as ${status}.`);
  }
}
