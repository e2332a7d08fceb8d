import { createHash } from 'node:crypto';
import type http from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from './scripted-server.js';

interface DownloadedFile {
  bytes: Buffer;
  name?: string;
  targetAudience?: string;
}

/** How the app responds to one request instead of the usual way. */
interface DownloadScript {
  status?: number;
  headers?: http.OutgoingHttpHeaders;
  /** The connection ends after this many bytes of the file. */
  cutAfter?: number;
  /** The bytes of the file after this request. */
  changedTo?: Buffer;
  /** `reset`: no response; `lost`: the result is stored, and the connection ends without a response. */
  fault?: 'reset' | 'lost' | 'silent';
}

export interface FakeDownload {
  url: string;
  /** The URL of a file under this key. */
  add(refer: string, file: DownloadedFile): string;
  /** The key gets 404 from now on. */
  remove(refer: string): void;
  /** Scripts of the next requests with this method, in turn. */
  script(method: 'GET' | 'POST', ...scripts: DownloadScript[]): void;
  /** `GET 12ab` with the range, in the order of arrival. */
  requests: string[];
  /** The results by key. */
  results: Map<string, unknown>;
  close(): Promise<void>;
}

/** The part of the app that an analyzer calls: `/download/{refer}/` (docs/analyzer.md). */
export async function startFakeDownload(): Promise<FakeDownload> {
  const files = new Map<string, DownloadedFile>();
  const scripts: Record<string, DownloadScript[]> = { GET: [], POST: [] };
  const requests: string[] = [];
  const results = new Map<string, unknown>();

  const server = await listen((request, response) => {
    void serve(request, response);
  });

  async function serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const [, refer = ''] = /^\/download\/([^/]+)\/$/.exec(url) ?? [];
    requests.push([method, refer, headers.range].filter(Boolean).join(' '));
    const script = scripts[method]?.shift() ?? {};
    const body = await buffer(request);
    if (script.fault === 'reset') return void request.socket.destroy();
    if (script.fault === 'silent') return;
    const file = files.get(refer);
    if (script.status !== undefined) response.writeHead(script.status, script.headers).end();
    else if (!file || (method === 'POST' && headers['x-refer-key'] !== refer)) response.writeHead(404).end();
    else if (method === 'GET') {
      send(file, headers, response, script);
      if (script.changedTo) files.set(refer, { ...file, bytes: script.changedTo });
    } else if (results.has(refer)) response.writeHead(409).end();
    else {
      results.set(refer, JSON.parse(body.toString()));
      if (script.fault === 'lost') request.socket.destroy();
      else response.writeHead(200).end('{}');
    }
  }

  return {
    ...server,
    requests,
    results,
    add(refer, file) {
      files.set(refer, file);
      return `${server.url}/download/${refer}/`;
    },
    remove: (refer) => void files.delete(refer),
    script: (method, ...next) => void scripts[method]?.push(...next),
  };
}

function send(
  { bytes, name = 'script.txt', targetAudience }: DownloadedFile,
  { range, 'if-range': condition }: http.IncomingHttpHeaders,
  response: http.ServerResponse,
  { cutAfter }: DownloadScript,
): void {
  const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`;
  const [, wanted] = /^bytes=(\d+)-$/.exec(range ?? '') ?? [];
  const start = wanted !== undefined && condition === etag ? Number(wanted) : 0;
  const part = bytes.subarray(start);
  response.writeHead(start > 0 ? 206 : 200, {
    etag,
    'content-length': part.length,
    'content-disposition': `attachment; filename="script"; filename*=UTF-8''${encodeURIComponent(name)}`,
    ...(targetAudience !== undefined && { 'x-file-target-audience': targetAudience }),
    ...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
  });
  if (cutAfter === undefined) response.end(part);
  else response.write(part.subarray(0, cutAfter), () => response.socket?.destroySoon());
}
