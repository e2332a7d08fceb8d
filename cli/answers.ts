import { z } from 'zod';

/** The app answered otherwise than with what was asked for; `status` 0 when no answer came. */
export class CallError extends Error {
  override readonly name = 'CallError';
  constructor(
    message: string,
    readonly status: number,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }

  /** As the contract's clients do: 404 is what a result answers that is not ready yet. */
  get mayPass(): boolean {
    return this.status === 0 || this.status === 404 || this.status === 429 || this.status >= 500;
  }
}

/** What the client reads of an answer. */
export interface Answer {
  status: number;
  /** The `Retry-After` header, if there is one. */
  retryAfter: string | undefined;
  text: string;
}

/** A day is longer than anybody waits here; more would overflow the timers. */
const MAX_RETRY_AFTER_MS = 86_400_000;

const problem = z.object({ error: z.string(), trace_id: z.string().optional() });
const submitted = z.object({ job_id: z.string().min(1) });
const jobStatus = z.object({ status: z.string(), error: z.string().optional() });
const result = z.object({
  mappings: z.array(z.object({ main: z.object({ recommended: z.boolean().optional() }) })),
});

export type JobStatus = z.infer<typeof jobStatus> & { retryAfterMs: number | undefined };

export const parseSubmitted = (answer: Answer): string => parse(submitted, answer).job_id;

export const parseStatus = (answer: Answer): JobStatus => ({
  ...parse(jobStatus, answer),
  retryAfterMs: retryAfterMs(answer.retryAfter),
});

/** How many lines a result has, and how many of them are recommended. */
export function parseResult(answer: Answer): { lines: number; recommended: number } {
  const { mappings } = parse(result, answer);
  return { lines: mappings.length, recommended: mappings.filter(({ main }) => main.recommended).length };
}

/** @throws {CallError} when the answer is an error, or not JSON of this shape */
function parse<T>(schema: z.ZodType<T>, answer: Answer): T {
  const json = jsonOf(answer.text);
  if (answer.status < 200 || answer.status > 299) throw errorOf(answer, json);
  const { data } = schema.safeParse(json);
  if (data === undefined)
    throw new CallError('The answer is not what the app answers; is the URL right?', answer.status);
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
