import { z } from 'zod';
import { type JobRequest } from './job.js';

/** Valid job names: they are part of URL and file paths. */
export const JOB_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

const MAX_COMPANY_LENGTH = 256;
const MAX_URL_LENGTH = 4_096;

const jobRequest = z.strictObject({
  company: z
    .string()
    .min(1, 'must not be empty')
    .max(MAX_COMPANY_LENGTH, `must have at most ${MAX_COMPANY_LENGTH} characters`)
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode'),
  inputUrl: z
    .string()
    .max(MAX_URL_LENGTH, `must have at most ${MAX_URL_LENGTH} characters`)
    .refine(isFetchable, 'must be an http or https URL without user name and password'),
  jobName: z
    .string()
    .regex(JOB_NAME, 'must have 1 to 128 letters, digits, _, . and -, and begin with a letter or a digit'),
});

/** The body of a request is invalid. The message names each wrong field, without its value. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
}

/** Parses the body of `POST /jobs`. @throws {InvalidRequestError} */
export function parseJobRequest(body: Buffer): JobRequest {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new InvalidRequestError('The body is not JSON.', { cause });
  }
  const { data, error } = jobRequest.safeParse(json);
  if (data) return data;
  const problems = error.issues.map(({ path, message }) => [...path, message].join(' '));
  throw new InvalidRequestError(`${problems.join('; ')}.`);
}

function isFetchable(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '';
}
