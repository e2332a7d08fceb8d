import { redact } from '../../platform/logging.js';
import { type Endpoint } from './endpoint-store.js';

/** An endpoint as operators see it; the worker's URL may have a secret too. */
export function withoutSecrets({ webhookSecret, worker, ...endpoint }: Endpoint) {
  const shownWorker = worker && 'url' in worker ? { url: redact(worker.url) } : worker;
  return { ...endpoint, worker: shownWorker, signsWebhooks: webhookSecret !== undefined };
}
