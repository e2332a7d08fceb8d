import { z } from 'zod';
import { defineRoute, type Route } from '../../platform/http/route.js';
import { type DurableClient, type PerInvocation } from '../durable.js';
import { startTelling } from './resume.js';
import { pauseRequest, upstream } from './schemas.js';
import { type Upstreams } from './upstreams.js';

const tag = { name: 'Outside services', description: 'The services that the app calls: their state, and pauses.' };
const params = z.object({
  name: z.string().meta({ description: 'Name of the service.', examples: ['imageProvider'] }),
});
const notFound = [{ code: 'NotFound', status: 404 }];
const replies = { 200: { description: 'The service.', schema: upstream } };

export interface UpstreamRoutesOptions {
  upstreams: Upstreams;
  client: PerInvocation<DurableClient>;
}

export function createUpstreamRoutes({ upstreams, client }: UpstreamRoutesOptions): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/upstreams',
      auth: 'function',
      operationId: 'listUpstreams',
      tag,
      summary: 'The services that the app calls',
      replies: { 200: { description: 'All services.', schema: z.object({ value: z.array(upstream) }) } },
      handle: async () => ({ status: 200, body: { value: await upstreams.list() } }),
    }),
    defineRoute({
      method: 'post',
      path: '/upstreams/{name}:pause',
      auth: 'function',
      operationId: 'pauseUpstream',
      tag,
      summary: 'Stops all calls of a service',
      description: 'Processes of the app stop within 5 s. Operations wait until the service is resumed.',
      params,
      json: pauseRequest,
      replies,
      errors: notFound,
      async handle({ params: { name }, json: { reason } }) {
        upstreams.checkName(name);
        await upstreams.pauses.pause(name, reason);
        return { status: 200, body: await upstreams.get(name) };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/upstreams/{name}:resume',
      auth: 'function',
      operationId: 'resumeUpstream',
      tag,
      summary: 'Allows calls of a service again',
      description: 'Operations that wait go on within 10 s. A repeated call is answered the same.',
      params,
      replies,
      errors: notFound,
      async handle(request) {
        const { name } = request.params;
        upstreams.checkName(name);
        const pauseNumber = await upstreams.pauses.resume(name);
        if (pauseNumber > 0) await startTelling(client(request), { upstream: name, pauseNumber });
        return { status: 200, body: await upstreams.get(name) };
      },
    }),
  ];
}
