import { type Slice } from '../operations/slice.js';
import { endpointErrors } from './endpoints/endpoint-store.js';
import { serverlessErrors } from './errors.js';
import { webhookErrors } from '../webhooks/webhook-url.js';

/** Queues in front of pools of workers; a request is no operation, so the slice has no kinds. */
export const serverless: Slice = {
  name: 'serverless',
  kinds: [],
  errors: { ...serverlessErrors, ...endpointErrors, ...webhookErrors },
};
