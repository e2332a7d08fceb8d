import type { IncomingMessage } from 'node:http';
import { createAgents } from '../platform/http-client.js';
import { post, type Post, type PostError } from './post.js';

export type WorkerPost = Omit<Post, 'url'> & { url: string };

/** @returns an answer, whatever its status; rejects with what Node says of the connection */
export type PostToWorker = (post: WorkerPost) => Promise<IncomingMessage>;

/** There are as many connections to a worker's address as its endpoint allows calls. */
export function createWorkerHttp(): PostToWorker {
  const agents = createAgents({ keepAlive: true, maxSockets: Infinity });
  return async ({ url, ...rest }) => {
    const call = { url: new URL(url), ...rest };
    try {
      return await post(agents, call);
    } catch (error) {
      if (!(error as PostError).isStale) throw error;
      return post(agents, call);
    }
  };
}
