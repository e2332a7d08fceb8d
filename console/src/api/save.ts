import { ApiError, type Problem } from '@longhaul/client';
import { download } from './connection.js';

/** Lets the browser save what a call answers. @throws ApiError */
export async function save(path: string, accept: string, name: string): Promise<void> {
  const answer = await download(path, { headers: { Accept: accept } });
  if (!answer.ok) throw await errorOf(answer);
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function errorOf(answer: Response): Promise<ApiError> {
  const { error } = (await answer.json().catch(() => ({}))) as { error?: Problem };
  return new ApiError({
    code: error?.code ?? answer.headers.get('x-ms-error-code') ?? `Http${answer.status}`,
    message: error?.message ?? `The call was answered ${answer.status}.`,
    details: error?.details ?? [],
    status: answer.status,
    retryable: [429, 502, 503, 504].includes(answer.status),
    requestId: answer.headers.get('x-ms-request-id') ?? undefined,
  });
}
