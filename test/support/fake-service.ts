import type http from 'node:http';
import { finished } from 'node:stream';
import { listen } from './scripted-server.js';

export interface Answer {
  status?: number;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  /** `reset`: the socket is destroyed; `cutOff`: destroyed after half of the body; `silent`: no response. */
  fault?: 'reset' | 'cutOff' | 'silent';
}

export interface FakeService {
  url: string;
  /** `GET /images/7`, in the order of arrival. */
  requests: string[];
  headers: http.IncomingHttpHeaders[];
  /** The client's port of each request. */
  ports: number[];
  /** The body of each request as text; complete when the response is sent. */
  bodies: string[];
  close(): Promise<void>;
}

/** A real server on a free port that returns the answers in turn; the last one repeats. */
export async function startFakeService(answers: Answer[]): Promise<FakeService> {
  const requests: string[] = [];
  const headers: http.IncomingHttpHeaders[] = [];
  const bodies: string[] = [];
  const ports: number[] = [];
  const server = await listen((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)] ?? {};
    requests.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    ports.push(request.socket.remotePort ?? NaN);
    const index = bodies.push('') - 1;
    request.setEncoding('utf8').on('data', (chunk: string) => (bodies[index] = (bodies[index] ?? '') + chunk));
    if (answer.fault === 'reset') return void request.socket.destroy();
    if (answer.fault === 'silent') return;
    if (answer.fault === 'cutOff') cutOff(answer, request, response);
    else finished(request, () => response.writeHead(answer.status ?? 200, answer.headers).end(answer.body ?? ''));
  });
  return { ...server, requests, headers, ports, bodies };
}

const JPEG = Buffer.from('ffd8ffe000104a46494600ffd9', 'hex');

/** An image provider and a plate reader that have one answer, without a wait: an image, and the plate `ab123`. */
export async function startFakePlates() {
  const headers = { 'content-type': 'application/json' };
  const [provider, reader] = await Promise.all([
    startFakeService([{ body: JPEG }]),
    startFakeService([{ headers, body: '{"plate_number":"ab123"}' }]),
  ]);
  return {
    provider,
    external: { imageProvider: provider.url, plateReader: reader.url },
    close: () => Promise.all([provider.close(), reader.close()]),
  };
}

/** Sends the full `Content-Length` and half of the body, and closes the connection after the request is read. */
function cutOff(
  { status, headers, body = '' }: Answer,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status ?? 200, { ...headers, 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length >> 1));
  finished(request, () => request.socket.destroySoon());
}
