import { randomUUID } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { startStack, type Stack } from '../support/test-stack.js';
import { Client, type Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { startFakeService, type FakeService } from '../support/fake-service.js';
import { markedEncrypted, smallLedger, streamedZipOf, unpackedStreamedZipOf, without, zipOf } from '../support/zips.js';
import { SHAPES } from '../support/bank-map-shapes.js';
import { type Files, zipOf as ledgerZipOf } from '../support/bank-map-zip.js';

const LIMIT_MB = 1;
const mappings = { company: 'hum', mappings: [], info: { app_version: '0' } };
const json = (value: unknown) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });

let stack: Stack;
let app: Client;
let ml: FakeService;
/** Responses of the ML service, in order: to the submission, to status polls, to the download of the output. */
const answers = [json({ name: 'a-job', status: 'Queued' }), json({ status: 'Completed' }), json(mappings)];

beforeAll(async () => {
  ml = await startFakeService(answers);
  stack = await startStack({
    services: ['bankMapMl'],
    env: {
      BANK_MAP_ML_URL: ml.url,
      BANK_MAP_POLL_MS: '20',
      BANK_MAP_MAX_ZIP_MB: String(LIMIT_MB),
      BANK_MAP_MAX_UNPACKED_MB: '40',
    },
  });
  app = new Client(stack.url);
});
afterAll(async () => {
  await stack.stop();
  await ml.close();
});

const base64 = (text: string) => Buffer.from(text).toString('base64');

function submit(body: Buffer | undefined, headers: Record<string, string | undefined> = {}): Promise<Answer> {
  const all = { 'Content-Type': 'application/octet-stream', RecognitionForId: base64('hum'), ...headers };
  const given = Object.entries<string | undefined>(all).filter(([, text]) => text !== undefined);
  return app.send('POST', '/api/map', {
    headers: Object.fromEntries(given) as Record<string, string>,
    ...(body && { body: new Uint8Array(body) }),
  });
}

const good = zipOf(smallLedger());
const changed = (change: Files) => zipOf(smallLedger(change));
const line = (change: object) =>
  changed({
    'bankStatementLines.jsonl': [{ ...(smallLedger()['bankStatementLines.jsonl'] as object[])[0], ...change }],
  });

type Bad = [string, Buffer | undefined, Record<string, string | undefined>, number, string];

test.each<Bad>([
  [
    'no header',
    good,
    { RecognitionForId: undefined },
    400,
    'RecognitionForId: it is missing; send the company’s name, in base64.',
  ],
  [
    'a header that is not base64',
    good,
    { RecognitionForId: 'hum!' },
    400,
    'RecognitionForId: it is not base64; send the company’s name in UTF-8, in base64.',
  ],
  [
    'a name that is not UTF-8',
    good,
    { RecognitionForId: '/w==' },
    400,
    'RecognitionForId: it does not encode UTF-8 text.',
  ],
  ['an empty name', good, { RecognitionForId: base64('  ') }, 400, 'RecognitionForId: the name is empty.'],
  ['no body', undefined, {}, 400, 'The body is empty; send the zip as the body.'],
  ['not a zip', Buffer.from('hello, world'), {}, 400, 'The body is not a zip.'],
  [
    'another type',
    good,
    { 'Content-Type': 'text/plain' },
    415,
    'Content-Type: expected application/octet-stream or application/zip, got "text/plain".',
  ],
  [
    'half a zip',
    good.subarray(0, good.length / 2),
    {},
    400,
    'The body is not a whole zip: End of central directory record signature not found. Either not a zip file, or file is truncated.',
  ],
  [
    'an encrypted zip',
    markedEncrypted(good),
    {},
    400,
    'bankStatementLines.jsonl in the zip is encrypted; send it without a password.',
  ],
  [
    'a decompression bomb',
    zipOf({ ...smallLedger(), 'note.txt': new Uint8Array(2e7) }),
    {},
    413,
    'The zip unpacks to more than 200 times its size; send less, or in parts.',
  ],
  [
    'a path outside of the zip',
    changed({ '../evil': 'x' }),
    {},
    400,
    'The zip holds a file that is named "../evil"; names are relative and without "..".',
  ],
  [
    'missing files',
    zipOf(without(smallLedger(), 'customers.jsonl', 'vendors.jsonl')),
    {},
    400,
    'The zip lacks customers.jsonl, vendors.jsonl.',
  ],
  ['an empty zip', zipOf({}), {}, 400, 'The body is not a zip.'],
  [
    'a line that is not JSON',
    changed({ 'vendors.jsonl': '{"number":"V1","name":"a"}\n{"number"' }),
    {},
    400,
    'vendors.jsonl, line 2: the line is not JSON.',
  ],
  [
    'a missing field',
    line({ transactionType: undefined }),
    {},
    400,
    'bankStatementLines.jsonl, line 1: the field transactionType is missing; it is CRDT, Credit, DBIT or Debit.',
  ],
  [
    'an invalid date',
    line({ operationDate: '31.12.2026' }),
    {},
    400,
    'bankStatementLines.jsonl, line 1: operationDate: expected a date such as 2026-11-24, got "31.12.2026".',
  ],
  [
    'an unknown direction',
    line({ transactionType: 'SIDEWAYS' }),
    {},
    400,
    'bankStatementLines.jsonl, line 1: transactionType: expected CRDT, Credit, DBIT or Debit, got "SIDEWAYS".',
  ],
])('%s', async (_name, body, headers, status, error) => {
  const answer = await submit(body, { ...headers, 'Trace-ID': 'trace-7' });
  expect([answer.status, answer.body]).toEqual([status, { error, trace_id: 'trace-7' }]);
});

test('a zip over the limit is rejected, with and without Content-Length', async () => {
  const large = Buffer.concat([good, Buffer.alloc(LIMIT_MB * 1_000_000)]);
  const announced = await submit(large);
  expect([announced.status, announced.body]).toMatchObject([
    413,
    { error: expect.stringContaining('1000000 bytes') as string },
  ]);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(large);
      controller.close();
    },
  });
  const response = await fetch(`${app.url}/api/map`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream', RecognitionForId: base64('hum') },
    body,
    duplex: 'half',
  });
  expect([response.status, await response.json()]).toEqual([
    413,
    { error: 'The zip is larger than 1000000 bytes; send less, or in parts.', trace_id: expect.any(String) as string },
  ]);
});

interface Started {
  company: string;
  id: string;
  job_id: string;
}

async function completed(body: Buffer, company = 'hum'): Promise<{ started: Started; location: string }> {
  ml.requests.length = 0; // restarts the responses
  ml.bodies.length = 0;
  const answer = await submit(body, { RecognitionForId: base64(company) });
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('job_id')]);
  const started = answer.body as unknown as Started;
  await app.finished(answer);
  return { started, location: answer.headers.get('operation-location') ?? '' };
}

test('a client submits, polls and fetches; the status monitor shows the same job', async () => {
  ml.requests.length = 0;
  const answer = await submit(good, { 'Trace-ID': 'trace-1' });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    company: 'hum',
    id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/) as string,
    job_id: expect.stringMatching(/^[a-z]+_[a-z]+_[a-z0-9]{10}$/) as string,
    metrics: {
      copy_to_storage_sec: expect.any(Number) as number,
      init_ml_client_sec: 0,
      init_pipeline_component_sec: 0,
      init_pipeline_sec: 0,
      create_job_sec: expect.any(Number) as number,
      retry_count: 0,
      total_start_pipeline_sec: expect.any(Number) as number,
      total_sec: expect.any(Number) as number,
      extract_zip_sec: expect.any(Number) as number,
    },
    info: { app_version: expect.any(String) as string },
    trace_id: 'trace-1',
  });
  const { id, job_id: job } = answer.body as unknown as Started;
  expect(answer.headers.get('operation-location')).toBe(`${app.url}/status/${id}`);
  expect(await app.finished(answer)).toMatchObject({ id, kind: 'bankMap.map', status: 'Succeeded', result: mappings });

  const status = await app.get(`/api/status/${job}`);
  expect([status.status, status.body]).toEqual([200, { status: 'Completed', job_id: job, trace_id: 'trace-1' }]);
  expect(status.headers.has('retry-after')).toBe(false);
  const result = await app.get(`/api/result/${job}`);
  expect([result.status, result.body]).toEqual([200, mappings]);
  expect(result.headers.get('content-type')).toMatch(/^application\/json/);

  await app.send('DELETE', `/status/${id}`);
  for (const path of [`/api/status/${job}`, `/api/result/${job}`]) expect((await app.get(path)).status).toBe(404);
});

test('only the first 50 characters of a company’s name count', async () => {
  const { started } = await completed(good, ` ${'ž'.repeat(9)}${'x'.repeat(300)}`);
  expect(started.company).toBe(`${'_'.repeat(10)}${'x'.repeat(40)}`);
});

test('the ML service gets the company, a name and a URL of the zip, which is deleted afterwards', async () => {
  const { started } = await completed(good, 'UAB „Ąžuolas-7“ <&>\'"\\/%00\u{1F600} ltd');
  const company = 'UAB____uolas-7__________00__ltd';
  expect(started.company).toBe(company);
  const told = JSON.parse(ml.bodies[0] ?? '') as { company: string; inputUrl: string; jobName: string };
  expect(told).toMatchObject({ company, jobName: started.job_id });
  expect(new URL(told.inputUrl).pathname).toMatch(new RegExp(`/work/${started.id}\\.zip$`));
  expect(new URL(told.inputUrl).searchParams.get('sp')).toBe('r');
  expect((await fetch(told.inputUrl)).status).toBe(404);
});

test.each([
  ['with data descriptors', streamedZipOf(smallLedger())],
  ['without compression', zipOf(smallLedger(), 0)],
  [
    'whose content looks like zip signatures',
    unpackedStreamedZipOf(smallLedger({ 'note.txt': 'PK\x07\x08 and PK\x03\x04 and PK\x01\x02' })),
  ],
  ['with duplicate numbers', changed({ 'customers.jsonl': Array(3).fill({ number: 'C1', name: 'x' }) as object[] })],
  ['with unknown files', changed({ 'readme.txt': 'hello', 'more/': '' })],
  [
    'without rules, with an unknown document type',
    changed({
      'vendorLedgerEntries.jsonl': [
        { documentType: '?', vendorNumber: 'V1', documentNumber: '1', amount: 1, isOpen: true },
      ],
    }),
  ],
])('a zip %s is accepted', async (_name, zip) => {
  await completed(zip);
});

test.each(SHAPES)('a zip with %s is accepted', async (_shape, files) => {
  await completed(ledgerZipOf(files));
});

test('an unknown job and an invalid job ID', async () => {
  for (const job of ['lucid_school_0123456789', 'x', 'a'.repeat(500), "a'b"]) {
    for (const path of [`/api/status/${job}`, `/api/result/${job}`]) {
      const { status, body } = await app.get(path, { 'Trace-ID': 't' });
      expect([status, body]).toEqual([404, { error: 'There is no such job, or it has expired.', trace_id: 't' }]);
    }
  }
});

test('a client that disconnects during the upload leaves no data', async () => {
  const table = TableClient.fromConnectionString(stack.storage.connectionString, 'operations', {
    allowInsecureConnection: true,
  });
  const records = async () => {
    let count = 0;
    for await (const _row of table.listEntities()) count++;
    return count;
  };
  const before = await records();
  const controller = new AbortController();
  const sent = fetch(`${app.url}/api/map`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream', RecognitionForId: base64('hum') },
    body: new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(good.subarray(0, 500))) }),
    duplex: 'half',
    signal: controller.signal,
  });
  const aborted = expect(sent).rejects.toThrow(/abort/);
  await eventually(async () => ((await records()) > before ? true : undefined), 'a record of the operation');
  controller.abort();
  await aborted;
  await eventually(async () => ((await records()) === before ? true : undefined), 'the deletion of the record');
});

describe('a start with Operation-Id', () => {
  const start = async (id: string, zip: Buffer, headers: Record<string, string> = {}) => {
    const { status, headers: given, body } = await submit(zip, { 'Operation-Id': id, ...headers });
    return { status, code: given.get('x-ms-error-code'), body: body as unknown as { id: string; job_id: string } };
  };
  beforeEach(() => void (ml.requests.length = 0));

  const zipsOf = async (id: string) => {
    const names: string[] = [];
    const service = BlobServiceClient.fromConnectionString(stack.storage.connectionString);
    for await (const { name } of service.getContainerClient('longhaul').listBlobsFlat({ prefix: `work/${id}` }))
      names.push(name);
    return names;
  };

  test('again is the same job, while it runs and after its end, and its zip is stored once', async () => {
    const id = randomUUID();
    const ending = answers.splice(1, 2, json({ status: 'Running' }));
    const first = await start(id, good);
    expect(first).toMatchObject({ status: 200, body: { id } });
    const stored = await zipsOf(id);
    expect(stored).toHaveLength(1);
    expect(await start(id, good)).toMatchObject({ status: 200, body: { id, job_id: first.body.job_id } });
    expect(await zipsOf(id)).toEqual(stored);
    answers.splice(1, 1, ...ending);
    ml.requests.length = 1;
    expect(await app.finished(id)).toMatchObject({ status: 'Succeeded', result: mappings });
    expect(await start(id, good)).toMatchObject({ status: 200, body: { id, job_id: first.body.job_id } });
    expect(await zipsOf(id)).toEqual([]);
    expect((await app.get(`/api/status/${first.body.job_id}`)).body).toMatchObject({ status: 'Completed' });
  });

  test.each([
    ['another zip', () => changed({ 'readme.txt': 'hello' }), {}],
    ['another company', () => good, { RecognitionForId: base64('other') }],
  ])('and %s is refused', async (_name, zip, headers) => {
    const id = randomUUID();
    await start(id, good);
    expect(await start(id, zip(), headers)).toMatchObject({ status: 400, code: 'OperationIdReused' });
    expect(await app.finished(id)).toMatchObject({ status: 'Succeeded' });
    expect(await start('too-short', good)).toMatchObject({ status: 400, code: 'InvalidOperationId' });
  });

  test('two at the same time are one job with one zip', async () => {
    const id = randomUUID();
    const [a, b] = await Promise.all([start(id, good), start(id, good)]);
    expect([a.status, b.status]).toEqual([200, 200]);
    expect(a.body.job_id).toBe(b.body.job_id);
    expect(await app.finished(id)).toMatchObject({ status: 'Succeeded' });
    expect(await zipsOf(id)).toEqual([]);
  });
});
