import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { z } from 'zod';

const started = z.object({ id: z.number(), token: z.string() });
const event = z.object({ status_file: z.string(), url: z.string().nullish() });

export interface StartedAnalysis {
  id: number;
  /** Opens its events without a function key. */
  token: string;
  /** URL of the status monitor of its operation. */
  operation: string;
}

/** Starts the analysis of a stored file. */
export async function startAnalysis(url: string, fileId: number): Promise<StartedAnalysis> {
  const response = await fetch(`${url}/cinema/`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ file_id: fileId, target_audience: '12+' }),
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`POST /cinema/ answered ${response.status}: ${text}`);
  return { ...started.parse(JSON.parse(text)), operation: response.headers.get('operation-location') ?? '' };
}

/** The download URL that the first events of an analysis tell. */
export async function downloadUrl(url: string, token: string): Promise<string> {
  const response = await fetch(`${url}/sse/${token}/`, { headers: { Accept: 'text/event-stream' } });
  if (!response.body) throw new Error(`GET /sse/ answered ${response.status}.`);
  const lines = createInterface(Readable.fromWeb(response.body));
  try {
    for await (const line of lines) {
      const current = line.startsWith('data:') ? event.parse(JSON.parse(line.slice(5))) : undefined;
      if (current?.url) return current.url;
    }
  } finally {
    await response.body.cancel().catch(() => undefined); // the reader has it locked while it ends
  }
  throw new Error('The events told no URL.');
}
