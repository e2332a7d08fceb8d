import http from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { randomUUID } from 'node:crypto';
import { type Answer } from './fake-service.js';

const SECRET = 'the identity header';
const WORKSPACE =
  '/subscriptions/00000000-1111-2222-3333-444444444444/resourceGroups/rg' +
  '/providers/Microsoft.MachineLearningServices/workspaces/hum';

export interface FakeJob {
  /** The statuses that polls get in turn; the last one repeats. */
  statuses: string[];
  errorMessage?: string;
}

/** An invocation of the batch endpoint: its inputs by name, and the URI of its output. */
export interface Invocation {
  headers: http.IncomingHttpHeaders;
  name?: string;
  inputs: Record<string, { JobInputType: string; Value: string }>;
  output: { JobOutputType: string; Uri: string };
}

export interface FakeAzureMlOptions {
  /** Whether jobs get the names that invocations request. Default: yes. */
  usesRequestedNames?: boolean;
  /** The next jobs. Default: completed immediately. */
  job?: FakeJob;
  /** The component: returns the content of the output `mappings`. */
  component?: (invocation: Invocation) => Promise<string> | string;
}

interface Call {
  line: string;
  token: string | undefined;
  request: http.IncomingMessage;
}

/**
 * A fake Azure on one port over real HTTP: the token endpoint of an App Service's managed identity
 * (https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference), a batch endpoint,
 * Resource Manager and the storage of the outputs. Each accepts only tokens for itself.
 */
export class FakeAzureMl {
  /** Requests such as `POST /jobs`, without the query. */
  readonly requests: string[] = [];
  readonly invocations: Invocation[] = [];
  readonly jobs = new Map<string, FakeJob>();
  /** Outputs by path in the container. */
  readonly blobs = new Map<string, string>();
  readonly #repeatable = new Map<string, object>();
  readonly #faults: { pattern: RegExp; answer: Answer; times: number }[] = [];
  readonly #silent: http.ServerResponse[] = [];
  readonly #server = http.createServer((request, response) => void this.#serve(request, response));

  constructor(readonly options: FakeAzureMlOptions) {}

  static async start(options: FakeAzureMlOptions = {}): Promise<FakeAzureMl> {
    const fake = new FakeAzureMl(options);
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Settings of an app that uses this fake. */
  get settings(): Record<string, string> {
    return {
      BANK_MAP_ML_DRIVER: 'azureml',
      BANK_MAP_AZUREML_ENDPOINT: `${this.url}/jobs`,
      BANK_MAP_AZUREML_WORKSPACE: WORKSPACE,
      BANK_MAP_AZUREML_OUTPUT: `${this.url}/container`,
      BANK_MAP_AZUREML_MANAGEMENT_URL: this.url,
      ...this.identity,
    };
  }

  /** The environment variables of an App Service's managed identity. */
  get identity(): Record<string, string> {
    return { IDENTITY_ENDPOINT: `${this.url}/msi/token`, IDENTITY_HEADER: SECRET };
  }

  /** The next `times` matching requests get this response; `cutOff` processes the request and loses the response. */
  fail(pattern: RegExp, answer: Answer, times = Infinity): void {
    this.#faults.push({ pattern, answer, times });
  }

  /** Removes all faults. Requests without a response get 400, which the token library does not retry. */
  recover(): void {
    this.#faults.length = 0;
    for (const response of this.#silent.splice(0)) response.writeHead(400).end();
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const line = `${request.method} ${(request.url ?? '').split('?', 1)[0]}`;
    this.requests.push(line);
    const fault = this.#faults.find(({ pattern, times }) => times > 0 && pattern.test(line));
    if (fault) fault.times--;
    const token = request.headers.authorization?.replace('Bearer ', '');
    const isLost = fault?.answer.fault === 'cutOff';
    const answer = fault && !isLost ? fault.answer : await this.#answer({ line, token, request });
    if (answer.fault === 'silent') return void this.#silent.push(response);
    if (answer.fault || isLost) return void request.socket.destroy();
    request.resume();
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body ?? '');
  }

  #answer(call: Call): Answer | Promise<Answer> {
    const { line, token, request } = call;
    if (line === 'GET /msi/token') return this.#token(request);
    if (line === 'POST /jobs') return token === tokenFor('https://ml.azure.com') ? this.#invoke(call) : UNAUTHORIZED;
    const blob = /^GET \/container\/(.+)$/.exec(line)?.[1];
    if (blob !== undefined) return this.#blob(blob, call);
    const [, method, job = '', cancel] = /^(GET|POST) .*\/jobs\/([^/]+)(\/cancel)?$/.exec(line) ?? [];
    const managed = request.url?.startsWith(`${WORKSPACE}/jobs/`) && request.url.endsWith('?api-version=2024-10-01');
    if (!managed || (method === 'POST') !== (cancel !== undefined))
      return error(400, 'BadRequest', `Unexpected request: ${line}.`);
    if (token !== tokenFor(this.url)) return UNAUTHORIZED;
    return cancel === undefined ? this.#status(job) : this.#cancel(job);
  }

  #token(request: http.IncomingMessage): Answer {
    if (request.headers['x-identity-header'] !== SECRET) return { status: 401 };
    const resource = new URL(request.url ?? '', this.url).searchParams.get('resource') ?? '';
    const expires_on = String(Math.floor(Date.now() / 1_000) + 86_400);
    return json({ access_token: tokenFor(resource), expires_on, resource, token_type: 'Bearer', client_id: 'c' });
  }

  async #invoke({ request }: Call): Promise<Answer> {
    const { properties } = JSON.parse(await text(request)) as {
      properties: { name?: string; InputData: Invocation['inputs']; OutputData: { mappings: Invocation['output'] } };
    };
    const { name, InputData: inputs, OutputData: outputs } = properties;
    const repeated = this.#repeatable.get(String(request.headers['repeatability-request-id']));
    if (repeated) return json(repeated);
    if (name !== undefined && this.jobs.has(name)) return error(409, 'Conflict', 'The job already exists.');
    const invocation: Invocation = { headers: request.headers, name, inputs, output: outputs.mappings };
    const job = (this.options.usesRequestedNames ?? true) && name !== undefined ? name : randomUUID();
    this.invocations.push(invocation);
    this.jobs.set(job, structuredClone(this.options.job ?? { statuses: ['Completed'] }));
    const written = await this.options.component?.(invocation);
    const path = /\/datastores\/workspaceblobstore\/paths\/(.+)$/.exec(invocation.output.Uri)?.[1];
    if (written !== undefined && path !== undefined) this.blobs.set(path, written);
    const answer = {
      id: `/jobs/${job}`,
      name: job,
      type: 'BatchJob',
      properties: { ...properties, status: 'Preparing' },
    };
    this.#repeatable.set(String(request.headers['repeatability-request-id']), answer);
    return json(answer, 201);
  }

  #status(name: string): Answer {
    const job = this.jobs.get(name);
    if (!job) return error(404, 'UserError', `Run ${name} was not found.`);
    const status = job.statuses.length > 1 ? job.statuses.shift() : job.statuses[0];
    const studio = {
      jobServiceType: 'Studio',
      endpoint: 'https://ml.azure.com/runs/x',
      errorMessage: job.errorMessage,
    };
    const properties = { jobType: 'Pipeline', status, services: { Tracking: null, Studio: studio }, tags: {} };
    return json({ id: `${WORKSPACE}/jobs/${name}`, name, type: 'Microsoft.MachineLearningServices/jobs', properties });
  }

  #cancel(name: string): Answer {
    const job = this.jobs.get(name);
    if (!job) return error(404, 'UserError', `Run ${name} was not found.`);
    if (job.statuses[0] === 'Completed') return error(400, 'UserError', 'The job has ended.');
    job.statuses = ['CancelRequested', 'Canceled'];
    return { status: 202, headers: { location: `${this.url}${WORKSPACE}/jobs/${name}` } };
  }

  #blob(path: string, { token, request }: Call): Answer {
    if (token !== tokenFor('https://storage.azure.com') || !request.headers['x-ms-version']) return { status: 401 };
    const found = this.blobs.get(path);
    if (found !== undefined) return { body: found };
    return { status: 404, headers: { 'x-ms-error-code': 'BlobNotFound' }, body: '<?xml version="1.0"?><Error/>' };
  }
}

const tokenFor = (resource: string) => `token-for-${resource}`;

const json = (value: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** An error in the format of Resource Manager and Azure ML. */
export const error = (status: number, code: string, message: string): Answer =>
  json({ error: { code, message } }, status);

const UNAUTHORIZED = error(401, 'InvalidAuthenticationToken', 'The token has the wrong audience.');
