import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** How a stand-in answers one request. */
export interface Script {
  delayMs?: number;
  status?: number;
  /** Answers with so many bytes. */
  bytes?: number;
  contentType?: string;
  /** `hangUp`: before an answer; `cutOff`: in the middle of it; `silent`: there is none. */
  fault?: 'hangUp' | 'cutOff' | 'silent';
}

export interface ScriptedServer {
  url: string;
  close(): Promise<void>;
}

/** A server on a free port, or on the one given, such as that of another that has closed. */
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

export async function textOf(request: http.IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}

/** @param usual the body of an answer whose script asks for no other */
export async function answer(response: http.ServerResponse, script: Script, usual: string): Promise<void> {
  const { delayMs = 0, fault, status = 200, bytes, contentType = 'application/json' } = script;
  if (delayMs > 0) await pause(delayMs);
  if (fault === 'silent') return;
  if (fault === 'hangUp') return void response.destroy();
  const body = bytes === undefined ? Buffer.from(usual) : Buffer.alloc(bytes, 'x');
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
  if (fault !== 'cutOff') return void response.end(body);
  response.write(body.subarray(0, body.length >> 1), () => response.destroy());
}
