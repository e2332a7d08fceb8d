import { type Dispatcher } from 'undici';
import { discard, send } from './connection.js';
import { retried, type RetryPolicy } from './retries.js';

interface PostOptions {
  readonly signal: AbortSignal;
  readonly retries: RetryPolicy;
}

/**
 * - `stored`: the app has the result, of this request or of an earlier one (409)
 * - `gone`: the key is old or unknown (404)
 * - `tooLarge`: the result is above the limit of the app (413)
 * - `refused`: any other answer; a retry cannot help
 */
export type PostOutcome = 'stored' | 'gone' | 'tooLarge' | 'refused';

/**
 * Posts a result to the app.
 *
 * @param url the URL of the download (docs/analyzer.md)
 * @throws {RetryableError} when all attempts fail
 */
export async function postResult(url: string, refer: string, body: Buffer, options: PostOptions): Promise<PostOutcome> {
  const { retries, signal } = options;
  const headers = { 'content-type': 'application/json', 'x-refer-key': refer };
  return retried(retries, signal, async () => {
    const response = await send(url, { method: 'POST', headers, body, signal });
    await discard(response);
    return outcomeOf(response);
  });
}

function outcomeOf({ statusCode }: Dispatcher.ResponseData): PostOutcome {
  if ((statusCode >= 200 && statusCode < 300) || statusCode === 409) return 'stored';
  if (statusCode === 404) return 'gone';
  return statusCode === 413 ? 'tooLarge' : 'refused';
}
