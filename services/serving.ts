import { once } from 'node:events';
import fs from 'node:fs';
import { type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';

interface Serving {
  /** 0 selects a free port. */
  readonly port: number;
  readonly host: string;
  /** How long running requests may take after the signal to stop, ms. */
  readonly drainMs: number;
  /** Releases everything else that keeps the process alive; called after the last request. */
  readonly close?: () => void | Promise<void>;
}

/**
 * Listens, prints `ready URL` on stdout, and serves until SIGTERM or SIGINT. It then accepts no more requests, waits up
 * to `drainMs` for running ones and lets the process end. A second signal ends the process immediately.
 */
export async function serveUntilSignal(server: Server, { port, host, drainMs, close }: Serving): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.close(() => void close?.());
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), drainMs).unref();
    });
  }
  console.log(`ready ${urlOf(server)}`);
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** A parser for command line options that are integers in this range. @throws InvalidArgumentError */
export function integerBetween(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && text.trim() !== '' && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be an integer from ${min} to ${max}.`);
  };
}

/** A folder of a service that is deleted when the process ends. */
export function temporaryFolder(service: string): string {
  fs.mkdirSync(os.tmpdir(), { recursive: true }); // TMPDIR may name a folder on a new volume
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), `${service}-`));
  process.once('exit', () => fs.rmSync(dir, { recursive: true, force: true }));
  return dir;
}
