import fs from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { storedPorts } from '../../dev/ports.js';
import { type Stack } from '../../dev/stack.js';
import { type Findings } from '../figures.js';
import { NO_SERVICES } from '../sequence.js';
import { startStorageCounter, type StorageCounter } from '../storage/counter.js';
import { withStack } from '../with-stack.js';
import { startAnalysis } from './analysis.js';

const WATCHERS = 1_000;
const IDLE_S = 10;

/** Watchers of one analysis: the storage calls that one and that all of them cost, and how late they see its end. */
export async function measureWatchers(): Promise<Findings> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'longhaul-watchers-'));
  const counter = await startStorageCounter(await storedPorts(path.join(dir, 'storage-ports.json'), 3));
  const { storage: _, ...external } = NO_SERVICES;
  const env = { AzureWebJobsStorage: counter.connectionString };
  try {
    return await withStack({ dir, external, env }, (stack) => measure(stack, counter));
  } finally {
    await counter.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(stack: Stack, counter: StorageCounter): Promise<Findings> {
  const { token, operation } = await startAnalysis(stack.url, await upload(stack.url));
  const url = `${stack.url}/sse/${token}/`;
  const callsPerSecond = async () => {
    const before = counter.calls.length;
    await pause(IDLE_S * 1_000);
    return (counter.calls.length - before) / IDLE_S;
  };
  const unwatched = await callsPerSecond();
  const first = await watch(url);
  const one = (await callsPerSecond()) - unwatched;
  const others = await Promise.all(Array.from({ length: WATCHERS - 1 }, () => watch(url)));
  const all = (await callsPerSecond()) - unwatched;
  const begun = performance.now();
  const canceled = await fetch(`${operation}:cancel`, { method: 'POST' });
  if (canceled.status !== 202) throw new Error(`The cancellation answered ${canceled.status}.`);
  const ends = await Promise.all([first, ...others].map(async (watcher) => (await watcher.ended) - begun));
  return {
    figures: [
      { name: 'storage calls for one watcher', value: one, unit: '/s' },
      { name: `storage calls for ${WATCHERS} watchers`, value: all, unit: '/s', target: { atMost: one * 1.2 + 0.2 } },
      { name: `end seen by the last of ${WATCHERS} watchers after`, value: Math.max(...ends), unit: 'ms' },
    ],
    details: { unwatched, one, all, calls: counter.calls.slice(-50) },
  };
}

async function upload(url: string): Promise<number> {
  const body = new FormData();
  body.set('upload', new Blob(['INT. ROOM - DAY\n']), 'script.txt');
  const response = await fetch(`${url}/files/`, { method: 'POST', body });
  return ((await response.json()) as { id_file: number }).id_file;
}

/** Opens the events; resolves with the first one. `ended`: when the stream ended, ms of the performance clock. */
async function watch(url: string): Promise<{ ended: Promise<number> }> {
  const request = http.get(url, { headers: { Accept: 'text/event-stream' }, agent: false });
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`The events answered ${response.statusCode}.`);
  const lines = createInterface(response);
  const ended = once(response, 'end').then(() => performance.now());
  await once(lines, 'line');
  return { ended };
}
