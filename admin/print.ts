import { formatTable } from '../dev/table.js';
import { type Worker } from '../src/serverless/endpoints/endpoint-settings.js';
import { type Endpoint } from '../src/serverless/endpoints/endpoint-store.js';
import { withoutSecrets } from '../src/serverless/endpoints/without-secrets.js';

/** Generated now, and shown only once. */
interface Secrets {
  key?: string;
  webhookSecret?: string;
}

export function printEndpoint(endpoint: Endpoint, isJson: boolean, secrets: Secrets = {}): void {
  if (isJson) {
    printJson({ endpoint: withoutSecrets(endpoint), ...secrets });
    return;
  }
  print(tableOf([endpoint]));
  if (secrets.key !== undefined) print(`\nAPI key, shown only now: ${secrets.key}`);
  if (secrets.webhookSecret !== undefined) print(`Webhook secret, shown only now: ${secrets.webhookSecret}`);
}

export function printEndpoints(endpoints: readonly Endpoint[], isJson: boolean): void {
  if (isJson) printJson({ endpoints: endpoints.map(withoutSecrets) });
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
    .map(withoutSecrets)
    .map(({ id, worker, workers, maxSyncWaiting, maxQueued, signsWebhooks, createdAt }) => {
      return [id, workerName(worker), workers, maxSyncWaiting, maxQueued, signsWebhooks ? 'yes' : 'no', createdAt];
    });
  return formatTable(headings, rows);
}

function workerName(worker: Worker): string {
  if (worker === null) return 'none';
  return 'url' in worker ? worker.url : worker.kind;
}
