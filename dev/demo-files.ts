import fs from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { ROOT } from './plan.js';

const SCRIPT = path.join(ROOT, 'dev/demo-script.txt');
/** What the analyzer finds in that script. */
const EXPECTED_RATING = '18+';

const uploaded = z.object({ id_file: z.number() });
const analysis = z.object({ id: z.number(), token: z.string() });
const event = z.object({ status_file: z.string() });
const result = z.object({
  rating: z.string(),
  scenes: z.array(z.object({ heading: z.string().nullable() })),
});

/**
 * Uploads a script, follows the live events of its analysis, and prints the result. Returns false when the rating is not
 * as expected.
 */
export async function analyzeScript(url: string, print: (line: string) => void, signal: AbortSignal): Promise<boolean> {
  const bytes = await fs.readFile(SCRIPT);
  print(`\nPOST /files/ with ${path.basename(SCRIPT)}, ${bytes.length} bytes`);
  const form = new FormData();
  form.set('upload', new Blob([bytes]), path.basename(SCRIPT));
  const file = uploaded.parse(await json(`${url}/files/`, { method: 'POST', body: form, signal }, 201));
  const body = JSON.stringify({ file_id: file.id_file, target_audience: '12+' });
  const headers = { 'Content-Type': 'application/json' };
  const { id, token } = analysis.parse(await json(`${url}/cinema/`, { method: 'POST', headers, body, signal }, 201));
  print(`POST /cinema/ {"file_id":${file.id_file},"target_audience":"12+"}`);
  await printEvents(`${url}/sse/${token}/`, print, signal);
  const { rating, scenes } = result.parse(await json(`${url}/cinema/${id}/result/`, { signal }, 200));
  print(`  ${scenes.length} scenes, rating ${rating}`);
  return rating === EXPECTED_RATING;
}

/** Prints the status of each live event until the stream ends; the URLs are secrets. */
async function printEvents(url: string, print: (line: string) => void, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { headers: { Accept: 'text/event-stream' }, signal });
  if (!response.ok || !response.body) throw new Error(`GET /sse/ answered ${response.status}.`);
  for await (const line of createInterface(Readable.fromWeb(response.body))) {
    if (line.startsWith('data:')) print(`  event: ${event.parse(JSON.parse(line.slice(5))).status_file}`);
  }
}

async function json(url: string, init: RequestInit, expected: number): Promise<unknown> {
  const response = await fetch(url, init);
  if (response.status === expected) return response.json();
  throw new Error(
    `${init.method ?? 'GET'} ${new URL(url).pathname} answered ${response.status}: ${await response.text()}`,
  );
}
