import { createHash } from 'node:crypto';
import http from 'node:http';

/** An answer of the tus protocol. */
export interface TusAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** Single requests of the tus protocol, byte for byte. */
export class TusClient {
  readonly #url: string;

  /** @param url of the app */
  constructor(url: string) {
    this.#url = url;
  }

  async send(
    method: string,
    at: string,
    headers: Record<string, string | number> = {},
    body?: Uint8Array | string,
  ): Promise<TusAnswer> {
    const response = await fetch(new URL(at, this.#url), {
      method,
      headers: { 'Tus-Resumable': '1.0.0', ...(headers as Record<string, string>) },
      ...(body !== undefined && { body: body as RequestInit['body'] }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Begins an upload. @returns its URL */
  async create(length: number | undefined, name = 'script.txt', path = '/files/tus/'): Promise<string> {
    const lengths: Record<string, number> =
      length === undefined ? { 'Upload-Defer-Length': 1 } : { 'Upload-Length': length };
    const { status, headers, text } = await this.send('POST', path, { ...lengths, ...metadata(name) });
    const location = headers.get('location');
    if (status !== 201 || location === null) throw new Error(`The upload was answered ${status}: ${text}`);
    return location;
  }

  patch(at: string, offset: number, body: Uint8Array | string, headers = {}): Promise<TusAnswer> {
    return this.send('PATCH', at, { ...patchHeaders(offset), ...headers }, body);
  }

  /** The offset that HEAD tells. */
  async offset(at: string): Promise<number> {
    const { status, headers } = await this.send('HEAD', at);
    if (status !== 200) throw new Error(`HEAD was answered ${status}.`);
    return Number(headers.get('upload-offset'));
  }

  /** A PATCH that says that it has `length` bytes, for tests that send only some of them. */
  open(at: string, offset: number, length: number): http.ClientRequest {
    const headers = { ...patchHeaders(offset), 'Tus-Resumable': '1.0.0', 'Content-Length': length };
    const sent = http.request(new URL(at, this.#url), { method: 'PATCH', agent: false, headers });
    return sent.on('error', () => undefined); // tests end the line
  }
}

export const metadata = (name: string) => ({ 'Upload-Metadata': `filename ${Buffer.from(name).toString('base64')}` });

export const checksum = (algorithm: string, bytes: Uint8Array | string) => ({
  'Upload-Checksum': `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`,
});

function patchHeaders(offset: number) {
  return { 'Upload-Offset': offset, 'Content-Type': 'application/offset+octet-stream' };
}
