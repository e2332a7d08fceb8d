import axios, { type AxiosInstance, type AxiosResponse, type ResponseType } from 'axios';
import { z } from 'zod';
import { callConfig, type CallContext } from '../../platform/http-client.js';
import { redact } from '../../platform/logging.js';
import { bankMapErrors } from '../errors.js';
import { type TokenSource } from './azure-tokens.js';
import { callMl } from './failures.js';

/** A service that a batch job involves, and the role that the app's identity needs there. */
interface AzureService {
  /** Scope of its tokens, such as `https://ml.azure.com/.default`. */
  scope: string;
  /** Its name in errors. */
  name: string;
  /** What to do when it denies access. */
  remedy: string;
}

const WORKSPACE_ROLE = 'Its identity needs the role "AzureML Data Scientist" on the workspace.';

/** @param clouds `audience` of Azure ML's tokens and URL of Resource Manager: each cloud has its own */
export function azureServices({ audience, management }: { audience: string; management: string }) {
  return {
    ml: { scope: `${audience}/.default`, name: 'The batch endpoint', remedy: WORKSPACE_ROLE },
    management: { scope: `${management}/.default`, name: 'Azure Resource Manager', remedy: WORKSPACE_ROLE },
    storage: {
      scope: 'https://storage.azure.com/.default', // the same in all clouds
      name: 'The storage of the output',
      remedy: 'Its identity needs the role "Storage Blob Data Reader" on the container of BANK_MAP_AZUREML_OUTPUT.',
    },
  } satisfies Record<string, AzureService>;
}

interface AzureCall {
  service: AzureService;
  method: 'get' | 'post';
  url: string;
  call: CallContext;
  /** Time of the whole call, with the token and all attempts. */
  totalTimeoutMs: number;
  headers?: Record<string, string>;
  params?: Record<string, string>;
  body?: unknown;
  responseType?: ResponseType;
  /** Statuses that are no errors, besides 2xx. */
  expected?: readonly number[];
}

export type AzureRest = <T>(request: AzureCall) => Promise<AxiosResponse<T>>;

/** Calls Azure's REST APIs with the app's identity. Throws an OperationError for every status but 2xx and `expected`. */
export function createAzureRest(http: AxiosInstance, tokens: TokenSource): AzureRest {
  return <T>({ service, call, totalTimeoutMs, body, expected = [], ...request }: AzureCall) =>
    callMl(
      async () => {
        const { headers, ...config } = callConfig({ totalTimeoutMs }, call);
        const token = await inTime(tokens(service.scope), config.signal);
        return http.request<T>({
          ...request,
          ...config,
          headers: { ...headers, ...request.headers, Authorization: `Bearer ${token}` },
          data: body,
          validateStatus: (status) => (status >= 200 && status < 300) || expected.includes(status),
        });
      },
      { refusal: (status, cause) => refusal(service, status, cause) },
    );
}

/** The library tries one source of identity after the other, which may take longer than the call may. */
async function inTime(token: Promise<string>, signal: AbortSignal): Promise<string> {
  const aborted = Promise.withResolvers<never>();
  const stop = () => aborted.reject(signInTimeout(signal.reason));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([token, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function signInTimeout(cause: unknown): Error {
  return bankMapErrors.MlServiceTimeout('Signing in to Azure takes too long.', { cause });
}

function refusal({ name, remedy }: AzureService, status: number, cause: unknown): string {
  if (status === 401 || status === 403) return `${name} denies the app access (${status}). ${remedy}`;
  const said = errorText(axios.isAxiosError(cause) ? cause.response?.data : undefined);
  return `${name} refuses the call (${status})${said ? `: ${said}` : '.'}`;
}

/** Azure's error bodies: https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md#handling-errors */
const errorBody = z.object({ error: z.object({ code: z.string().nullish(), message: z.string().nullish() }) });

function errorText(body: unknown): string {
  const { data } = errorBody.safeParse(body);
  return withoutUrls([data?.error.code, data?.error.message].filter(Boolean).join(': '));
}

const MAX_TEXT = 300;

/** Azure's messages may contain the input's URL, which grants access to the zip. */
export function withoutUrls(text: string): string {
  return redact(text.replace(/\b[a-z]+(:|%3a)(\/|%2f){2}[^\s"'<>]+/gi, '[URL]')).slice(0, MAX_TEXT);
}
