import { z } from 'zod';
import { mergePatch } from '../../platform/http/merge-patch.js';
import { redact } from '../../platform/logging.js';
import { isStandardSecret, newWebhookSecret } from '../../platform/webhook-secret.js';
import {
  DEFAULT_SETTINGS,
  endpointId,
  endpointSettings,
  workerUrl,
  type EndpointSettings,
} from './endpoint-settings.js';

/** Instead of a webhook secret: a new one is made, and shown once. */
const GENERATE = 'generate';
const DEFAULT_GRACE_HOURS = 24;
const MAX_GRACE_HOURS = 24 * 365;
const graceMessage = `must be a number of hours from 0 to ${MAX_GRACE_HOURS}`;

/**
 * Bodies of the calls that manage endpoints. Unknown members are refused.
 *
 * @param kinds that can be a worker (`workerKindsOf`)
 */
export function endpointBodies(kinds: readonly string[]) {
  const kind = z.enum(kinds, `must be one of ${kinds.join(', ')}`);
  const { workers, maxSyncWaiting, maxQueued } = endpointSettings.shape;
  const webhookSecret = z
    .string()
    .refine(
      (text) => text === GENERATE || isStandardSecret(text),
      `must be ${GENERATE}, or whsec_ and the base64 of 24 to 64 bytes`,
    )
    .meta({
      description: `Signs webhooks. \`${GENERATE}\` makes a new one, which the answer has. Never shown otherwise.`,
    });
  const settings = {
    worker: z
      .strictObject({ url: workerUrl.nullish(), kind: kind.nullish() })
      .meta({ id: 'EndpointWorker', description: 'A service by its `url`, or a `kind` of operation of the app.' }),
    workers: workers.meta({ description: 'Requests that run at a time.' }),
    maxSyncWaiting: maxSyncWaiting.meta({ description: 'Synchronous requests that may wait for a worker.' }),
    maxQueued: maxQueued.meta({ description: 'Requests that may wait in all.' }),
    webhookSecret,
  };
  return {
    create: z
      .strictObject({ id: endpointId, ...z.strictObject(settings).partial().shape, worker: settings.worker.nullish() })
      .meta({ id: 'NewEndpoint' }),
    patch: z
      .strictObject({
        worker: settings.worker.nullish(),
        workers: settings.workers.nullish(),
        maxSyncWaiting: settings.maxSyncWaiting.nullish(),
        maxQueued: settings.maxQueued.nullish(),
        webhookSecret: webhookSecret.nullish(),
      })
      .meta({ id: 'EndpointPatch', description: 'A JSON merge patch (RFC 7396): null sets the default.' }),
    rotateKey: z
      .strictObject({
        graceHours: z
          .number(graceMessage)
          .min(0, graceMessage)
          .max(MAX_GRACE_HOURS, graceMessage)
          .default(DEFAULT_GRACE_HOURS)
          .meta({ description: 'How long the old key stays valid, hours; 0: it ends now.' }),
        revokeOld: z.boolean().default(false).meta({ description: 'Makes no new key, and ends the old key now.' }),
      })
      .meta({ id: 'EndpointKeyRotation' }),
  };
}

/**
 * Settings with a patch. The result is not checked yet: the store does it.
 *
 * @param patch a checked JSON merge patch. The URL that operators see (`withoutSecrets`) stands for the stored one
 */
export function patched(before: EndpointSettings, patch: object): EndpointSettings {
  const merged = mergePatch(before, patch) as Partial<EndpointSettings>;
  const after = { ...DEFAULT_SETTINGS, ...merged };
  const isShown = (url: string) => before.worker && 'url' in before.worker && url === redact(before.worker.url);
  if (after.worker && 'url' in after.worker && isShown(after.worker.url)) after.worker = before.worker;
  return after.webhookSecret === GENERATE ? { ...after, webhookSecret: newWebhookSecret() } : after;
}

/** Whether the answer shows the secret. */
export function generatesSecret({ webhookSecret }: { webhookSecret?: string | null }): boolean {
  return webhookSecret === GENERATE;
}
