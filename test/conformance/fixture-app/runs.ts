/** What activities record of their runs, for tests that count: in a file, which neither processes nor kills divide. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { app } from '@azure/functions';

const FILE = process.env.RECORD_FILE ?? path.join(__dirname, 'runs.txt');

export function record(line: string): void {
  appendFileSync(FILE, `${line}\n`);
}

/** The lines that begin like this, in their order. */
export function recorded(prefix: string): string[] {
  if (!existsSync(FILE)) return [];
  const lines = readFileSync(FILE, 'utf8').split('\n').slice(0, -1);
  return lines.filter((line) => line.startsWith(prefix));
}

app.http('runs', { handler: ({ query }) => ({ jsonBody: recorded(query.get('prefix') ?? '') }) });
