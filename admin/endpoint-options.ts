import { InvalidArgumentError, Option, type Command } from 'commander';
import { workerKindsOf, type EndpointSettings } from '../src/serverless/endpoints/endpoint-settings.js';
import { kinds } from '../src/slices.js';
import { newWebhookSecret } from '../src/platform/webhook-secret.js';

/** Kinds of operations that can be the worker of an endpoint. */
const KINDS = workerKindsOf(kinds);

export interface EndpointFlags {
  worker?: string;
  kind?: string;
  workers?: number;
  maxSyncWaiting?: number;
  maxQueued?: number;
  webhookSecret?: string;
}

export function withEndpointOptions(command: Command): Command {
  return command
    .addOption(new Option('--worker <url>', 'URL of the worker, or none').conflicts('kind'))
    .addOption(new Option('--kind <name>', 'kind of operation of the app that is the worker').choices(KINDS))
    .option('--workers <number>', 'requests that run at a time', wholeNumber)
    .option('--max-sync-waiting <number>', 'synchronous requests that may wait for a worker', wholeNumber)
    .option('--max-queued <number>', 'requests that may wait in all', wholeNumber)
    .option('--webhook-secret <secret>', 'secret that signs webhooks: generate, whsec_… or none');
}

/** The settings of the given flags; a new secret for `generate`. */
export function settingsFrom(flags: EndpointFlags): Partial<EndpointSettings> {
  const { worker, kind, workers, maxSyncWaiting, maxQueued, webhookSecret } = flags;
  return {
    ...(worker !== undefined && { worker: worker === 'none' ? null : { url: worker } }),
    ...(kind !== undefined && { worker: { kind } }),
    ...(workers !== undefined && { workers }),
    ...(maxSyncWaiting !== undefined && { maxSyncWaiting }),
    ...(maxQueued !== undefined && { maxQueued }),
    ...(webhookSecret !== undefined && { webhookSecret: secretFrom(webhookSecret) }),
  };
}

function secretFrom(text: string): string | undefined {
  if (text === 'none') return undefined;
  return text === 'generate' ? newWebhookSecret() : text;
}

export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
