import { once } from 'node:events';
import fs from 'node:fs/promises';
import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { JobStore } from '../../services/bank-map-ml/job-store.js';
import { type JobView } from '../../services/bank-map-ml/job.js';
import { Jobs, type JobsOptions } from '../../services/bank-map-ml/jobs.js';
import { type MappingResult } from '../../services/bank-map-ml/mapping.js';
import { CALLS, createBankMapServer, OWN_CALLS, OWN_MODES } from '../../services/bank-map-ml/server.js';
import { writeSample } from '../../services/bank-map-ml/samples/write.js';
import { createFaults } from '../../services/faults.js';
import { SMALL, zipOf } from '../support/bank-map-zip.js';
import { setFault } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { startFakeService, type Answer, type FakeService } from '../support/fake-service.js';

const SIGNATURE = 'sig=c2VjcmV0%2Fsignature';
const HOUR = 3_600_000;
const ZIP: Answer = { body: zipOf() };
/** A job with this input stays Running. */
const SILENT: Answer = { fault: 'silent' };

let dir: string;
let server: Server;
let jobs: Jobs;
let url: string;
const inputs: FakeService[] = [];

beforeEach(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'bank-map-'));
  await serve();
});

afterEach(async () => {
  await stop();
  for (const input of inputs.splice(0)) await input.close();
  await fs.rm(dir, { recursive: true });
});

async function serve(options: Partial<JobsOptions> = {}): Promise<void> {
  const store = JobStore.open(dir);
  const settings = { now: undefined, learning: false, errorShare: 0.005 };
  jobs = new Jobs({ store, threads: 2, waiting: 10, memoryMb: 256, retentionMs: HOUR, settings, ...options });
  server = createBankMapServer({ jobs, faults: createFaults(OWN_MODES, CALLS, OWN_CALLS) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  jobs.close();
  await threadsEnded();
}

/** Waits for the end of all threads: a Completed job still has its work files until then. */
async function threadsEnded(): Promise<void> {
  await eventually(() => Promise.resolve(jobs.counts().running === 0 || undefined), 'the end of all threads');
}

async function restart(options: Partial<JobsOptions> = {}): Promise<void> {
  await stop();
  await serve(options);
}

/** A signed URL of an input with these responses. */
async function inputOf(...answers: Answer[]): Promise<string> {
  const input = await startFakeService(answers);
  inputs.push(input);
  return `${input.url}/work/input.zip?${SIGNATURE}`;
}

const post = (target: string, body?: unknown) =>
  fetch(url + target, { method: 'POST', ...(body !== undefined && { body: JSON.stringify(body) }) });
const bodyOf = async <T = { error: string }>(response: Response | Promise<Response>) =>
  (await (await response).json()) as T;
const submit = (jobName: string, inputUrl: string, company = 'hum') => post('/jobs', { company, inputUrl, jobName });
const view = (name: string) => bodyOf<JobView>(fetch(`${url}/jobs/${name}`));
const until = (name: string, status: JobView['status']) =>
  eventually(async () => {
    const job = await view(name);
    return job.status === status ? job : undefined;
  }, `${name} to be ${status}`);
const ignore = () => undefined;
const outputOf = (name: string) => bodyOf<MappingResult>(fetch(`${url}/jobs/${name}/output`));

test('a job is accepted, runs, and its output has the mappings', async () => {
  const company = 'UAB "Ąžuolas" \\ ../{}\n💶';
  const answer = await submit('job-1', await inputOf(ZIP), company);
  expect([answer.status, await answer.json()]).toEqual([201, { name: 'job-1', status: 'Queued' }]);
  expect(await until('job-1', 'Completed')).toEqual({ name: 'job-1', status: 'Completed', progress: 100 });
  const output = await outputOf('job-1');
  expect(output).toMatchObject({
    company,
    mappings: [{ entry: { id: 'L1' }, main: { item: { no: 'C1', type: 'Customer' }, docs: [{ sum: 121.5 }] } }],
    info: {
      app_version: '0.1.0',
      sizes: { bank_statement_lines: 1, recommended: 1 },
      limits: { source: 'default', Customer: 1.6 },
      file: 'input.zip',
      metrics: { read_sec: expect.any(Number) as number },
    },
  });
});

test('a document of an unknown type is left out and counted', async () => {
  const [document] = SMALL.customerLedgerEntries as [object];
  const zip = zipOf({ customerLedgerEntries: [{ ...document, documentType: 'Quote' }] });
  await submit('quote', await inputOf({ body: zip }));
  await until('quote', 'Completed');
  const { mappings, info } = await outputOf('quote');
  expect(mappings[0]).not.toHaveProperty('main');
  expect(info).toMatchObject({
    sizes: { customer_ledger_entries: 0 },
    left_out: { customerLedgerEntries: { 'unknown document type': 1 } },
  });
});

test('a line that is too old has an empty main', async () => {
  const [line] = SMALL.bankStatementLines as [object];
  const zip = zipOf({ bankStatementLines: [{ ...line, operationDate: '2020-01-01' }] });
  await submit('old', await inputOf({ body: zip }));
  await until('old', 'Completed');
  expect((await outputOf('old')).mappings).toEqual([
    { entry: expect.objectContaining({ id: 'L1' }) as object, main: {} },
  ]);
});

test('lines are as old as at the given time', async () => {
  await restart({ settings: { now: '2020-01-02T00:00:00Z', learning: false, errorShare: 0.005 } });
  const [line] = SMALL.bankStatementLines as [object];
  const zip = zipOf({ bankStatementLines: [{ ...line, operationDate: '2020-01-01' }] });
  await submit('old', await inputOf({ body: zip }));
  await until('old', 'Completed');
  expect((await outputOf('old')).mappings[0]?.main).toMatchObject({ item: { no: 'C1' } });
});

test.each([false, true])('with learning %s, the same zip has the same result each time', async (learning) => {
  await restart({ settings: { now: '2026-06-30T00:00:00Z', learning, errorShare: 0.005 } });
  const sample = path.join(dir, 'sample.zip');
  writeSample({ lines: 50, documents: 400, glAccounts: 40, history: 2_000, today: '2026-06-30' }, sample, ignore);
  const body = await fs.readFile(sample);
  for (const name of ['first', 'second']) {
    await submit(name, await inputOf({ body }));
    await until(name, 'Completed');
  }
  const [first, second] = await Promise.all(['first', 'second'].map(outputOf));
  expect(second?.mappings).toEqual(first?.mappings);
  expect(second?.info.sizes).toEqual(first?.info.sizes);
  expect(first?.info.limits).toMatchObject({ source: learning ? 'learned' : 'default' });
});

test('submitting the same job again returns it, and another input with its name is rejected', async () => {
  const input = await inputOf(ZIP);
  await submit('job-1', input);
  await until('job-1', 'Completed');
  const again = await submit('job-1', input.replace(SIGNATURE, 'sig=another'));
  expect([again.status, await bodyOf<JobView>(again)]).toEqual([201, expect.objectContaining({ status: 'Completed' })]);
  expect(inputs[0]?.requests).toEqual([`GET /work/input.zip?${SIGNATURE}`]);
  for (const other of [submit('job-1', input, 'mud'), submit('job-1', input.replace('input', 'other'))]) {
    expect((await other).status).toBe(409);
    expect((await bodyOf(other)).error).toBe('Another job has the name job-1; use another name.');
  }
});

test('a waiting job that is submitted again is downloaded with the latest signature', async () => {
  await restart({ threads: 1 });
  await submit('first', await inputOf(SILENT));
  await until('first', 'Running');
  const input = await inputOf(ZIP);
  await submit('second', input);
  await submit('second', input.replace(SIGNATURE, 'sig=fresher'));
  await post('/jobs/first/cancel');
  await until('second', 'Completed');
  expect(inputs[1]?.requests).toEqual(['GET /work/input.zip?sig=fresher']);
});

test('a result that cannot be stored fails its job, and a job that cannot be stored is not accepted', async () => {
  const said = jest.spyOn(console, 'error').mockReturnValue();
  await fs.rm(path.join(dir, 'outputs'), { recursive: true });
  const input = await inputOf(ZIP);
  await submit('job-1', input);
  expect((await until('job-1', 'Failed')).error).toBe('The service could not store the state of this job.');
  await fs.rm(path.join(dir, 'jobs'), { recursive: true });
  const answer = await submit('job-2', input);
  expect([answer.status, await bodyOf(answer)]).toEqual([500, { error: 'The service failed on this request.' }]);
  expect((await fetch(`${url}/jobs/job-2`)).status).toBe(404);
  expect(JSON.stringify(said.mock.calls)).not.toContain('sig=');
  said.mockRestore();
});

test.each<[string, unknown, string]>([
  ['invalid JSON', undefined, 'The body is not JSON.'],
  ['an empty object', {}, 'company'],
  ['no company', { company: '', inputUrl: 'http://x/', jobName: 'a' }, 'company must not be empty.'],
  [
    'an unpaired surrogate',
    { company: '\ud83d', inputUrl: 'http://x/', jobName: 'a' },
    'company must be well-formed Unicode.',
  ],
  ['another scheme', { company: 'a', inputUrl: `file:///x?${SIGNATURE}`, jobName: 'a' }, 'inputUrl must be an http'],
  ['no URL', { company: 'a', inputUrl: `x?${SIGNATURE}`, jobName: 'a' }, 'inputUrl must be an http or https URL'],
  ['a password', { company: 'a', inputUrl: 'http://me:secret@x/', jobName: 'a' }, 'without user name and password.'],
  ['a name that is a path', { company: 'a', inputUrl: 'http://x/', jobName: '../a' }, 'jobName must have 1 to 128'],
  ['an unknown field', { company: 'a', inputUrl: 'http://x/', jobName: 'a', tops: 3 }, 'tops'],
])('a submission with %s is rejected', async (_what, body, error) => {
  const answer = await post('/jobs', body);
  expect(answer.status).toBe(400);
  const text = await answer.text();
  expect(JSON.parse(text)).toEqual({ error: expect.stringContaining(error) as string });
  expect(text).not.toMatch(/secret|sig=/);
});

test('unknown paths, methods and jobs, missing outputs and too large bodies have different errors', async () => {
  await submit('job-1', await inputOf(SILENT));
  const statuses = await Promise.all(
    [
      fetch(`${url}/jobs/unknown`),
      fetch(`${url}/jobs/unknown/output`),
      post('/jobs/unknown/cancel'),
      fetch(`${url}/jobs/..%2fjob-1`),
      fetch(`${url}/jobs/job-1/else`),
      fetch(`${url}/else`),
      fetch(`${url}/jobs`),
      post('/jobs/job-1'),
      fetch(`${url}/jobs/job-1/output`),
      submit('big', `http://x/${'x'.repeat(20_000)}`),
    ].map(async (answer) => (await answer).status),
  );
  expect(statuses).toEqual([404, 404, 404, 404, 404, 404, 405, 405, 409, 413]);
  expect(await bodyOf(fetch(`${url}/health`))).toMatchObject({ status: 'ok' });
});

test.each<[string, Answer[]]>([
  ['fails temporarily', [{ status: 503, headers: { 'retry-after': '0' } }, { status: 500 }, ZIP]],
  ['breaks the connection', [{ fault: 'reset' }, { ...ZIP, fault: 'cutOff' }, ZIP]],
])('an input whose server %s is downloaded again', async (_what, answers) => {
  await submit('job-1', await inputOf(...answers));
  await until('job-1', 'Completed');
});

test.each<[string, Answer[], string]>([
  ['is forbidden', [{ status: 403 }], 'returned 403; its signature may have expired.'],
  ['does not exist', [{ status: 404 }], 'returned 404.'],
  ['is redirected', [{ status: 302, headers: { location: 'http://169.254.169.254/' } }], 'returned 302.'],
  ['is not a zip', [{ body: 'hello' }], 'The input is not a zip, or a truncated one'],
  [
    'has an invalid line',
    [{ body: zipOf({ vendors: 'x' }) }],
    'vendors.jsonl line 1 is not JSON; every line must be one JSON',
  ],
])('a job whose input %s fails with the reason', async (_what, answers, error) => {
  await submit('job-1', await inputOf(...answers));
  const job = await until('job-1', 'Failed');
  expect(job.error).toContain(error);
  const output = await fetch(`${url}/jobs/job-1/output`);
  expect([output.status, (await bodyOf(output)).error]).toEqual([409, expect.stringContaining(error)]);
  expect(JSON.stringify(job)).not.toContain('sig=');
});

test('a waiting job is canceled immediately, a running one when its thread has stopped; then the next one runs', async () => {
  await restart({ threads: 1 });
  await submit('first', await inputOf(SILENT));
  await until('first', 'Running');
  await submit('second', await inputOf(ZIP));
  await submit('third', await inputOf(ZIP));
  expect(await bodyOf(post('/jobs/second/cancel'))).toEqual({ name: 'second', status: 'Canceled', progress: 0 });
  expect(await view('third')).toEqual({ name: 'third', status: 'Queued' });
  expect(await bodyOf(post('/jobs/first/cancel'))).toMatchObject({ status: 'CancelRequested' });
  await until('first', 'Canceled');
  await until('third', 'Completed');
  expect(await bodyOf(post('/jobs/third/cancel'))).toMatchObject({ status: 'Completed' });
});

test('jobs run in parallel, and the queue is limited', async () => {
  await restart({ threads: 2, waiting: 1 });
  for (const name of ['a', 'b']) await submit(name, await inputOf(SILENT));
  await until('a', 'Running');
  await until('b', 'Running');
  const input = await inputOf(ZIP);
  expect((await submit('c', input)).status).toBe(201);
  const refused = await submit('d', input);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  expect((await submit('c', input)).status).toBe(201);
  expect(await bodyOf(fetch(`${url}/health`))).toEqual({ status: 'ok', running: 2, waiting: 1 });
});

test('a job that needs too much memory fails alone', async () => {
  await restart({ memoryMb: 12 }); // about 8 MiB are used by the code
  const customers = Array.from({ length: 20 }, (_, i) => ({
    number: `C${i}`,
    name: `${i} ${'Company '.repeat(56_000)}`,
  }));
  await submit('large', await inputOf({ body: zipOf({ customers }) }));
  const { error } = await until('large', 'Failed');
  expect(error).toBe('The ledger needs more than the 12 MiB of memory that a job can use; send less history.');
  expect(await bodyOf(fetch(`${url}/health`))).toEqual({ status: 'ok', running: 0, waiting: 0 });
});

test('a restart keeps ended jobs and runs all others again', async () => {
  await submit('done', await inputOf(ZIP));
  await until('done', 'Completed');
  await submit('under-way', await inputOf(SILENT, ZIP));
  await eventually(() => Promise.resolve(inputs[1]?.requests[0]), 'the request of the input');
  await restart();
  expect((await outputOf('done')).mappings).toHaveLength(1);
  await until('under-way', 'Completed');
  const kept = await fs.readFile(path.join(dir, 'jobs/under-way.json'), 'utf8');
  expect(kept).not.toContain('sig=');
  await threadsEnded();
  expect(await fs.readdir(path.join(dir, 'work'))).toEqual([]);
});

test('a job is not started again after three kills of the process', async () => {
  const record = { name: 'deadly', company: 'a', inputUrl: 'http://x/', status: 'Running', submittedAt: 1, starts: 3 };
  await fs.writeFile(path.join(dir, 'jobs/deadly.json'), JSON.stringify(record));
  await fs.writeFile(path.join(dir, 'jobs/damaged.json'), '{"name":');
  const said = jest.spyOn(console, 'error').mockReturnValue();
  await restart();
  said.mockRestore();
  expect(await view('deadly')).toMatchObject({ status: 'Failed', error: expect.stringContaining('3 times') as string });
  expect(await bodyOf(fetch(`${url}/jobs/damaged`))).toEqual({ error: 'There is no job damaged.' });
});

test('an ended job is deleted when it expires', async () => {
  let now = 1_000;
  await restart({ now: () => now });
  await submit('job-1', await inputOf(ZIP));
  await until('job-1', 'Completed');
  now += HOUR - 1;
  expect((await fetch(`${url}/jobs/job-1/output`)).status).toBe(200);
  now += 1;
  jobs.deleteExpired();
  expect((await fetch(`${url}/jobs/job-1/output`)).status).toBe(404);
  expect([await fs.readdir(path.join(dir, 'jobs')), await fs.readdir(path.join(dir, 'outputs'))]).toEqual([[], []]);
});

test('faults apply to the calls that they name', async () => {
  await setFault(url, { mode: 'unavailable', calls: ['status'], retryAfter: 7 }, { mode: 'busy', calls: ['cancel'] });
  expect((await post('/_faults', { mode: 'busy', calls: ['else'] })).status).toBe(400);
  const input = await inputOf(ZIP);
  expect((await submit('job-1', input)).status).toBe(201);
  const status = await fetch(`${url}/jobs/job-1`);
  expect([status.status, status.headers.get('retry-after')]).toEqual([503, '7']);
  expect((await post('/jobs/job-1/cancel')).status).toBe(429);
  const seen = await bodyOf<{ call: string; mode: string }[]>(fetch(`${url}/_requests`));
  expect(seen.map(({ call, mode }) => `${call} ${mode}`)).toEqual(['submit none', 'status unavailable', 'cancel busy']);
});

test('faults can fail, stall and lose a job', async () => {
  const input = await inputOf(ZIP);
  await setFault(url, { mode: 'fail', count: 1 }, { mode: 'stall', count: 1 });
  for (const name of ['failing', 'stalling', 'fine']) await submit(name, input);
  expect((await until('failing', 'Failed')).error).toBe('This job failed because of a fault switch.');
  await until('fine', 'Completed');
  expect((await view('stalling')).status).toBe('Running');
  expect(await bodyOf(post('/jobs/stalling/cancel'))).toMatchObject({ status: 'Canceled' });

  await setFault(url, { mode: 'lose', count: 1 });
  expect((await fetch(`${url}/jobs/fine`)).status).toBe(404);
  await submit('fine', input, 'another company');
  await until('fine', 'Completed');
});
