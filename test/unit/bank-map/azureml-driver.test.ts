import { createMlDriver } from '../../../src/bank-map/ml/create-driver.js';
import { type MlDriver } from '../../../src/bank-map/ml/driver.js';
import { readConfig } from '../../../src/platform/config.js';
import { createServiceClient } from '../../../src/platform/http-client.js';
import { outputText } from '../../support/ml-output.js';
import { eventually } from '../../support/eventually.js';
import { error, FakeAzureMl, type FakeAzureMlOptions } from '../../support/fake-azureml.js';
import { type Answer } from '../../support/fake-service.js';

let azure: FakeAzureMl;
/** Where all tokens come from: the library keeps the first managed identity's endpoint for its process. */
let identity: FakeAzureMl;
const environment = process.env;

beforeAll(async () => {
  identity = await FakeAzureMl.start();
  // Of all that the library would try, only the managed identity: az and the others start processes.
  process.env = { ...environment, ...identity.identity, AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential' };
});
afterEach(async () => {
  identity.recover();
  identity.requests.length = 0;
  await azure.close();
});
afterAll(async () => {
  process.env = environment;
  await identity.close();
});

/** A driver as the app makes it from its settings, against an Azure of its own. */
async function driver(options: FakeAzureMlOptions = {}, settings: Record<string, string> = {}): Promise<MlDriver> {
  azure = await FakeAzureMl.start(options);
  const given = {
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    IMAGE_PROVIDER_URL: 'http://images.test',
    PLATE_READER_URL: 'http://reader.test',
    BANK_MAP_ML_TIMEOUT_MS: '3000',
    BANK_MAP_ML_ATTEMPTS: '2',
  };
  return createMlDriver(readConfig({ ...given, ...azure.settings, ...settings }), createServiceClient);
}

const company = 'UAB „Ąžuolas“ "; rm -r / # \u{1F600}';
const submission = {
  company,
  inputUrl: 'http://blobs.test/work/1.zip?sp=r&sig=aSecret%3D',
  jobName: 'lucid_school_0123456789',
};
const { jobName } = submission;
const ENDPOINT = /^POST \/jobs$/;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (thrown: unknown) => (thrown as { data: { code: string; message: string; retryable: boolean } }).data,
  );

test('a job is invoked, looked at and fetched as Azure ML’s reference says', async () => {
  const ml = await driver({
    job: { statuses: ['Queued', 'Running', 'Completed'] },
    component: () => '{"company":"x"}',
  });
  await expect(ml.submit(submission, {})).resolves.toBe(jobName);
  expect(azure.invocations).toMatchObject([
    {
      name: jobName,
      headers: {
        'repeatability-request-id': expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/) as string,
      },
      inputs: {
        input_url: { JobInputType: 'Literal', Value: submission.inputUrl },
        company_base64: { JobInputType: 'Literal', Value: Buffer.from(company).toString('base64') },
      },
      output: {
        JobOutputType: 'UriFile',
        Uri: `${azure.settings.BANK_MAP_AZUREML_WORKSPACE}/datastores/workspaceblobstore/paths/bank-map/${jobName}.json`,
      },
    },
  ]);
  expect(azure.invocations[0]?.headers).not.toHaveProperty('azureml-model-deployment');
  for (const status of ['Queued', 'Running', 'Completed', 'Completed']) {
    await expect(ml.status(jobName, {})).resolves.toEqual({ status });
  }
  expect(await outputText(ml, jobName)).toBe('{"company":"x"}');
});

test('tokens are kept', async () => {
  const ml = await driver({ component: () => '{}' });
  const calls = async () => {
    await ml.submit(submission, {});
    await outputText(ml, jobName);
  };
  await calls();
  expect(identity.requests).toContain('GET /msi/token');
  identity.requests.length = 0;
  await Promise.all([calls(), calls()]);
  expect(identity.requests).toEqual([]);
});

test('a configured deployment is named', async () => {
  const ml = await driver({}, { BANK_MAP_AZUREML_DEPLOYMENT: 'blue' });
  await ml.submit(submission, {});
  expect(azure.invocations[0]?.headers).toMatchObject({ 'azureml-model-deployment': 'blue' });
});

test('submitted again, also when its answer was lost, a job is started once', async () => {
  const ml = await driver({ usesRequestedNames: false });
  azure.fail(ENDPOINT, { fault: 'cutOff' }, 1);
  expect(await failure(ml.submit(submission, {}))).toMatchObject({ code: 'MlServiceUnavailable', retryable: true });
  const handle = await ml.submit(submission, {});
  await expect(ml.submit(submission, {})).resolves.toBe(handle);
  expect(azure.invocations).toHaveLength(1);
});

test('a job that is known by its name is not invoked again', async () => {
  const ml = await driver();
  azure.jobs.set(jobName, { statuses: ['Running'] });
  await expect(ml.submit(submission, {})).resolves.toBe(jobName);
  expect(azure.invocations).toEqual([]);
});

test('submissions that overlap start one job', async () => {
  const ml = await driver();
  const both = Array.from({ length: 4 }, () => ml.submit(submission, {}));
  await expect(Promise.all(both)).resolves.toEqual(Array(4).fill(jobName));
  expect(azure.invocations).toHaveLength(1);
});

test('where jobs get other names, one is started, found and read all the same', async () => {
  const ml = await driver({
    usesRequestedNames: false,
    job: { statuses: ['Running', 'Completed'] },
    component: () => '{}',
  });
  const handle = await ml.submit(submission, {});
  await expect(ml.submit(submission, {})).resolves.toBe(handle);
  expect(azure.invocations).toHaveLength(1);
  await expect(ml.status(handle, {})).resolves.toEqual({ status: 'Running' });
  expect(await outputText(ml, handle)).toBe('{}');
  await expect(ml.cancel(handle, {})).resolves.toBeUndefined();
});

test('the error of a job is shown without URLs; an unknown state is no failure', async () => {
  const ml = await driver();
  await ml.submit(submission, {});
  azure.jobs.set(jobName, {
    statuses: ['Failed'],
    errorMessage: `No zip at ${submission.inputUrl} (sig=aSecret&se=1).`,
  });
  await expect(ml.status(jobName, {})).resolves.toEqual({
    status: 'Failed',
    error: 'No zip at [URL] (sig=[redacted]&se=1).',
  });
  azure.jobs.set(jobName, { statuses: ['Hibernating'] });
  await expect(ml.status(jobName, {})).resolves.toEqual({ status: 'Unknown' });
});

test('a missing job is lost and is not canceled; an ended one is not canceled either', async () => {
  const ml = await driver({ job: { statuses: ['Running'] } });
  await expect(ml.status(jobName, {})).resolves.toBeUndefined();
  await expect(ml.cancel(jobName, {})).resolves.toBeUndefined();
  await ml.submit(submission, {});
  await ml.cancel(jobName, {});
  await expect(ml.status(jobName, {})).resolves.toEqual({ status: 'CancelRequested' });
  azure.jobs.set(jobName, { statuses: ['Completed'] });
  await expect(ml.cancel(jobName, {})).resolves.toBeUndefined();
  azure.jobs.set(jobName, { statuses: ['Running'] });
  azure.fail(/cancel$/, error(409, 'Conflict', 'no'));
  expect(await failure(ml.cancel(jobName, {}))).toMatchObject({ message: 'Azure ML does not cancel the job (409).' });
});

test('a job that has completed without its output has failed', async () => {
  const ml = await driver();
  await ml.submit(submission, {});
  expect(await failure(ml.output(jobName, {}))).toMatchObject({
    code: 'MlServiceRejected',
    message: `The job has completed, but there is no output bank-map/${jobName}.json in the container of its datastore.`,
  });
});

type Fault = [string, RegExp, Answer, 'submit' | 'output', { code: string; retryable: boolean; message?: string }];
const unavailable = { code: 'MlServiceUnavailable', retryable: true };
const rejected = (message: string) => ({ code: 'MlServiceRejected', retryable: false, message });
const BLOB = /^GET \/container/;

test.each<Fault>([
  ['429', ENDPOINT, error(429, 'TooManyRequests', 'slow down'), 'submit', unavailable],
  ['503', ENDPOINT, error(503, 'ServerBusy', 'later'), 'submit', unavailable],
  ['503 of Resource Manager', /^GET \/subscriptions/, error(503, 'ServerBusy', 'later'), 'submit', unavailable],
  ['a reset', ENDPOINT, { fault: 'reset' }, 'submit', unavailable],
  [
    '400',
    ENDPOINT,
    error(400, 'BadArgument', `There is no input company_base64 beside ${submission.inputUrl}.`),
    'submit',
    rejected('The batch endpoint refuses the call (400): BadArgument: There is no input company_base64 beside [URL]'),
  ],
  ['404', ENDPOINT, { status: 404 }, 'submit', rejected('The batch endpoint refuses the call (404).')],
  ['HTML', ENDPOINT, { body: '<html>' }, 'submit', rejected('The ML service gave an answer that is not valid.')],
  [
    'no right to invoke',
    ENDPOINT,
    error(403, 'AuthorizationFailed', 'The client … does not have authorization'),
    'submit',
    rejected(
      'The batch endpoint denies the app access (403). ' +
        'Its identity needs the role "AzureML Data Scientist" on the workspace.',
    ),
  ],
  [
    'a token that is not taken',
    /^GET \/subscriptions/,
    error(401, 'InvalidAuthenticationToken', 'expired'),
    'submit',
    rejected(
      'Azure Resource Manager denies the app access (401). ' +
        'Its identity needs the role "AzureML Data Scientist" on the workspace.',
    ),
  ],
  [
    'no right to read outputs',
    BLOB,
    { status: 403, headers: { 'x-ms-error-code': 'AuthorizationPermissionMismatch' } },
    'output',
    rejected(
      'The storage of the output denies the app access (403). ' +
        'Its identity needs the role "Storage Blob Data Reader" on the container of BANK_MAP_AZUREML_OUTPUT.',
    ),
  ],
  ['storage that is busy', BLOB, { status: 503 }, 'output', unavailable],
])('%s', async (_name, pattern, answer, step, expected) => {
  const ml = await driver({ component: () => '{}' });
  azure.fail(pattern, answer);
  const failed = await failure(step === 'submit' ? ml.submit(submission, {}) : ml.output(jobName, {}));
  expect(failed).toMatchObject(expected);
  expect(azure.requests.filter((line) => pattern.test(line))).toHaveLength(
    expected.retryable && pattern !== ENDPOINT ? 2 : 1,
  );
  expect(JSON.stringify(failed)).not.toMatch(/aSecret|token-for/);
});

test('a missing answer ends with the time-out of the call', async () => {
  const ml = await driver({}, { BANK_MAP_ML_TIMEOUT_MS: '300' });
  azure.fail(ENDPOINT, { fault: 'silent' });
  expect(await failure(ml.submit(submission, {}))).toMatchObject({ code: 'MlServiceTimeout', retryable: true });
});

test.each<[string, Answer, string]>([
  ['no identity', error(400, 'invalid_request', 'no identity is assigned'), 'MlServiceUnavailable'],
  ['a token endpoint that hangs', { fault: 'silent' }, 'MlServiceTimeout'],
])('%s can pass, and says what to do', async (_name, answer, code) => {
  const ml = await driver({}, { BANK_MAP_ML_TIMEOUT_MS: '300' });
  identity.fail(/msi/, answer);
  expect(await failure(ml.status(jobName, {}))).toMatchObject({ code, retryable: true });
  expect(azure.requests).toEqual([]);
});

test('an aborted call does not wait for the sign-in', async () => {
  const ml = await driver();
  identity.fail(/msi/, { fault: 'silent' });
  const controller = new AbortController();
  const stopped = failure(ml.status(jobName, { signal: controller.signal }));
  await eventually(() => Promise.resolve(identity.requests[0]), 'a request for a token');
  controller.abort();
  expect(await stopped).toMatchObject({ code: 'MlServiceTimeout' });
});
