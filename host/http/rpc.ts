import { type DurableExtension } from '../contracts.js';
import { type HostLog } from '../log.js';
import { answerEmpty, readTarget } from './request-target.js';
import { type Handler } from './listener.js';
import { serveWebhook } from './webhook.js';

/** First part of the RPC endpoint's paths (host contract, 4.3). */
export const RPC_BASE = 'durabletask/';

/**
 * The durable client's private way to the extension: no key, no size limit (host contract, 4.3). A browser must not
 * reach it from some web page, so what carries an `Origin`, or another name than the loopback address, is refused.
 *
 * @param getExtension undefined until the extension runs
 */
export function rpcHandler(getExtension: () => DurableExtension | undefined, log: HostLog): Handler {
  return (request, response) => {
    const extension = getExtension();
    const target = readTarget(request);
    if (extension === undefined) {
      answerEmpty(response, 503);
      return;
    }
    if (target === undefined || request.headers.origin !== undefined || !isLoopback(target.origin)) {
      answerEmpty(response, 403);
      return;
    }
    if (!target.path.startsWith(RPC_BASE)) {
      answerEmpty(response, 404);
      return;
    }
    // It answers 500 itself and never rejects.
    void serveWebhook(extension, log, { request, response, target }, target.path.slice(RPC_BASE.length), Infinity);
  };
}

function isLoopback(origin: string): boolean {
  return origin.startsWith('http://127.0.0.1:');
}
