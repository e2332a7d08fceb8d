import http from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How a fake server responds to one request. */
export interface Script {
  delayMs?: number;
  status?: number;
  /** The response has this many bytes. */
  bytes?: number;
  contentType?: string;
  /** `hangUp`: closes without a response; `cutOff`: closes in the middle of it; `silent`: no response. */
  fault?: 'hangUp' | 'cutOff' | 'silent';
}

export interface ScriptedServer {
  url: string;
  close(): Promise<void>;
}

/** A server on a free port, or on the given one, such as that of a closed server. */
export async function listen(serve: http.RequestListener, port = 0): Promise<ScriptedServer> {
  const server = http.createServer(serve).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close().closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The body of a request as text. */
export async function textOf(request: http.IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}

/** Responds as the script says. @param usual the body, if the script has no `bytes` */
export async function answer(response: http.ServerResponse, script: Script, usual: string): Promise<void> {
  const { delayMs = 0, fault, status = 200, bytes, contentType = 'application/json' } = script;
  if (delayMs > 0) await sleep(delayMs);
  if (fault === 'silent') return;
  if (fault === 'hangUp') return void response.destroy();
  const body = bytes === undefined ? Buffer.from(usual) : Buffer.alloc(bytes, 'x');
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
  if (fault !== 'cutOff') return void response.end(body);
  response.write(body.subarray(0, body.length >> 1), () => response.destroy());
}
