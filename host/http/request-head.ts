import { type IncomingMessage } from 'node:http';

/** Limits of the genuine host's server: the request line with its line break, and the header lines with theirs, in bytes. */
const MAX_REQUEST_LINE_BYTES = 8_192;
const MAX_HEADER_BYTES = 32_768;
const MAX_HEADERS = 100;

/** What Node.js may read of request line and headers before it answers 431 itself, in bytes: more than the limits above. */
export const MAX_HEAD_BYTES = 131_072;

/** The status of a request whose request line or headers exceed the limits, or that has several Host headers. */
export function refusalOfHead({ method = '', url = '', rawHeaders }: IncomingMessage): 400 | 414 | 431 | undefined {
  if (method.length + url.length + ' '.length * 2 + 'HTTP/1.1\r\n'.length > MAX_REQUEST_LINE_BYTES) return 414;
  if (rawHeaders.length / 2 > MAX_HEADERS) return 431;
  let [bytes, hosts] = [0, 0];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    bytes += name.length + (rawHeaders[index + 1]?.length ?? 0) + ': \r\n'.length;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  if (bytes > MAX_HEADER_BYTES) return 431;
  return hosts > 1 ? 400 : undefined;
}
