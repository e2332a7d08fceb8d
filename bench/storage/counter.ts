import http, { type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { connectionStringFor } from '../../dev/plan.js';
import { listen } from '../fakes.js';

/** An HTTP proxy before a storage emulator that counts calls. */
export interface StorageCounter {
  /** Connection string of the storage behind the proxy. */
  connectionString: string;
  /** What was called so far, such as `insert operations`, in order. */
  calls: string[];
  /** When the last call arrived, ms of the performance clock. */
  lastAt: number;
  stop(): Promise<void>;
}

/** @param ports of the emulator: blobs, queues, tables */
export async function startStorageCounter([blobs = 0, queues = 0, tables = 0]: number[]): Promise<StorageCounter> {
  const agent = new http.Agent({ keepAlive: true });
  const count = (name: string) => {
    counter.calls.push(name);
    counter.lastAt = performance.now();
  };
  const proxy = (port: number, nameOf: (request: IncomingMessage, body: Buffer) => string) =>
    listen((request, response) => {
      void buffer(request).then((body) => {
        count(nameOf(request, body));
        const { method, url: path, headers } = request;
        http
          .request({ agent, host: '127.0.0.1', port, method, path, headers }, (answer) => {
            response.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(response);
          })
          .on('error', () => response.destroy())
          .end(body);
      });
    });
  const [blobProxy, tableProxy] = await Promise.all([proxy(blobs, blobCall), proxy(tables, tableCall)]);
  const portOf = ({ url }: { url: string }) => Number(new URL(url).port);
  const counter: StorageCounter = {
    connectionString: connectionStringFor([portOf(blobProxy), queues, portOf(tableProxy)]),
    calls: [],
    lastAt: performance.now(),
    stop: async () => {
      agent.destroy();
      await Promise.all([blobProxy.stop(), tableProxy.stop()]);
    },
  };
  return counter;
}

/** The operation of a call to the Table service (Table service REST API), and its table. */
function tableCall({ method = '', url = '', headers }: IncomingMessage, body: Buffer): string {
  const [, , target = ''] = new URL(url, 'http://storage').pathname.split('/');
  if (target === '$batch') return `transaction ${/\/devstoreaccount1\/(\w+)/.exec(body.toString('latin1'))?.[1] ?? ''}`;
  const [table = '', keys] = decodeURIComponent(target).split('(');
  const hasKeys = keys !== undefined && keys !== ')';
  if (table === 'Tables') return `${method} Tables`;
  switch (headers['x-http-method'] ?? method) {
    case 'GET':
      return `${hasKeys ? 'get' : 'query'} ${table}`;
    case 'POST':
      return `insert ${table}`;
    case 'PUT':
      return `put ${table}`;
    case 'PATCH':
    case 'MERGE':
      return `merge ${table}`;
    default:
      return `${method.toLowerCase()} ${table}`;
  }
}

function blobCall({ method = '', url = '' }: IncomingMessage): string {
  const { pathname, searchParams } = new URL(url, 'http://storage');
  const what = searchParams.get('comp') ?? (pathname.split('/').length > 3 ? 'blob' : 'container');
  return `${method.toLowerCase()} ${what}`;
}
