import type http from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createClient, type LonghaulClient } from '@longhaul/client';
import { listen, type ScriptedServer } from '../../support/scripted-server.js';

const TOKEN = '0123456789abcdef0123456789abcdef';
const PART = 4_000_000;
/** Two parts and a half. */
const FILE = Buffer.alloc(2.5 * PART, 'abcdefghijk');

/** A server of the tus protocol with one upload, which loses connections. */
class FakeTus {
  readonly requests: string[] = [];
  metadata: unknown;
  stored = Buffer.alloc(0);
  length: number | undefined;
  /** Bytes of the file at which the connection is lost, once each. */
  losses: number[] = [];
  /** Whether the answer to the last part is lost. */
  losesLastAnswer = false;

  readonly serve = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const { method = '', headers, url } = request;
    this.requests.push(`${method} ${url}`);
    const announced = headers['upload-length'];
    if (announced !== undefined && this.length !== undefined) return void response.writeHead(400).end();
    if (announced !== undefined) this.length = Number(announced);
    if (method === 'POST') {
      this.metadata = headers['upload-metadata'];
      return void response.writeHead(201, { Location: `http://internal.example/files/tus/${TOKEN}` }).end();
    }
    if (!url?.includes(TOKEN)) return void response.writeHead(404).end();
    if (method === 'PATCH' && !(await this.#append(request, response))) return;
    response.writeHead(method === 'HEAD' ? 200 : 204, {
      'Upload-Offset': this.stored.length,
      ...(this.length !== undefined && method === 'HEAD' && { 'Upload-Length': this.length }),
      ...(this.stored.length === this.length && { 'X-File-Id': '7' }),
    });
    response.end();
  };

  async #append(request: http.IncomingMessage, response: http.ServerResponse): Promise<boolean> {
    if (Number(request.headers['upload-offset']) !== this.stored.length) {
      request.resume();
      response.writeHead(409).end();
      return false;
    }
    const body = await buffer(request);
    const end = this.stored.length + body.length;
    const loss = this.losses.find((at) => at <= end) ?? Infinity;
    this.losses = this.losses.filter((at) => at !== loss);
    this.stored = Buffer.concat([this.stored, body]).subarray(0, loss);
    if (loss <= end) {
      response.destroy();
      return false;
    }
    if (this.stored.length !== this.length || !this.losesLastAnswer) return true;
    this.losesLastAnswer = false;
    response.destroy();
    return false;
  }
}

let tus: FakeTus;
let server: ScriptedServer;
let longhaul: LonghaulClient;
beforeEach(async () => {
  tus = new FakeTus();
  server = await listen((request, response) => void tus.serve(request, response));
  longhaul = createClient({ baseUrl: server.url });
});
afterEach(() => server.close());

const losses = [PART / 2, PART, PART + 1, 2 * PART + 3];

test('a Blob is uploaded in parts', async () => {
  const progress: unknown[] = [];
  const onProgress = (...both: unknown[]) => progress.push(both);
  const tokens: string[] = [];
  const given = { name: 'Přehled.txt', onProgress, onStart: (token: string) => tokens.push(token) };
  expect(await longhaul.files.upload(new Blob([FILE]), given)).toEqual({ id: 7 });
  expect(tus.stored.equals(FILE)).toBe(true);
  expect(tus.metadata).toBe(`filename ${Buffer.from('Přehled.txt').toString('base64')}`);
  expect(progress).toEqual([0, PART, 2 * PART, 2.5 * PART].map((stored) => [stored, FILE.length]));
  expect(tokens).toEqual([TOKEN]);
});

test('a Blob is uploaded whole over lost connections', async () => {
  Object.assign(tus, { losses: [...losses], losesLastAnswer: true });
  expect(await longhaul.files.upload(new Blob([FILE]), { name: 'a.txt' })).toEqual({ id: 7 });
  expect(tus.stored.equals(FILE)).toBe(true);
});

test.each([
  ['a stream', () => Readable.toWeb(Readable.from(chunks())) as ReadableStream<Uint8Array>],
  ['an iterable', () => Readable.from(chunks()) as AsyncIterable<Uint8Array>],
])('%s of unknown length is uploaded whole over lost connections', async (_what, source) => {
  Object.assign(tus, { losses: [...losses], losesLastAnswer: true });
  expect(await longhaul.files.upload(source(), { name: 'a.txt' })).toEqual({ id: 7 });
  expect(tus.stored.equals(FILE)).toBe(true);
});

function* chunks(): Generator<Uint8Array> {
  for (let from = 0; from < FILE.length; from += 999_999) yield FILE.subarray(from, from + 999_999);
}

test('an earlier upload goes on where it was', async () => {
  Object.assign(tus, { stored: FILE.subarray(0, 5), length: FILE.length });
  await longhaul.files.upload(new Blob([FILE]), { name: 'a.txt', resume: TOKEN });
  expect(tus.stored.equals(FILE)).toBe(true);
  expect(tus.requests.filter((request) => request.startsWith('POST'))).toEqual([]);
});

test('an earlier upload that is gone begins again', async () => {
  await longhaul.files.upload(new Blob([FILE]), { name: 'a.txt', resume: 'f'.repeat(32) });
  expect(tus.stored.equals(FILE)).toBe(true);
});

test('the signal ends an upload', async () => {
  const abort = new AbortController();
  const onProgress = (stored: number) => stored > 0 && abort.abort(new Error('enough'));
  const call = longhaul.files.upload(new Blob([FILE]), { name: 'a.txt', signal: abort.signal, onProgress });
  await expect(call).rejects.toThrow('enough');
  expect(tus.stored.length).toBe(PART);
});
