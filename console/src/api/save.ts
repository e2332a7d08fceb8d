import { ApiError, type Problem } from '@longhaul/client';
import { download } from './connection.js';

/** Lets the browser save a file. */
export function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser has begun to read it by then
}

/** Lets the browser save what a call answers. @throws ApiError */
export async function saveAnswer(path: string, accept: string, name: string): Promise<void> {
  const answer = await download(path, { headers: { Accept: accept } });
  if (!answer.ok) throw await errorOf(answer);
  save(await answer.blob(), name);
}

/** The error of an answer to `download`. */
export async function errorOf(answer: Response): Promise<ApiError> {
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
