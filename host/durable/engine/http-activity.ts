import axios, { type AxiosResponse } from 'axios';
import { type IncomingMessage } from 'node:http';
import { type HttpRequestData } from '../turn/actions.js';
import { type HttpResultData } from '../turn/http-polling.js';

/** Timeout of one request: the default of .NET's HttpClient. */
const TIMEOUT_MS = 100_000;
/** .NET's limit on redirects. */
const MAX_REDIRECTS = 50;
/** A response is stored in the history: a larger one fails the task instead of exhausting the host's memory. */
const MAX_RESPONSE_BYTES = 104_857_600;

/**
 * Performs one request of `callHttp`. A response with any status is a result.
 *
 * @param input JSON of the action's `httpRequest`
 * @returns the task's result as JSON text
 * @throws Error when there is no response, or the request is invalid; its message contains no query and no header
 */
export async function callHttp(input: string): Promise<string> {
  const request = JSON.parse(input) as HttpRequestData;
  const target = targetOf(request);
  try {
    const token = await authorization(request);
    const response = await axios.request<string>({
      method: request.method,
      url: target.href,
      headers: { 'Content-Type': request.content === undefined ? false : 'text/plain', ...request.headers, ...token },
      data: request.content,
      responseType: 'text',
      transformRequest: (data: unknown) => data,
      transformResponse: (data: unknown) => data,
      validateStatus: () => true,
      maxRedirects: MAX_REDIRECTS,
      maxContentLength: MAX_RESPONSE_BYTES,
      timeout: TIMEOUT_MS,
      proxy: false,
    });
    return JSON.stringify(resultOf(response));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${request.method} ${target.origin}${target.pathname} failed: ${reason}`, { cause: error });
  }
}

function targetOf({ uri, method, headers }: HttpRequestData): URL {
  const target = URL.parse(uri);
  if (target?.protocol !== 'http:' && target?.protocol !== 'https:') {
    throw new Error(`callHttp takes an absolute http or https URL; the '${method}' request has none.`);
  }
  const type = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (type?.toLowerCase().startsWith('multipart')) throw new Error('callHttp cannot send multipart content.');
  return target;
}

function resultOf({ status, data, request }: AxiosResponse<string, unknown>): HttpResultData {
  const { headersDistinct } = (request as { res: IncomingMessage }).res;
  const headers = Object.entries(headersDistinct).map(([name, values = []]) => {
    const [only = ''] = values;
    return [name, values.length > 1 ? values : only] as const;
  });
  return { statusCode: status, headers: Object.fromEntries(headers), content: data };
}

/**
 * A token of the machine's managed identity, from the endpoint that App Service provides (`IDENTITY_ENDPOINT`,
 * `IDENTITY_HEADER`). Only the request contains it, never the history.
 */
async function authorization({ tokenSource }: HttpRequestData): Promise<Record<string, string>> {
  if (tokenSource === undefined) return {};
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: secret } = process.env;
  if (endpoint === undefined || secret === undefined) {
    throw new Error('its token source needs a managed identity: set IDENTITY_ENDPOINT and IDENTITY_HEADER');
  }
  const { data } = await axios.get<{ access_token: string }>(endpoint, {
    params: { resource: tokenSource.resource, 'api-version': '2019-08-01' },
    headers: { 'X-IDENTITY-HEADER': secret },
    timeout: TIMEOUT_MS,
  });
  return { Authorization: `Bearer ${data.access_token}` };
}
