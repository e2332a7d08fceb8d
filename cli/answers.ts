import { z } from 'zod';

/** The app returned an error or an unexpected body; `status` is 0 when there was no response. */
export class CallError extends Error {
  override readonly name = 'CallError';
  constructor(
    message: string,
    readonly status: number,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }

  /** Whether to retry. 404 is included: the app returns it for a result that is not ready (docs/contracts/bank-map.md). */
  get isRetryable(): boolean {
    return this.status === 0 || this.status === 404 || this.status === 429 || this.status >= 500;
  }
}

/** The parts of a response that the client reads. */
export interface Answer {
  status: number;
  /** The `Retry-After` header, if there is one. */
  retryAfter: string | undefined;
  text: string;
}

/** One day: longer than any wait of this client, and short enough for `setTimeout`. */
const MAX_RETRY_AFTER_MS = 86_400_000;

const problem = z.object({ error: z.string(), trace_id: z.string().optional() });
const submitted = z.object({ job_id: z.string().min(1) });
const jobStatus = z.object({ status: z.string(), error: z.string().optional() });
const result = z.object({
  mappings: z.array(z.object({ main: z.object({ recommended: z.boolean().optional() }).optional() })),
});

export type JobStatus = z.infer<typeof jobStatus> & { retryAfterMs: number | undefined };

/** The job's ID in the response of a submission. @throws {CallError} */
export const parseSubmitted = (answer: Answer): string => parse(submitted, answer).job_id;

/** @throws {CallError} when the response is an error or no job status */
export const parseStatus = (answer: Answer): JobStatus => ({
  ...parse(jobStatus, answer),
  retryAfterMs: retryAfterMs(answer.retryAfter),
});

/** The number of lines in a result, and how many of them are recommended. @throws {CallError} */
export function parseResult(answer: Answer): { lines: number; recommended: number } {
  const { mappings } = parse(result, answer);
  return { lines: mappings.length, recommended: mappings.filter(({ main }) => main?.recommended).length };
}

/** @throws {CallError} when the response is an error, or is not JSON of this shape */
function parse<T>(schema: z.ZodType<T>, answer: Answer): T {
  const json = jsonOf(answer.text);
  if (answer.status < 200 || answer.status > 299) throw errorOf(answer, json);
  const { data } = schema.safeParse(json);
  if (data === undefined)
    throw new CallError('The response does not come from the app; is the URL right?', answer.status);
  return data;
}

function errorOf({ status, retryAfter }: Answer, json: unknown): CallError {
  const { data } = problem.safeParse(json);
  const trace = data?.trace_id === undefined ? '' : ` (trace ${data.trace_id})`;
  const message = data ? `${status}: ${data.error}${trace}` : `the app answered ${status}`;
  return new CallError(message, status, retryAfterMs(retryAfter));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms));
}
