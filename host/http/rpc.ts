import { type DurableExtension } from '../contracts.js';
import { type HostLog } from '../log.js';
import { readTarget } from './request-target.js';
import { sendEmpty } from './responses.js';
import { type Handler } from './listener.js';
import { serveWebhook } from './webhook.js';

/** First part of the RPC endpoint's paths (host contract, 4.3). */
export const RPC_BASE = 'durabletask/';

/**
 * The RPC endpoint of the durable client: no key, no size limit (host contract, 4.3). Requests with an `Origin` header or
 * for another host than 127.0.0.1 get 403, so that a web page cannot call it through a browser.
 *
 * @param getExtension returns undefined until the extension runs
 */
export function rpcHandler(getExtension: () => DurableExtension | undefined, log: HostLog): Handler {
  return (request, response) => {
    const extension = getExtension();
    const target = readTarget(request);
    if (extension === undefined) {
      sendEmpty(response, 503);
      return;
    }
    if (target === undefined || request.headers.origin !== undefined || !isLoopback(target.origin)) {
      sendEmpty(response, 403);
      return;
    }
    if (!target.encodedPath.startsWith(RPC_BASE)) {
      sendEmpty(response, 404);
      return;
    }
    // Never rejects: it answers 500 itself.
    void serveWebhook(
      extension,
      log,
      { request, response, target },
      target.encodedPath.slice(RPC_BASE.length),
      Infinity,
    );
  };
}

function isLoopback(origin: string): boolean {
  return origin.startsWith('http://127.0.0.1:');
}
