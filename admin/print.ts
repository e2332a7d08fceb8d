import { formatTable } from '../dev/table.js';
import { redact } from '../src/platform/logging.js';
import { type Worker } from '../src/serverless/endpoints/endpoint-settings.js';
import { type Endpoint } from '../src/serverless/endpoints/endpoint-store.js';

/** Generated now, and shown only once. */
interface Secrets {
  key?: string;
  webhookSecret?: string;
}

/** An endpoint without its secrets; the worker's URL may have one too. */
function shown({ webhookSecret, worker, ...endpoint }: Endpoint) {
  const shownWorker = worker && 'url' in worker ? { url: redact(worker.url) } : worker;
  return { ...endpoint, worker: shownWorker, signsWebhooks: webhookSecret !== undefined };
}

export function printEndpoint(endpoint: Endpoint, isJson: boolean, secrets: Secrets = {}): void {
  if (isJson) {
    printJson({ endpoint: shown(endpoint), ...secrets });
    return;
  }
  print(tableOf([endpoint]));
  if (secrets.key !== undefined) print(`\nAPI key, shown only now: ${secrets.key}`);
  if (secrets.webhookSecret !== undefined) print(`Webhook secret, shown only now: ${secrets.webhookSecret}`);
}

export function printEndpoints(endpoints: readonly Endpoint[], isJson: boolean): void {
  if (isJson) printJson({ endpoints: endpoints.map(shown) });
  else print(endpoints.length === 0 ? 'There are no endpoints.' : tableOf(endpoints));
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function tableOf(endpoints: readonly Endpoint[]): string {
  const headings = ['endpoint', 'worker', 'workers', 'sync waiting', 'queued', 'signed webhooks', 'created'];
  const rows = endpoints
    .map(shown)
    .map(({ id, worker, workers, maxSyncWaiting, maxQueued, signsWebhooks, createdAt }) => {
      return [id, workerName(worker), workers, maxSyncWaiting, maxQueued, signsWebhooks ? 'yes' : 'no', createdAt];
    });
  return formatTable(headings, rows);
}

function workerName(worker: Worker): string {
  if (worker === null) return 'none';
  return 'url' in worker ? worker.url : worker.kind;
}
