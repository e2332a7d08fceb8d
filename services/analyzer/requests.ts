import { z } from 'zod';

/** The body of `POST /analyze` is not valid; the message says where. */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
}

const MAX_URL_LENGTH = 2_048;

const schema = z.object({
  refer: z.string().regex(/^[\w-]{8,128}$/, 'must be a key of 8 to 128 letters, digits, "-" or "_"'),
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(MAX_URL_LENGTH),
  /** Names the analysis, so that a new key replaces the key of a request that waits. */
  id: z.union([z.int(), z.string().max(128)]).optional(),
});

/** A request to analyze a file. `refer` and `url` are secrets. */
export type AnalysisRequest = z.infer<typeof schema>;

/**
 * Parses the body of `POST /analyze`.
 *
 * @param origins the origins from which files may be downloaded
 * @throws {InvalidRequestError}
 */
export function parseAnalysisRequest(body: Buffer, origins: readonly string[]): AnalysisRequest {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new InvalidRequestError('The body is not JSON.', { cause });
  }
  const { success, data, error } = schema.safeParse(json);
  if (!success) {
    const reasons = error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
    throw new InvalidRequestError(`The body is not a request. ${reasons.join('; ')}.`);
  }
  const { origin, username, password } = new URL(data.url);
  if (username !== '' || password !== '') throw new InvalidRequestError('url: must have no user name or password.');
  if (!origins.includes(origin)) throw new InvalidRequestError(`url: the origin ${origin} is not allowed.`);
  return data;
}
