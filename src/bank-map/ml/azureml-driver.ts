/**
 * An Azure ML batch endpoint as the ML service. The endpoint's deployment is a pipeline component with the inputs
 * `input_url` and `company_base64` and the output `mappings` (docs/bank-map.md, "Azure ML"); only such deployments take
 * literal inputs. Sources:
 *
 * - invocation, inputs, outputs, the deployment's header:
 *   https://learn.microsoft.com/azure/machine-learning/how-to-access-data-batch-endpoints-jobs?tabs=rest
 * - who may invoke, with a token for which scope:
 *   https://learn.microsoft.com/azure/machine-learning/how-to-authenticate-batch-endpoint?tabs=rest
 * - the body's `name` and the answer: `BatchJob` in
 *   https://github.com/Azure/azure-sdk-for-python/blob/main/sdk/ml/azure-ai-ml/swagger/machinelearningservices/resource-manager/Microsoft.MachineLearningServices/preview/2020-09-01-dataplanepreview/mfe.json
 * - Jobs - Get, Jobs - Cancel: https://learn.microsoft.com/rest/api/azureml/jobs
 * - Get Blob with a token: https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory
 *
 * An activity can run twice, and the reference does not say what a repeated invocation does. So:
 *
 * J1 A job is invoked with the app's name for it, and only while Azure ML knows no job of that name. (Versions differ in
 *    whether they use the name: https://github.com/Azure/azure-sdk-for-python/issues/32763.)
 * J2 Every invocation of a job has the same repeatability id, derived from the name, as in Microsoft's client
 *    (https://github.com/Azure/azure-sdk-for-python/pull/33271).
 * J3 One activity sends an invocation once, so an endpoint that starts jobs although it fails starts at most
 *    BANK_MAP_SUBMIT_ATTEMPTS of them (https://github.com/Azure/azure-sdk-for-python/issues/31166).
 * J4 The path of the output is derived from the app's name, so a second job writes the same result to the same path.
 *
 * Known limits: where Azure ML uses neither name nor id, an invocation whose answer is lost starts a second job, and the
 * first one cannot be canceled because its name is unknown. Where it uses the id, a deleted job stays lost until the id
 * expires.
 */
import { createHash } from 'node:crypto';
import { type Readable } from 'node:stream';
import { z } from 'zod';
import { type CallContext } from '../../platform/http-client.js';
import { azureServices, withoutUrls, type AzureRest } from './azure-rest.js';
import { jobStatus, OUTPUT_TIMEOUT_FACTOR, type MlDriver, type MlJob, type Submission } from './driver.js';
import { parsed, rejected, unbroken } from './failures.js';

export interface AzureMlOptions {
  /** The endpoint's scoring URL, `https://{endpoint}.{region}.inference.ml.azure.com/jobs`. */
  endpoint: string;
  /** Deployment to invoke; default: the endpoint's own default. */
  deployment?: string;
  /** Resource id of the workspace, `/subscriptions/…/workspaces/{name}`. */
  workspace: string;
  /** Name of the workspace's datastore that outputs are written to. */
  datastore: string;
  /** URL of the blob container of the datastore. */
  container: string;
  /** Resource Manager of the cloud, `https://management.azure.com`. */
  management: string;
  /** Audience of the endpoint's tokens, `https://ml.azure.com`. */
  audience: string;
  /** Time of one call, ms, with its token and all attempts. */
  totalTimeoutMs: number;
}

/** API version of Azure Resource Manager. */
const API_VERSION = '2024-10-01';
/** Storage accepts tokens in every version from 2017-11-09 on. */
const STORAGE_VERSION = '2020-10-02';
const [BAD_REQUEST, NOT_FOUND, CONFLICT] = [400, 404, 409];
const ENDED: readonly MlJob['status'][] = ['Completed', 'Failed', 'Canceled'];

const submitted = z.object({ name: z.string().min(1).max(255) });
/** An unknown state is no failure of the job. */
const jobAnswer = z.object({
  properties: z.object({
    status: jobStatus.catch('Unknown'),
    services: z
      .record(z.string(), z.object({ errorMessage: z.string().nullish() }).nullish())
      .nullish()
      .catch(null),
  }),
});

export function createAzureMlDriver(rest: AzureRest, options: AzureMlOptions): MlDriver {
  const { endpoint, workspace, totalTimeoutMs } = options;
  const azure = azureServices(options);
  const job = (handle: string, action = '') => ({
    service: azure.management,
    url: `${options.management}${workspace}/jobs/${encodeURIComponent(nameAtAzure(handle))}${action}`,
    params: { 'api-version': API_VERSION },
    totalTimeoutMs,
  });

  async function statusOf(handle: string, call: CallContext): Promise<MlJob | undefined> {
    const { status, data } = await rest({ ...job(handle), method: 'get', call, expected: [NOT_FOUND] });
    return status === NOT_FOUND ? undefined : jobOf(data);
  }

  return {
    async submit(submission, call) {
      const { jobName } = submission;
      if (await statusOf(jobName, call)) return jobName; // J1
      const { status, data } = await rest({
        service: azure.ml,
        method: 'post',
        url: endpoint,
        headers: headersOf(jobName, options),
        body: invocation(submission, options),
        call,
        totalTimeoutMs,
        expected: [CONFLICT], // another submission was first
      });
      return status === CONFLICT ? jobName : handleOf(jobName, parsed(submitted, data, 'an answer').name);
    },

    status: statusOf,

    async output(handle, call) {
      const path = outputPath(handle);
      const { status, data } = await rest<Readable>({
        service: azure.storage,
        method: 'get',
        url: `${options.container}/${path}`,
        headers: { 'x-ms-version': STORAGE_VERSION },
        responseType: 'stream',
        call,
        totalTimeoutMs: totalTimeoutMs * OUTPUT_TIMEOUT_FACTOR,
        expected: [NOT_FOUND],
      });
      if (status !== NOT_FOUND) return unbroken(data as AsyncIterable<Uint8Array>);
      data.destroy();
      throw rejected(`The job has completed, but there is no output ${path} in the container of its datastore.`);
    },

    async cancel(handle, call) {
      const expected = [BAD_REQUEST, NOT_FOUND, CONFLICT];
      const { status } = await rest({ ...job(handle, '/cancel'), method: 'post', call, expected });
      if (status !== BAD_REQUEST && status !== CONFLICT) return;
      // The answer for a job that has ended is not documented, so its status is read.
      const found = await statusOf(handle, call);
      if (found && !ENDED.includes(found.status)) throw rejected(`Azure ML does not cancel the job (${status}).`);
    },
  };
}

function headersOf(jobName: string, { deployment }: AzureMlOptions): Record<string, string> {
  const id = uuidOf(jobName); // J2
  return {
    'repeatability-request-id': id, // as https://docs.oasis-open.org/odata/repeatable-requests/v1.0/ spells it
    'repeatability_request-id': id, // as Microsoft's client does
    ...(deployment !== undefined && { 'azureml-model-deployment': deployment }),
  };
}

function invocation({ jobName, inputUrl, company }: Submission, { workspace, datastore }: AzureMlOptions) {
  return {
    properties: {
      name: jobName,
      InputData: {
        input_url: literal(inputUrl),
        // Azure ML puts literals into the component's command line.
        company_base64: literal(Buffer.from(company).toString('base64')),
      },
      OutputData: {
        mappings: {
          JobOutputType: 'UriFile',
          Uri: `${workspace}/datastores/${datastore}/paths/${outputPath(jobName)}`, // J4
        },
      },
    },
  };
}

const literal = (value: string) => ({ JobInputType: 'Literal', Value: value });

/** The job's name at Azure ML, should it have given it another one, stands behind the app's. */
const handleOf = (jobName: string, name: string) => (name === jobName ? jobName : `${jobName}/${name}`);
const nameAtAzure = (handle: string) => handle.slice(handle.lastIndexOf('/') + 1);
const outputPath = (handle: string) => `bank-map/${handle.replace(/\/.*/, '')}.json`;

/** What it failed with is at one of its services, if anywhere: the reference has no other place. */
function jobOf(data: unknown): MlJob {
  const { status, services } = parsed(jobAnswer, data, 'a status').properties;
  const error = Object.values(services ?? {}).find((service) => service?.errorMessage)?.errorMessage;
  return { status, ...(error && { error: withoutUrls(error) }) };
}

/** The same name gives the same UUID, of version 8 (RFC 9562, 5.8). */
function uuidOf(name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
