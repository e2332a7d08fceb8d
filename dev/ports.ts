import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { z } from 'zod';

/** Below the range from which systems take ports for outgoing connections, so that none of those takes ours. */
const LOWEST = 20_000;
const HIGHEST = 31_999;
const ATTEMPTS = 50;

const given = new Set<number>();

/**
 * Free TCP ports of 127.0.0.1, none given before by this process. They are known before the processes that listen on
 * them start, so that all can start at once and a restarted one comes back where it was.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let attempt = 0; ports.length < count; attempt++) {
    if (attempt === ATTEMPTS + count) throw new Error(`There are no ${count} free ports on 127.0.0.1.`);
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

/**
 * The ports that the file names if they are still free, else new ones, which it then names: URLs that somebody was given
 * before a restart are good after it.
 */
export async function samePorts(file: string, count: number): Promise<number[]> {
  const before = portsIn(file);
  if (before.length === count && (await Promise.all(before.map(isFree))).every(Boolean)) return before;
  const ports = await freePorts(count);
  fs.writeFileSync(file, JSON.stringify(ports));
  return ports;
}

function portsIn(file: string): number[] {
  if (!fs.existsSync(file)) return [];
  return z
    .array(z.int())
    .catch([])
    .parse(JSON.parse(fs.readFileSync(file, 'utf8')));
}

/** Whether a server can listen on the port of 127.0.0.1 now. */
export async function isFree(port: number): Promise<boolean> {
  const server = net.createServer();
  const listening = once(server, 'listening');
  server.listen(port, '127.0.0.1');
  try {
    await listening;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES') return false;
    throw cause;
  }
  server.close();
  await once(server, 'close');
  return true;
}
