import { setTimeout as sleep } from 'node:timers/promises';
import { startStack, type Stack } from '../support/test-stack.js';
import { Client, setFault, type Answer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { smallLedger, zipOf } from '../support/zips.js';

/** Short timeouts, so that tests take seconds instead of minutes. */
const env = {
  BANK_MAP_ML_TIMEOUT_MS: '1000',
  BANK_MAP_ML_ATTEMPTS: '1',
  BANK_MAP_POLL_MS: '50',
  BREAKER_FAILURES: '0',
  DURABLE_RETRY_FIRST_WAIT_MS: '50',
};
/** The app is killed this many times, each up to MAX_KILL_DELAY_MS after a submission is sent. */
const KILLS = 5;
const MAX_KILL_DELAY_MS = 600;

let stack: Stack;
let app: Client;
const zip = new Uint8Array(zipOf(smallLedger()));
const headers = { 'Content-Type': 'application/octet-stream', RecognitionForId: Buffer.from('hum').toString('base64') };

async function start(more: Record<string, string> = {}): Promise<void> {
  stack = await startStack({ services: ['bankMapMl'], faults: true, env: { ...env, ...more } });
  app = new Client(stack.url);
}

interface Job {
  answer: Answer;
  id: string;
  name: string;
}

async function submit(): Promise<Job> {
  const answer = await app.send('POST', '/api/map', { headers, body: zip });
  expect(answer.status).toBe(200);
  const { id, job_id: name } = answer.body as unknown as { id: string; job_id: string };
  return { answer, id, name };
}

async function statusOf({ name }: Job): Promise<{ status: string; error?: string }> {
  return (await app.get(`/api/status/${name}`)).body as unknown as { status: string; error?: string };
}

async function untilStatus(job: Job, ...expected: string[]): Promise<void> {
  await eventually(
    async () => (expected.includes((await statusOf(job)).status) ? true : undefined),
    `${expected.join(' or ')} of the job`,
  );
}

async function expectMappings(job: Job): Promise<void> {
  expect(await app.finished(job.id)).toMatchObject({ status: 'Succeeded' });
  expect(await statusOf(job)).toMatchObject({ status: 'Completed' });
  const { status, body } = await app.get(`/api/result/${job.name}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    company: 'hum',
    mappings: [{ main: { item: { no: 'C1', type: 'Customer' }, docs: [{ item: { no: 'INV-100001' }, sum: 121.5 }] } }],
  });
}

async function expectFailure(job: Job, code: string, message: string | RegExp): Promise<void> {
  const monitor = await app.finished(job.id);
  expect(monitor).toMatchObject({ status: 'Failed', error: { code } });
  const { status, error } = await statusOf(job);
  expect([status, error]).toEqual(['Failed', expect.stringMatching(message)]);
  const result = await app.get(`/api/result/${job.name}`);
  expect([result.status, result.body]).toMatchObject([409, { error }]);
}

/** The status of the job at the ML service. */
async function atService({ name }: Job): Promise<string | undefined> {
  const response = await fetch(`${stack.bankMapMl.url}/jobs/${name}`);
  return response.ok ? ((await response.json()) as { status: string }).status : undefined;
}

async function callsSeen(): Promise<string[]> {
  const seen = (await (await fetch(`${stack.bankMapMl.url}/_requests`)).json()) as { call: string }[];
  return seen.map(({ call }) => call);
}

describe('the ML service', () => {
  beforeAll(() => start());
  afterAll(() => stack.stop());
  beforeEach(async () => {
    await fetch(`${stack.bankMapMl.url}/_requests`, { method: 'DELETE' });
  });
  afterEach(() => setFault(stack.bankMapMl.url));

  test('works', async () => {
    await expectMappings(await submit());
  });

  test.each([
    ['429 with Retry-After', { mode: 'busy', retryAfter: 1 }],
    ['503 with Retry-After', { mode: 'unavailable', retryAfter: 1 }],
    ['500', { mode: 'error' }],
    ['a reset connection', { mode: 'reset' }],
    ['half an answer', { mode: 'cutOff' }],
    ['no answer in time', { mode: 'slow', delayMs: 3_000 }],
  ])('responds to the submission, a poll and the download once with %s', async (_name, fault) => {
    const faults = ['submit', 'status', 'output'].map((call) => ({ ...fault, calls: [call], count: 1 }));
    await setFault(stack.bankMapMl.url, ...faults);
    await expectMappings(await submit());
  });

  test('rejects the submission, which is not retried', async () => {
    await setFault(stack.bankMapMl.url, { mode: 'forbidden', calls: ['submit'] });
    await expectFailure(await submit(), 'MlServiceRejected', /^The ML service refuses the job \(403\)\.$/);
    expect(await callsSeen()).toEqual(['submit']);
  });

  test('fails at each of five submissions', async () => {
    await setFault(stack.bankMapMl.url, { mode: 'error', calls: ['submit'] });
    await expectFailure(await submit(), 'MlServiceUnavailable', /^The ML service is failing \(500\)\.$/);
    expect(await callsSeen()).toEqual(Array(5).fill('submit'));
  });

  test('returns an invalid output', async () => {
    await setFault(stack.bankMapMl.url, { mode: 'html', calls: ['output'] });
    await expectFailure(await submit(), 'MlServiceRejected', /^The ML service gave an output that is not valid\.$/);
  });

  test.each(['status', 'output'])('loses the job once before its %s, and it is submitted again', async (call) => {
    await setFault(stack.bankMapMl.url, { mode: 'lose', calls: [call], count: 1 });
    await expectMappings(await submit());
    expect((await callsSeen()).filter((call) => call === 'submit')).toHaveLength(2);
  });

  test('loses the job repeatedly', async () => {
    await setFault(stack.bankMapMl.url, { mode: 'lose', calls: ['status'] });
    await expectFailure(await submit(), 'MlJobLost', /^The ML service lost the job repeatedly\.$/);
    expect((await callsSeen()).filter((call) => call === 'submit')).toHaveLength(3);
  });

  test('fails the job with a reason', async () => {
    await setFault(stack.bankMapMl.url, { mode: 'fail' });
    await expectFailure(await submit(), 'MlJobFailed', /^The ML job failed: ./);
  });

  test('has its job canceled by another client', async () => {
    await setFault(stack.bankMapMl.url, { mode: 'stall' });
    const job = await submit();
    await untilStatus(job, 'Running');
    await fetch(`${stack.bankMapMl.url}/jobs/${job.name}/cancel`, { method: 'POST' });
    expect(await app.finished(job.id)).toMatchObject({ status: 'Failed', error: { code: 'MlJobCanceled' } });
    expect(await statusOf(job)).toMatchObject({ status: 'Canceled' });
  });

  test('is notified when the operation is canceled', async () => {
    await setFault(stack.bankMapMl.url, { mode: 'stall' });
    const job = await submit();
    await untilStatus(job, 'Running');
    expect((await app.get(`/api/result/${job.name}`)).status).toBe(404);
    await app.post(`/status/${job.id}:cancel`);
    expect(await app.finished(job.id)).toMatchObject({ status: 'Canceled' });
    expect(await statusOf(job)).toMatchObject({ status: 'Canceled' });
    expect(await app.get(`/api/result/${job.name}`)).toMatchObject({
      status: 409,
      body: { error: 'The job was canceled.' },
    });
    expect(await atService(job)).toBe('Canceled');
  });

  test('is down while the job runs, and continues it after a restart', async () => {
    const job = await submit();
    await eventually(async () => ((await callsSeen()).includes('submit') ? true : undefined), 'the submission');
    await stack.kill('bankMapMl', 'SIGKILL');
    await untilStatus(job, 'NotResponding', 'Finalizing');
    await stack.restart('bankMapMl');
    await expectMappings(job);
  });

  test('is down when the output is downloaded', async () => {
    await setFault(stack.bankMapMl.url, { mode: 'error', calls: ['output'] });
    const job = await submit();
    await untilStatus(job, 'Finalizing');
    await app.until(job.id, ({ waitingFor }) => waitingFor === 'upstream');
    await stack.kill('bankMapMl', 'SIGKILL');
    await stack.restart('bankMapMl');
    await expectMappings(job);
  });
});

describe('the app', () => {
  afterEach(() => stack.stop());

  test('stops a job that never ends', async () => {
    await start({ BANK_MAP_TIMEOUT: '2' });
    await setFault(stack.bankMapMl.url, { mode: 'stall' });
    const job = await submit();
    await expectFailure(job, 'MlJobTimeout', /^The ML job took longer than 2 seconds\.$/);
    expect(await atService(job)).toBe('Canceled');
  });

  test('submits again until the service is available', async () => {
    await start({ DURABLE_RETRY_FIRST_WAIT_MS: '1000' }); // attempts after 0, 1, 3, 7 and 15 s
    await stack.kill('bankMapMl', 'SIGKILL');
    const job = await submit();
    await app.until(job.id, ({ waitingFor }) => waitingFor === 'upstream');
    await stack.restart('bankMapMl');
    await expectMappings(job);
  });

  test('is killed at random moments: accepted jobs are completed, all others do not exist', async () => {
    await start();
    const jobs: Job[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const sent = submit().then(
        (job) => jobs.push(job),
        () => undefined, // interrupted: the client got no response
      );
      await sleep(Math.random() * MAX_KILL_DELAY_MS); // the random delay is the input of this test
      await stack.kill('app', 'SIGKILL');
      await sent;
      await stack.restart('app');
    }
    const last = await submit();
    for (const job of [...jobs, last]) await expectMappings(job);
    const { body } = await app.get('/status?kind=bankMap.map');
    // A start whose response was lost can be accepted; none is incomplete.
    for (const { id } of body.value) expect(await app.finished(id)).toMatchObject({ status: 'Succeeded' });
  });

  test('is killed during the download of the output', async () => {
    await start();
    await setFault(stack.bankMapMl.url, { mode: 'none', delayMs: 900, calls: ['output'], count: 1 });
    const job = await submit();
    await untilStatus(job, 'Finalizing');
    await stack.kill('app', 'SIGKILL');
    await stack.restart('app');
    await expectMappings(job);
  });
});
