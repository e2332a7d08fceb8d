/**
 * Makes the pictures of the README and docs/console.md from the console of a local stack with real operations:
 * docs/pictures/, each in light and dark. `npm run pictures`, where Chromium is installed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type ChangedEndpoint, type LonghaulClient } from '@longhaul/client';
import { chromium, type Browser } from 'playwright-core';
import sharp from 'sharp';
import { browserPath } from './browser.js';
import { mapSample } from './demo-bank-map.js';
import { pushSamples } from './demo-books.js';
import { analyzeScript } from './demo-files.js';
import { ROOT, SAMPLES } from './plan.js';
import { pollUntil } from './poll.js';
import { startStack, type Stack } from './stack.js';

const IMAGES = fs
  .readdirSync(SAMPLES)
  .filter((file) => file.endsWith('.jpg'))
  .map((file) => parseInt(file));
const FOLDER = path.join(ROOT, 'docs/pictures');
const SIZE = { width: 1280, height: 800 };
/** The README loads all of them. */
const MAX_BYTES = 150_000;
/** Requests that are sent, and those that still wait when the picture is taken. */
const [QUEUED, WAITING] = [240, 80];
const QUALITY = 82;
/** A picture without this much time for its last changes could show them half done, ms. */
const SETTLE_MS = 1_500;
const QUEUE_MS = 180_000;

async function main(): Promise<void> {
  if (browserPath === undefined) throw new Error('There is no Chromium; install it, or name it in CHROMIUM.');
  const stack = await startStack();
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  try {
    fs.mkdirSync(FOLDER, { recursive: true });
    const take = async (views: Record<string, string>) => {
      for (const [name, view] of Object.entries(views)) {
        for (const scheme of ['light', 'dark'] as const) await takePicture(browser, stack.url + view, name, scheme);
      }
    };
    const app = createClient({ baseUrl: stack.url });
    await take(await makeOperations(app, stack));
    await take(await makeQueue(app));
  } finally {
    await browser.close();
    await stack.stop();
  }
}

/** Does what a day at this app does. @returns the path of each picture */
async function makeOperations(app: LonghaulClient, { url, dir }: Stack): Promise<Record<string, string>> {
  const [print, { signal }] = [() => undefined, new AbortController()];
  await mapSample(app, dir, print, signal);
  await pushSamples({ url, key: undefined }, dir, print, signal);
  await analyzeScript(app, print, signal);
  const one = await app.plates.recognize({ imageId: IMAGES[0] ?? 0 });
  const missing = await app.plates.recognize({ imageId: 404 });
  const batch = await app.plates.recognizeBatch({ imageIds: IMAGES });
  await Promise.all([one, batch].map((operation) => operation.result()));
  await missing.result().catch(() => undefined); // it fails, as a picture shows
  return {
    operations: '/console/operations',
    operation: `/console/operations/${batch.id}?tab=timeline`,
    plates: `/console/plates?operation=${batch.id}`,
  };
}

/** An endpoint with requests that wait. @returns the path of its picture */
async function makeQueue(app: LonghaulClient): Promise<Record<string, string>> {
  const gpu = await app.request<ChangedEndpoint>('POST', '/endpoints', {
    json: { id: 'plates', worker: { kind: 'plates.recognize' }, workers: 2 },
  });
  await app.request('POST', '/endpoints', { json: { id: 'captions', worker: { url: 'https://gpu.example/run' } } });
  await queue(app, gpu);
  return { serverless: `/console/serverless/${gpu.id}` };
}

/** Fills the queue of an endpoint, and waits until a part of it is done. */
async function queue(app: LonghaulClient, { id, key }: ChangedEndpoint) {
  const headers = { Authorization: `Bearer ${key}` };
  for (let count = 0; count < QUEUED; count++) {
    const json = { input: { imageId: IMAGES[count % IMAGES.length] }, webhook: 'https://client.example/results' };
    await app.request('POST', `/v1/${id}/async`, { headers, json });
  }
  await pollUntil(
    async () => {
      const { queueingCount } = await app.request<{ queueingCount: number }>('GET', `/v1/${id}/status`, { headers });
      return queueingCount <= WAITING ? true : undefined;
    },
    { intervalMs: 500, timeoutMs: QUEUE_MS },
  );
}

async function takePicture(browser: Browser, url: string, name: string, scheme: 'light' | 'dark'): Promise<void> {
  const context = await browser.newContext({
    viewport: SIZE,
    colorScheme: scheme,
    reducedMotion: 'reduce',
    locale: 'en-US',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('main h1').waitFor({ timeout: 60_000 });
  await sleep(SETTLE_MS);
  const file = path.join(FOLDER, `${name}-${scheme}.webp`);
  await sharp(await page.screenshot())
    .webp({ quality: QUALITY })
    .toFile(file);
  await context.close();
  const { size } = fs.statSync(file);
  if (size > MAX_BYTES) throw new Error(`${file} has ${size} bytes, more than ${MAX_BYTES}.`);
  process.stdout.write(`${path.relative(ROOT, file)}  ${Math.round(size / 1_000)} kB\n`);
}

main().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
