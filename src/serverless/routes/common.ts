import { z } from 'zod';
import { type PerInvocation } from '../../operations/durable.js';
import { OperationError, type ErrorData } from '../../platform/errors.js';
import { type Reply, type RouteRequest, type StreamBody } from '../../platform/http/route.js';
import { logFailure } from '../../platform/logging.js';
import { type BlobStore } from '../../platform/storage.js';
import { type Endpoint, type EndpointStore } from '../endpoints/endpoint-store.js';
import { asContractError, contractErrors, errorForm, serverlessErrors } from '../errors.js';
import { bearerOf } from '../endpoints/keys.js';
import { type Requests } from '../requests/requests.js';
import { tooLargeMessage } from '../results/results.js';

export interface ServerlessRoutesOptions {
  endpoints: Pick<EndpointStore, 'authorize' | 'find'>;
  requests: PerInvocation<Requests>;
  blobs: Pick<BlobStore, 'get' | 'readUrl'>;
  /** Whether webhooks may go to addresses that are not public. */
  privateWebhooks: boolean;
}

const tag = { name: 'Serverless endpoints', description: 'Queues in front of pools of workers.' };
const params = z.object({ serverlessId: z.string().meta({ description: 'The endpoint.' }) });
/** A JSON body of any media type, read as a stream. */
export const json = (schema: z.ZodType, description: string): StreamBody => ({
  types: ['application/json'],
  anyType: true,
  maxBytes: Infinity,
  description,
  schemas: { 'application/json': schema },
});
/** The part that all routes of the slice share. */
export const common = {
  auth: 'anonymous' as const,
  bearer: true,
  tag,
  params,
  errorForm: { ...errorForm, prefix: '/v1' },
};
/** The errors that a route declares, with their messages. */
export const known = (...codes: (keyof typeof serverlessErrors)[]) =>
  (['EndpointUnauthorized', ...codes] as const).map((code) => examples[code]);

const EXAMPLE_ID = '00000000-0000-4001-8a2b-3c4d5e6f7081';
const examples = Object.fromEntries(
  [
    contractErrors.unauthorized(),
    contractErrors.tooLarge(),
    contractErrors.unreadable(),
    contractErrors.badData(),
    contractErrors.noWebhook(),
    contractErrors.badArguments(),
    contractErrors.timeout(),
    contractErrors.canceled(),
    contractErrors.tooManyQueued(),
    contractErrors.publish(undefined),
    contractErrors.status(undefined),
    contractErrors.cancel(undefined),
    contractErrors.handling(EXAMPLE_ID, 'the worker answered 500'),
    contractErrors.busy(),
    serverlessErrors.ResultTooLarge(tooLargeMessage(12_000_000)),
  ].map(({ data }) => [data.code, data]),
) as Record<keyof typeof serverlessErrors, ErrorData>;

type Params = z.output<typeof params>;
export interface Call<Q> {
  request: RouteRequest<Params, Q>;
  endpoint: Endpoint;
  requests: Requests;
}

/**
 * A handler that checks the endpoint's key first.
 * @param failed the error of the call when storage or the task hub fails
 */
export function authorized<Q>(
  { endpoints, requests }: ServerlessRoutesOptions,
  failed: (cause: unknown) => OperationError,
  run: (call: Call<Q>) => Promise<Reply>,
) {
  return async (request: RouteRequest<Params, Q>): Promise<Reply> => {
    try {
      const key = bearerOf(request.header('authorization'));
      const endpoint = await endpoints.authorize(request.params.serverlessId, key);
      if (!endpoint) throw contractErrors.unauthorized();
      return await run({ request, endpoint, requests: requests(request) });
    } catch (thrown) {
      const error = asContractError(thrown, failed);
      if (error !== thrown) logFailure(request.invocation, OperationError.from(thrown));
      throw error;
    }
  };
}
