import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { strToU8, Zip, ZipDeflate } from 'fflate';
import { type Stack } from '../dev/stack.js';
import { startFakeMl } from './fakes.js';
import { median, type Findings } from './figures.js';
import { residentMiB, withPeakMemory } from './memory.js';
import { withStack } from './with-stack.js';

const ZIP_BYTES = 99_000_000;
const RUNS = 3;
/** A connection of 100 Mbit/s. On loopback without this limit the last bytes would still be in the socket buffers. */
const CONNECTION_BYTES_PER_S = 100e6 / 8;
const ROWS_PER_PUSH = 500;

/** The other files of a zip that only has to pass validation. */
export const SMALL_FILES: Readonly<Record<string, object[]>> = {
  'bankStatementLines.jsonl': [
    { externalDocumentNumber: '1', transactionType: 'CRDT', statementAmount: 1, operationDate: '2026-11-20' },
  ],
  ...Object.fromEntries(
    ['customerRecognitions', 'vendorRecognitions', 'bankAccountRecognitions', 'customerLedgerEntries']
      .concat('vendorLedgerEntries', 'customerBankAccounts', 'vendorBankAccounts')
      .concat('customers', 'vendors', 'glAccounts', 'bankAccounts')
      .map((name) => [`${name}.jsonl`, []]),
  ),
};
export const LARGE_FILE = 'bankStatementEntries.jsonl';

/**
 * Uploads a zip with 100 MB of history to `POST /api/map`. Measures the app's peak memory above idle, the time from the
 * last byte to the response, and the total time.
 */
export async function benchBankMapUpload(): Promise<Findings> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'longhaul-upload-'));
  const ml = await startFakeMl();
  try {
    const unpacked = await writeZip(path.join(dir, 'large.zip'), ZIP_BYTES);
    await writeZip(path.join(dir, 'small.zip'), 100_000);
    return await withStack({ env: { BANK_MAP_ML_URL: ml.url } }, (stack) => measure(stack, dir, unpacked));
  } finally {
    await ml.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(stack: Stack, dir: string, unpacked: number): Promise<Findings> {
  for (let index = 0; index < 5; index++) await upload(stack, path.join(dir, 'small.zip'));
  const idle = residentMiB(stack);
  const runs = [];
  for (let index = 0; index < RUNS; index++) runs.push(await watched(stack, path.join(dir, 'large.zip')));
  const throttled = [];
  for (let index = 0; index < RUNS; index++)
    throttled.push(await watched(stack, path.join(dir, 'large.zip'), CONNECTION_BYTES_PER_S));
  const all = [...runs, ...throttled];
  const seconds = median(runs.map(({ totalMs }) => totalMs)) / 1_000;
  return {
    figures: [
      { name: 'zip, packed', value: ZIP_BYTES / 1e6, unit: 'MB' },
      { name: '  unpacked', value: unpacked / 1e6, unit: 'MB' },
      {
        name: 'memory above idle, highest',
        value: Math.max(...all.map(({ peak }) => peak)) - idle,
        unit: 'MiB',
        target: { below: 150 },
      },
      { name: '  idle', value: idle, unit: 'MiB' },
      {
        name: 'answer after the last byte of a line of 100 Mbit/s, median',
        value: median(throttled.map(({ answerMs }) => answerMs)),
        unit: 'ms',
        target: { atMost: 100 },
      },
      { name: '  slowest', value: Math.max(...throttled.map(({ answerMs }) => answerMs)), unit: 'ms' },
      { name: '  unpaced, median', value: median(runs.map(({ answerMs }) => answerMs)), unit: 'ms' },
      { name: 'upload, unpaced, median', value: seconds, unit: 's' },
      { name: '  packed bytes', value: ZIP_BYTES / 1e6 / seconds, unit: 'MB/s' },
    ],
    details: { runs, onLine: throttled },
  };
}

async function watched(stack: Stack, file: string, bytesPerSecond?: number) {
  const { value: times, peakMiB: peak } = await withPeakMemory(stack, () => upload(stack, file, bytesPerSecond));
  return { ...times, peak };
}

/** Sends a zip. The last byte counts as sent when the socket has accepted it. */
async function upload(
  stack: Stack,
  file: string,
  bytesPerSecond = Infinity,
): Promise<{ answerMs: number; totalMs: number }> {
  const started = performance.now();
  const headers = {
    'Content-Type': 'application/octet-stream',
    RecognitionForId: Buffer.from('bench').toString('base64'),
    'Content-Length': fs.statSync(file).size,
  };
  const request = http.request(`${stack.url}/api/map`, { method: 'POST', headers });
  const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
  await pipeline(throttle(fs.createReadStream(file), bytesPerSecond), request);
  const sent = performance.now();
  const [response] = await answered;
  const body = await text(response);
  if (response.statusCode !== 200) throw new Error(`The upload returned ${response.statusCode}: ${body}`);
  return { answerMs: performance.now() - sent, totalMs: performance.now() - started };
}

async function* throttle(source: AsyncIterable<Buffer>, bytesPerSecond: number): AsyncGenerator<Buffer> {
  const started = performance.now();
  let sent = 0;
  for await (const chunk of source) {
    const early = (sent / bytesPerSecond) * 1_000 - (performance.now() - started);
    if (early > 1) await sleep(early);
    sent += chunk.length;
    yield chunk;
  }
}

/** Writes a zip of about `bytes` bytes, most of them history. Returns its uncompressed size. */
async function writeZip(file: string, bytes: number): Promise<number> {
  const out = fs.createWriteStream(file);
  let written = 0;
  let unpacked = 0;
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    written += chunk.length;
    out.write(chunk);
  });
  const add = (name: string, rows: Iterable<object[]>) => {
    const entry = new ZipDeflate(name, { level: 1 });
    zip.add(entry);
    for (const some of rows) {
      const content = strToU8(some.map((row) => `${JSON.stringify(row)}\n`).join(''));
      unpacked += content.length;
      entry.push(content);
    }
    entry.push(new Uint8Array(), true);
  };
  for (const [name, rows] of Object.entries(SMALL_FILES)) add(name, [rows]);
  add(
    LARGE_FILE,
    history(() => written < bytes),
  );
  zip.end();
  out.end();
  await once(out, 'close');
  return unpacked;
}

function* history(more: () => boolean): Generator<object[]> {
  for (let number = 0; more();) yield Array.from({ length: ROWS_PER_PUSH }, () => historyRow(number++));
}

function historyRow(number: number): object {
  const random = randomBytes(48).toString('hex');
  return {
    externalDocumentNumber: `HIST-${number}`,
    bankAccountNumber: 'BANK1',
    description: `UAB "Bendrovė ${random.slice(0, 12)}"`,
    messageToRecipient: `Apmokėjimas pagal sąskaitą faktūrą SF-${random.slice(12, 40)} už paslaugas`,
    transactionType: number % 2 ? 'CRDT' : 'DBIT',
    amount: number / 100,
    operationDate: '2026-05-04',
    debtorIban: `LT12${random.slice(40, 56)}`,
    creditorIban: `LV80${random.slice(56, 72)}`,
    endToEndId: random.slice(72),
    accountCurrency: 'EUR',
  };
}
