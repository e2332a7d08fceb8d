import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream/promises';
import { type Handler, listen } from '../http/listener.js';
import { type Weather } from './weather.js';

/** A proxy before the storage of a connection string. */
interface StorageProxy {
  /** The connection string that goes through the proxy. */
  connectionString: string;
  close(): Promise<void>;
}

const ADDRESS = '127.0.0.1';
const SERVICES = ['Blob', 'Queue', 'Table'] as const;
/** The storage emulator's public account: https://learn.microsoft.com/azure/storage/common/storage-use-azurite */
const EMULATOR = [
  'DefaultEndpointsProtocol=http',
  'AccountName=devstoreaccount1',
  'AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  'BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1',
  'QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1',
  'TableEndpoint=http://127.0.0.1:10002/devstoreaccount1',
].join(';');

/**
 * Opens a port of this machine for each storage service of a connection string. Requests are forwarded, except that some
 * are answered 429 or 503, before or after they were forwarded. Signatures stay valid: they cover the path, not the
 * host.
 */
export async function startStorageProxy(connectionString: string, weather: Weather): Promise<StorageProxy> {
  const settings = parse(/UseDevelopmentStorage=true/i.test(connectionString) ? EMULATOR : connectionString);
  const listeners = await Promise.all(
    SERVICES.map(async (service) => {
      const endpoint = endpointOf(settings, service);
      const listener = await listen(ADDRESS, 0, forwarder(service, endpoint, weather));
      settings.set(`${service}Endpoint`, `http://${ADDRESS}:${listener.port}${endpoint.pathname.replace(/\/$/, '')}`);
      return listener;
    }),
  );
  settings.set('DefaultEndpointsProtocol', 'http');
  return {
    connectionString: [...settings].map((setting) => setting.join('=')).join(';'),
    close: async () => {
      await Promise.all(listeners.map((listener) => listener.close(0)));
    },
  };
}

function parse(connectionString: string): Map<string, string> {
  const parts = connectionString.split(';').filter((part) => part.includes('='));
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]));
}

/** The endpoint of a service: as it is named, or that of the account on Azure. */
function endpointOf(settings: ReadonlyMap<string, string>, service: (typeof SERVICES)[number]): URL {
  const suffix = settings.get('EndpointSuffix') ?? 'core.windows.net';
  const account = settings.get('AccountName') ?? '';
  return new URL(settings.get(`${service}Endpoint`) ?? `https://${account}.${service.toLowerCase()}.${suffix}`);
}

function forwarder(service: string, endpoint: URL, weather: Weather): Handler {
  const { request: send, Agent } = endpoint.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true });
  return (request, response) => {
    const { method = 'GET', url = '/' } = request;
    const failure = weather.storage(`${service} ${method} ${url}`);
    if (failure?.after === false) {
      request.resume().once('end', () => refuse(response, failure.status));
      return;
    }
    const headers = { ...request.headers, host: endpoint.host };
    const upstream = send({ agent, host: endpoint.hostname, port: endpoint.port, method, path: url, headers });
    upstream.once('response', (answer) => {
      if (failure === undefined) relay(answer, response);
      else answer.resume().once('end', () => refuse(response, failure.status));
    });
    upstream.once('error', () => response.destroy());
    response.once('close', () => upstream.destroy());
    request.pipe(upstream);
  };
}

function relay(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 500, answer.statusMessage, answer.rawHeaders);
  pipeline(answer, response).catch(() => response.destroy());
}

/** Answers as a busy storage service does: https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes */
function refuse(response: ServerResponse, status: 429 | 503): void {
  const code = status === 429 ? 'TooManyRequests' : 'ServerBusy';
  response.writeHead(status, { 'x-ms-error-code': code, 'Content-Type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>--weather</Message></Error>`);
}
