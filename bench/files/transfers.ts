import http from 'node:http';
import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { BlobServiceClient } from '@azure/storage-blob';
import { type Stack } from '../../dev/stack.js';
import { median, type Findings } from '../figures.js';
import { residentMiB, withPeakMemory } from '../memory.js';
import { NO_SERVICES } from '../sequence.js';
import { withStack } from '../with-stack.js';
import { downloadUrl, startAnalysis } from './analysis.js';

const FILE_BYTES = 2_000_000_000;
const RUNS = 3;
/** A chunk of tus, below the body limit of the Functions host. */
const TUS_CHUNK_BYTES = 50_000_000;
const SOURCE = Buffer.from('ИНТ. КВАРТИРА - ДЕНЬ\n\nЧеловек читает сценарий.\n\n'.repeat(15_000)).subarray(
  0,
  1_000_000,
);
/** Defaults of the SDK's `uploadStream`: the size of a block and how many are sent at the same time. */
const SDK_BLOCK_BYTES = 8 * 1024 * 1024;
const SDK_BLOCKS_AT_ONCE = 5;

type Times = Record<'sdkUpload' | 'multipart' | 'tus' | 'sdkDownload' | 'download', number>;

/**
 * A file of 2 GB: by multipart (with the body limit raised), by tus, and with the storage SDK alone; then its download by
 * key, and with the SDK alone. Figures are ratios within a run, as the speed of the machine changes between runs.
 */
export function measureTransfers(): Promise<Findings> {
  const env = { FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: String(FILE_BYTES + 1_000_000) };
  const { storage: _, ...external } = NO_SERVICES;
  return withStack({ env, external }, measure);
}

async function measure(stack: Stack): Promise<Findings> {
  await deleteFile(stack, await uploadByForm(stack, 10_000_000)); // creates tables, loads code
  const idle = residentMiB(stack);
  const runs: { times: Times; peaks: Record<'multipart' | 'tus' | 'download', number> }[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await measureRun(stack));
  const seconds = (name: keyof Times) => median(runs.map(({ times }) => times[name])) / 1_000;
  const speed = (name: keyof Times) => FILE_BYTES / 1e6 / seconds(name);
  const share = (name: keyof Times, sdk: keyof Times) => median(runs.map(({ times }) => times[sdk] / times[name]));
  const peak = (name: 'multipart' | 'tus' | 'download') => Math.max(...runs.map(({ peaks }) => peaks[name])) - idle;
  const ratio = (name: string, value: number) => ({ name, value, unit: 'of the SDK', target: { atLeast: 0.5 } });
  const memory = (name: string, value: number) => ({ name, value, unit: 'MiB', target: { below: 150 } });
  return {
    figures: [
      { name: 'upload of 2 GB with the storage SDK alone', value: speed('sdkUpload'), unit: 'MB/s' },
      { name: 'upload by multipart', value: speed('multipart'), unit: 'MB/s' },
      ratio('  share of the speed', share('multipart', 'sdkUpload')),
      memory('  memory above idle, highest', peak('multipart')),
      { name: 'upload by tus, chunks of 50 MB', value: speed('tus'), unit: 'MB/s' },
      ratio('  share of the speed', share('tus', 'sdkUpload')),
      memory('  memory above idle, highest', peak('tus')),
      { name: 'download with the storage SDK alone', value: speed('sdkDownload'), unit: 'MB/s' },
      { name: 'download by key', value: speed('download'), unit: 'MB/s' },
      ratio('  share of the speed', share('download', 'sdkDownload')),
      memory('  memory above idle, highest', peak('download')),
    ],
    details: { idle, runs },
  };
}

async function measureRun(stack: Stack) {
  const container = BlobServiceClient.fromConnectionString(stack.storage.connectionString).getContainerClient('bench');
  await container.createIfNotExists();
  const blob = container.getBlockBlobClient('bytes');
  const sdkUpload = await timed(() => blob.uploadStream(source(FILE_BYTES), SDK_BLOCK_BYTES, SDK_BLOCKS_AT_ONCE));
  const multipart = await withPeakMemory(stack, () => timed(() => uploadByForm(stack, FILE_BYTES)));
  await deleteFile(stack, multipart.value.result);
  const tus = await withPeakMemory(stack, () => timed(() => uploadByTus(stack, FILE_BYTES)));
  const sdkDownload = await timed(async () => readAll((await blob.download()).readableStreamBody));
  await blob.delete();
  const { token } = await startAnalysis(stack.url, tus.value.result);
  const url = await downloadUrl(stack.url, token);
  const download = await withPeakMemory(stack, () => timed(async () => readAll(await get(url))));
  await deleteFile(stack, tus.value.result);
  return {
    times: {
      sdkUpload: sdkUpload.ms,
      multipart: multipart.value.ms,
      tus: tus.value.ms,
      sdkDownload: sdkDownload.ms,
      download: download.value.ms,
    },
    peaks: { multipart: multipart.peakMiB, tus: tus.peakMiB, download: download.peakMiB },
  };
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const begun = performance.now();
  const result = await work();
  return { result, ms: performance.now() - begun };
}

function source(bytes: number): Readable {
  const chunks = function* () {
    for (let left = bytes; left > 0; left -= SOURCE.length) yield SOURCE.subarray(0, Math.min(left, SOURCE.length));
  };
  return Readable.from(chunks(), { objectMode: false, highWaterMark: SOURCE.length });
}

/** @returns the number of the file */
async function uploadByForm(stack: Stack, bytes: number): Promise<number> {
  const boundary = 'bench-boundary';
  const disposition = 'Content-Disposition: form-data; name="upload"; filename="script.txt"';
  const head = Buffer.from(`--${boundary}\r\n${disposition}\r\nContent-Type: text/plain\r\n\r\n`);
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const headers = {
    'Content-Type': `multipart/form-data; boundary=${boundary}`,
    'Content-Length': head.length + bytes + tail.length,
  };
  const body = async function* () {
    yield head;
    yield* source(bytes) as AsyncIterable<Buffer>;
    yield tail;
  };
  const { content } = await send(`${stack.url}/files/`, 'POST', headers, Readable.from(body()), 201);
  return (JSON.parse(content) as { id_file: number }).id_file;
}

/** @returns the number of the file */
async function uploadByTus(stack: Stack, bytes: number): Promise<number> {
  const version = { 'Tus-Resumable': '1.0.0' };
  const metadata = `filename ${Buffer.from('script.txt').toString('base64')}`;
  const creation = { ...version, 'Upload-Length': bytes, 'Upload-Metadata': metadata, 'Content-Length': 0 };
  const created = await send(`${stack.url}/files/tus/`, 'POST', creation, Readable.from([]), 201);
  const url = created.headers.location ?? '';
  let number = 0;
  for (let offset = 0; offset < bytes; offset += TUS_CHUNK_BYTES) {
    const length = Math.min(TUS_CHUNK_BYTES, bytes - offset);
    const type = { 'Content-Type': 'application/offset+octet-stream' };
    const headers = { ...version, ...type, 'Upload-Offset': offset, 'Content-Length': length };
    const answer = await send(url, 'PATCH', headers, source(length), 204);
    number = Number(answer.headers['x-file-id']);
  }
  return number;
}

async function send(
  url: string,
  method: string,
  headers: http.OutgoingHttpHeaders,
  body: Readable,
  expected: number,
): Promise<{ headers: http.IncomingHttpHeaders; content: string }> {
  const request = http.request(url, { method, headers });
  const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
  await pipeline(body, request);
  const [response] = await answered;
  const content = await text(response);
  if (response.statusCode === expected) return { headers: response.headers, content };
  throw new Error(`${method} ${new URL(url).pathname} answered ${response.statusCode}: ${content}`);
}

async function get(url: string): Promise<http.IncomingMessage> {
  const [response] = (await once(http.get(url), 'response')) as [http.IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`The download answered ${response.statusCode}.`);
  return response;
}

async function readAll(body: NodeJS.ReadableStream | undefined): Promise<void> {
  let bytes = 0;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done();
    },
  });
  if (body) await pipeline(body, sink);
  if (bytes !== FILE_BYTES) throw new Error(`${bytes} bytes came, not ${FILE_BYTES}.`);
}

async function deleteFile(stack: Stack, id: number): Promise<void> {
  const { status } = await fetch(`${stack.url}/files/${id}/`, { method: 'DELETE' });
  if (status !== 204) throw new Error(`The deletion of file ${id} answered ${status}.`);
}
