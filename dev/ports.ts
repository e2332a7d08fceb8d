import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { z } from 'zod';

/** The range is below the ephemeral ports of operating systems, so that no outgoing connection takes one of these. */
const MIN_PORT = 20_000;
const MAX_PORT = 31_999;
const ATTEMPTS = 50;

const issued = new Set<number>();

/**
 * Free TCP ports of 127.0.0.1 that this process has not returned before. They are chosen before the processes that
 * listen on them start, so that all can start in parallel and a restarted process keeps its port.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let attempt = 0; ports.length < count; attempt++) {
    if (attempt === ATTEMPTS + count) throw new Error(`No ${count} free ports were found on 127.0.0.1.`);
    const port = MIN_PORT + Math.floor(Math.random() * (MAX_PORT - MIN_PORT + 1));
    if (issued.has(port) || !(await isFree(port))) continue;
    issued.add(port);
    ports.push(port);
  }
  return ports;
}

/**
 * The ports stored in the file when they are free, otherwise new ones, which are then stored. URLs stay valid after a
 * restart this way.
 */
export async function storedPorts(file: string, count: number): Promise<number[]> {
  const stored = readPorts(file);
  if (stored.length === count && (await Promise.all(stored.map(isFree))).every(Boolean)) return stored;
  const ports = await freePorts(count);
  fs.writeFileSync(file, JSON.stringify(ports));
  return ports;
}

function readPorts(file: string): number[] {
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
