import { z } from 'zod';
import type { DurableClient } from '../../operations/durable.js';
import { OperationError } from '../../platform/errors.js';
import type { Reply, RouteRequest, StreamBody } from '../../platform/http/route.js';
import { logFailure } from '../../platform/logging.js';
import type { BlobStore } from '../../platform/storage.js';
import type { Endpoint, EndpointStore } from '../endpoints/endpoint-store.js';
import { asContractError, contractErrors, errorForm, serverlessErrors } from '../errors.js';
import { bearerOf } from '../endpoints/keys.js';
import { readJson } from './request-data.js';
import type { Requests } from '../requests.js';

export interface ServerlessRoutesOptions {
  endpoints: Pick<EndpointStore, 'authorize'>;
  requests: Requests;
  blobs: Pick<BlobStore, 'get' | 'readUrl'>;
  client: (request: Pick<RouteRequest, 'invocation'>) => DurableClient;
  /** Whether webhooks may go to addresses that are not public. */
  privateWebhooks: boolean;
}

/** What the slice's routes have in common. */
const tag = { name: 'Serverless endpoints', description: 'Queues in front of pools of workers.' };
const params = z.object({ serverlessId: z.string().meta({ description: 'The endpoint.' }) });
export const json = (description: string): StreamBody => ({
  types: ['application/json'],
  anyType: true,
  maxBytes: Infinity,
  description,
});
export const common = { auth: 'anonymous' as const, bearer: true, tag, params, errorForm };
export const known = (...codes: (keyof typeof serverlessErrors)[]) =>
  (['EndpointUnauthorized', ...codes] as const).map((code) => serverlessErrors[code]('').data);

type Params = z.output<typeof params>;
export interface Call<Q> {
  request: RouteRequest<Params, Q>;
  endpoint: Endpoint;
  client: DurableClient;
}

/**
 * Asks for the endpoint's key before anything else.
 * @param failed the call's answer when it is storage or the task hub that fails
 */
export function authorized<Q>(
  { endpoints, client }: ServerlessRoutesOptions,
  failed: (cause: unknown) => OperationError,
  run: (call: Call<Q>) => Promise<Reply>,
) {
  return async (request: RouteRequest<Params, Q>): Promise<Reply> => {
    try {
      const key = bearerOf(request.header('authorization'));
      const endpoint = await endpoints.authorize(request.params.serverlessId, key);
      if (!endpoint) throw contractErrors.unauthorized();
      return await run({ request, endpoint, client: client(request) });
    } catch (thrown) {
      const error = asContractError(thrown, failed);
      if (error !== thrown) logFailure(request.invocation, OperationError.from(thrown));
      throw error;
    }
  };
}

export function bodyOf(request: Pick<RouteRequest, 'stream' | 'header'>): Promise<unknown> {
  return readJson(request.stream, request.header('content-length'));
}
