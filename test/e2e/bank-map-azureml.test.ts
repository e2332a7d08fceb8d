import { startStack, type Stack } from '../support/test-stack.js';
import { Client, type Answer } from '../support/client.js';
import { recordedSamples } from '../support/bank-map-recorded.js';
import { eventually } from '../support/eventually.js';
import { FakeAzureMl, type FakeJob, type Invocation } from '../support/fake-azureml.js';
import { smallLedger, zipOf } from '../support/zips.js';

const name = 'UAB „Ąžuolas“ "; rm -r /';
const company = 'UAB____uolas_____rm_-r__';
const zip = zipOf(smallLedger());

let azure: FakeAzureMl;
let stack: Stack;
let app: Client;

beforeAll(async () => {
  azure = await FakeAzureMl.start({ component });
  stack = await startStack({ env: { ...azure.settings, BANK_MAP_POLL_MS: '20' } });
  app = new Client(stack.url);
});
afterAll(async () => {
  await stack.stop();
  await azure.close();
});

/** A component as in docs/bank-map.md: reads the zip by its URL and writes a result. */
async function component({ inputs }: Invocation): Promise<string> {
  const read = Buffer.from(await (await fetch(inputs.input_url?.Value ?? '')).arrayBuffer());
  return JSON.stringify({
    company: Buffer.from(inputs.company_base64?.Value ?? '', 'base64').toString(),
    mappings: [],
    info: { same: read.equals(zip) },
  });
}

/** Starts a job with the given statuses. */
async function start(job: FakeJob, body = zip): Promise<{ answer: Answer; jobId: string }> {
  azure.options.job = job;
  const RecognitionForId = Buffer.from(name).toString('base64');
  const headers = { 'Content-Type': 'application/octet-stream', RecognitionForId };
  const answer = await app.send('POST', '/api/map', { headers, body: new Uint8Array(body) });
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('job_id')]);
  return { answer, jobId: (answer.body as unknown as { job_id: string }).job_id };
}

test('a zip is mapped by an Azure ML batch endpoint', async () => {
  const { answer, jobId } = await start({ statuses: ['Queued', 'Running', 'Completed'] });
  expect(await app.finished(answer)).toMatchObject({ status: 'Succeeded' });
  const result = await app.get(`/api/result/${jobId}`);
  expect([result.status, result.body]).toEqual([200, { company, mappings: [], info: { same: true } }]);
  expect([...azure.jobs.keys()]).toEqual([jobId]);
  expect([...azure.blobs.keys()]).toEqual([`bank-map/${jobId}.json`]);
});

test.each(recordedSamples())(
  'a job of the existing service gets zip $name, and its answer is passed on',
  async (sample) => {
    const seen: Buffer[] = [];
    azure.options.component = async ({ inputs }) => {
      seen.push(Buffer.from(await (await fetch(inputs.input_url?.Value ?? '')).arrayBuffer()));
      return sample.json;
    };
    const { answer, jobId } = await start({ statuses: ['Completed'] }, sample.zip);
    expect(await app.finished(answer)).toMatchObject({ status: 'Succeeded' });
    const result = await app.get(`/api/result/${jobId}`);
    expect([seen.map((read) => read.equals(sample.zip)), result.text === sample.json]).toEqual([[true], true]);
  },
);

test('the error of a failed job is returned to the client', async () => {
  const { answer, jobId } = await start({ statuses: ['Running', 'Failed'], errorMessage: 'The cluster has no nodes.' });
  await app.finished(answer);
  const { body } = await app.get(`/api/status/${jobId}`);
  expect(body).toMatchObject({ status: 'Failed', error: 'The ML job failed: The cluster has no nodes.' });
});

test('canceling the operation cancels the job', async () => {
  const { answer, jobId } = await start({ statuses: ['Running'] });
  await eventually(() => Promise.resolve(azure.jobs.get(jobId)), 'the job');
  await app.post(`/status/${answer.body.id}:cancel`);
  expect(await app.finished(answer)).toMatchObject({ status: 'Canceled' });
  expect(azure.jobs.get(jobId)?.statuses).toContain('Canceled');
});
